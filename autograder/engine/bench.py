"""The same class graded by `nbgrader autograde` and by `autograder grade`, measured in one run."""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course.course import Course
from autograder.course.notebook import read, write
from autograder.engine.madeclass import made_class
from autograder.exercise import Lesson

STAMP = "2026-01-15 12:00:00.000000 UTC\n"
PROJECT = Path(__file__).resolve().parents[2]
MEBI = 1024 * 1024
Scores = dict[tuple[str, str], float | None]


@dataclass(frozen=True)
class Measured:
    """What one grader took for a class: seconds of wall and CPU time, bytes at its peak."""

    wall_s: float
    cpu_s: float
    scores: Scores


def bench(home: Course, lesson: Lesson, students: int, jobs: int) -> dict[str, object]:
    """Both graders on a class of `students`: flat figures, and the cells they disagree on."""
    with tempfile.TemporaryDirectory(prefix="autograder-bench-") as folder:
        stock = _course(home, lesson, Path(folder) / "stock", students)
        ours = Path(folder) / "ours"
        shutil.copytree(stock, ours)
        theirs = _measure(stock, ["nbgrader", "autograde", lesson.id], lesson)
        command = ["autograder.cli", "grade", lesson.id, "--jobs", str(jobs), "--json"]
        mine = _measure(ours, command, lesson)
        return _figures(theirs, mine, students, jobs) | own_figures(ours, lesson)


def _course(home: Course, lesson: Lesson, root: Path, students: int) -> Path:
    """A course folder of nbgrader with one assignment, generated, and a class's submissions."""
    root.mkdir()
    for name in ("nbgrader_config.py", "grading-seed"):
        if (home.root / name).exists():
            shutil.copyfile(home.root / name, root / name)
    shutil.copytree(home.source(lesson.id), root / "source" / lesson.id)
    _run(root, ["nbgrader", "generate_assignment", lesson.id])
    made = Course(root)
    file = f"{lesson.notebook}.ipynb"
    master, release = read(made.source(lesson.id) / file), read(made.release(lesson.id) / file)
    for student, notebook in made_class(lesson, master, release, students):
        folder = root / "submitted" / student / lesson.id
        folder.mkdir(parents=True)
        write(notebook, folder / file)
        (folder / "timestamp.txt").write_text(STAMP)
    return root


def _measure(root: Path, command: Sequence[str], lesson: Lesson) -> Measured:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    _run(root, command)
    wall = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(wall, cpu, _scores(root, lesson))


def _run(root: Path, command: Sequence[str]) -> None:
    """Run a module's command in a course folder; its exit status says nothing about time."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "OMP_WAIT_POLICY": "passive"}
    subprocess.run(
        [sys.executable, "-m", *command],
        cwd=root,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )


def _scores(root: Path, lesson: Lesson) -> Scores:
    """The automatic score of every graded cell of every student, from the gradebook."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        return {
            (submission.student.id, grade.name): grade.auto_score
            for submission in book.assignment_submissions(lesson.id)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def _figures(theirs: Measured, mine: Measured, students: int, jobs: int) -> dict[str, object]:
    differ = sorted(
        f"{student} {cell}: {score} by nbgrader, {mine.scores.get((student, cell))} here"
        for (student, cell), score in theirs.scores.items()
        if mine.scores.get((student, cell)) != score
    )
    return {
        "students": students,
        "jobs": jobs,
        "nbgrader_wall_s": round(theirs.wall_s, 2),
        "nbgrader_cpu_s": round(theirs.cpu_s, 2),
        "autograder_wall_s": round(mine.wall_s, 2),
        "autograder_cpu_s": round(mine.cpu_s, 2),
        "times_faster": round(theirs.wall_s / mine.wall_s, 2),
        "cells": len(theirs.scores),
        "cells_equal": len(theirs.scores) - len(differ),
        "differences": differ,
    }


def own_figures(root: Path, lesson: Lesson) -> dict[str, object]:
    """Overhead and memory of a submission, from model answers graded again and again."""
    from autograder.engine.overhead import overhead

    found = overhead(Course(root), lesson)
    times = sorted(found.overhead_s)
    return {
        "overhead_p50_ms": round(1000 * statistics.median(times), 1),
        "overhead_p99_ms": round(1000 * times[-max(1, len(times) // 100)], 1),
        "private_memory_mib": round(max(found.private_bytes) / MEBI, 1),
        "tier": found.tier,
    }
