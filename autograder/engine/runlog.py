"""The run log: every result on disk before anything else is done with it.

One file of JSON lines for each assignment, only ever added to. A line cut short by a crash is
passed over.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from autograder.result import GradeResult, result_from_json

FOLDER = ".autograder"


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

    def past(self) -> Past:
        """Read the log."""
        past = Past()
        for line in self._lines():
            _take(past, line)
        return past

    def add(self, event: str, **facts: Any) -> None:
        """Append one line, and wait until it is on the disk."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"event": event, **facts}, ensure_ascii=False, sort_keys=True)
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


def _take(past: Past, line: dict[str, Any]) -> None:
    event = line.get("event")
    if event == "start":
        past.unfinished, past.run = True, line["run"]
        past.done = set()
    elif event == "end":
        past.unfinished = False
    elif event == "result":
        result = result_from_json(json.dumps(line["result"]))
        past.entries[result.student] = Entry(result, line["key"], False)
        past.done.add(result.student)
    elif event == "written" and (known := past.entries.get(line["student"])):
        past.entries[line["student"]] = Entry(known.result, known.key, True)
