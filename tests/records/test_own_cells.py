"""What a person grades beside answers (own cells below a task, pictures) reaches that person."""

from __future__ import annotations

import copy
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.course.notebook import read
from autograder.course.rebuild import rebuild
from autograder.records.autograded import task_answers
from autograder.records.feedback import write_feedback
from autograder.records.gradebook import write_result
from tests.records import squares
from tests.records.dump import grades
from tests.records.squares import ASSIGNMENT, GOOD, NOTEBOOK, cell, result

BELOW = [cell("markdown", "A square, drawn.", "one"), cell("code", "print('[]')", "two")]
PICTURE = {"p.png": {"image/png": "aGVsbG8="}}


def handed_in(course: Path, *own: dict[str, Any], picture: bool = False) -> dict[str, Any]:
    """The good answers, with own cells below the task, which is the last cell."""
    found = copy.deepcopy(squares.submission(course, GOOD))
    found["cells"] += own
    if picture:
        found["cells"][4]["attachments"] = PICTURE
    return found


def write(course: Path, master: dict[str, Any], *own: dict[str, Any], picture: bool = False) -> Any:
    released = read(course / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb")
    rebuilt = rebuild(master, released, handed_in(course, *own, picture=picture))
    graded = replace(result("ada", GOOD), more=rebuilt.more)
    write_result(course, graded, master, rebuilt=rebuilt.notebook)
    return graded


def look_at(course: Path) -> None:
    """Grade the essay and the task by hand."""
    with closing(sqlite3.connect(course / "gradebook.db")) as book, book:
        book.execute(
            "update grade set manual_score = 1, needs_manual_grade = 0 where auto_score is null"
        )


def test_only_a_notebook_with_more_than_answers_says_so(
    course: Path, master: dict[str, Any]
) -> None:
    assert not write(course, master).more
    assert write(course, master, *BELOW).more
    assert write(course, master, picture=True).more


@pytest.mark.parametrize(
    ("more", "again"),
    [
        ((), {"why": 0, "draw": 0}),
        ((cell("markdown", "Another square.", "one"), BELOW[1]), {"why": 0, "draw": 1}),
        (BELOW[:1], {"why": 0, "draw": 1}),
    ],
    ids=["the same", "changed", "less"],
)
def test_a_task_is_looked_at_again_when_what_stands_below_it_changed(
    more: Any, again: dict[str, int], course: Path, master: dict[str, Any]
) -> None:
    write(course, master, *BELOW)
    look_at(course)
    write(course, master, *(more or BELOW))
    found = grades(course, "ada")
    assert {name: found[name][3] for name in again} == again


def test_an_essay_is_looked_at_again_when_its_picture_changed(
    course: Path, master: dict[str, Any]
) -> None:
    write(course, master)
    look_at(course)
    write(course, master, picture=True)
    assert grades(course, "ada")["why"][3] == 1


def test_what_stands_below_a_task_ends_at_the_next_graded_cell() -> None:
    master = squares.source_notebook()
    first, *rest = master["cells"]
    task = rest.pop()
    own = {**cell("markdown", "mine", "added-1")}
    told = {**cell("markdown", "elsewhere", "added-2")}
    plain = cell("markdown", "the course's", "plain")
    book = {**master, "cells": [first, task, plain, own, rest[0], told]}
    assert [(a.name, a.source) for a in task_answers(book)] == [("draw", "mine")]


def test_the_feedback_shows_what_stands_below_a_task(course: Path, master: dict[str, Any]) -> None:
    graded = write(course, master, *BELOW)
    page = write_feedback(course, graded, notebook=NOTEBOOK).read_text()
    assert "A square, drawn." in page
    assert "print(&#x27;[]&#x27;)" in page
