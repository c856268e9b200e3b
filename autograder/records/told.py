"""Everything one student reads about one submission, as plain values; the forms are elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.records.explain import Explained, Mark, clean, explain
from autograder.records.visible import one_line
from autograder.result import AnswerResult, GradeResult

MAX_NAME = 128
"""Characters of a name; nbgrader keeps as many."""
MAX_CELLS = 200
"""Graded cells of one page."""
FOR_STUDENTS = (
    "missing-answer", "copied-answer", "missing-notebook", "renamed-notebook", "given-part",
)  # fmt: skip
"""Kinds of findings that help a student; the others are for the instructor."""


@dataclass(frozen=True)
class Feedback:
    """Everything a student reads about one submission."""

    assignment: str
    student: str
    title: str
    handed_in: str
    points: float
    max_points: float
    waiting: float
    """Points that a person has yet to give."""
    note: str
    notes: tuple[str, ...]
    cells: tuple[Explained, ...]
    answers: tuple[AnswerResult, ...]

    @property
    def open(self) -> tuple[Explained, ...]:
        """The cells with something left to gain."""
        return tuple(cell for cell in self.cells if cell.points is not None and not cell.done)


def tell(
    result: GradeResult,
    titles: Mapping[str, str] | None = None,
    given: Mapping[str, Mark] | None = None,
    title: str = "",
) -> Feedback:
    """What to tell the student. `titles` names cells in words; `given` is what people gave."""
    given = given or {}
    cells = tuple(explain(c, titles or {}, given.get(c.name)) for c in result.cells[:MAX_CELLS])
    told = [clean(f.sentence) for f in result.findings if f.kind in FOR_STUDENTS]
    comments = {name: mark.comment for name, mark in given.items() if mark.comment}
    shown = {cell.name for cell in result.cells}
    told += [f"{clean(n)}: {clean(c)}" for n, c in sorted(comments.items()) if n not in shown]
    return Feedback(
        assignment=one_line(result.assignment, MAX_NAME),
        student=one_line(result.student, MAX_NAME),
        title=one_line(title or result.assignment, MAX_NAME),
        handed_in=one_line(result.timestamp, MAX_NAME),
        points=sum(cell.points or 0.0 for cell in cells),
        max_points=sum(cell.max_points for cell in cells),
        waiting=sum(cell.max_points for cell in cells if cell.points is None),
        note="" if result.status == "graded" else _note(result),
        notes=tuple(told),
        cells=cells,
        answers=result.answers,
    )


def _note(result: GradeResult) -> str:
    sentence = clean(result.sentence)
    return f"This submission has no score yet; your instructor will look at it. {sentence}".strip()


def facts(cell: Explained) -> list[tuple[str, tuple[str, ...]]]:
    """The labelled sentences of one cell, those it has."""
    facts = (
        ("What was tried", (cell.tried,)),
        ("What came back", cell.found),
        ("Likely cause", (cell.cause,)),
        ("Look at next", (cell.next,)),
        ("Comment", tuple(cell.comment.splitlines())),
    )
    return [(label, texts) for label, texts in facts if any(texts)]


def points_line(cell: Explained) -> str:
    """`3 of 5 points`, or what a person may give."""
    if cell.points is None:
        return f"up to {cell.max_points:g} points"
    return f"{cell.points:g} of {cell.max_points:g} points"


def score_line(told: Feedback) -> str:
    """The score so far, and what a person has yet to give."""
    if told.note:
        return "No score yet."
    most = told.max_points - told.waiting
    line = f"{told.points:g} of {most:g} points"
    return (
        f"{line}; a person will give up to {told.waiting:g} more." if told.waiting else f"{line}."
    )
