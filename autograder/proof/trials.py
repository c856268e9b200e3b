"""Many answers through the judge: on all cores, and going on where it was stopped.

Each answer is judged in one of a few processes, which an answer may take down with it. What came
of it goes into a log at once, under a key that changes with whatever decides a verdict.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TextIO

from autograder.lessons.sheet import BadSheet

LONGEST_S = 300.0
"""Seconds by the clock after which a process is taken for stuck."""
GOODBYE_S = 5.0
"""Seconds that a process may take to end by itself."""
MOST_BYTES = 8 * 1024**3
"""Memory that one process may ask for."""
DECIDING = ("lessons", "given", "judge", "wire", "worker", "exercise.py", "checking.py")
"""What of this package decides a verdict."""
MISTAKES = b"\nmistakes\n"
"""After this line a sheet decides no verdict."""
ENDED = "it ended the process"
PACKAGE = Path(__file__).resolve().parents[1]

Lost = tuple[str, ...]
"""The stages that an answer loses, or one sentence where it could not be judged."""


@dataclass(frozen=True)
class Answer:
    """One answer to try: the cell's text, and the seed that hidden tests draw from."""

    exercise: str
    cell: str
    seed: str


@dataclass(frozen=True)
class Tried:
    """What came of an answer, and the seconds by the clock that it took."""

    answer: Answer
    lost: Lost
    seconds: float


def tried(answers: Sequence[Answer], log: Path, jobs: int = 0) -> Iterator[Tried]:
    """Each answer with the stages it loses, hidden tests included, in the order they are done.

    log: a file of results so far, to which new ones are added; raises BadSheet where it cannot be
    jobs: processes; 0 for one on each core
    """
    known = _read(log)
    waiting: queue.SimpleQueue[Answer] = queue.SimpleQueue()
    done: queue.SimpleQueue[Tried] = queue.SimpleQueue()
    new = [answer for answer in answers if key(answer) not in known]
    for answer in new:
        waiting.put(answer)
    yield from (Tried(answer, *known[key(answer)]) for answer in answers if key(answer) in known)
    with _opened(log) as file:
        for _ in range(min(jobs or os.cpu_count() or 1, len(new))):
            threading.Thread(target=_work, args=(waiting, done), daemon=True).start()
        for _ in new:
            each = done.get()
            file.write(json.dumps([key(each.answer), each.lost, round(each.seconds, 2)]) + "\n")
            file.flush()
            yield each


def _opened(log: Path) -> TextIO:
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        return log.open("a", encoding="utf-8")
    except OSError as error:
        raise BadSheet(f"{log} cannot be written: {error.strerror}.") from None


def _read(log: Path) -> dict[str, tuple[Lost, float]]:
    """The results in a log; a line that is no result, such as one cut off, does not count."""
    found: dict[str, tuple[Lost, float]] = {}
    try:
        lines = log.read_bytes().splitlines()
    except FileNotFoundError:
        return found
    except OSError as error:
        raise BadSheet(f"{log} cannot be read: {error.strerror}.") from None
    for line in lines:
        with suppress(ValueError, RecursionError):
            match json.loads(line):
                case [str(name), [*lost], float(seconds)] if lost != [""] and all(
                    type(s) is str for s in lost
                ):
                    found[name] = tuple(lost), seconds
    return found


def key(answer: Answer) -> str:
    """Equal for equal answers as long as nothing changes that decides a verdict."""
    parts = (_deciding(), answer.exercise, answer.cell, answer.seed)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


@cache
def _deciding() -> str:
    whole = hashlib.sha256()
    for name in DECIDING:
        place = PACKAGE / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix in (".py", ".jsonl", ".txt"):
                before, *_ = path.read_bytes().split(MISTAKES)
                whole.update(before)
    return whole.hexdigest()


def _work(waiting: queue.SimpleQueue[Answer], done: queue.SimpleQueue[Tried]) -> None:
    """Have answers judged in a process of its own, in a new one where that ended."""
    process = _Process()
    while True:
        try:
            answer = waiting.get_nowait()
        except queue.Empty:
            return process.stop()
        started = time.monotonic()
        lost = process.ask(answer)
        if lost is None:
            process.stop()
            process, lost = _Process(), (ENDED,)
        done.put(Tried(answer, lost, time.monotonic() - started))


class _Process:
    """A process that judges answers one after the other."""

    def __init__(self) -> None:
        context: Any = multiprocessing.get_context("spawn")
        self._mine, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, answer: Answer) -> Lost | None:
        """The stages that the answer loses; None where the process ended or is stuck."""
        try:
            self._mine.send(answer)
            return tuple(self._mine.recv()) if self._mine.poll(LONGEST_S) else None
        except (EOFError, OSError):
            return None

    def stop(self) -> None:
        """End the process, which ends by itself where it is not stuck."""
        self._mine.close()
        self._process.join(GOODBYE_S)
        self._process.kill()
        self._process.join()


def _serve(connection: Connection) -> None:
    """Judge what comes, until the other side is gone. What answers print goes nowhere."""
    import resource

    from autograder.proof.quality import lost_by

    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    while True:
        try:
            answer = connection.recv()
        except EOFError:
            return
        connection.send(lost_by(answer.exercise, answer.cell, answer.seed))
