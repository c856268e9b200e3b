"""Opening nbgrader's gradebook, to write in one transaction or to read beside those who write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from autograder.records.place import Place


@contextmanager
def transaction(place: Place, busy_s: float) -> Iterator[Any]:
    """A connection that takes the write lock first, commits at the end or changes nothing."""
    with _engine(place.database, busy_s).begin() as connection:
        _create_tables(connection)
        yield connection


def select(place: Place, query: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Rows of one query, read without taking the write lock."""
    from sqlalchemy import text

    with _reader(place.database).connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]


@cache
def _reader(url: str) -> Any:
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    return create_engine(url, poolclass=NullPool)


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
