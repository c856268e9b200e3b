"""`keep_best(log)`: the prompt to keep, chosen on one set of items and reported on another.

Oracle: `numpy.argmax`, which gives the first of equals.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise

Row = dict[str, Any]
CHANGES = (
    "as it was",
    "a labels line",
    "four examples",
    "eight examples",
    "other cue words",
    "says what counts",
    "shorter",
)


def by_argmax(log: list[Row]) -> Row:
    """The first row with the highest `dev`, with its gap."""
    best = log[int(np.argmax([row["dev"] for row in log]))]
    return {**best, "gap": best["dev"] - best["test"]}


def rows(*figures: tuple[float, float]) -> list[Row]:
    """A log with these accuracies on the development and the test set."""
    return [
        {"change": change, "dev": dev, "test": test}
        for change, (dev, test) in zip(CHANGES, figures, strict=False)
    ]


def _case(log: list[Row]) -> Case:
    return Case((log,), by_argmax(log))


def _clear(draw: Draw) -> list[Case]:
    visible = rows((0.5, 0.375), (0.625, 0.625), (0.875, 0.75), (0.5625, 0.5))
    hidden = rows((0.5, 0.375), (0.25, 0.25), (0.75, 0.5), (0.625, 0.375))
    return [_case(draw.size(visible, hidden))]


def _honest(draw: Draw) -> list[Case]:
    visible = rows((0.5, 0.5), (0.875, 0.5), (0.75, 0.75), (0.5, 0.875))
    hidden = rows((0.25, 0.375), (0.875, 0.5), (0.75, 0.75), (0.5, 0.9375), (0.625, 0.5))
    return [_case(draw.size(visible, hidden))]


def _below(draw: Draw) -> list[Case]:
    visible = rows((0.5, 0.25), (0.75, 0.875), (0.625, 0.5))
    hidden = rows((0.625, 0.5), (0.5, 0.25), (0.6875, 0.75), (0.375, 0.25))
    return [_case(draw.size(visible, hidden))]


def _tie(draw: Draw) -> list[Case]:
    visible = rows((0.5, 0.25), (0.75, 0.625), (0.75, 0.5), (0.25, 0.5))
    hidden = rows((0.75, 0.75), (0.5, 0.25), (0.75, 0.625), (0.75, 0.25))
    return [_case(draw.size(visible, hidden))]


CLEAR, HONEST, BELOW, TIE = "clear", "honest", "below zero", "tie"


KEEP_BEST = exercise(__file__, "keep_best", _clear, _honest, _below, _tie)
