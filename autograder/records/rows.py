"""Rows of nbgrader's gradebook, written into nbgrader's own tables in one transaction.

Statements name the tables of nbgrader's model rather than its objects: the same rows at a tenth
of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.records.cells import SourceFact
from autograder.records.place import Place

if TYPE_CHECKING:
    from autograder.records.gradebook import Entry

NO_RESPONSE = "No response."
"""What nbgrader notes on an answer that is still the stub."""
GRADED = ("GradeCell", "TaskCell")
COMMENTED = ("SolutionCell", "TaskCell")

Values = dict[str, Any]


@contextmanager
def transaction(place: Place, busy_s: float) -> Iterator[Any]:
    """A connection that takes the write lock first, commits at the end or changes nothing."""
    with _engine(place.database, busy_s).begin() as connection:
        _create_tables(connection)
        yield connection


def select(place: Place, query: str, values: Values) -> list[tuple[Any, ...]]:
    """Rows of one query, read without taking the write lock."""
    from sqlalchemy import create_engine, text
    from sqlalchemy.pool import NullPool

    with create_engine(place.database, poolclass=NullPool).connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]


@cache
def _engine(url: str, busy_s: float) -> Any:
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    if not url.startswith("sqlite"):
        return create_engine(url, poolclass=NullPool)
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": busy_s})

    @event.listens_for(engine, "connect")
    def manual(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN, not the driver

    @event.listens_for(engine, "begin")
    def lock(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # waits its turn; a later upgrade would not

    return engine


def _create_tables(connection: Any) -> None:
    """Make nbgrader's tables where they are missing, and note the version of their shape.

    nbgrader itself asks the `alembic` command for the version, which need not be on the path.
    """
    from nbgrader.api import Base
    from sqlalchemy import inspect, text

    if inspect(connection).has_table("alembic_version"):
        return
    Base.metadata.create_all(bind=connection)
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": _head()})


def _head() -> str:
    import nbgrader
    from alembic.script import ScriptDirectory

    folder = Path(nbgrader.__file__).parent / "alembic"
    return str(ScriptDirectory(str(folder)).get_current_head())


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
    for fact in facts:
        graded = {"max_score": fact.points, "cell_type": fact.kind}
        kinds = {"GradeCell": fact.grade, "SolutionCell": fact.solution, "TaskCell": fact.task}
        for kind in (kind for kind, applies in kinds.items() if applies):
            names = {"name": fact.name, "notebook_id": notebook, "type": kind}
            row = base.get((kind, fact.name))
            id_ = row["id"] if row else _put(connection, "base_cell", names, {})
            table = {"GradeCell": "grade_cells", "TaskCell": "task_cells"}.get(kind)
            _put(connection, table or "solution_cells", {"id": id_}, graded if table else {})
        text = {"cell_type": fact.kind, "locked": fact.locked, "source": fact.source}
        text["checksum"] = fact.checksum
        known = texts.get(fact.name)
        if known is None or any(known[name] != value for name, value in text.items()):
            _put(connection, "source_cell", {"name": fact.name, "notebook_id": notebook}, text)


def _put_scores(connection: Any, submitted: str, notebook: str, entry: Entry | None) -> None:
    """Grades and comments of one notebook; without an entry only the rows, as nbgrader makes."""
    cells = {r["id"]: r for r in _rows(connection, "base_cell", notebook_id=notebook)}
    kinds = {r["id"]: r["cell_type"] for r in _rows(connection, "grade_cells")}

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
    for cell in cells:
        new = {"cell_id": cell, "notebook_id": submitted}
        row = found.get(cell)
        values = change(row or {"manual_score": None, "auto_score": None, **new})
        if row is None:
            _insert(connection, table, {**new, **values})
        elif any(row[name] != value for name, value in values.items()):
            _update(connection, table, row["id"], values)


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
