"""The same honest submissions graded by nbgrader and here: every score the same, or why not."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from autograder.course.course import Course
from autograder.exercise import Lesson
from autograder.proof.measure import run
from autograder.proof.measure.classes import EXAMPLE, example_course, lesson_course
from autograder.proof.measure.repeat import Make
from autograder.proof.measure.state import logged, marks

Score = tuple[object, object]
"""The automatic score of a cell, and whether a person must look."""
Scores = dict[tuple[str, str, str], Score]


def parity(
    home: Course, lessons: Iterable[Lesson], students: int, example: int, jobs: int
) -> dict[str, object]:
    """Compare on the course of `nbgrader quickstart`, and on lessons of this one."""
    makers: list[tuple[str, Make]] = []
    if example:
        makers.append((EXAMPLE, lambda root: example_course(root, example)))
    for lesson in lessons:
        makers.append((lesson.id, partial(_lesson, home, lesson, students)))
    cells, differ, explained = 0, list[str](), 0
    for assignment, make in makers:
        found, reasons = _compared(assignment, make, jobs)
        cells += found
        differ += lines(reasons)
        explained += sum(bool(reason) for reason in reasons.values())
    return {
        "submissions": example + students * (len(makers) - bool(example)),
        "cells": cells,
        "cells_equal": cells - len(differ),
        "cells_explained": explained,
        "differences": differ,
        "ok": explained == len(differ),
    }


def _lesson(home: Course, lesson: Lesson, students: int, root: Path) -> Path:
    return lesson_course(home, lesson, root, students)


def _compared(assignment: str, make: Make, jobs: int) -> tuple[int, dict[str, str]]:
    """How many cells there are, and what is told of those that differ."""
    with tempfile.TemporaryDirectory(prefix="autograder-parity-") as folder:
        stock = make(Path(folder) / "stock")
        ours = Path(shutil.copytree(stock, Path(folder) / "ours"))
        theirs = by_nbgrader(stock, assignment, jobs)
        run.grade(ours, assignment, jobs)
        return len(theirs), told(theirs, scores(ours), ours)


def told(theirs: Scores, mine: Scores, ours: Path) -> dict[str, str]:
    """Each cell with another score here, and the reason where one is known."""
    reasons, found = _reasons(ours), dict[str, str]()
    for (student, notebook, cell), score in sorted(theirs.items()):
        here = mine.get((student, notebook, cell), (None, None))
        if here != score:
            what = f"{student} {notebook} {cell}: {score[0]} by nbgrader, {here[0]} here"
            found[what] = reasons.get((student, cell), "")
    return found


def lines(told: dict[str, str]) -> list[str]:
    """The same as sentences."""
    return [f"{what}. {reason or 'No reason is known.'}" for what, reason in told.items()]


def by_nbgrader(root: Path, assignment: str, jobs: int) -> Scores:
    """nbgrader's scores; it grades in `jobs` copies of the course, each with a share of them."""
    students = sorted(path.name for path in (root / "submitted").iterdir())
    copies = [root.with_name(f"{root.name}-{number}") for number in range(jobs)]
    for number, copy in enumerate(copies):
        shutil.copytree(root, copy)
        for student in students:
            if student not in students[number::jobs]:
                shutil.rmtree(copy / "submitted" / student)
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(lambda copy: run.module(copy, "nbgrader", "autograde", assignment), copies))
    return {key: score for copy in copies for key, score in scores(copy).items()}


def scores(root: Path) -> Scores:
    """Scores by student, notebook and cell."""
    return {
        (student, notebook, cell): (auto, bool(look))
        for student, notebook, cell, _type, auto, _manual, look in marks(root)
    }


def _reasons(root: Path) -> dict[tuple[str, str], str]:
    """By student and cell: where the course's own part took the place of an answer that failed."""
    return {
        (line["result"]["student"], finding["where"]): finding["sentence"]
        for line in logged(root)
        if line.get("event") == "result"
        for finding in line["result"]["findings"]
        if finding["kind"] == "given-part"
    }
