"""Grading the same class again and again: the same bytes, with any number of jobs."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from autograder.proof.measure import run
from autograder.proof.measure.state import left

JOBS = (1, 2, 4)
Make = Callable[[Path], Path]
"""Makes a course in a new folder."""


def repeat(make: Make, assignment: str, times: int) -> dict[str, object]:
    """Grade `times` times, with 1, 2 and 4 jobs in turns, into the same gradebook."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="autograder-repeat-") as folder:
        root = make(Path(folder) / "course")
        run.grade(root, assignment, JOBS[0])
        first, differ = left(root), set[str]()
        for number in range(1, times + 1):
            run.grade(root, assignment, JOBS[number % len(JOBS)])
            now = left(root)
            differ |= {name for name in first | now if first.get(name) != now.get(name)}
    return {
        "regrades": times,
        "compared": len(first),
        "different": len(differ),
        "differences": sorted(differ)[:20],
        "wall_s": round(time.monotonic() - started, 1),
        "ok": not differ,
    }
