"""The words of grading: a job for one submission, and its result. Imports nothing of ours.

Both are plain JSON, so that a pool may run anywhere and a run log can be read by anyone.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

CELL_STATUSES = (
    "passed",
    "failed",
    "error",
    "timeout",
    "memory",
    "crashed",
    "output-limit",
    "forbidden",
    "skipped",
    "not-run",
)
"""How a test may end."""
AS_REFERENCE = "as-the-reference"
"""Kind of the finding that an answer is the course's own."""
SUBMISSION_STATUSES = ("graded", "unreadable", "ungradable", "infrastructure")
"""How a submission may end; only "graded" carries points."""


@dataclass(frozen=True)
class GradeJob:
    """One submission to grade: who, what, and the digest of what was handed in.

    `path` is the folder of the submission as the grader reads it; `digest` is the sha256 of its
    content, so that "changed" can be told; `seed` is the grading seed.
    """

    assignment: str
    student: str
    path: str
    digest: str
    seed: str
    timestamp: str = ""


@dataclass(frozen=True)
class PartResult:
    """One part (stage) of a test: its sentence, status and points."""

    name: str
    sentence: str
    status: str
    points: float
    max_points: float


@dataclass(frozen=True)
class CellResult:
    """One graded cell: `points` is None where a person must grade.

    `lines` is the message for the student: no hidden test, no path of the grading machine.
    `seconds` is wall time and left out when results are compared.
    """

    name: str
    status: str
    points: float | None
    max_points: float
    lines: tuple[str, ...] = ()
    cause: str = ""
    parts: tuple[PartResult, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Finding:
    """Something about a submission worth a person's look: `kind` is a short slug."""

    kind: str
    where: str
    sentence: str


@dataclass(frozen=True)
class AnswerResult:
    """One answer cell as handed in: its source, and whether it differs from the release."""

    name: str
    source: str
    changed: bool


@dataclass(frozen=True)
class GradeResult:
    """The result for one submission."""

    assignment: str
    student: str
    digest: str
    status: str
    cells: tuple[CellResult, ...] = ()
    answers: tuple[AnswerResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    sentence: str = ""
    seconds: float = 0.0
    timestamp: str = ""
    more: bool = False
    """Whether the student's notebook has more to look at than answers: own cells, pictures."""

    @property
    def points(self) -> float:
        """Points of all cells graded automatically."""
        return sum(cell.points or 0.0 for cell in self.cells)

    @property
    def max_points(self) -> float:
        """Points of all cells, those a person grades included."""
        return sum(cell.max_points for cell in self.cells)


def to_json(value: GradeJob | GradeResult) -> str:
    """One line of JSON with sorted keys."""
    return json.dumps(asdict(value), ensure_ascii=False, sort_keys=True)


def result_from_json(text: str) -> GradeResult:
    """The result that `to_json` wrote; raises ValueError on anything else."""
    return result_from_dict(json.loads(text))


def result_from_dict(data: Any) -> GradeResult:
    """The same from what a line of JSON holds."""
    try:
        return _result(data)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a grading result: {error}") from None


def _result(data: dict[str, Any]) -> GradeResult:
    return GradeResult(
        **{
            **data,
            "cells": tuple(_cell(cell) for cell in data["cells"]),
            "answers": tuple(AnswerResult(**answer) for answer in data["answers"]),
            "findings": tuple(Finding(**finding) for finding in data["findings"]),
        }
    )


def _cell(data: dict[str, Any]) -> CellResult:
    parts = tuple(PartResult(**part) for part in data["parts"])
    return CellResult(**{**data, "lines": tuple(data["lines"]), "parts": parts})
