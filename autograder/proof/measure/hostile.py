"""A class with hostile submissions: it is done in time, and the machine stays usable."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from autograder.engine import grade as engine
from autograder.proof.measure.classes import (
    SMALL,
    SMALL_ANSWERS,
    SMALL_NOTEBOOK,
    mixed,
    small_course,
)
from autograder.result import GradeResult
from autograder.worker.limits import DEFAULTS, Limits

SHARE = 1.25
"""The bar: times the sum of the hostile ones' limits and the honest time, over the jobs."""
LOOK_S = 0.5
"""Seconds between two looks at how quickly the machine starts a program."""
RIGHT = {name: answers[0] for name, answers in SMALL_ANSWERS.items()}
ATTACKS = {
    "loop": "def square(x):\n    while True:\n        pass",
    "memory": "def square(x):\n    k = []\n    while True:\n        k.append(bytearray(10**7))",
    "fork": "import os\ndef square(x):\n    while True:\n        os.fork()",
    "output": "def square(x):\n    while True:\n        print('x' * 10**5)",
}
LABELS = {
    "loop": ("timeout",),
    "memory": ("memory",),
    "fork": ("error", "timeout", "memory", "crashed"),
    "output": ("timeout", "output-limit"),
}
CALLS = 2
"""Test cells that call the function under attack: each may use up a cell's limit."""


@dataclass(frozen=True)
class Mix:
    """How many of each kind there are."""

    loop: int = 10
    memory: int = 5
    fork: int = 5
    output: int = 5
    students: int = 100


def hostile(mix: Mix, jobs: int, limits: Limits = DEFAULTS) -> dict[str, object]:
    """Grade the honest of a class alone, then the whole class."""
    honest = _honest(mix)
    bad = {f"{kind}-{n:02}": kind for kind in ATTACKS for n in range(getattr(mix, kind))}
    attackers = {name: {**RIGHT, "square": ATTACKS[kind]} for name, kind in bad.items()}
    with tempfile.TemporaryDirectory(prefix="autograder-hostile-") as folder:
        alone, quiet_s, _ = _graded(Path(folder) / "honest", honest, jobs, limits)
        everyone = {**honest, **attackers}
        results, wall_s, starts = _graded(Path(folder) / "class", everyone, jobs, limits)
    allowed = SHARE * (len(bad) * CALLS * limits.cell_s / jobs + quiet_s)
    found = {r.student: r for r in results}
    wrong = _mislabelled(bad, found)
    hurt = [r.student for r in alone if found[r.student].points != r.points]
    return {
        "students": len(everyone),
        "hostile": len(bad),
        "jobs": jobs,
        "honest_s": round(quiet_s, 2),
        "wall_s": round(wall_s, 2),
        "allowed_s": round(allowed, 2),
        "mislabelled": len(wrong),
        "honest_hurt": len(hurt),
        "start_of_a_program_p50_ms": round(1000 * starts[len(starts) // 2], 1),
        "start_of_a_program_max_ms": round(1000 * starts[-1], 1),
        "notes": [*wrong, *hurt],
        "ok": wall_s <= allowed and not wrong and not hurt,
    }


def _honest(mix: Mix) -> dict[str, dict[str, str]]:
    count = mix.students - mix.loop - mix.memory - mix.fork - mix.output
    return {f"honest-{n:02}": way for n, way in enumerate(mixed(SMALL_ANSWERS, count))}


def _graded(
    root: Path, answers: dict[str, dict[str, str]], jobs: int, limits: Limits
) -> tuple[tuple[GradeResult, ...], float, list[float]]:
    """Results, seconds, and how long a program took to start meanwhile, sorted."""
    small_course(root, answers)
    folders = tuple((name, root / "submitted" / name / SMALL) for name in sorted(answers))
    source, release = (root / s / SMALL / f"{SMALL_NOTEBOOK}.ipynb" for s in ("source", "release"))
    task = engine.Task(root, SMALL, SMALL_NOTEBOOK, source, release, folders, "seed", limits)
    done, starts = threading.Event(), list[float]()
    watch = threading.Thread(target=_watch, args=(done, starts))
    watch.start()
    started = time.monotonic()
    try:
        results = engine.run(task, engine.Options(jobs=jobs), lambda _result, _titles: None)
    finally:
        done.set()
        watch.join()
    return results, time.monotonic() - started, sorted(starts)


def _watch(done: threading.Event, starts: list[float]) -> None:
    """Start a small program again and again until the run is done."""
    while True:
        started = time.monotonic()
        subprocess.run([sys.executable, "-S", "-c", "pass"], check=True)
        starts.append(time.monotonic() - started)
        if done.wait(LOOK_S):
            return


def _mislabelled(bad: dict[str, str], found: dict[str, GradeResult]) -> list[str]:
    """Attackers whose test has another label, or whose other answer has lost its point."""
    wrong = []
    for name, kind in bad.items():
        cells = {cell.name: cell for cell in found[name].cells}
        label = cells["square-test"].status if cells else found[name].status
        if label not in LABELS[kind] or cells["last-test"].points != 1:
            wrong.append(f"{name}: {label}")
    return wrong
