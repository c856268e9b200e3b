"""The first cells run once a submission: in the warm parent, or as the student has them."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from autograder.engine import judges
from autograder.engine.steps import after_setup, steps_of
from tests.engine.room import Room, cell, hand_in, master
from tests.house.notebooks import code, graded, notebook


def changed(setup: str, asserted: str, *more: dict[str, Any]) -> dict[str, Any]:
    """The model answers after another setup cell; the first is defined if `asserted` holds."""
    found = copy.deepcopy(master())
    found["cells"][0]["source"] = setup
    answer = f"left = sorted(globals())\nassert {asserted}\n{found['cells'][1]['source']}"
    found["cells"][1]["source"] = answer
    found["cells"][1:1] = more
    return found


@pytest.mark.parametrize(
    ("setup", "more", "asserted"),
    [
        ("import os\nstarted = os.getpid()\nready = []", (), "started != os.getpid()"),
        ("mine = 1", (), "mine == 1 and 'started' not in left"),
        ("mine = 1", (code("own", "mine += 1"),), "mine == 2 and 'started' not in left"),
    ],
    ids=["as given", "changed", "changed, and an own cell"],
)
def test_a_changed_setup_cell_runs_alone(
    setup: str, more: tuple[Any, ...], asserted: str, room: Room, tmp_path: Path
) -> None:
    submission = changed(setup, asserted, *more)
    result = judges.grade(hand_in(tmp_path, submission), room.paper, room.slot)
    assert cell(result, "square-test").points == 2


def test_what_the_parent_ran_is_left_out_only_where_a_submission_begins_with_it() -> None:
    given = notebook(code("a", "a"), code("b", "b"), graded("x", "x", 1))
    steps = steps_of(given, None)
    assert after_setup(steps, ["a", "b"]) == steps[2:]
    assert after_setup(steps, []) == steps
    assert after_setup(steps, ["a", "c"]) is None
    assert after_setup(steps, ["a", "b", "x"]) is None
