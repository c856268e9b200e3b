"""A small course to stand in, with progress of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course.course import Course
from tests.selfstudy import small


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    root = tmp_path / "course"
    root.mkdir()
    monkeypatch.chdir(root)
    monkeypatch.setenv("AUTOGRADER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("AUTOGRADER_GRADING_SEED", raising=False)
    return small.course(root)
