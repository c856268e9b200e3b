"""A small assignment of somebody else's course, and a warm parent to grade it with."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.course.notebook import dumps, write
from autograder.course.rebuild import replace_answer
from autograder.engine import judges
from autograder.engine.machine import Machine, Settings
from autograder.engine.steps import setup_sources
from autograder.result import GradeJob, GradeResult
from autograder.worker.channel import Channel
from autograder.worker.limits import MIB, Limits
from tests.house.notebooks import answer, code, essay, graded, notebook

LIMITS = Limits(
    cell_s=1.0,
    submission_s=60.0,
    cpu_s=10,
    memory_bytes=128 * MIB,
    processes=12,
    file_bytes=1 * MIB,
    folder_bytes=4 * MIB,
    output_bytes=20_000,
)
"""Small, so that what goes beyond them is soon over."""
RIGHT = "def square(x):\n    return x * x"
STUB = "def square(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
HIDDEN = "assert square(12345) == 152399025"


def master() -> dict[str, Any]:
    return notebook(
        code("setup", "import os\nstarted = os.getpid()\nready = []"),
        answer("square", RIGHT),
        graded("square", f"assert square(3) == 9\n{HIDDEN}", 2),
        graded("parts", "(square(2) == 4) + 0.5 * (square(-1) == 1)", 2),
        answer("last", "def last(items):\n    return items[-1]"),
        graded("last", "assert last([1, 2]) == 2", 1),
        essay("why", "Because.", 3),
    )


def release() -> dict[str, Any]:
    found = replace_answer(master(), "square", STUB)
    found = replace_answer(found, "last", "def last(items):\n    raise NotImplementedError()")
    return replace_answer(found, "why", "YOUR ANSWER HERE")


def settings(limits: Limits = LIMITS, files: Mapping[str, bytes] | None = None) -> Settings:
    """The assignment, with nothing that takes long to import."""
    return Settings(
        assignment="ps1",
        name="problem",
        master=dumps(master()).encode(),
        release=dumps(release()).encode(),
        files=files or {},
        setup=setup_sources(master()),
        limits=limits,
        libraries=(),
    )


def hand_in(folder: Path, notebook: dict[str, Any]) -> GradeJob:
    folder.mkdir(parents=True, exist_ok=True)
    write(notebook, folder / "problem.ipynb")
    return job(folder)


def job(folder: Path, student: str = "ada") -> GradeJob:
    return GradeJob("ps1", student, str(folder), "digest", "seed")


class Room:
    """A warm parent with one slot; the judge is this process."""

    def __init__(self, limits: Limits = LIMITS, downloads: Sequence[Path] = ()) -> None:
        self.machine = Machine(replace(settings(limits), downloads=downloads), 1)
        self.machine.start()
        self.paper = judges.paper_from(self.machine._for_judges(1))
        mine, theirs = socket.socketpair()
        self.machine.open_bare_slot(0, theirs)
        self.slot = Channel(mine)

    def grade(self, folder: Path, source: str, name: str = "square") -> GradeResult:
        """The result for the model answers with `source` in the answer `name`."""
        handed_in = hand_in(folder, replace_answer(master(), name, source))
        return judges.grade(handed_in, self.paper, self.slot)

    def close(self) -> None:
        self.slot.close()
        self.machine.stop()


def cell(result: GradeResult, name: str) -> Any:
    return next(each for each in result.cells if each.name == name)


def statuses(result: GradeResult) -> dict[str, str]:
    return {each.name: each.status for each in result.cells}


def without_seconds(result: GradeResult) -> GradeResult:
    cells = tuple(replace(each, seconds=0.0) for each in result.cells)
    return replace(result, cells=cells, seconds=0.0)
