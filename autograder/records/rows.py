"""Rows of nbgrader's gradebook, written through nbgrader's own model in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
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


@contextmanager
def transaction(place: Place, busy_s: float) -> Iterator[Any]:
    """A session that takes the write lock first, commits at the end or changes nothing."""
    from sqlalchemy.orm import Session

    engine = _engine(place.database, busy_s)
    with Session(engine) as session, session.begin():
        _create_tables(session)
        yield session


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


def _create_tables(session: Any) -> None:
    """Make nbgrader's tables where they are missing, and note the version of their shape.

    nbgrader itself asks the `alembic` command for the version, which need not be on the path.
    """
    from nbgrader.api import Base
    from sqlalchemy import inspect, text

    connection = session.connection()
    if inspect(connection).has_table("alembic_version"):
        return
    Base.metadata.create_all(bind=connection)
    session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
    session.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": _head()})


def _head() -> str:
    import nbgrader
    from alembic.script import ScriptDirectory

    folder = Path(nbgrader.__file__).parent / "alembic"
    return str(ScriptDirectory(str(folder)).get_current_head())


def write(session: Any, place: Place, entry: Entry) -> None:
    """Write everything about one notebook of one submission."""
    notebook = _notebook(session, place, entry)
    _cells(session, notebook, entry.facts)
    submission = _submission(session, notebook.assignment, entry)
    submitted = _submitted_notebook(session, submission, notebook)
    session.flush()
    for grade in _grades(session, submitted, notebook):
        _set_grade(grade, entry)
    for comment in _comments(session, submitted, notebook):
        _set_comment(comment, entry)
    submitted.late_submission_penalty = _penalty(place, submission, submitted)


def _notebook(session: Any, place: Place, entry: Entry) -> Any:
    """The notebook's row, made with its assignment and course as `generate_assignment` does."""
    from nbgrader.api import Assignment, Course, Notebook

    course_id = place.course_id
    if course_id and session.get(Course, course_id) is None:
        session.add(Course(id=course_id))
    assignment = session.query(Assignment).filter_by(name=entry.assignment).one_or_none()
    if assignment is None:
        assignment = Assignment(name=entry.assignment, course_id=course_id)
        session.add(assignment)
        session.flush()
    found = session.query(Notebook).filter_by(assignment_id=assignment.id, name=entry.notebook)
    notebook = found.one_or_none()
    if notebook is None:
        notebook = Notebook(
            name=entry.notebook, assignment_id=assignment.id, kernelspec=entry.kernelspec
        )
        session.add(notebook)
        session.flush()
    return notebook


def _cells(session: Any, notebook: Any, facts: tuple[SourceFact, ...]) -> None:
    """Bring the rows of the cells up to the source: new ones, changed points, changed text."""
    from nbgrader.api import BaseCell, GradeCell, SolutionCell, SourceCell, TaskCell

    known = {
        (cell.type, cell.name): cell
        for cell in session.query(BaseCell).filter_by(notebook_id=notebook.id)
    }
    texts = {
        cell.name: cell for cell in session.query(SourceCell).filter_by(notebook_id=notebook.id)
    }
    for fact in facts:
        graded = {"max_score": fact.points, "cell_type": fact.kind}
        if fact.grade:
            _put(session, known.get(("GradeCell", fact.name)), GradeCell, notebook, fact, graded)
        if fact.solution:
            _put(session, known.get(("SolutionCell", fact.name)), SolutionCell, notebook, fact, {})
        if fact.task:
            _put(session, known.get(("TaskCell", fact.name)), TaskCell, notebook, fact, graded)
        text = {"cell_type": fact.kind, "locked": fact.locked, "source": fact.source}
        text["checksum"] = fact.checksum
        _put(session, texts.get(fact.name), SourceCell, notebook, fact, text)


def _put(
    session: Any, row: Any, kind: Any, notebook: Any, fact: SourceFact, values: dict[str, object]
) -> None:
    if row is None:
        session.add(kind(name=fact.name, notebook_id=notebook.id, **values))
        return
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _submission(session: Any, assignment: Any, entry: Entry) -> Any:
    from nbgrader.api import Student, SubmittedAssignment

    if session.get(Student, entry.student) is None:
        session.add(Student(id=entry.student))
        session.flush()
    place = {"assignment_id": assignment.id, "student_id": entry.student}
    submission = session.query(SubmittedAssignment).filter_by(**place).one_or_none()
    if submission is None:
        submission = SubmittedAssignment(**place)
        session.add(submission)
        session.flush()
    submission.timestamp = entry.timestamp
    return submission


def _submitted_notebook(session: Any, submission: Any, notebook: Any) -> Any:
    """The row of this notebook; like nbgrader, rows for all notebooks of the assignment."""
    from nbgrader.api import Notebook, SubmittedNotebook

    found = {
        row.notebook_id: row
        for row in session.query(SubmittedNotebook).filter_by(assignment_id=submission.id)
    }
    for each in session.query(Notebook).filter_by(assignment_id=notebook.assignment_id):
        if each.id not in found:
            found[each.id] = SubmittedNotebook(notebook_id=each.id, assignment_id=submission.id)
            session.add(found[each.id])
            session.flush()
            _grades(session, found[each.id], each)
            _comments(session, found[each.id], each)
    return found[notebook.id]


def _grades(session: Any, submitted: Any, notebook: Any) -> list[Any]:
    """A grade row for each graded cell and task, made where it is missing."""
    from nbgrader.api import Grade, GradeCell, TaskCell

    return _rows_for(session, submitted, notebook, Grade, (GradeCell, TaskCell))


def _comments(session: Any, submitted: Any, notebook: Any) -> list[Any]:
    """A comment row for each answer and task, made where it is missing."""
    from nbgrader.api import Comment, SolutionCell, TaskCell

    return _rows_for(session, submitted, notebook, Comment, (SolutionCell, TaskCell))


def _rows_for(
    session: Any, submitted: Any, notebook: Any, kind: Any, cells: tuple[Any, ...]
) -> list[Any]:
    found = {row.cell_id: row for row in session.query(kind).filter_by(notebook_id=submitted.id)}
    for cell in (
        c for each in cells for c in session.query(each).filter_by(notebook_id=notebook.id)
    ):
        if cell.id not in found:
            found[cell.id] = kind(cell_id=cell.id, notebook_id=submitted.id)
            session.add(found[cell.id])
    session.flush()
    return list(found.values())


def _set_grade(grade: Any, entry: Entry) -> None:
    """The program's score anew; a person looks where there is none, or their score may be old."""
    name = grade.cell.name
    score = entry.scores.get(name)
    if grade.manual_score is None:
        grade.needs_manual_grade = score is None
    elif entry.notice or grade.auto_score != score or entry.changed(_looked_at(grade)):
        grade.needs_manual_grade = True
    grade.auto_score = score


def _looked_at(grade: Any) -> str:
    """The cell whose text a person graded: the essay itself, or all answers for a test."""
    from nbgrader.api import GradeCell

    essay = isinstance(grade.cell, GradeCell) and grade.cell.cell_type == "markdown"
    return str(grade.cell.name) if essay else ""


def _set_comment(comment: Any, entry: Entry) -> None:
    if entry.notice:
        comment.auto_comment = entry.notice
    else:
        comment.auto_comment = NO_RESPONSE if comment.cell.name in entry.unanswered else None


def _penalty(place: Place, submission: Any, submitted: Any) -> float | None:
    """What the course's late-submission plugin takes off, between nothing and the whole score."""
    from nbgrader.preprocessors import AssignLatePenalties

    if submission.timestamp is None or submission.assignment.duedate is None:
        return None
    if (late_s := submission.total_seconds_late) <= 0:
        return None
    step = AssignLatePenalties(config=place.config)
    step.init_plugin()
    score = sum(_score(grade) for grade in submitted.grades)
    penalty = step.plugin_inst.late_submission_penalty(submission.student_id, score, late_s)
    return None if penalty is None else min(max(float(penalty), 0.0), score)


def _score(grade: Any) -> float:
    """A grade's value as nbgrader counts it: a person's score before a program's, then extra."""
    base = grade.manual_score if grade.manual_score is not None else grade.auto_score
    return 0.0 if base is None else float(base + (grade.extra_credit or 0.0))
