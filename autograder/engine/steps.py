"""From a rebuilt notebook to the steps of grading it. Pure: nothing is run here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder import lessons
from autograder.course.notebook import Cell, Notebook, cells
from autograder.course.rebuild import ADDED
from autograder.engine.testcell import Check, check_of
from autograder.exercise import Essay, Exercise, Lesson, Quiz


@dataclass(frozen=True)
class Step:
    """One cell to deal with: run it, judge it from outside, score it, or leave it to a person.

    `kind` is "run", "check", "test" or "manual"; code that a person scores is run too. `item` is
    what a check is about.
    """

    kind: str
    cell: Cell
    check: Check | None = None
    item: Exercise | Quiz | None = None


@dataclass(frozen=True)
class Headings:
    """The title of a lesson, and of each of its exercises by name; empty for other courses."""

    title: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)


def headings(assignment: str) -> Headings:
    """The titles of an assignment."""
    lesson = lesson_of(assignment)
    if lesson is None:
        return Headings()
    return Headings(lesson.title, {e.name: e.title for e in lesson.exercises})


def lesson_of(assignment: str) -> Lesson | None:
    """The lesson of this course that is graded, or None for somebody else's assignment."""
    if assignment not in lessons.FOLDERS:
        return None
    return lessons.lesson(assignment)


def steps_of(notebook: Notebook, lesson: Lesson | None) -> tuple[Step, ...]:
    """The steps of a notebook, in its order; cells of text have none unless they are graded."""
    return tuple(step for cell in cells(notebook) if (step := _step(cell, lesson)) is not None)


def setup_sources(master: Notebook) -> list[str]:
    """The instructor's code cells before the first cell that a learner or a test decides."""
    found: list[str] = []
    for cell in cells(master):
        if cell.is_answer or cell.is_test or cell.task:
            break
        if cell.kind == "code" and cell.source.strip():
            found.append(cell.source)
    return found


def after_setup(steps: tuple[Step, ...], done: list[str]) -> tuple[Step, ...] | None:
    """The steps left when the warm parent has run the cells `done`.

    None where the submission does not begin with just these cells: a cell of the learner's own
    stands among them, or their version of one. It then begins without what they made.
    """
    first = [step.cell.source for step in steps[: len(done)] if step.kind == "run"]
    return steps[len(done) :] if first == done else None


def is_own(cell: Cell) -> bool:
    """Whether the learner added this cell."""
    return cell.id.startswith(ADDED)


def _step(cell: Cell, lesson: Lesson | None) -> Step | None:
    if cell.task or cell.is_essay or (cell.is_test and cell.kind != "code"):
        return Step("manual", cell)
    if cell.kind != "code":
        return None
    if not cell.is_test:
        return Step("run", cell) if cell.source.strip() else None
    check = check_of(cell.source) if lesson else None
    item = _item(lesson, check.name) if lesson and check else None
    return Step("check", cell, check, item) if item else Step("test", cell)


def _item(lesson: Lesson, name: str) -> Exercise | Quiz | None:
    found = next((e for e in lesson.exercises if e.name == name), None)
    return None if isinstance(found, Essay) else found
