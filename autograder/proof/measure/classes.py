"""Made-up classes to measure with: course folders of nbgrader, handed in and ready to be graded."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from autograder.course.course import Course
from autograder.course.notebook import Notebook, cells, read, write
from autograder.course.rebuild import replace_answer
from autograder.course.variants import variants
from autograder.engine.madeclass import made_class
from autograder.exercise import Lesson
from autograder.proof.measure.run import module

STAMP = "2026-01-15 12:00:00.000000 UTC\n"
SMALL, SMALL_NOTEBOOK = "numbers", "numbers"
"""An assignment that needs no library, so that its warm parent starts in half a second."""
EXAMPLE = "ps1"
"""The assignment of `nbgrader quickstart`."""
CONFIG = "c = get_config()\nc.CourseDirectory.course_id = 'measured'\n"
"""Without the name of a course nbgrader's own rows refer to a course that is not there."""
TESTS = {
    "square": ("assert square(3) == 9\nassert square(-2) == 4", 2),
    "parts": ("(square(2) == 4) + 0.5 * (square(-1) == 1)", 2),
    "last": ("assert last([1, 2]) == 2", 1),
}
SMALL_ANSWERS: dict[str, tuple[str, ...]] = {
    "square": (
        "def square(x):\n    return x * x",
        "def square(x):\n    return x + x",
        "def square(x):\n    print(x)\n    return x ** 2",
        "def square(x):\n    raise ValueError('not yet')",
        "def square(x)\n    return x",
    ),
    "last": (
        "def last(items):\n    return items[-1]",
        "def last(items):\n    return items[1]",
        "import sys\ndef last(items):\n    print('?', file=sys.stderr)\n    return items[-1]",
        "def last(items):\n    raise NotImplementedError()",
    ),
    "why": ("Because it is so.", "YOUR ANSWER HERE"),
}
EXAMPLE_ANSWERS: dict[str, dict[str, tuple[str, ...]]] = {
    "problem1": {
        "squares": (
            "def squares(n):\n    if n < 1:\n        raise ValueError(n)\n"
            "    return [i * i for i in range(1, n + 1)]",
            "def squares(n):\n    return [i ** 2 for i in range(1, n + 1)]",
            "def squares(n):\n    assert n >= 1\n    return [i * i for i in range(1, n)]",
            "import warnings\ndef squares(n):\n    warnings.warn('slow')\n    if n < 1:\n"
            "        raise ValueError\n    return [i * i for i in range(1, n + 1)]",
            "def squares(n):\n    if n <= 0: raise ValueError\n    print('squares', n)\n"
            "    found = []\n    for i in range(n):\n        found.append((i + 1) ** 2)\n"
            "    return found",
            "def squares(n):\n    raise NotImplementedError()",
            "def squares(n)\n    return []",
        ),
        "sum_of_squares": (
            "def sum_of_squares(n):\n    return sum(squares(n))",
            "def sum_of_squares(n):\n    return n * (n + 1) * (2 * n + 1) // 6",
            "def sum_of_squares(n):\n    total = 0\n    for s in squares(n):\n        total += s\n"
            "    return total",
            "def sum_of_squares(n):\n    return sum(squares(n - 1))",
            "def sum_of_squares(n):\n    raise NotImplementedError()",
        ),
        "sum_of_squares_equation": ("$\\sum_{i=1}^n i^2$", "YOUR ANSWER HERE"),
        "sum_of_squares_application": (
            "def pyramidal_number(n):\n    return sum_of_squares(n)",
            "raise NotImplementedError()",
        ),
    },
    "problem2": {"part-a": ("Yes.", "YOUR ANSWER HERE"), "part-b": ("No.", "It depends.")},
}


def lesson_course(home: Course, lesson: Lesson, root: Path, students: int) -> Path:
    """A course folder of nbgrader with one lesson, generated, and a class's submissions."""
    root.mkdir()
    for name in ("nbgrader_config.py", "grading-seed"):
        if (home.root / name).exists():
            shutil.copyfile(home.root / name, root / name)
    shutil.copytree(home.source(lesson.id), root / "source" / lesson.id)
    module(root, "nbgrader", "generate_assignment", lesson.id)
    made, file = Course(root), f"{lesson.notebook}.ipynb"
    master, release = read(made.source(lesson.id) / file), read(made.release(lesson.id) / file)
    known = variants(lesson, home.root)
    for student, notebook in made_class(lesson, master, release, known, students):
        hand_in(root, student, lesson.id, {lesson.notebook: notebook})
    return root


def example_course(root: Path, students: int) -> Path:
    """The course that `nbgrader quickstart` makes, generated, and a class's submissions."""
    module(root.parent, "nbgrader", "quickstart", root.name)
    module(root, "nbgrader", "generate_assignment", EXAMPLE)
    release = {n: read(root / "release" / EXAMPLE / f"{n}.ipynb") for n in EXAMPLE_ANSWERS}
    chosen = {name: mixed(answers, students) for name, answers in EXAMPLE_ANSWERS.items()}
    for number in range(students):
        books = {n: _answered(release[n], chosen[n][number]) for n in release}
        hand_in(root, f"student-{number:03}", EXAMPLE, books)
    return root


def small_course(root: Path, answers: Mapping[str, Mapping[str, str]]) -> Path:
    """A course with the small assignment, and for each student the answers by cell."""
    root.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    master = _small_master()
    for step, notebook in (("source", master), ("release", _small_release(master))):
        folder = root / step / SMALL
        folder.mkdir(parents=True)
        write(notebook, folder / f"{SMALL_NOTEBOOK}.ipynb")
    for student, written in answers.items():
        hand_in_small(root, student, written)
    return root


def hand_in_small(root: Path, student: str, answers: Mapping[str, str]) -> None:
    """Hand the small assignment in, for the first time or again."""
    hand_in(root, student, SMALL, {SMALL_NOTEBOOK: _answered(_small_master(), answers)})


def hand_in(root: Path, student: str, assignment: str, notebooks: Mapping[str, Notebook]) -> None:
    """Put notebooks where `nbgrader collect` puts them, with a secret for their feedback."""
    folder = root / "submitted" / student / assignment
    folder.mkdir(parents=True, exist_ok=True)
    for name, notebook in notebooks.items():
        write(notebook, folder / f"{name}.ipynb")
    (folder / "timestamp.txt").write_text(STAMP, encoding="utf-8")
    (folder / "submission_secret.txt").write_text(f"{'0' * 16}{len(student)}", encoding="utf-8")


def mixed(answers: Mapping[str, Sequence[str]], count: int) -> list[dict[str, str]]:
    """`count` ways to choose one answer for each cell: all ways in turn, far apart ones first."""
    ways = [dict(zip(answers, way, strict=True)) for way in product(*answers.values())]
    step = next(s for s in (37, 11, 7, 1) if len(ways) % s)  # shares no factor with their number
    return [ways[number * step % len(ways)] for number in range(count)]


def _answered(notebook: Notebook, answers: Mapping[str, str]) -> Notebook:
    for name, source in answers.items():
        notebook = replace_answer(notebook, name, source)
    return notebook


def _small_master() -> Notebook:
    first = {name: options[0] for name, options in SMALL_ANSWERS.items()}
    made = [_cell("setup", "import os\nready = []")]
    for name, (test, points) in TESTS.items():
        if name in first:
            made.append(_cell(name, first[name], solution=True))
        made.append(_cell(f"{name}-test", test, grade=True, locked=True, points=points))
    essay = _cell("why", first["why"], "markdown", grade=True, solution=True, points=3)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return _notebook([*made, essay], {"kernelspec": kernel})


def _small_release(master: Notebook) -> Notebook:
    stubs = {
        cell.grade_id: "raise NotImplementedError()" for cell in cells(master) if cell.is_answer
    }
    return _answered(master, {**stubs, "why": "YOUR ANSWER HERE"})


def _notebook(made: Iterable[dict[str, Any]], metadata: dict[str, Any]) -> Notebook:
    return {"cells": list(made), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cell(name: str, source: str, kind: str = "code", **facts: object) -> dict[str, Any]:
    flags = {"grade": False, "solution": False, "locked": False, "task": False}
    grader = {**flags, "schema_version": 3, "grade_id": name, **facts}
    outputs: dict[str, Any] = {"outputs": [], "execution_count": None} if kind == "code" else {}
    metadata = {"nbgrader": grader} if facts else {}
    return {"cell_type": kind, "id": name, "metadata": metadata, "source": source, **outputs}
