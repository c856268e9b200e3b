"""The small course, graded by nbgrader itself: the oracle of these tests."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.course import notebook as notebooks
from tests.records import squares
from tests.records.squares import ASSIGNMENT, NOTEBOOK


@pytest.fixture(scope="session", autouse=True)
def commands_on_the_path() -> Iterator[None]:
    """nbgrader runs `alembic`, which stands beside the Python that runs these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        yield


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course with three submissions, graded by nbgrader alone."""
    course = tmp_path_factory.mktemp("stock") / "course"
    folder = course / "source" / ASSIGNMENT
    folder.mkdir(parents=True)
    (course / "nbgrader_config.py").write_text(squares.CONFIG)
    notebooks.write(squares.source_notebook(), folder / f"{NOTEBOOK}.ipynb")
    assert squares.api(course).generate_assignment(ASSIGNMENT)["success"]
    for student, answers in squares.CLASS.items():
        squares.hand_in(course, student, answers)
        squares.autograde(course, student)
    return course


@pytest.fixture
def course(stock: Path, tmp_path: Path) -> Path:
    """The same course and submissions, with neither gradebook nor grades."""
    fresh = tmp_path / "course"
    shutil.copytree(stock, fresh, ignore=shutil.ignore_patterns("gradebook.db", "autograded"))
    return fresh


@pytest.fixture
def master() -> dict[str, Any]:
    """The assignment's source notebook."""
    return squares.source_notebook()
