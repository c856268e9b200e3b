"""Scores with their intervals: along a growing number of examples, or against what they cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.given.figures.picture import Picture
from autograder.given.figures.svg import BLUE, FAINT, GREEN, ORANGE, line, picture, text

WIDTH, HEIGHT = 520.0, 300.0
"""The plot without its labels, in pixels."""
LEFT, TOP, BELOW, RIGHT = 52.0, 28.0, 44.0, 150.0
COLOURS = (BLUE, ORANGE, GREEN, "#cc79a7")
DASHES = ("", "6 3", "2 3", "8 3 2 3")
COARSE, FINE = 0.1, 0.05
"""Distances between lines of the grid; the fine one where coarse lines would be few."""
FEW = 4
CLOSE = 45.0
"""Pixels between two intervals that leave no room for a name."""
LETTER = 7.2
"""Room for one letter of a name, in pixels."""
EDGE = 40.0
"""Room at the right of a plot without a key, in pixels."""
CAP = 4.0
"""Half the width of the ends of an interval, in pixels."""


@dataclass(frozen=True)
class Score:
    """A score at `x` (examples, seconds, numbers) with the interval from `low` to `high`."""

    x: float
    value: float
    low: float
    high: float
    name: str = ""


def curve(lines: dict[str, Sequence[Score]], *, title: str, x: str, y: str = "macro-F1") -> Picture:
    """One line for each name, scores joined in order; x grows by factors."""
    every = [score for scores in lines.values() for score in scores]
    place = _Plane(every)
    body = place.frame(x, y, sorted({score.x for score in every}))
    for i, (name, scores) in enumerate(lines.items()):
        body += place.line(scores, COLOURS[i % 4], DASHES[i % 4])
        body += "".join(place.point(score, COLOURS[i % 4]) for score in scores)
        body += place.key(i, name)
    said = [f"{name}: {'; '.join(_said(s, x) for s in scores)}" for name, scores in lines.items()]
    return picture(LEFT + WIDTH + RIGHT, TOP + HEIGHT + BELOW, body, title, ". ".join(said) + ".")


def against_cost(scores: Sequence[Score], *, title: str, x: str, y: str = "macro-F1") -> Picture:
    """One named point for each score; x grows by factors."""
    place = _Plane(scores)
    body = place.frame(x, y, powers_of_ten([score.x for score in scores]))
    for i, score in enumerate(scores):
        body += place.point(score, COLOURS[i % 4])
        body += _name(score, scores, place)
    said = [f"{score.name}: {_said(score, x)}" for score in scores]
    return picture(LEFT + WIDTH + EDGE, TOP + HEIGHT + BELOW, body, title, "; ".join(said) + ".")


def _name(score: Score, others: Sequence[Score], place: _Plane) -> str:
    """The name above the score's interval, or below it."""
    below = _hidden(score, others, place)
    x = max(place.x(score.x), LEFT + LETTER / 2 * len(score.name) + 2)
    y = place.y(score.low) + 11 if below else place.y(score.high) - 11
    return text(x, y, score.name, anchor="middle")


def _hidden(score: Score, others: Sequence[Score], place: _Plane) -> bool:
    """Whether a name above the score would lie on the interval of another score beside it."""
    return any(
        other.low < score.high < other.high and abs(place.x(other.x) - place.x(score.x)) < CLOSE
        for other in others
    )


def powers_of_ten(values: Sequence[float]) -> list[float]:
    """The powers of ten from the least to the largest of the values above 0.

    >>> powers_of_ten([0.2, 3, 150])
    [1.0, 10.0, 100.0]
    """
    logs = [math.log10(value) for value in values if value > 0] or [0.0]
    return [10.0**n for n in range(math.ceil(min(logs)), math.floor(max(logs)) + 1)]


def _said(score: Score, x: str) -> str:
    return f"{score.value:.3f} ({score.low:.3f} to {score.high:.3f}) at {score.x:,.4g} {x}"


class _Plane:
    """Where a score lies on the page."""

    def __init__(self, scores: Sequence[Score]) -> None:
        xs = [max(score.x, 1e-9) for score in scores]
        self.first, self.last = math.log(min(xs)), math.log(max(xs))
        self.low = math.floor(10 * min(score.low for score in scores)) / 10
        self.high = math.ceil(10 * max(score.high for score in scores)) / 10

    def x(self, value: float) -> float:
        span = self.last - self.first or 1.0
        share = (math.log(max(value, 1e-9)) - self.first) / span
        return LEFT + WIDTH * (0.04 + 0.92 * share)

    def y(self, value: float) -> float:
        return TOP + HEIGHT * (self.high - value) / (self.high - self.low or 1.0)

    def levels(self) -> list[float]:
        """Scores at which the grid has a line."""
        few = self.high - self.low < FEW * COARSE - 1e-9
        count = round((self.high - self.low) / (FINE if few else COARSE))
        return [self.low + (self.high - self.low) * i / max(count, 1) for i in range(count + 1)]

    def frame(self, x: str, y: str, ticks: Sequence[float]) -> str:
        parts = []
        for value in self.levels():
            parts.append(line(LEFT, self.y(value), LEFT + WIDTH, self.y(value), FAINT, 0.5))
            parts.append(text(LEFT - 6, self.y(value), f"{value:.2f}", anchor="end", size=11))
        for value in ticks:
            shown = f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"
            parts.append(text(self.x(value), TOP + HEIGHT + 14, shown, anchor="middle", size=11))
        parts.append(text(LEFT + WIDTH / 2, TOP + HEIGHT + 33, x, anchor="middle"))
        parts.append(text(4, 7, y, size=11))
        return "".join(parts)

    def line(self, scores: Sequence[Score], colour: str, dash: str) -> str:
        points = " ".join(f"{self.x(s.x):.1f},{self.y(s.value):.1f}" for s in scores)
        return (
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" '
            f'stroke-dasharray="{dash}"/>'
        )

    def point(self, score: Score, colour: str) -> str:
        x, low, high = self.x(score.x), self.y(score.low), self.y(score.high)
        ends = "".join(line(x - CAP, end, x + CAP, end, colour, 2) for end in (low, high))
        dot = f'<circle cx="{x:.1f}" cy="{self.y(score.value):.1f}" r="4.5" fill="{colour}"/>'
        return line(x, low, x, high, colour, 2) + ends + dot

    def key(self, i: int, name: str) -> str:
        y = TOP + 12 + 20 * i
        x = LEFT + WIDTH + 10
        sample = (
            f'<line x1="{x}" y1="{y}" x2="{x + 26}" y2="{y}" stroke="{COLOURS[i % 4]}" '
            f'stroke-width="2" stroke-dasharray="{DASHES[i % 4]}"/>'
        )
        return sample + text(x + 32, y, name)
