"""Small courses of other people's kind, each graded in a copy by one program after another.

A folder holds `source/`, `submitted/`, `nbgrader_config.py`; `expected.json` with the right points
of every graded cell (`null`: no score, waits for a person) and what `autograded/` must hold; and
`stock.json`, where nbgrader itself gives something else, with its points and the reason.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from nbgrader.api import Gradebook

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NAMES = sorted(path.parent.name for path in HERE.glob("*/expected.json"))
ASSIGNMENT = "ps1"
SHOWN = "autograded_has"
"""Beside a student's points: texts that the notebooks in `autograded/` must hold."""
LONGEST_S = 300
"""Seconds after which a program that grades is ended."""

Points: TypeAlias = dict[str, dict[str, float | None]]
"""The points of each cell by student, then by cell; of several notebooks as `notebook/cell`."""


def read(name: str, file: str = "expected.json") -> Mapping[str, Any]:
    """What the course's file expects by student; nothing where it has no such file."""
    path = HERE / name / file
    found: Mapping[str, Any] = json.loads(path.read_text())["expect"] if path.exists() else {}
    return found


def expected(name: str, file: str = "expected.json") -> Points:
    """The points that the course's file expects."""
    return {student: _flat(cells) for student, cells in read(name, file).items()}


def _flat(cells: Mapping[str, Any]) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for cell, points in cells.items():
        if isinstance(points, dict):
            found |= {f"{cell}/{inner}": each for inner, each in points.items()}
        elif cell != SHOWN:
            found[cell] = points
    return found


def copy(name: str, root: Path) -> Path:
    """A copy of the course in the folder `root`, its assignment generated."""
    shutil.copytree(HERE / name, root, dirs_exist_ok=True)
    for file in ("expected.json", "stock.json"):
        (root / file).unlink(missing_ok=True)
    run(root, "nbgrader", "generate_assignment", ASSIGNMENT)
    return root


def run(root: Path, program: str, *arguments: str) -> None:
    """Run a program of Python's in the course, for at most LONGEST_S seconds."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", program, *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PATH": path},
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
    )
    assert done.returncode in (0, 1), done.stderr  # 1: not every submission has a score


def points(root: Path) -> Points:
    """The automatic score of every cell of every student, None where a person must look."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        several = len(book.find_assignment(ASSIGNMENT).notebooks) > 1
        return {
            submission.student.id: {
                f"{notebook.name}/{grade.name}" if several else grade.name: _score(grade)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in book.assignment_submissions(ASSIGNMENT)
        }


def _score(grade: Any) -> float | None:
    score: float | None = grade.auto_score
    return None if grade.needs_manual_grade else score


def lacking(name: str, root: Path) -> list[str]:
    """The texts that should be in a student's `autograded/` notebooks and are not."""
    return [
        f"{student}: {text}"
        for student, cells in read(name).items()
        for text in cells.get(SHOWN, ())
        if not any(text in book.read_text() for book in _graded(root, student))
    ]


def _graded(root: Path, student: str) -> list[Path]:
    return sorted((root / "autograded" / student / ASSIGNMENT).glob("*.ipynb"))
