"""A small course as any nbgrader course is, its submissions, and what a right engine says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from autograder.course import notebook as notebooks
from autograder.course.rebuild import replace_answer
from autograder.proof.measure import run
from autograder.result import AnswerResult, CellResult, GradeResult

ASSIGNMENT, NOTEBOOK = "ps1", "squares"
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
ESSAY_STUB = "YOUR ANSWER HERE"
TIMESTAMP = "2026-03-01 12:00:00.000000 UTC"
SECRET = "0123456789abcdef" * 8
PATIENCE_S = 300.0
"""Seconds after which nbgrader hangs; on a busy machine a kernel takes 20 to start."""
CONFIG = "c = get_config()\nc.CourseDirectory.course_id = 'demo'\n"


def cell(kind: str, source: str, id_: str, **facts: object) -> dict[str, Any]:
    """One notebook cell; `facts` are nbgrader's."""
    grader = dict.fromkeys(("grade", "solution", "locked", "task"), False) | {"schema_version": 3}
    metadata = {"nbgrader": {**grader, "grade_id": id_, **facts}} if facts else {}
    code = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": id_, "metadata": metadata, "source": source, **code}


def source_notebook() -> dict[str, Any]:
    """Two code exercises (one with partial credit), an essay, and a task."""
    square = "def square(x):\n    ### BEGIN SOLUTION\n    return x * x\n    ### END SOLUTION"
    hidden = "### BEGIN HIDDEN TESTS\nassert square(-3) == 9\n### END HIDDEN TESTS"
    tests = f"assert square(2) == 4\n{hidden}"
    cells = [
        cell("markdown", "# Squares", "title"),
        cell("code", square, "square", solution=True),
        cell("code", tests, "square-test", grade=True, locked=True, points=2),
        cell("code", "x = 4\nx / 4 * 0.5", "half-test", grade=True, locked=True, points=1),
        cell("markdown", "A model answer.", "why", grade=True, solution=True, points=3),
        cell("markdown", "Draw a square below.", "draw", task=True, locked=True, points=2),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {
        "cells": cells,
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


Answers = dict[str, str]
GOOD: Answers = {"square": "def square(x):\n    return x ** 2", "why": "Because $x < y$ is **so**."}
WRONG: Answers = {"square": "def square(x):\n    return 2 * x", "why": "I do not know."}
CLASS = {"ada": GOOD, "ben": WRONG, "eve": {}}


def submission(course: Path, answers: Answers) -> dict[str, Any]:
    """The released notebook with some answers written in."""
    released = notebooks.read(course / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb")
    for name, text in answers.items():
        released = replace_answer(released, name, text)
    return released


def hand_in(course: Path, student: str, answers: Answers, timestamp: str = TIMESTAMP) -> None:
    """Put a submission where nbgrader collects it."""
    folder = course / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    notebooks.write(submission(course, answers), folder / f"{NOTEBOOK}.ipynb")
    (folder / "timestamp.txt").write_text(timestamp)
    (folder / "submission_secret.txt").write_text(SECRET)


def result(student: str, answers: Answers, timestamp: str = TIMESTAMP) -> GradeResult:
    """What a right engine says about these answers."""
    square = {GOOD["square"]: 2.0}.get(answers.get("square", ""), 0.0)
    cells = (
        CellResult("square-test", "passed" if square else "failed", square, 2.0),
        CellResult("half-test", "passed", 0.5, 1.0),
        CellResult("why", "passed", None if "why" in answers else 0.0, 3.0),
        CellResult("draw", "passed", None, 2.0),
    )
    stubs = {"square": "def square(x):\n    # YOUR CODE HERE", "why": ESSAY_STUB}
    given = tuple(AnswerResult(n, answers.get(n, stub), n in answers) for n, stub in stubs.items())
    return GradeResult(ASSIGNMENT, student, "sha", "graded", cells, given, timestamp=timestamp)


def broken(student: str, status: str, sentence: str) -> GradeResult:
    """What a right engine says about a submission that it cannot grade."""
    return GradeResult(ASSIGNMENT, student, "sha", status, sentence=sentence, timestamp=TIMESTAMP)


def autograde(course: Path, student: str) -> None:
    """nbgrader's own grading, as a program of its own: what it starts ends with it.

    Raises AssertionError with what it printed, and subprocess.TimeoutExpired.
    """
    command = (sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT, "--student", student)
    done = subprocess.run(
        [*command, "--force"], cwd=course, env=run.environment(), capture_output=True, text=True,
        timeout=PATIENCE_S,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def api(course: Path) -> Any:
    """nbgrader's own programming interface to a course folder."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    config = Config()
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.course_id = "demo"
    config.ClearSolutions.code_stub = {"python": STUB}
    config.ClearSolutions.text_stub = ESSAY_STUB
    return NbGraderAPI(config=config)
