"""`autograder feedback`: the pages again, with what people have written meanwhile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.cli import main
from autograder.engine.runlog import RunLog
from autograder.records.gradebook import write_result
from tests.records.dump import execute
from tests.records.squares import ASSIGNMENT, GOOD, NOTEBOOK, result


def test_marks_given_after_grading_reach_the_pages(course: Path, master: dict[str, Any]) -> None:
    graded = result("ada", GOOD)
    RunLog(course, ASSIGNMENT, NOTEBOOK).add_result("run", "key", graded)
    write_result(course, graded, master)
    execute(course, "UPDATE grade SET manual_score = 3 WHERE auto_score IS NULL")
    assert main(["feedback", ASSIGNMENT, "--course", str(course)]) == 0
    page = course / "feedback" / "ada" / ASSIGNMENT / f"{NOTEBOOK}.html"
    told = json.loads(page.with_suffix(".feedback.json").read_text())
    assert told["total"]["points"] == 8.5
    assert "graded by a person" in page.read_text()


def test_before_grading_it_says_what_to_do(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["feedback", ASSIGNMENT, "--course", str(course)]) == 1
    assert f"autograder grade {ASSIGNMENT}" in capsys.readouterr().err
