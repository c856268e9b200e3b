"""A learner's progress: a small SQLite file that no crash and no second notebook can corrupt."""

from __future__ import annotations

import os
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

HOME_VARIABLE = "AUTOGRADER_HOME"
"""Environment variable that names the folder for progress; without it, the user's data folder."""
WAIT_S = 5.0
"""Seconds to wait for another notebook that is writing."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS progress (
    lesson TEXT NOT NULL, exercise TEXT NOT NULL,
    tries INTEGER NOT NULL, best REAL NOT NULL, max REAL NOT NULL,
    passed INTEGER NOT NULL, last TEXT NOT NULL,
    PRIMARY KEY (lesson, exercise)
)"""
REMEMBER = """
INSERT INTO progress VALUES (?, ?, 1, ?, ?, ?, ?)
ON CONFLICT (lesson, exercise) DO UPDATE SET
    tries = tries + 1, best = max(best, excluded.best), max = excluded.max,
    passed = max(passed, excluded.passed), last = excluded.last"""


@dataclass(frozen=True)
class Entry:
    """Progress on one exercise: tries so far, best points, whether it ever passed."""

    lesson: str
    exercise: str
    tries: int
    best: float
    max: float
    passed: bool
    last: str


def folder() -> Path:
    """Where progress lives."""
    if os.environ.get(HOME_VARIABLE):
        return Path(os.environ[HOME_VARIABLE])
    from platformdirs import user_data_dir

    return Path(user_data_dir("autograder"))


def path() -> Path:
    """The progress file."""
    return folder() / "progress.sqlite"


def remember(lesson: str, exercise: str, points: float, max_points: float, passed: bool) -> None:
    """Add one try. Progress that cannot be written is said once and never stops a learner."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        with _database() as database:
            database.execute(REMEMBER, (lesson, exercise, points, max_points, int(passed), now))
    except (sqlite3.Error, OSError) as error:
        warnings.warn(f"Progress could not be kept in {path()}: {error}", stacklevel=2)


def entries() -> tuple[Entry, ...]:
    """All progress so far."""
    if not path().exists():
        return ()
    with _database() as database:
        rows = database.execute("SELECT * FROM progress ORDER BY lesson, exercise").fetchall()
    return tuple(
        Entry(lesson, exercise, tries, best, most, bool(passed), last)
        for lesson, exercise, tries, best, most, passed, last in rows
    )


def entry(lesson: str, exercise: str) -> Entry | None:
    """Progress on one exercise, or None before the first try."""
    return next((e for e in entries() if (e.lesson, e.exercise) == (lesson, exercise)), None)


@contextmanager
def _database() -> Iterator[sqlite3.Connection]:
    """The database inside one transaction."""
    path().parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path(), timeout=WAIT_S)) as database, database:
        database.execute(SCHEMA)
        yield database
