"""What a learner may write in a cell, and the verdict on it."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

from autograder.checking import verdict_on
from autograder.course.standalone import notebook_namespace, run_cell
from autograder.exercise import Exercise
from autograder.judge.sentences import text
from autograder.judge.verdict import Verdict
from autograder.lessons import exercise as find


def written(name: str, *cells: str) -> Any:
    """The object `name` after running the lesson's first cell and then `cells`."""
    namespace = notebook_namespace(find(name)[0].imports)
    for cell in cells:
        run_cell(dedent(cell).lstrip("\n"), namespace)
    return namespace[name]


def judged(name: str, *cells: str, hidden: bool = False, seed: str | None = None) -> Verdict:
    """The verdict on what the learner's cells define under `name`."""
    lesson, exercise = find(name)
    assert isinstance(exercise, Exercise)
    return verdict_on(lesson, exercise, written(name, *cells), hidden=hidden, seed=seed)


def said(name: str, *cells: str, hidden: bool = False) -> str:
    """The whole message, on one line."""
    return " ".join(text(judged(name, *cells, hidden=hidden)).split())
