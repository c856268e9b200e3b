"""A course folder of nbgrader with one small assignment and a class."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from autograder.course.notebook import write
from autograder.course.rebuild import replace_answer
from tests.engine.room import master

ROOT = Path(__file__).resolve().parents[2]
STAMP = "2026-01-15 12:00:00.000000 UTC\n"
MARKED = {
    "square": "def square(x):\n    ### BEGIN SOLUTION\n    return x * x\n    ### END SOLUTION",
    "last": "def last(items):\n    ### BEGIN SOLUTION\n    return items[-1]\n    ### END SOLUTION",
}
ANSWERS = {
    "ada": {},
    "bob": {"square": "def square(x):\n    return x + x"},
    "cem": {"square": "def square(x):\n    raise ValueError('no')"},
    "dee": {"square": "def square(x):\n    return abs(x) ** 3 if x < 0 else x * x"},
    "eve": {"square": "import sys\ndef square(x):\n    print('!', file=sys.stderr)\n"
            "    return x * x", "last": "def last(items):\n    print(items)\n    return items[1]"},
    "fay": {"square": "def square(x)\n    return", "why": "It is so."},
}  # fmt: skip


def course(root: Path) -> Path:
    """The course, generated, with the class's submissions."""
    source = root / "source" / "ps1"
    source.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.Execute.timeout = 60\n")
    marked = master()
    for name, answer in MARKED.items():
        marked = replace_answer(marked, name, answer)
    marked["cells"][2]["source"] = _with_hidden_region(marked["cells"][2]["source"])
    write(marked, source / "problem.ipynb")
    nbgrader(root, "generate_assignment", "ps1")
    for student, answers in ANSWERS.items():
        hand_in(root, student, answers)
    return root


def _with_hidden_region(source: str) -> str:
    first, rest = source.split("\n", 1)
    return f"{first}\n### BEGIN HIDDEN TESTS\n{rest}\n### END HIDDEN TESTS"


def hand_in(root: Path, student: str, answers: dict[str, str]) -> None:
    """The model answers, but for `answers`."""
    found: dict[str, Any] = master()
    for name, answer in answers.items():
        found = replace_answer(found, name, answer)
    folder = root / "submitted" / student / "ps1"
    folder.mkdir(parents=True, exist_ok=True)
    write(found, folder / "problem.ipynb")
    (folder / "timestamp.txt").write_text(STAMP)


def nbgrader(root: Path, *command: str) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # alembic
    subprocess.run(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PATH": path},
        capture_output=True,
        check=True,
    )


def scores(root: Path) -> dict[tuple[str, str], tuple[float | None, bool]]:
    """Automatic score, and whether a person must look, of every cell of every student."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        return {
            (submission.student.id, grade.name): (grade.auto_score, grade.needs_manual_grade)
            for submission in book.assignment_submissions("ps1")
            for notebook in submission.notebooks
            for grade in notebook.grades
        }
