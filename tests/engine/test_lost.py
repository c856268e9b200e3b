"""What a program cannot find in a notebook, a person looks for: no 0 for an essay that is lost."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from autograder.engine import judges
from autograder.result import GradeResult
from tests.engine.room import Room, cell, hand_in, master
from tests.house.notebooks import code, notebook


def graded(room: Room, folder: Path, submission: dict[str, Any]) -> GradeResult:
    return judges.grade(hand_in(folder, submission), room.paper, room.slot)


@pytest.mark.parametrize("ids", [True, False])
def test_without_metadata_cells_are_known_by_what_is_left(
    ids: bool, room: Room, tmp_path: Path
) -> None:
    submission = copy.deepcopy(master())
    for each in submission["cells"]:
        each["metadata"] = {}
        if not ids:
            del each["id"]
    result = graded(room, tmp_path, submission)
    points = {each.name: each.points for each in result.cells}
    assert points == {"square-test": 2, "parts-test": 1.5, "last-test": 1, "why": None}


def test_an_essay_whose_cell_is_gone_waits_for_a_person(room: Room, tmp_path: Path) -> None:
    submission = copy.deepcopy(master())
    submission["cells"].pop()
    found = cell(graded(room, tmp_path, submission), "why")
    assert (found.points, len(found.lines)) == (None, 1)


@pytest.mark.parametrize("cells", [[], [code("other", "x = 1")]], ids=["emptied", "another"])
def test_a_notebook_without_any_cell_of_the_assignment_has_no_score(
    cells: list[dict[str, Any]], room: Room, tmp_path: Path
) -> None:
    result = graded(room, tmp_path, notebook(*cells))
    assert (result.status, result.cells) == ("ungradable", ())
    assert "None of the assignment's cells" in result.sentence
