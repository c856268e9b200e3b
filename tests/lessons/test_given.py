"""The given parts that take the place of answers: each one passes the test of its exercise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.checking import verdict_on
from autograder.course.notebook import cells, read
from autograder.course.standalone import given_names
from autograder.exercise import Exercise, Lesson
from autograder.lessons import lessons

ROOT = Path(__file__).parents[2]
PARTS = [
    (each, exercise)
    for each in lessons()
    for exercise in each.exercises
    if isinstance(exercise, Exercise) and exercise.name in given_names(each)
]


@pytest.mark.parametrize(("home", "exercise"), PARTS, ids=[e.name for _, e in PARTS])
def test_a_given_part_passes_its_exercise_and_is_no_answer_to_it(
    home: Lesson, exercise: Exercise
) -> None:
    part = given_names(home)[exercise.name]
    free = replace(exercise, forbids=())
    verdict = verdict_on(home, free, part, hidden=True, seed="one")
    assert verdict.passed, "\n".join(verdict.lines)
    refused = verdict_on(home, exercise, part)
    assert (refused.points, refused.status) == (0, "forbidden")


def test_there_is_something_to_go_on_with_for_every_exercise() -> None:
    assert [e.name for _, e in PARTS] == [e.name for each in lessons() for e in each.coding]


@pytest.mark.parametrize("home", lessons(), ids=lambda home: home.id)
def test_the_title_cell_says_so_and_the_first_cell_imports_them(home: Lesson) -> None:
    path = ROOT / "source" / home.id / f"{home.notebook}.ipynb"
    title, *_ = (cell.source for cell in cells(read(path)))
    assert "the exercise of that name asks for" in " ".join(title.split())
    assert f"from autograder.given import {home.notebook} as given" in home.imports
