"""The result of one graded cell, however it came about. Pure."""

from __future__ import annotations

from autograder.course.notebook import Cell
from autograder.course.rebuild import Rebuilt
from autograder.judge.verdict import Verdict
from autograder.result import CellResult, PartResult

NOT_RUN = "This test was not reached: the cells before it used up the submission's time."
GONE = "The cell for this answer is not in the notebook: a person looks for it."


def manual(cell: Cell, rebuilt: Rebuilt) -> CellResult:
    """A cell that a person grades; what was left as it was given earns nothing.

    Where the cell itself is gone, the answer may stand elsewhere: a person looks.
    """
    answer = next((a for a in rebuilt.answers if a.name == cell.grade_id), None)
    if answer is None and cell.solution:
        return CellResult(cell.grade_id, "not-run", None, cell.points, (GONE,))
    if answer is None or answer.changed:
        return CellResult(cell.grade_id, "not-run", None, cell.points)
    return nothing(cell, "No answer was written.")


def nothing(cell: Cell, line: str) -> CellResult:
    """No point, and why."""
    return CellResult(cell.grade_id, "not-run", 0.0, cell.points, (line,))


def scored(cell: Cell, points: float, status: str, line: str, seconds: float = 0.0) -> CellResult:
    """What a test that decides by itself gave."""
    lines = (line,) if line else ()
    return CellResult(cell.grade_id, status, points, cell.points, lines, seconds=seconds)


def not_run(cell: Cell) -> CellResult:
    """A test that was not reached."""
    return nothing(cell, NOT_RUN)


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
