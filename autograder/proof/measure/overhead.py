"""What a submission costs beyond running its code, from its folder to the student's page."""

from __future__ import annotations

import shutil
import socket
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.course import intake
from autograder.course.course import Course
from autograder.course.notebook import read
from autograder.engine import judges
from autograder.engine.grade import Task, Write, prepare
from autograder.engine.machine import Machine
from autograder.engine.runlog import RunLog
from autograder.engine.session import Session
from autograder.engine.steps import Headings
from autograder.exercise import Lesson
from autograder.proof.measure.classes import hand_in
from autograder.result import GradeJob
from autograder.worker.channel import Channel

ROUNDS = 100
"""Submissions measured; the first ones, in which programs are loaded, are left out."""
FIRST = 3
RUNS = ("cell", "call", "new", "method", "load_state", "state", "grads", "memory")
"""Requests that run cells or call functions, and the one that measures."""
MEBI = 1024 * 1024


class Timed(Session):
    """A session that knows how long the learner's code ran, and how much memory it had."""

    ran_s = 0.0
    private_bytes = 0

    def request(self, message: dict[str, Any], limit_s: float) -> dict[str, Any]:
        """See `Session`."""
        started = time.monotonic()
        try:
            return super().request(message, limit_s)
        finally:
            if message["op"] in RUNS:
                Timed.ran_s += time.monotonic() - started

    def end(self) -> dict[str, Any]:
        """See `Session`."""
        if not self.over:
            Timed.private_bytes = self.request({"op": "memory"}, 10.0)["bytes"]
        return super().end()


@dataclass(frozen=True)
class Desk:
    """A warm parent, a judge's paper, and the one writer."""

    task: Task
    machine: Machine
    paper: judges.Paper
    slot: Channel
    write: Write


def overhead(home: Course, lesson: Lesson, writer: Any, rounds: int = ROUNDS) -> dict[str, object]:
    """Grade the model answers `rounds` times, each as a student of its own."""
    with tempfile.TemporaryDirectory(prefix="autograder-overhead-") as folder:
        task = _task(home, lesson, Path(folder))
        with _desk(task, writer(task)) as desk:
            model = read(task.source)
            found = [_once(desk, number, model) for number in range(rounds + FIRST)][FIRST:]
    seconds, sizes = zip(*found, strict=True)
    times = sorted(seconds)
    return {
        "rounds": rounds,
        "overhead_p50_ms": round(1000 * statistics.median(times), 1),
        "overhead_p99_ms": round(1000 * times[-max(1, len(times) // 100)], 1),
        "private_memory_mib": round(max(sizes) / MEBI, 1),
        "tier": desk.machine.capabilities.tier,
        "bubblewrap": desk.machine.capabilities.bubblewrap,
    }


def _task(home: Course, lesson: Lesson, root: Path) -> Task:
    for step in ("source", "release"):
        shutil.copytree(home.root / step / lesson.id, root / step / lesson.id)
    file = f"{lesson.notebook}.ipynb"
    source, release = (root / step / lesson.id / file for step in ("source", "release"))
    return Task(root, lesson.id, lesson.notebook, source, release, (), "seed")


@contextmanager
def _desk(task: Task, write: Write) -> Iterator[Desk]:
    settings, _ = prepare(task)
    machine = Machine(settings, 1)
    machine.start()
    mine, theirs = socket.socketpair()
    machine.open_bare_slot(0, theirs)
    slot = Channel(mine)
    try:
        paper = judges.paper_from(machine._for_judges(len(settings.setup)))
        yield Desk(task, machine, paper, slot, write)
    finally:
        slot.close()
        machine.stop()


def _once(desk: Desk, number: int, model: dict[str, Any]) -> tuple[float, int]:
    """Seconds beyond running the code, and bytes of the process's own at its end."""
    task, student = desk.task, f"student-{number:03}"
    hand_in(task.course, student, task.assignment, {task.name: model})
    folder = task.course / "submitted" / student / task.assignment
    Timed.ran_s, started = 0.0, time.monotonic()
    job = GradeJob(task.assignment, student, str(folder), intake.digest(folder), task.seed)
    result = judges.grade(job, desk.paper, desk.slot, Timed)
    log = RunLog(task.course, task.assignment, task.name)
    log.add_result("run", "key", replace(result, timestamp=intake.timestamp(folder)))
    desk.write(result, Headings())
    log.add("written", student=student)
    return time.monotonic() - started - Timed.ran_s, Timed.private_bytes
