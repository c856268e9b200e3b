"""Killing the driver or a worker at random times, with resume: nothing lost, doubled or stale."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from autograder.proof.measure import run
from autograder.proof.measure.classes import (
    SMALL,
    SMALL_ANSWERS,
    hand_in_small,
    mixed,
    small_course,
)
from autograder.proof.measure.state import is_whole, left, marks

SEED = 5
JOBS = 2
WORKER = 0.6
"""How often a worker is the victim rather than the driver, where there is one yet."""


def kills(times: int, students: int) -> dict[str, object]:
    """Kill `times` times; then grade to the end and compare with a course left in peace.

    After each kill of the driver the next run resumes. Between two runs a student hands in
    again, so that a grade of an older submission would show.
    """
    started, rng = time.monotonic(), random.Random(SEED)
    ways = mixed(SMALL_ANSWERS, 200)
    now = {f"student-{n:02}": ways[n] for n in range(students)}
    with tempfile.TemporaryDirectory(prefix="autograder-kills-") as folder:
        root = small_course(Path(folder) / "course", now)
        span = _seconds(root)
        victims = Counter[str]()
        while victims.total() < times:
            changed = rng.choice(sorted(now))
            now[changed] = rng.choice(ways)
            hand_in_small(root, changed, now[changed])
            victims += _disturbed(root, rng, span)
        run.grade(root, SMALL, JOBS)  # what is left of the last run
        peace = small_course(Path(folder) / "peace", now)
        run.grade(peace, SMALL, JOBS)
        lost, doubled, stale = _compared(root, peace, students)
        whole = is_whole(root)
    return {
        "kills": victims.total(),
        **{f"kills_of_{name}": count for name, count in sorted(victims.items())},
        "students": students,
        "lost": lost,
        "doubled": doubled,
        "stale": stale,
        "database_is_whole": whole,
        "wall_s": round(time.monotonic() - started, 1),
        "ok": whole and not lost + doubled + stale,
    }


def _seconds(root: Path) -> float:
    started = time.monotonic()
    run.grade(root, SMALL, JOBS)
    return time.monotonic() - started


def _disturbed(root: Path, rng: random.Random, span: float) -> Counter[str]:
    """One run, in which the driver or a process below it is killed at a random time."""
    process = run.start(root, SMALL, JOBS)
    try:
        process.wait(rng.uniform(0, span))
    except subprocess.TimeoutExpired:
        workers = _workers(process.pid)
        driver = ("driver", process.pid)
        victim, pid = rng.choice(workers) if workers and rng.random() < WORKER else driver
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            process.wait()
            return Counter([victim])
    return Counter()


def _workers(driver: int) -> list[tuple[str, int]]:
    """One process below the driver for each place in the tree: parent, judges, slots, ..."""
    found: list[tuple[str, int]] = []
    todo = [driver]
    while todo:
        children = [int(pid) for owner in todo for pid in _children(owner)]
        found += [("worker", pid) for pid in children]
        todo = children
    return found


def _children(pid: int) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return []


def _compared(root: Path, peace: Path, students: int) -> tuple[int, int, int]:
    """Students without marks, marks given twice, and what differs from the course in peace."""
    ours, theirs = marks(root), marks(peace)
    rows = Counter(row[:4] for row in ours)
    lost = students - len({row[0] for row in ours})
    doubled = sum(count - 1 for count in rows.values())
    one, other = left(root), left(peace)
    stale = sum(one.get(name) != other[name] for name in other)
    return lost, doubled, stale if ours == theirs else max(1, stale)
