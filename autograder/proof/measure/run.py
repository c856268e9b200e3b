"""Running the graders as their users do: as programs of their own, in a course folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[3]


def module(root: Path, *command: str) -> None:
    """Run a module's command in a course folder; its exit status says nothing here."""
    python(root, "-m", *command)


def python(root: Path, *arguments: str) -> None:
    """Run Python in a course folder."""
    subprocess.run(
        [sys.executable, *arguments], cwd=root, env=environment(), capture_output=True,
        check=False,
    )  # fmt: skip


def grade(root: Path, assignment: str, jobs: int, *more: str) -> dict[str, Any]:
    """Grade to the end; the report."""
    done = subprocess.run(
        grading(root, assignment, jobs, *more), cwd=root, env=environment(), capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    if not done.stdout:
        raise RuntimeError(f"grading {assignment} gave no report: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def start(root: Path, assignment: str, jobs: int) -> subprocess.Popen[bytes]:
    """Begin to grade, in a session of its own."""
    return subprocess.Popen(
        grading(root, assignment, jobs), cwd=root, env=environment(), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


def grading(root: Path, assignment: str, jobs: int, *more: str) -> Sequence[str]:
    """The command line."""
    verb = [sys.executable, "-m", "autograder.cli", "grade", assignment]
    return [*verb, "--course", str(root), "--jobs", str(jobs), "--json", *more]


def environment() -> dict[str, str]:
    """This environment, with this package and the commands beside this Python found first."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {
        **os.environ, "PYTHONPATH": str(PROJECT), "PATH": path, "OMP_WAIT_POLICY": "passive",
    }  # fmt: skip
