"""What a submission costs beyond running its cells: starting, locking up, ending, cleaning."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass

from autograder.course.course import Course
from autograder.course.notebook import read
from autograder.engine.grade import Task, prepare
from autograder.engine.machine import Machine
from autograder.engine.session import Session
from autograder.engine.steps import after_setup, lesson_of, steps_of
from autograder.exercise import Lesson
from autograder.worker.channel import Channel
from autograder.worker.limits import DEFAULTS

ROUNDS = 100
"""Submissions measured; the first, which warms the parent up, is left out."""


@dataclass(frozen=True)
class Overhead:
    """Seconds beyond its cells, and bytes of its own at its end, for each submission."""

    overhead_s: tuple[float, ...]
    private_bytes: tuple[int, ...]
    tier: str


def overhead(home: Course, lesson: Lesson, rounds: int = ROUNDS) -> Overhead:
    """Run the model answers `rounds` times, each in a process of its own."""
    machine, slot, done = _start(home, lesson)
    path = home.source(lesson.id) / f"{lesson.notebook}.ipynb"
    steps = after_setup(steps_of(read(path), lesson_of(lesson.id)), done)
    sources = [step.cell.source for step in steps if step.kind == "run"]
    try:
        found = [_once(slot, sources) for _ in range(rounds + 1)][1:]
    finally:
        slot.close()
        machine.stop()
    seconds, sizes = zip(*found, strict=True)
    return Overhead(seconds, sizes, machine.capabilities.tier)


def _start(home: Course, lesson: Lesson) -> tuple[Machine, Channel, list[str]]:
    source, release = (
        folder / f"{lesson.notebook}.ipynb"
        for folder in (home.source(lesson.id), home.release(lesson.id))
    )
    task = Task(home.root, lesson.id, lesson.notebook, source, release, (), "seed")
    settings, _ = prepare(task)
    machine = Machine(settings, 1)
    machine.start()
    mine, theirs = socket.socketpair()
    machine.open_bare_slot(0, theirs)
    return machine, Channel(mine), list(settings.setup)


def _once(slot: Channel, sources: list[str]) -> tuple[float, int]:
    started = time.monotonic()
    session = Session(slot, DEFAULTS, started + DEFAULTS.submission_s)
    opened = time.monotonic()
    for source in sources:
        session.cell(source)
    size = int(session.request({"op": "memory"}, DEFAULTS.cell_s)["bytes"])
    ran = time.monotonic()
    session.end()
    return (opened - started) + (time.monotonic() - ran), size
