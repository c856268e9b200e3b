"""Stock nbgrader on the same courses: what it gives is expected, or stands in stock.json."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.courses.courses import NAMES, copy, expected, points, run

pytestmark = pytest.mark.long


@pytest.mark.parametrize("name", NAMES)
def test_nbgrader_gives_what_is_noted(name: str, tmp_path: Path) -> None:
    root = copy(name, tmp_path)
    run(root, "nbgrader", "autograde", "ps1")
    assert points(root) == {**expected(name), **expected(name, "stock.json")}
