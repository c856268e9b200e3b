"""The result of one graded cell, however it came about. Pure."""

from __future__ import annotations

from autograder.course.notebook import Cell
from autograder.course.rebuild import Rebuilt
from autograder.judge.verdict import Verdict
from autograder.result import CellResult, PartResult

NOT_RUN = "This test was not reached: the cells before it used up the submission's time."


def manual(cell: Cell, rebuilt: Rebuilt) -> CellResult:
    """A cell that a person grades; what was left as it was given earns nothing."""
    changed = any(a.changed for a in rebuilt.answers if a.name == cell.grade_id)
    if changed or cell.task or not cell.solution:
        return CellResult(cell.grade_id, "not-run", None, cell.points)
    return CellResult(cell.grade_id, "not-run", 0.0, cell.points, ("No answer was written.",))


def scored(cell: Cell, points: float, status: str, line: str, seconds: float = 0.0) -> CellResult:
    """What a test that decides by itself gave."""
    lines = (line,) if line else ()
    return CellResult(cell.grade_id, status, points, cell.points, lines, seconds=seconds)


def not_run(cell: Cell) -> CellResult:
    """A test that was not reached."""
    return CellResult(cell.grade_id, "not-run", 0.0, cell.points, (NOT_RUN,))


def from_verdict(cell: Cell, verdict: Verdict, seconds: float) -> CellResult:
    """What a judge outside gave."""
    parts = tuple(
        PartResult(s.name, s.sentence, s.status, s.points, s.max_points) for s in verdict.stages
    )
    points = cell.points if verdict.passed else min(verdict.points, cell.points)
    return CellResult(
        name=cell.grade_id,
        status=verdict.status,
        points=points,
        max_points=cell.points,
        lines=verdict.lines,
        cause=verdict.cause,
        parts=parts,
        seconds=seconds,
    )
