"""What a run of grading has left in a course, so that two runs can be compared."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from autograder.engine.runlog import FOLDER

TIMINGS = ("seconds", "run")
"""What of a result may differ from run to run."""
MARKS = """
SELECT s.student_id, n.name, b.name, b.type, g.auto_score, g.manual_score, g.needs_manual_grade
FROM grade g
JOIN base_cell b ON b.id = g.cell_id
JOIN submitted_notebook m ON m.id = g.notebook_id
JOIN notebook n ON n.id = m.notebook_id
JOIN submitted_assignment s ON s.id = m.assignment_id
"""


def left(root: Path) -> dict[str, str]:
    """Digests of every result, mark, page and notebook of a course, by what it is."""
    found = {f"result {student}": text for student, text in _results(root)}
    for step in ("autograded", "feedback"):
        for path in sorted((root / step).rglob("*")):
            if path.is_file():
                found[str(path.relative_to(root))] = path.read_bytes().hex()
    found["marks"] = json.dumps(marks(root))
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in found.items()}


def marks(root: Path) -> list[tuple[Any, ...]]:
    """Every row of marks in the gradebook, in one order."""
    with closing(sqlite3.connect(root / "gradebook.db")) as database:
        return sorted(database.execute(MARKS).fetchall(), key=repr)


def is_whole(root: Path) -> bool:
    """Whether the gradebook passes SQLite's own checks."""
    with closing(sqlite3.connect(root / "gradebook.db")) as database:
        checks = [database.execute(f"PRAGMA {name}").fetchall() for name in CHECKS]
    return checks == [[("ok",)], []]


CHECKS = ("integrity_check", "foreign_key_check")


def logged(root: Path) -> Iterator[dict[str, Any]]:
    """The lines of the course's run logs; those cut short are passed over."""
    for path in sorted((root / FOLDER).glob("*.jsonl")):
        for line in path.read_bytes().splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                continue


def _results(root: Path) -> Iterator[tuple[str, str]]:
    for line in logged(root):
        if line.get("event") == "result":
            kept = _timeless(line["result"])
            yield f"{kept['assignment']} {kept['student']}", json.dumps(kept, sort_keys=True)


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _timeless(v) for k, v in value.items() if k not in TIMINGS}
    return [_timeless(item) for item in value] if isinstance(value, list) else value
