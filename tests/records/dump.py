"""What a gradebook says, read with plain SQL and without its random ids."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

QUERIES = {
    "course": "SELECT id FROM course WHERE id <> 'default_course'",
    "assignment": "SELECT name, duedate, course_id FROM assignment",
    "notebook": "SELECT n.name, a.name, n.kernelspec FROM notebook n "
    "JOIN assignment a ON a.id = n.assignment_id",
    "cells": "SELECT b.name, b.type, n.name, g.max_score, g.cell_type, t.max_score, t.cell_type "
    "FROM base_cell b JOIN notebook n ON n.id = b.notebook_id "
    "LEFT JOIN grade_cells g ON g.id = b.id LEFT JOIN task_cells t ON t.id = b.id",
    "source": "SELECT name, cell_type, locked, source, checksum FROM source_cell",
    "student": "SELECT id, first_name, last_name, email FROM student",
    "submission": "SELECT a.name, s.student_id, s.timestamp, s.extension "
    "FROM submitted_assignment s JOIN assignment a ON a.id = s.assignment_id",
    "submitted": "SELECT n.name, s.student_id, m.flagged, m.late_submission_penalty "
    "FROM submitted_notebook m JOIN notebook n ON n.id = m.notebook_id "
    "JOIN submitted_assignment s ON s.id = m.assignment_id",
    "grade": "SELECT s.student_id, b.name, g.auto_score, g.manual_score, g.extra_credit, "
    "g.needs_manual_grade FROM grade g JOIN base_cell b ON b.id = g.cell_id "
    "JOIN submitted_notebook m ON m.id = g.notebook_id "
    "JOIN submitted_assignment s ON s.id = m.assignment_id",
    "comment": "SELECT s.student_id, b.name, c.auto_comment, c.manual_comment FROM comment c "
    "JOIN base_cell b ON b.id = c.cell_id JOIN submitted_notebook m ON m.id = c.notebook_id "
    "JOIN submitted_assignment s ON s.id = m.assignment_id",
    "version": "SELECT version_num FROM alembic_version",
}


def dump(course: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table of the gradebook as sorted rows."""
    with closing(sqlite3.connect(course / "gradebook.db")) as database:
        return {name: sorted(database.execute(q), key=repr) for name, q in QUERIES.items()}


def grades(course: Path, student: str) -> dict[str, tuple[object, ...]]:
    """(auto score, manual score, extra credit, needs a person) by cell."""
    return {str(row[1]): row[2:] for row in dump(course)["grade"] if row[0] == student}


def execute(course: Path, statement: str, *values: object) -> None:
    """Change the gradebook by hand."""
    with closing(sqlite3.connect(course / "gradebook.db")) as database, database:
        database.execute(statement, values)


def integrity(course: Path) -> str:
    """What SQLite says of the file."""
    with closing(sqlite3.connect(course / "gradebook.db")) as database:
        return str(database.execute("PRAGMA integrity_check").fetchone()[0])
