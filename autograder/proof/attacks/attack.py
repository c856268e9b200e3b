"""The words of the corpus: an attack changes a model submission and says what must come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from autograder.course.notebook import Notebook, RawCell
from autograder.course.rebuild import replace_answer

COURSE, HOME, MARK = "@COURSE@", "@HOME@", "@MARK@"
"""Stand in a change's text for the course folder, the home folder, and a name to leave behind."""
KINDS = ("verdict", "reading", "changing", "stopping", "files", "shown", "honest")
"""Classes of attack, and the honest submissions that graders punish."""

WRONG = "def softmax(x, dim):\n    return x * 0 + 0.5\n"
"""An answer that deserves nothing."""
TARGET = "softmax"
TEST = "softmax-test"


@dataclass(frozen=True)
class Handed:
    """A submission as it is handed in: a notebook, other files, links, the notebook's file name.

    With `raw` these bytes are the notebook file; with `name` empty there is none.
    """

    notebook: Notebook
    name: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    timestamp: str = "2026-03-01 12:00:00.000000 UTC"


Change = Callable[[Handed], Handed]


@dataclass(frozen=True)
class Attack:
    """One thing a submission may try.

    `expects` are the words, one of which the result must say of `cell` (or of the submission,
    where it cannot be graded). `deserves` is the share of the cell's points that the answer is
    worth. `stock` says what nbgrader alone lets it do: "gains", "leaks", "alters", "acts" (when it
    is looked at) or "ends" (the grading); empty where nothing is claimed. `course` is "lesson"
    (judged from outside) or "bare" (assert statements). `short` marks those that the tests run.
    """

    name: str
    kind: str
    tries: str
    changes: tuple[Change, ...]
    expects: tuple[str, ...] = ("failed",)
    cell: str = TEST
    deserves: float = 0.0
    course: str = "lesson"
    stock: str = ""
    student: str = ""
    short: bool = False


def answer(source: str, name: str = TARGET) -> Change:
    """Write `source` into the answer cell `name`."""
    return lambda handed: replace(handed, notebook=replace_answer(handed.notebook, name, source))


def added(source: str, before: str = TARGET, **facts: object) -> Change:
    """Add a code cell before the cell `before`; `facts` are its metadata."""

    def change(handed: Handed) -> Handed:
        cells = list(handed.notebook["cells"])
        cells.insert(place(cells, before), code(source, **facts))
        return with_cells(handed, cells)

    return change


def edited(name: str, edit: Callable[[RawCell], RawCell | None]) -> Change:
    """Change the cell `name` by `edit`; None takes it out."""

    def change(handed: Handed) -> Handed:
        cells = [edit(c) if grade_id(c) == name else c for c in handed.notebook["cells"]]
        return with_cells(handed, [cell for cell in cells if cell is not None])

    return change


def moved(name: str, before: str) -> Change:
    """Put the cell `name` before another."""

    def change(handed: Handed) -> Handed:
        cells = list(handed.notebook["cells"])
        cell = cells.pop(place(cells, name))
        cells.insert(place(cells, before), cell)
        return with_cells(handed, cells)

    return change


def file(name: str, data: str | bytes) -> Change:
    """Hand in another file."""
    content = data.encode() if isinstance(data, str) else data
    return lambda handed: replace(handed, files={**handed.files, name: content})


def link(name: str, target: str) -> Change:
    """Hand in a symbolic link; one with the notebook's name takes its place."""

    def change(handed: Handed) -> Handed:
        linked = replace(handed, links={**handed.links, name: target})
        return replace(linked, name="") if name == handed.name else linked

    return change


def raw(make: Callable[[Handed], bytes]) -> Change:
    """Put these bytes into the notebook's file."""
    return lambda handed: replace(handed, raw=make(handed))


def renamed(name: str) -> Change:
    """Give the notebook's file another name; none leaves it out."""
    return lambda handed: replace(handed, name=name)


def stamped(text: str) -> Change:
    """Hand in with another timestamp."""
    return lambda handed: replace(handed, timestamp=text)


def with_cells(handed: Handed, cells: list[RawCell]) -> Handed:
    """The same submission with other cells."""
    return replace(handed, notebook={**handed.notebook, "cells": cells})


def code(source: str, **facts: object) -> RawCell:
    """A code cell of one's own."""
    return {
        "cell_type": "code",
        "metadata": dict(facts),
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def grade_id(cell: RawCell) -> str:
    """The name nbgrader knows a cell by."""
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def place(cells: list[RawCell], name: str) -> int:
    """Where the cell `name` is; at the end where there is none."""
    return next((i for i, cell in enumerate(cells) if grade_id(cell) == name), len(cells))
