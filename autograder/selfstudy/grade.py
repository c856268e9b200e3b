"""The full grade of a learner's notebook, hidden tests included, as nbgrader would give it."""

from __future__ import annotations

from typing import Any

from autograder.course.notebook import Cell, cells
from autograder.exercise import Essay, Lesson
from autograder.judge.sentences import wrapped
from autograder.judge.verdict import MAX_LINES
from autograder.result import CellResult, GradeResult, PartResult
from autograder.selfstudy.execute import Executed, timed_out
from autograder.selfstudy.find import Work

TEST = "-test"
"""How the name of a grade cell ends; before it stands the name of the exercise."""
NOT_WRITTEN = "Not written yet."
STDERR_LINE = "The cell also printed an error or a warning, and then nbgrader gives nothing."


def grade(work: Work, executed: Executed) -> GradeResult:
    """Points, parts and message of every graded cell, in the notebook's order."""
    facts = [cell for cell in cells(work.to_run) if cell.is_test or cell.is_essay]
    graded = tuple(_essay(work, cell) if cell.is_essay else _test(cell, executed) for cell in facts)
    return GradeResult(
        assignment=work.lesson.id,
        student="",
        digest="",
        status="graded",
        cells=graded,
        findings=work.findings,
        sentence=executed.end,
    )


def exercise_name(cell: str) -> str:
    """The exercise that the grade cell `cell` judges.

    >>> exercise_name("softmax-test")
    'softmax'
    """
    return cell.removesuffix(TEST)


def _test(cell: Cell, executed: Executed) -> CellResult:
    name = exercise_name(cell.grade_id)
    if cell.index >= executed.done:
        line = f"Not judged: {executed.end}"
        return CellResult(name, "not-run", 0.0, cell.points, wrapped(line))
    node = executed.notebook.cells[cell.index]
    points, most = _as_nbgrader_does(node)
    found = [v for v in executed.verdicts if v["exercise"] == name and not v["visible"]]
    if found and points is not None:
        return _judged(name, points, most, found[-1])
    return CellResult(name, *_unjudged(node, points, most))


def _as_nbgrader_does(node: Any) -> tuple[float | None, float]:
    """nbgrader's own reading of a cell's outputs."""
    from nbgrader.utils import determine_grade

    try:
        points, most = determine_grade(node)
    except ValueError:
        return 0.0, float(node.metadata.nbgrader.points)
    return (None if points is None else float(points)), float(most)


def _judged(name: str, points: float, most: float, verdict: dict[str, Any]) -> CellResult:
    parts = tuple(PartResult(**part) for part in verdict["stages"])
    status = next((p.status for p in parts if p.status != "passed"), "passed")
    lines = tuple(line for line in verdict["lines"] if not line.startswith("Parts: "))
    if points < verdict["points"]:
        lines = (*lines, STDERR_LINE)
    return CellResult(name, status, points, most, lines, verdict["cause"], parts)


def _unjudged(
    node: Any, points: float | None, most: float
) -> tuple[str, float | None, float, tuple[str, ...]]:
    """How a cell ended in which no check gave a verdict."""
    if timed_out(node):
        return "timeout", 0.0, most, ("The cell did not end in time and was stopped.",)
    error = next((o for o in node.get("outputs", ()) if o.output_type == "error"), None)
    if error is None:
        return ("passed" if points else "failed"), points, most, ()
    said = f"{error.ename}: {error.evalue}".splitlines()[0]
    line = f"The check could not run ({said}). Does the cell before it define the answer?"
    return "error", 0.0, most, wrapped(line)


def _essay(work: Work, cell: Cell) -> CellResult:
    """A written answer: a person reads it; here is what they will look for."""
    if not is_written(work, cell.grade_id):
        return CellResult(cell.grade_id, "not-run", 0.0, cell.points, (NOT_WRITTEN,))
    rubric = _rubric(work.lesson, cell.grade_id)
    lines = (
        "Read by a person, with this rubric:",
        *(line for point in rubric for line in wrapped(f"- {point}")),
        f"A model answer: autograder solution {work.lesson.id} {cell.grade_id}",
    )
    return CellResult(cell.grade_id, "not-run", None, cell.points, lines[:MAX_LINES])


def is_written(work: Work, name: str) -> bool:
    """Whether an answer differs from what was released."""
    mine = [c.source.split() for c in cells(work.submitted) if c.grade_id == name]
    if work.released is None:
        return any("YOUR ANSWER HERE" not in " ".join(words) and words for words in mine)
    given = [c.source.split() for c in cells(work.released) if c.grade_id == name]
    return any(words and words not in given for words in mine)


def _rubric(lesson: Lesson, name: str) -> tuple[str, ...]:
    found = next((e for e in lesson.exercises if e.name == name), None)
    return found.rubric if isinstance(found, Essay) else ()
