"""What is committed in release/ is what source/ gives."""

from __future__ import annotations

import pytest

from autograder.course.build import build
from autograder.course.course import Course
from autograder.course.notebook import Notebook, cells, read
from autograder.exercise import Lesson
from autograder.lessons import lessons
from tests.house.tree import ROOT

COURSE = Course(ROOT)


def test_the_committed_release_is_what_the_source_gives() -> None:
    assert build(COURSE, lessons(), write=False).changed == (), "run `make build` and commit it"


def notebooks(lesson: Lesson) -> tuple[Notebook, Notebook]:
    name = f"{lesson.notebook}.ipynb"
    return read(COURSE.source(lesson.id) / name), read(COURSE.release(lesson.id) / name)


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.id)
def test_a_learner_gets_every_cell_under_its_own_id(lesson: Lesson) -> None:
    source, release = notebooks(lesson)
    assert [cell.id for cell in cells(release)] == [cell.id for cell in cells(source)]


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.id)
def test_prose_examples_and_pictures_reach_a_learner_unchanged(lesson: Lesson) -> None:
    source, release = notebooks(lesson)
    assert [cell.source for cell in cells(release) if not cell.grade_id] == [
        cell.source for cell in cells(source) if not cell.grade_id
    ]


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.id)
def test_no_answer_and_no_hidden_test_reaches_a_learner(lesson: Lesson) -> None:
    """Looked at from outside: the words of the source that mark what is secret."""
    _, release = notebooks(lesson)
    text = "\n".join(cell["source"] for cell in release["cells"])
    for secret in ("SOLUTION", "HIDDEN", "hidden=True"):
        assert secret not in text
    for cell in cells(release):
        if cell.is_essay:
            assert cell.source == "YOUR ANSWER HERE"
        elif cell.is_test:
            assert cell.source.startswith("check(") and cell.source.count("\n") == 0
