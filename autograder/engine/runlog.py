"""The run log: every result on disk before anything else is done with it.

One file of JSON lines for each assignment, only ever added to. A line cut short by a crash is
passed over. A log that has grown large is written anew, with the last result of each student.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from autograder.result import GradeResult, result_from_dict

FOLDER = ".autograder"
MAX_BYTES = 32_000_000
"""Bytes of a log above which the next run writes it anew."""


class AlreadyRunning(RuntimeError):
    """Another run grades here; the message says what to do."""


@dataclass(frozen=True)
class Entry:
    """The last known result of one submission: under which course version, and if it is written.

    `key` is the digest of everything but the submission that a result depends on.
    """

    result: GradeResult
    key: str
    written: bool


@dataclass
class Past:
    """What a run log says: the last entry of each student, and whether its last run was ended."""

    entries: dict[str, Entry] = field(default_factory=dict)
    unfinished: bool = False
    run: str = ""
    done: set[str] = field(default_factory=set)
    """Students with a result in the last run."""


class RunLog:
    """The log of one notebook of one assignment."""

    def __init__(self, course: Path, assignment: str, name: str) -> None:
        self.path = course / FOLDER / f"{assignment}-{name}.jsonl"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other runs on this log out meanwhile; raises AlreadyRunning where there is one."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunning(
                    f"Another run grades {self.path.stem} in this course now. Wait for its end."
                ) from None
            yield

    def past(self) -> Past:
        """Read the log."""
        past, found = Past(), dict[str, dict[str, Any]]()
        for line in self._lines():
            _take(past, found, line)
        for student, kept in found.items():
            with suppress(ValueError):  # a result of another version counts as none
                result = result_from_dict(kept["result"])
                past.entries[student] = Entry(result, kept["key"], kept["written"])
        past.done &= past.entries.keys()
        return past

    def shorten(self) -> None:
        """Leave out all but the last results where the log of an ended run has grown large."""
        if not self.path.exists() or self.path.stat().st_size < MAX_BYTES:
            return
        past, short = self.past(), copy(self)
        short.path = self.path.with_suffix(".short")
        short.path.unlink(missing_ok=True)
        short.add("start", run=past.run, students=[])
        for student, entry in past.entries.items():
            short.add_result(past.run, entry.key, entry.result)
            if entry.written:
                short.add("written", student=student)
        short.add("end", run=past.run)
        short.path.replace(self.path)

    def add(self, event: str, **facts: Any) -> None:
        """Append one line, and wait until it is on the disk."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"event": event, **facts}, sort_keys=True)  # ASCII holds any string
        with self.path.open("ab") as file:
            if self._torn():
                file.write(b"\n")
            file.write(text.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def add_result(self, run: str, key: str, result: GradeResult) -> None:
        """Append a result."""
        self.add("result", run=run, key=key, result=asdict(result))

    def _torn(self) -> bool:
        """Whether the last line has no end."""
        if not self.path.stat().st_size:
            return False
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"

    def _lines(self) -> Iterator[dict[str, Any]]:
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for line in file:
                try:
                    found = json.loads(line)
                except ValueError:
                    continue
                if isinstance(found, dict):
                    yield found


def _take(past: Past, found: dict[str, dict[str, Any]], line: dict[str, Any]) -> None:
    """Take one line into `past`, and its result, as it is, into `found`."""
    event, student = line.get("event"), str(line.get("student"))
    if event == "start":
        past.unfinished, past.run = True, str(line.get("run"))
        past.done = set()
    elif event == "end":
        past.unfinished = False
    elif event == "result" and isinstance(line.get("result"), dict):
        student = str(line["result"].get("student"))
        found[student] = {"result": line["result"], "key": line.get("key"), "written": False}
        past.done.add(student)
    elif event == "written" and student in found:
        found[student]["written"] = True
