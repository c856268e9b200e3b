"""A lesson's source notebook, run in this process as a kernel would run it."""

from __future__ import annotations

import contextlib
import doctest
import io
import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from autograder.course.clear import without_regions
from autograder.course.standalone import define, run_cell
from autograder.exercise import Exercise, Lesson
from autograder.given.downloads import CACHE_VARIABLE
from autograder.lessons import exercise as find_exercise
from autograder.lessons import lesson

SOURCE = Path(__file__).parents[2] / "source"
SOLUTION = re.compile(r"^( *)### BEGIN SOLUTION.*?### END SOLUTION", re.DOTALL | re.MULTILINE)
HIDDEN = re.compile(r"^### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", re.DOTALL | re.MULTILINE)


def code_cells(lesson: Lesson) -> dict[str, str]:
    """Cell id -> source of every code cell, with the solutions."""
    path = SOURCE / lesson.id / f"{lesson.notebook}.ipynb"
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return {c["id"]: "".join(c["source"]) for c in cells if c["cell_type"] == "code"}


def as_released(source: str) -> str:
    """A cell's source without its solution and its hidden tests."""
    return SOLUTION.sub(r"\1raise NotImplementedError()", without_regions(HIDDEN.sub("", source)))


@cache
def solved(name: str) -> tuple[dict[str, Any], dict[str, str]]:
    """`run_all` of a lesson's notebook with the solutions; run once, for all who ask.

    It finds no download: what a lesson does with one has tests of its own.
    """
    with without_downloads():
        return run_all(code_cells(lesson(name)))


@cache
def untouched(name: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The same of the notebook as a learner gets it."""
    cells = {key: as_released(source) for key, source in code_cells(lesson(name)).items()}
    with without_downloads():
        return run_all(cells)


@contextlib.contextmanager
def without_downloads() -> Iterator[None]:
    """As on a machine where nothing was fetched."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as empty:
        patch.setenv(CACHE_VARIABLE, empty)
        yield


def mistaken(exercise: str, mistake: str) -> Any:
    """What a learner has who makes a declared mistake."""
    home, found = find_exercise(exercise)
    assert isinstance(found, Exercise)
    (cell,) = [each.cell for each in found.mistakes if each.name == mistake]
    return define(cell, exercise, home)


def run_all(
    cells: dict[str, str], known: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """Run cells in order: the names they leave, and what each printed on stdout.

    `known` is what cells before these have left. Raises AssertionError where a cell writes to
    stderr: nbgrader gives such a cell no points.
    """
    namespace: dict[str, Any] = {"__name__": "__main__", **(known or {})}
    printed = {}
    for name, source in cells.items():
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            run_cell(source, namespace)
        assert err.getvalue() == "", f"{name}: {err.getvalue()}"
        printed[name] = out.getvalue()
    return namespace, printed


def examples(namespace: dict[str, Any], name: str) -> doctest.TestResults:
    """The examples in the docstrings of a function, or of a class and its methods, as they run.

    Read from the docstrings: `doctest`'s own finder asks for the file of a class in `__main__`,
    which is gone once any test has made an IPython shell.
    """
    found = namespace[name]
    parts = {name: found}
    if isinstance(found, type):
        parts |= {f"{name}.{key}": part for key, part in vars(found).items() if callable(part)}
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    for label, part in parts.items():
        text = part.__doc__ or ""
        runner.run(doctest.DocTestParser().get_doctest(text, dict(namespace), label, None, None))
    return runner.summarize(verbose=False)
