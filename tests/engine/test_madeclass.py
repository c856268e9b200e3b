"""A made-up class holds every kind of submission, wherever the command is run."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from autograder.course.course import Course
from autograder.course.notebook import read
from autograder.course.variants import variants
from autograder.engine.madeclass import Made, made_class
from autograder.lessons import lesson
from tests.house.tree import ROOT

LESSON = lesson("03-attention")


def class_of(count: int) -> list[Made]:
    course, file = Course(ROOT), f"{LESSON.notebook}.ipynb"
    master, release = (
        read(f / file) for f in (course.source(LESSON.id), course.release(LESSON.id))
    )
    return made_class(LESSON, master, release, variants(LESSON, ROOT), count)


def test_kinds_take_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    kinds = Counter(student.split("-")[-1] for student, _ in class_of(12))
    assert kinds == dict.fromkeys(("model", "mistake", "variant", "partial", "broken", "empty"), 2)


def test_the_same_lesson_gives_the_same_class() -> None:
    assert class_of(6) == class_of(6)


def test_where_the_tests_are_not_at_hand_there_are_no_variants(tmp_path: Path) -> None:
    assert variants(LESSON, tmp_path) == {}
