"""Ctrl-C at random times: how soon a run ends, and that the next one goes on where it stopped."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

from autograder.proof.measure import run
from autograder.proof.measure.repeat import Make
from autograder.proof.measure.state import left, logged

SEED = 7
WITHIN_S = 2.0
"""Seconds in which a run must have ended."""
INTERRUPTED = 130


def stops(make: Make, assignment: str, times: int, jobs: int) -> dict[str, object]:
    """Interrupt `times` runs; then grade to the end, and compare with a course left in peace."""
    rng, took, after = random.Random(SEED), list[float](), 0
    with tempfile.TemporaryDirectory(prefix="autograder-stops-") as folder:
        peace = make(Path(folder) / "peace")
        started = time.monotonic()
        run.grade(peace, assignment, jobs)
        span = time.monotonic() - started
        root = make(Path(folder) / "course")
        for _ in range(times):
            seconds, results = _stopped(root, assignment, jobs, rng.uniform(0.3, span))
            took += [seconds] if seconds is not None else []
            after += results
        run.grade(root, assignment, jobs)
        one, other = left(root), left(peace)
        twice = _graded_twice(root)
    lost = sum(one.get(name) != other[name] for name in other)
    return {
        "stops": len(took),
        "results_before_a_stop": after,
        "slowest_stop_s": round(max(took, default=0.0), 2),
        "lost_or_different": lost,
        "graded_twice_in_a_run": twice,
        "ok": bool(took) and max(took) <= WITHIN_S and not lost + twice,
    }


def _stopped(root: Path, assignment: str, jobs: int, wait_s: float) -> tuple[float | None, int]:
    """Seconds from Ctrl-C to the end, or None where the run was done before; results logged."""
    before = _results(root)
    process = run.start(root, assignment, jobs)
    try:
        process.wait(wait_s)
        return None, 0
    except subprocess.TimeoutExpired:
        sent = time.monotonic()
        os.kill(process.pid, signal.SIGINT)
        process.wait()
        return time.monotonic() - sent, _results(root) - before


def _results(root: Path) -> int:
    return sum(line.get("event") == "result" for line in logged(root))


def _graded_twice(root: Path) -> int:
    """Students graded again within one run, though their result was on the disk."""
    done = Counter(
        (line["run"], line["result"]["student"])
        for line in logged(root)
        if line.get("event") == "result"
    )
    return sum(count - 1 for count in done.values())
