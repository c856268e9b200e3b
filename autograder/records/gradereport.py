"""The report at the end of a run: what a class got, and what it got wrong. Pure, but for `write`.

Two students are one class as well as two hundred: every list says how many it leaves out.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from autograder.records.explain import clean
from autograder.records.visible import one_line
from autograder.result import AS_REFERENCE, GradeResult

SLOWEST = 5
"""Submissions listed as slowest."""
MOST_CAUSES = 20
"""Causes listed."""
MAX_NAME = 60
"""Characters of a student's name in a table."""
MADE_HERE = (AS_REFERENCE, "missing-test", "given-part")
"""Kinds of findings about a notebook or its grading, not about what a student tried."""


@dataclass(frozen=True)
class Line:
    """One submission: points so far, and what a person has yet to give."""

    student: str
    status: str
    points: float
    max_points: float
    waiting: float
    seconds: float
    sentence: str


@dataclass(frozen=True)
class Rate:
    """One test over the class: how many have all its points, and the mean of their share."""

    name: str
    passed: int
    graded: int
    share: float
    statuses: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Cause:
    """One named cause and how many students it kept from full points."""

    name: str
    sentence: str
    students: int


@dataclass(frozen=True)
class Suspicion:
    """Something about one submission worth a person's look."""

    student: str
    kind: str
    where: str
    sentence: str


@dataclass(frozen=True)
class Copies:
    """The answers of one student whose syntax tree is that of the course's own answer.

    Where an answer is one short line, many write the same: what tells is how many, and which.
    """

    student: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """Everything the report says."""

    assignment: str
    lines: tuple[Line, ...]
    rates: tuple[Rate, ...]
    causes: tuple[Cause, ...]
    suspicions: tuple[Suspicion, ...]
    copies: tuple[Copies, ...]

    @property
    def graded(self) -> tuple[Line, ...]:
        """The submissions with a score."""
        return tuple(line for line in self.lines if line.status == "graded")

    @property
    def slowest(self) -> tuple[Line, ...]:
        """The submissions that took longest."""
        return tuple(sorted(self.lines, key=lambda line: -line.seconds)[:SLOWEST])

    @property
    def total(self) -> dict[str, Any]:
        """The class in numbers; no mean where nobody was graded."""
        points = [line.points for line in self.graded]
        return {
            "submissions": len(self.lines),
            **Counter(line.status for line in self.lines),
            **_middle(points),
            "max_points": max((line.max_points for line in self.graded), default=0.0),
            "waiting_for_a_person": sum(1 for line in self.graded if line.waiting),
            "suspicious": len({each.student for each in self.suspicions}),
        }


def _middle(points: Sequence[float]) -> dict[str, float]:
    if not points:
        return {}
    return {
        "mean": round(statistics.fmean(points), 3),
        "median": round(statistics.median(points), 3),
    }


def report(assignment: str, results: Iterable[GradeResult]) -> Report:
    """The report on the results of a class."""
    kept = sorted(results, key=lambda result: result.student)
    return Report(
        assignment=one_line(assignment, MAX_NAME),
        lines=tuple(_line(result) for result in kept),
        rates=_rates(kept),
        causes=_causes(kept),
        suspicions=tuple(
            Suspicion(one_line(r.student, MAX_NAME), f.kind, clean(f.where), clean(f.sentence))
            for r in kept
            for f in r.findings
            if f.kind not in MADE_HERE
        ),
        copies=_copies(kept),
    )


def _copies(results: Sequence[GradeResult]) -> tuple[Copies, ...]:
    """Who has answers of the course's own, most first."""
    found = [
        Copies(
            one_line(result.student, MAX_NAME),
            tuple(clean(f.where) for f in result.findings if f.kind == AS_REFERENCE),
        )
        for result in results
    ]
    return tuple(sorted((c for c in found if c.answers), key=lambda c: -len(c.answers)))


def _line(result: GradeResult) -> Line:
    waiting = sum(cell.max_points for cell in result.cells if cell.points is None)
    return Line(
        student=one_line(result.student, MAX_NAME),
        status=result.status,
        points=result.points,
        max_points=result.max_points - waiting,
        waiting=waiting,
        seconds=result.seconds,
        sentence=clean(result.sentence),
    )


def _rates(results: Sequence[GradeResult]) -> tuple[Rate, ...]:
    """Tests in the order of the notebook; those a person grades are left out."""
    every = [cell for result in results for cell in result.cells if cell.max_points]
    by_hand = {cell.name for cell in every if cell.points is None}
    cells = [cell for cell in every if cell.name not in by_hand]
    rates = []
    for name in dict.fromkeys(cell.name for cell in cells):
        here = [cell for cell in cells if cell.name == name]
        shares = [(cell.points or 0.0) / cell.max_points for cell in here]
        statuses = Counter(cell.status for cell in here).most_common()
        passed = sum(share >= 1 for share in shares)
        rates.append(
            Rate(clean(name), passed, len(here), statistics.fmean(shares), tuple(statuses))
        )
    return tuple(rates)


def _causes(results: Sequence[GradeResult]) -> tuple[Cause, ...]:
    found = Counter((c.name, c.cause) for r in results for c in r.cells if c.cause)
    return tuple(
        Cause(clean(name), clean(sentence), count)
        for (name, sentence), count in found.most_common(MOST_CAUSES)
    )


def as_dict(told: Report) -> dict[str, Any]:
    """The report as one JSON object; it is ok when every submission has a score."""
    return {
        "lesson": told.assignment,
        "total": told.total,
        "items": [asdict(line) for line in told.lines],
        "tests": [{**asdict(rate), "statuses": dict(rate.statuses)} for rate in told.rates],
        "causes": [asdict(cause) for cause in told.causes],
        "suspicious": [asdict(each) for each in told.suspicions],
        "as_the_reference": [asdict(each) for each in told.copies],
        "slowest": [line.student for line in told.slowest],
        "ok": len(told.graded) == len(told.lines),
    }


def headline(told: Report) -> str:
    """One line: how many, how well, who waits."""
    total = told.total
    parts = [f"{told.assignment}: {len(told.graded)} of {len(told.lines)} submissions graded"]
    if told.graded:
        parts.append(f"median {total['median']:g} of {total['max_points']:g} points")
    if total["waiting_for_a_person"]:
        parts.append(f"{total['waiting_for_a_person']} with answers that a person grades")
    return ", ".join(parts) + "."
