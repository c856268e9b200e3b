"""`autograder demo`: the class it makes, before anything is graded."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.course.course import Course, find
from autograder.course.notebook import UnreadableNotebook, read
from autograder.lessons import lesson
from autograder.verbs.demo import CURIOUS, make

ROOT = Path(__file__).resolve().parents[2]
STUDENTS = 12


def test_the_class_has_every_kind_and_three_of_another() -> None:
    home: Course = find(ROOT)
    root = make(home, lesson("03"), STUDENTS)
    try:
        handed_in = {path.parents[1].name: path for path in root.glob("submitted/*/*/*.ipynb")}
        assert len(handed_in) == STUDENTS
        kinds = {name.split("-")[-1] for name in handed_in if name.startswith("student-")}
        assert kinds == {"model", "mistake", "variant", "partial", "broken", "empty"}
        with pytest.raises(UnreadableNotebook):
            read(handed_in["cut-short"])
        assert CURIOUS in str(read(handed_in["curious"]))
        assert (root / "source").is_dir() and (root / "release").is_dir()
    finally:
        shutil.rmtree(root)
