"""Rows of nbgrader's gradebook, written into nbgrader's own tables in one transaction.

Statements name the tables of nbgrader's model rather than its objects: the same rows at a tenth
of the time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from autograder.records.cells import SourceFact
from autograder.records.place import Place

NO_RESPONSE = "No response."
"""What nbgrader notes on an answer that is still the stub."""
GRADED = ("GradeCell", "TaskCell")
COMMENTED = ("SolutionCell", "TaskCell")
DETAILS = {"GradeCell": "grade_cells", "TaskCell": "task_cells", "SolutionCell": "solution_cells"}
"""nbgrader's table of what a type of cell has beside its name."""

Values = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """Everything one transaction writes about one notebook of one submission."""

    assignment: str
    notebook: str
    student: str
    timestamp: datetime | None
    facts: tuple[SourceFact, ...]
    scores: dict[str, float | None]
    """Points by cell; None, or no entry, where a person must grade."""
    unanswered: frozenset[str]
    changed: Callable[[str], bool]
    """Whether what a person graded in the cell of this name is different now."""
    kernelspec: str = "{}"
    notice: str = ""
    """Why the submission was not graded; empty where it was."""


def write(connection: Any, place: Place, entry: Entry) -> None:
    """Write everything about one notebook of one submission."""
    assignment = _assignment(connection, place, entry)
    notebook = _notebook(connection, assignment, entry)
    _put_cells(connection, notebook, entry.facts)
    _put(connection, "student", {"id": entry.student}, {})
    submission = _put(
        connection,
        "submitted_assignment",
        {"assignment_id": assignment, "student_id": entry.student},
        {"timestamp": entry.timestamp},
    )
    for each in _rows(connection, "notebook", assignment_id=assignment):
        submitted = _put(
            connection,
            "submitted_notebook",
            {"notebook_id": each["id"], "assignment_id": submission},
            {},
        )
        _put_scores(connection, submitted, each["id"], entry if each["id"] == notebook else None)
        if each["id"] == notebook:
            _put_penalty(connection, place, submission, submitted)


def _assignment(connection: Any, place: Place, entry: Entry) -> str:
    """The assignment's row, made with its course as `nbgrader generate_assignment` does."""
    if place.course_id:
        _put(connection, "course", {"id": place.course_id}, {})
    found = _rows(connection, "assignment", name=entry.assignment)
    if found:
        return str(found[0]["id"])
    return _put(
        connection, "assignment", {"name": entry.assignment, "course_id": place.course_id}, {}
    )


def _notebook(connection: Any, assignment: str, entry: Entry) -> str:
    found = _rows(connection, "notebook", assignment_id=assignment, name=entry.notebook)
    if found:
        return str(found[0]["id"])
    names = {"assignment_id": assignment, "name": entry.notebook}
    return _put(connection, "notebook", names, {"kernelspec": entry.kernelspec})


def _put_cells(connection: Any, notebook: str, facts: tuple[SourceFact, ...]) -> None:
    """Bring the rows of the cells up to the source: new ones, changed points, changed text."""
    base = {(r["type"], r["name"]): r for r in _rows(connection, "base_cell", notebook_id=notebook)}
    texts = {r["name"]: r for r in _rows(connection, "source_cell", notebook_id=notebook)}
    ids = [row["id"] for row in base.values()]
    details = {t: _by_id(connection, t, ids) for t in ("grade_cells", "task_cells")}
    for fact in facts:
        for kind in _kinds(fact):
            known = base.get((kind, fact.name))
            _put_cell(connection, notebook, fact, kind, known, details.get(DETAILS[kind], {}))
        text = {"cell_type": fact.kind, "locked": fact.locked, "source": fact.source}
        text["checksum"] = fact.checksum
        written = texts.get(fact.name)
        if written is None or any(written[name] != value for name, value in text.items()):
            _put(connection, "source_cell", {"name": fact.name, "notebook_id": notebook}, text)


def _kinds(fact: SourceFact) -> list[str]:
    """The types under which nbgrader keeps a cell; one may have several."""
    kinds = {"GradeCell": fact.grade, "SolutionCell": fact.solution, "TaskCell": fact.task}
    return [kind for kind, applies in kinds.items() if applies]


def _put_cell(
    connection: Any,
    notebook: str,
    fact: SourceFact,
    kind: str,
    known: Values | None,
    details: dict[str, Values],
) -> None:
    """The row of one cell under one type, and its points where it has some."""
    graded = {"max_score": fact.points, "cell_type": fact.kind}
    values = {} if kind == "SolutionCell" else graded
    if known is None:
        names = {"name": fact.name, "notebook_id": notebook, "type": kind}
        id_ = _put(connection, "base_cell", names, {})
        _put(connection, DETAILS[kind], {"id": id_}, values)
    elif not values.items() <= details.get(known["id"], {}).items():
        _put(connection, DETAILS[kind], {"id": known["id"]}, values)


def _by_id(connection: Any, table: str, ids: list[str]) -> dict[str, Values]:
    place = _table(table)
    query = place.select().where(place.c.id.in_(ids))
    return {row["id"]: dict(row) for row in connection.execute(query).mappings()}


def _put_scores(connection: Any, submitted: str, notebook: str, entry: Entry | None) -> None:
    """Grades and comments of one notebook; without an entry only the rows, as nbgrader makes."""
    cells = {r["id"]: r for r in _rows(connection, "base_cell", notebook_id=notebook)}
    found = _by_id(connection, "grade_cells", list(cells))
    kinds = {id_: row["cell_type"] for id_, row in found.items()}

    def grade(row: Values) -> Values:
        cell = cells[row["cell_id"]]
        essay = cell["type"] == "GradeCell" and kinds.get(cell["id"]) == "markdown"
        return _grade(row, entry, cell["name"], essay) if entry else {}

    def comment(row: Values) -> Values:
        return _comment(entry, cells[row["cell_id"]]["name"]) if entry else {}

    _put_rows(
        connection, "grade", submitted, [i for i in cells if cells[i]["type"] in GRADED], grade
    )
    commented = [i for i in cells if cells[i]["type"] in COMMENTED]
    _put_rows(connection, "comment", submitted, commented, comment)


def _put_rows(
    connection: Any,
    table: str,
    submitted: str,
    cells: list[str],
    change: Callable[[Values], Values],
) -> None:
    """A row for each cell, made where it is missing, with the values that `change` gives it."""
    known = _table(table)
    query = known.select().where(known.c.cell_id.in_(cells), known.c.notebook_id == submitted)
    found = {row["cell_id"]: dict(row) for row in connection.execute(query).mappings()}
    missing: list[Values] = []
    for cell in cells:
        new = {"cell_id": cell, "notebook_id": submitted}
        row = found.get(cell)
        values = change(row or {"manual_score": None, "auto_score": None, **new})
        if row is None:
            missing.append({**new, **values})
        elif any(row[name] != value for name, value in values.items()):
            _update(connection, table, row["id"], values)
    if missing:
        connection.execute(known.insert(), missing)


def _grade(row: Values, entry: Entry, name: str, essay: bool) -> Values:
    """The program's score anew; a person looks where there is none, or their score may be old.

    What a person looked at is the essay itself, or all that the student wrote for a test.
    """
    score = entry.scores.get(name)
    if row["manual_score"] is None:
        return {"auto_score": score, "needs_manual_grade": score is None}
    moved = entry.notice or row["auto_score"] != score or entry.changed(name if essay else "")
    return {"auto_score": score, "needs_manual_grade": bool(moved or row["needs_manual_grade"])}


def _comment(entry: Entry, name: str) -> Values:
    no_response = NO_RESPONSE if name in entry.unanswered else None
    return {"auto_comment": entry.notice or no_response}


def _put_penalty(connection: Any, place: Place, submission: str, submitted: str) -> None:
    """What the course's late-submission plugin takes off, between nothing and the whole score."""
    from nbgrader.preprocessors import AssignLatePenalties

    penalty: float | None = None
    (row,) = _rows(connection, "submitted_assignment", id=submission)
    (assignment,) = _rows(connection, "assignment", id=row["assignment_id"])
    if (late_s := _late_s(row, assignment["duedate"])) > 0:
        step = AssignLatePenalties(config=place.config)
        step.init_plugin()
        score = sum(_score(r) for r in _rows(connection, "grade", notebook_id=submitted))
        asked = step.plugin_inst.late_submission_penalty(row["student_id"], score, late_s)
        penalty = None if asked is None else min(max(float(asked), 0.0), score)
    _update(connection, "submitted_notebook", submitted, {"late_submission_penalty": penalty})


def _late_s(submission: Values, duedate: Any) -> float:
    if submission["timestamp"] is None or duedate is None:
        return 0.0
    due = duedate + submission["extension"] if submission["extension"] else duedate
    return float((submission["timestamp"] - due).total_seconds())


def _score(grade: Values) -> float:
    """A grade's value as nbgrader counts it: a person's score before a program's, then extra."""
    manual = grade["manual_score"]
    base = manual if manual is not None else grade["auto_score"]
    return 0.0 if base is None else float(base + (grade["extra_credit"] or 0.0))


def _table(name: str) -> Any:
    from nbgrader.api import Base

    return Base.metadata.tables[name]


def _rows(connection: Any, table: str, **where: object) -> list[Values]:
    query = _table(table).select().filter_by(**where)
    return [dict(row) for row in connection.execute(query).mappings()]


def _put(connection: Any, table: str, names: Values, values: Values) -> str:
    """Make the row with these names, or bring it up to these values; its id."""
    found = _rows(connection, table, **names)
    if not found:
        return _insert(connection, table, {**names, **values})
    if any(found[0][name] != value for name, value in values.items()):
        _update(connection, table, found[0]["id"], values)
    return str(found[0]["id"])


def _insert(connection: Any, table: str, values: Values) -> str:
    done = connection.execute(_table(table).insert().values(**values))
    return str(done.inserted_primary_key[0])


def _update(connection: Any, table: str, id_: str, values: Values) -> None:
    place = _table(table)
    connection.execute(place.update().where(place.c.id == id_).values(**values))
