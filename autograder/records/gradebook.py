"""The one writer into nbgrader's gradebook: one transaction for one submission.

Every score that a program gave is set anew, so none outlives the submission it was given for.
What a person gave (scores, extra credit, comments) stays, and is marked for another look where
the answer has changed. A submission that could not be graded has no score and waits for a person.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from autograder.course.notebook import Notebook, UnreadableNotebook, cells, dumps, read
from autograder.records import database, rows
from autograder.records import place as places
from autograder.records.autograded import autograded, sources
from autograder.records.cells import saved, source_facts
from autograder.records.place import Place
from autograder.records.rows import Entry
from autograder.records.visible import visible
from autograder.result import GradeResult

BUSY_S = 30.0
"""Seconds to wait for another program that is writing."""
ATTEMPTS = 3
"""How often a transaction is tried before the gradebook counts as unavailable."""
BACKUPS_KEPT = 10
"""Copies of the gradebook kept in the course folder; the oldest go first."""
BACKUP_FOLDER = "gradebook-backups"


class GradebookUnavailable(RuntimeError):
    """The gradebook or the course folder cannot be written now; nothing of it was changed.

    A failure of the machinery, never of a student: report it as `infrastructure` and try again.
    """


def write_result(
    course: Path,
    result: GradeResult,
    master: Notebook,
    *,
    notebook: str = "",
    rebuilt: Notebook | None = None,
) -> None:
    """Put one result into the gradebook, and the notebook to look at into `autograded/`.

    `master` is the assignment's source (or release) notebook. `notebook` names it where the
    assignment has several; `rebuilt` is the notebook that was run, if it is at hand. Raises
    GradebookUnavailable, after which nothing is changed and the call can be made again.
    """
    place = places.place(course)
    name = notebook or _only_notebook(place, result.assignment)
    folder = place.folder("autograded", result.student, result.assignment)
    made = _with_marks(saved(place, master, result.assignment, name), master)
    shown = autograded(made, result, rebuilt)
    entry = _entry(place, result, master, name, _changes(folder / f"{name}.ipynb", shown))
    try:
        _store(place, entry)
        _put_files(place, result, folder, name, shown)
    except OSError as error:
        raise GradebookUnavailable(f"{folder} cannot be written: {error}.") from error


def _with_marks(made: Notebook, master: Notebook) -> Notebook:
    """What nbgrader made of `master`, with the marks around solutions that it has taken away."""
    answers = {fact.grade_id: fact.source for fact in cells(master) if fact.is_answer}
    marked = [
        {**raw, "source": answers.get(fact.grade_id, fact.source)}
        for fact, raw in zip(cells(made), made["cells"], strict=True)
    ]
    return {**made, "cells": marked}


def backup(course: Path) -> Path | None:
    """Copy the gradebook, also while others write; None where there is no gradebook file yet."""
    place = places.place(course)
    database = place.file
    if database is None or not database.exists():
        return None
    folder = place.root / BACKUP_FOLDER
    target = folder / f"gradebook-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.db"
    try:
        folder.mkdir(exist_ok=True)
        _copy(database, target)
    except (sqlite3.Error, OSError) as error:
        target.unlink(missing_ok=True)
        raise GradebookUnavailable(f"No backup could be made in {folder}: {error}.") from error
    for old in sorted(folder.glob("gradebook-*.db"))[:-BACKUPS_KEPT]:
        old.unlink(missing_ok=True)
    return target


def _copy(database: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(database, timeout=BUSY_S)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)


def _only_notebook(place: Place, assignment: str) -> str:
    names = place.notebooks(assignment)
    if len(names) != 1:
        raise ValueError(f"{assignment} has the notebooks {list(names)}: say which was graded.")
    return names[0]


def _changes(path: Path, shown: Notebook) -> Callable[[str], bool]:
    """Compares the answers shown now with those shown at the last grading."""
    try:
        before = read(path) if path.exists() else None
    except UnreadableNotebook:
        before = None

    def changed(name: str) -> bool:
        return before is None or sources(before, name) != sources(shown, name)

    return changed


def _entry(
    place: Place, result: GradeResult, master: Notebook, name: str, changed: Callable[[str], bool]
) -> Entry:
    graded = result.status == "graded"
    answered = {answer.name for answer in result.answers if answer.changed}
    facts = tuple(source_facts(place, master, result.assignment, name))
    return Entry(
        assignment=result.assignment,
        notebook=name,
        student=result.student,
        timestamp=timestamp(result.timestamp),
        facts=facts,
        scores={c.name: _score(c.points, c.max_points) for c in result.cells} if graded else {},
        unanswered=frozenset(f.name for f in facts if f.solution and f.name not in answered),
        changed=changed,
        kernelspec=json.dumps(master.get("metadata", {}).get("kernelspec", {}), sort_keys=True),
        notice="" if graded else visible(f"Not graded ({result.status}). {result.sentence}"),
    )


def _score(points: float | None, most: float) -> float | None:
    """Points within the cell's bounds; anything else is no score, and a person must look."""
    if points is None or not math.isfinite(points) or not 0 <= points <= most:
        return None
    return float(points)


def timestamp(text: str) -> datetime | None:
    """When a submission was handed in, in UTC, as nbgrader reads it; None for anything else."""
    from nbgrader.utils import parse_utc

    try:
        found = parse_utc(text) if text else None
    except (ValueError, OverflowError, TypeError):
        return None
    return found if isinstance(found, datetime) else None


def _store(place: Place, entry: Entry) -> None:
    """One transaction, tried again while another program holds the gradebook."""
    from sqlalchemy.exc import DatabaseError

    for attempt in range(1, ATTEMPTS + 1):
        try:
            with database.transaction(place, BUSY_S) as connection:
                rows.write(connection, place, entry)
            return
        except (DatabaseError, sqlite3.Error) as error:
            if attempt == ATTEMPTS or "locked" not in str(error):
                raise GradebookUnavailable(_reason(place, error)) from error


def _reason(place: Place, error: Exception) -> str:
    cause = str(getattr(error, "orig", None) or error)
    if "locked" in cause:
        hint = "Another program keeps it locked: close it, then grade again."
    elif "full" in cause:
        hint = "Make room on the disk, then grade again."
    elif "no such" in cause:
        hint = "Run `nbgrader db upgrade`, then grade again."
    else:
        hint = "Grade again; the last copy is in gradebook-backups/."
    return f"The gradebook {place.database} cannot be written: {cause}. {hint}"


def _put_files(place: Place, result: GradeResult, folder: Path, name: str, shown: Notebook) -> None:
    """The notebook, and what nbgrader needs to hand its feedback out."""
    places.write_whole(folder / f"{name}.ipynb", dumps(shown))
    if timestamp(result.timestamp) is not None:
        places.write_whole(folder / "timestamp.txt", result.timestamp)
    else:
        (folder / "timestamp.txt").unlink(missing_ok=True)
    submitted = place.folder("submitted", result.student, result.assignment)
    if secret := places.secret_of(submitted):
        places.write_whole(folder / "submission_secret.txt", secret)
