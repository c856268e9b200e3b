"""The same attacks against nbgrader alone, each in a course of its own in a temporary folder.

Only attacks that keep to that folder are run: nbgrader has no walls.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from autograder.proof.attacks.attack import Attack
from autograder.proof.attacks.run import UNSAFE, formgrader, without_text
from autograder.proof.attacks.stage import Stage, left_behind, make, snapshot, temporary

LIMIT_S = 180
"""Seconds that one command of nbgrader may take."""
HUNDRED = 100.0
"""The score that attacks on the gradebook write."""


@dataclass(frozen=True)
class Shown:
    """What one attack did to nbgrader: the harm that is claimed, and the harm that was seen."""

    name: str
    claimed: str
    seen: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether the claimed harm was seen."""
        return self.claimed in self.seen


def against_nbgrader(attacks: Iterable[Attack]) -> Iterator[Shown]:
    """Run every attack that claims harm; about ten seconds each."""
    for attack in attacks:
        if attack.stock:
            with temporary() as folder:
                stage = make(folder, (attack,), attack.course)
                yield Shown(attack.name, attack.stock, tuple(sorted(set(_harm(stage, attack)))))


def _harm(stage: Stage, attack: Attack) -> Iterator[str]:
    student = stage.student(attack)
    _nbgrader(stage, "generate_assignment", stage.target.assignment, "--force")
    before, tests = snapshot(stage), _tests(stage)
    done = _nbgrader(
        stage, "autograde", stage.target.assignment, f"--CourseDirectory.student_id={student}"
    )
    score = _score(stage, student, attack.cell)
    if not done or score is None:
        yield "ends"
    if score is not None and score > attack.deserves * stage.target.points[attack.cell]:
        yield "gains"
    if _changed(before, snapshot(stage)) or left_behind(stage) or _tests(stage) != tests:
        yield "alters"
    if score == HUNDRED:
        yield "alters"
    outputs = stage.folder(student, "autograded") / f"{stage.target.name}.ipynb"
    text = outputs.read_text(encoding="utf-8") if outputs.exists() else ""
    if any(word in text for name, word in stage.words.items() if name != "hidden"):
        yield "leaks"
    if _hidden_in_outputs(text, stage.words["hidden"]):
        yield "leaks"
    if any(what in without_text(formgrader(stage, student)) for what in UNSAFE):
        yield "acts"


def _changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """What is different, but for the hidden files that nbgrader and IPython keep for themselves."""
    names = [name for name in before | after if before.get(name) != after.get(name)]
    return [name for name in names if not name.split("/")[1].startswith(".")]


def _nbgrader(stage: Stage, *arguments: str) -> bool:
    """Run one command in the course; whether it said that all went well."""
    beside = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "HOME": str(stage.home),
        "IPYTHONDIR": str(stage.home / ".ipython"),
        "PATH": os.pathsep.join((beside, os.environ.get("PATH", ""))),
        "AUTOGRADER_GRADING_SEED": stage.words["seed"],
    }
    command = [sys.executable, "-m", "nbgrader", *arguments]
    try:
        done = subprocess.run(
            command,
            cwd=stage.root,
            env=environment,
            capture_output=True,
            timeout=LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _score(stage: Stage, student: str, cell: str) -> float | None:
    """The score that nbgrader counts for the cell; None where there is none."""
    rows = _rows(
        stage,
        "SELECT coalesce(g.manual_score, g.auto_score) FROM grade g "
        "JOIN base_cell b ON b.id = g.cell_id AND b.name = ? "
        "JOIN submitted_notebook m ON m.id = g.notebook_id "
        "JOIN submitted_assignment s ON s.id = m.assignment_id AND s.student_id = ?",
        cell,
        student,
    )
    return None if not rows or rows[0][0] is None else float(str(rows[0][0]))


def _tests(stage: Stage) -> list[tuple[object, ...]]:
    return _rows(stage, "SELECT name, source FROM source_cell ORDER BY name")


def _rows(stage: Stage, query: str, *values: str) -> list[tuple[object, ...]]:
    try:
        with closing(sqlite3.connect(stage.root / "gradebook.db")) as database:
            return database.execute(query, values).fetchall()
    except sqlite3.Error:
        return []


def _hidden_in_outputs(text: str, word: str) -> bool:
    """Whether a hidden test is in what was put out, beyond the test cells that hold it."""
    import json

    if not text:
        return False
    outputs = [cell.get("outputs") for cell in json.loads(text)["cells"]]
    return word in json.dumps(outputs)
