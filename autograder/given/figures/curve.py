"""Scores with their intervals: along a growing number of examples, or against what they cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.given.figures import svg
from autograder.given.figures.picture import Picture
from autograder.given.figures.svg import COLOURS, FAINT, LETTER, line, picture, text

WIDTH, HEIGHT = 520.0, 300.0
"""The plot without its labels, in pixels."""
LEFT, TOP, BELOW, RIGHT, EDGE = 52.0, 28.0, 44.0, 150.0, 40.0
"""Room around it: RIGHT holds a key, EDGE stands at the right of a plot without one."""
DASHES = ("", "6 3", "2 3", "8 3 2 3")
CLOSE = 45.0
"""Pixels between two intervals that leave no room for a name."""


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
        joined = [(place.x(score.x), place.y(score.value)) for score in scores]
        body += svg.trail(joined, COLOURS[i % 4], DASHES[i % 4])
        body += "".join(place.point(score, COLOURS[i % 4]) for score in scores) + _key(i, name)
    said = [f"{name}: {'; '.join(_said(s, x) for s in scores)}" for name, scores in lines.items()]
    return picture(LEFT + WIDTH + RIGHT, TOP + HEIGHT + BELOW, body, title, ". ".join(said) + ".")


def against_cost(scores: Sequence[Score], *, title: str, x: str, y: str = "macro-F1") -> Picture:
    """One named point for each score; x grows by factors."""
    place = _Plane(scores)
    body = place.frame(x, y, powers_of_ten([score.x for score in scores]))
    for i, score in enumerate(scores):
        body += place.point(score, COLOURS[i % 4]) + _name(score, scores, place)
    said = [f"{score.name}: {_said(score, x)}" for score in scores]
    return picture(LEFT + WIDTH + EDGE, TOP + HEIGHT + BELOW, body, title, "; ".join(said) + ".")


def _name(score: Score, others: Sequence[Score], place: _Plane) -> str:
    """The name above the score's interval; below it where it would lie on another one beside it."""
    near = [other for other in others if abs(place.x(other.x) - place.x(score.x)) < CLOSE]
    below = any(other.low < score.high < other.high for other in near)
    x = max(place.x(score.x), LEFT + LETTER / 2 * len(score.name) + 2)
    y = place.y(score.low) + 11 if below else place.y(score.high) - 11
    return text(x, y, score.name, anchor="middle")


def powers_of_ten(values: Sequence[float]) -> list[float]:
    """The powers of ten from the least to the largest of the values above 0.

    >>> powers_of_ten([0.2, 3, 150])
    [1.0, 10.0, 100.0]
    """
    logs = [math.log10(value) for value in values if value > 0] or [0.0]
    return [10.0**n for n in range(math.ceil(min(logs)), math.floor(max(logs)) + 1)]


def _said(score: Score, x: str) -> str:
    return f"{score.value:.3f} ({score.low:.3f} to {score.high:.3f}) at {score.x:,.4g} {x}"


def _key(i: int, name: str) -> str:
    x, y = LEFT + WIDTH + 10, TOP + 12 + 20 * i
    style = svg.stroke(COLOURS[i % 4], DASHES[i % 4])
    return f'<line x1="{x}" y1="{y}" x2="{x + 26}" y2="{y}" {style}/>' + text(x + 32, y, name)


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
        """Scores at which the grid has a line: twice as many where there would be few."""
        span = self.high - self.low
        count = round(span / (0.05 if span < 0.4 - 1e-9 else 0.1))
        return [self.low + span * i / max(count, 1) for i in range(count + 1)]

    def frame(self, x: str, y: str, ticks: Sequence[float]) -> str:
        parts = []
        for value in self.levels():
            parts.append(line(LEFT, self.y(value), LEFT + WIDTH, self.y(value), FAINT, 0.5))
            parts.append(text(LEFT - 6, self.y(value), f"{value:.2f}", anchor="end", size=11))
        for value in ticks:
            shown = f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"
            parts.append(text(self.x(value), TOP + HEIGHT + 14, shown, anchor="middle", size=11))
        parts.append(text(LEFT + WIDTH / 2, TOP + HEIGHT + 33, x, anchor="middle"))
        return "".join(parts) + text(4, 7, y, size=11)

    def point(self, score: Score, colour: str) -> str:
        y, low, high = (self.y(value) for value in (score.value, score.low, score.high))
        return svg.whisker(self.x(score.x), y, low, high, colour)
