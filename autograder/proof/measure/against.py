"""The same class graded by `nbgrader autograde` and by `autograder grade`, measured in one run."""

from __future__ import annotations

import resource
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course.course import Course
from autograder.exercise import Lesson
from autograder.proof.measure import parity, run
from autograder.proof.measure.classes import lesson_course


@dataclass(frozen=True)
class Measured:
    """What one grader took for a class: seconds of wall and CPU time, bytes at its peak."""

    wall_s: float
    cpu_s: float
    scores: parity.Scores


def bench(home: Course, lesson: Lesson, students: int, jobs: int) -> dict[str, object]:
    """Both graders on a class of `students`: flat figures, and the cells they disagree on."""
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder:
        stock = lesson_course(home, lesson, Path(folder) / "stock", students)
        ours = Path(shutil.copytree(stock, Path(folder) / "ours"))
        mine = _measure(ours, run.grading(ours, lesson.id, jobs)[1:])
        theirs = _measure(stock, ["-m", "nbgrader", "autograde", lesson.id])
        return _figures(theirs, mine, students, jobs) | _differences(theirs, mine, ours)


def _measure(root: Path, command: Sequence[str]) -> Measured:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    run.python(root, *command)
    wall = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(wall, cpu, parity.scores(root))


def _figures(theirs: Measured, mine: Measured, students: int, jobs: int) -> dict[str, object]:
    return {
        "students": students,
        "jobs": jobs,
        "nbgrader_wall_s": round(theirs.wall_s, 2),
        "nbgrader_cpu_s": round(theirs.cpu_s, 2),
        "autograder_wall_s": round(mine.wall_s, 2),
        "autograder_cpu_s": round(mine.cpu_s, 2),
        "times_faster": round(theirs.wall_s / mine.wall_s, 2),
    }


def _differences(theirs: Measured, mine: Measured, ours: Path) -> dict[str, object]:
    told = parity.told(theirs.scores, mine.scores, ours)
    explained = sum(bool(reason) for reason in told.values())
    return {
        "cells": len(theirs.scores),
        "cells_equal": len(theirs.scores) - len(told),
        "cells_explained": explained,
        "differences": parity.lines(told),
        "ok": explained == len(told),
    }
