"""`autograder grade` on small courses of other people's kind: every cell as it should be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.courses.courses import NAMES, copy, expected, lacking, points, run

WRONG = {}
"""Courses that go wrong still, each with the reason."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name, marks=pytest.mark.xfail(reason=WRONG[name], strict=True, raises=AssertionError)
        )
        if name in WRONG
        else name
        for name in NAMES
    ],
)
def test_every_cell_gets_what_it_should(name: str, tmp_path: Path) -> None:
    root = copy(name, tmp_path)
    run(root, "autograder", "grade", "ps1", "--course", str(root), "--jobs", "1")
    assert points(root) == expected(name)
    assert lacking(name, root) == []


def test_every_course_that_goes_wrong_is_there() -> None:
    assert WRONG.keys() <= set(NAMES)
