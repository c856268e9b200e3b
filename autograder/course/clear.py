"""Clearing solutions the way this course needs it; named in nbgrader_config.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nbgrader.preprocessors import ClearSolutions

BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"


class ClearAnswers(ClearSolutions):  # type: ignore[misc]
    """nbgrader's ClearSolutions, except that a region at the left margin leaves nothing behind.

    nbgrader would put `raise NotImplementedError()` there, which stops "Run All Cells" at the
    first quiz that is not answered.
    """

    def _replace_solution_region(self, cell: Any, language: str) -> bool:
        before = cell.source
        if cell.cell_type == "code":
            cell.source = without_regions(before)
        changed = bool(cell.source != before)
        return bool(super()._replace_solution_region(cell, language)) or changed


def without_regions(source: str) -> str:
    """The source without its solution regions at the left margin."""
    return "\n".join(_outside(source.split("\n")))


def _outside(lines: list[str]) -> Iterator[str]:
    ends = [index for index, line in enumerate(lines) if END in line]
    inside_until = -1
    for index, line in enumerate(lines):
        if BEGIN in line and line[:1].strip():
            inside_until = next((end for end in ends if end > index), -1)
        if index > inside_until:
            yield line
