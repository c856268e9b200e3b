"""What a learner's files must not contain: solutions, hidden tests, outputs, model answers."""

from __future__ import annotations

import json
from collections.abc import Iterator

from autograder.course.checks import object_name
from autograder.course.clear import BEGIN, END
from autograder.course.notebook import Cell, Notebook, cells
from autograder.exercise import Exercise, Lesson, Quiz

MIN_LINE = 24
"""Characters, spaces left aside, from which a line of a solution is telling."""
MARKS = (BEGIN, END, "BEGIN HIDDEN", "END HIDDEN", "hidden=True", "MARK SCHEME")


def leaks(lesson: Lesson, source: Notebook, release: Notebook) -> tuple[str, ...]:
    """Everything in the release of a lesson that a learner must not see."""
    where = f"release/{lesson.id}/{lesson.notebook}.ipynb"
    sentences = (
        *_marks(release),
        *_outputs(release),
        *_answers(lesson, release),
        *_lines(secrets(source), _written(release), "its release"),
    )
    return tuple(f"{where}: {sentence}" for sentence in sentences)


def leaks_in_file(name: str, text: str, source: Notebook) -> tuple[str, ...]:
    """The same for another file that is handed out beside the notebook."""
    return tuple(_lines(secrets(source), text, name))


def secrets(source: Notebook) -> tuple[tuple[str, str], ...]:
    """The telling lines of the source, each with the answer it belongs to."""
    return tuple(
        (cell.grade_id, line)
        for cell in cells(source)
        if cell.is_answer
        for line in (cell.source.splitlines() if cell.is_essay else _region(cell.source))
        if _tells(line)
    )


def _region(source: str) -> Iterator[str]:
    inside = False
    for line in source.splitlines():
        if BEGIN in line:
            inside = True
        elif END in line:
            inside = False
        elif inside:
            yield line


def _tells(line: str) -> bool:
    """Whether a line is long enough to be no accident, and no comment."""
    return len("".join(line.split())) >= MIN_LINE and not line.strip().startswith("#")


def _lines(secret: tuple[tuple[str, str], ...], text: str, where: str) -> Iterator[str]:
    said = {" ".join(line.split()) for line in text.splitlines()}
    for name, line in secret:
        if " ".join(line.split()) in said:
            yield (
                f'the solution of `{name}` stands in {where}: "{line.strip()}". '
                "Take it out of the text or of the example, or write it differently there."
            )


def _written(release: Notebook) -> str:
    """All text of a notebook, its metadata and attachments included."""
    rest = {key: value for key, value in release.items() if key != "cells"}
    texts = [cell["source"] for cell in release["cells"]]
    return "\n".join([*texts, json.dumps(rest)])


def _marks(release: Notebook) -> Iterator[str]:
    text = _written(release)
    for mark in MARKS:
        if mark in text:
            yield f'"{mark}" is left in it. Is a region not closed, or in a cell of another kind?'


def _outputs(release: Notebook) -> Iterator[str]:
    for index, cell in enumerate(release["cells"]):
        if cell.get("outputs") or cell.get("execution_count") is not None:
            yield f"cell {index + 1} has outputs."


def _answers(lesson: Lesson, release: Notebook) -> Iterator[str]:
    named = {cell.grade_id: cell for cell in cells(release) if cell.is_answer}
    for exercise in lesson.exercises:
        if exercise.name in named:
            yield from _stub(exercise, named[exercise.name])


def _stub(exercise: object, cell: Cell) -> Iterator[str]:
    if isinstance(exercise, Exercise) and "NotImplementedError" not in cell.source:
        yield f"`{exercise.name}` has no stub to fill in: put its solution inside a function."
    if isinstance(exercise, Quiz) and f"{object_name(exercise)} = None" not in cell.source:
        yield f"the answer to `{exercise.name}` must start as None."
