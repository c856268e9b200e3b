"""`keep_best(log)`: the prompt to keep, chosen on one set of items and reported on another.

Oracle: `numpy.argmax`, which gives the first of equals.
"""

from __future__ import annotations

from itertools import cycle
from typing import Any

import numpy as np

from autograder.exercise import Case
from autograder.lessons.sheet import Cases, exercise

Row = dict[str, Any]
Figures = list[tuple[float, float]]
"""For each row its accuracy on the development and on the test set."""
CHANGES = (
    "as it was", "a labels line", "four examples", "eight examples", "a labels line",
    "other cue words", "{text}, twice", "", "an arrow", "10 examples",
)  # fmt: skip
"""What was changed; two rows may say the same."""


def by_argmax(log: list[Row]) -> Row:
    """The first row with the highest `dev`, with its gap."""
    best = log[int(np.argmax([row["dev"] for row in log]))]
    return {**best, "gap": best["dev"] - best["test"]}


def _case(figures: Figures) -> Case:
    pairs = zip(cycle(CHANGES), figures, strict=False)
    log = [{"change": change, "dev": dev, "test": test} for change, (dev, test) in pairs]
    return Case((log,), by_argmax(log))


def _stage(visible: list[Figures], hidden: list[Figures]) -> Cases:
    return lambda draw: [_case(figures) for figures in draw.size(visible, hidden)]


CLEAR = _stage(
    [
        [(0.5, 0.375), (0.625, 0.625), (0.875, 0.75), (0.5625, 0.5)],
        [(115 / 150, 151 / 200), (31 / 150, 0.25), (114 / 150, 149 / 200)],
        [(0.0, 0.0), (0.25, 0.25), (0.09, 0.125), (1.0, 0.625)],
        [(0.375, 0.25)],
        [(0.009, 0.005), (0.011, 0.006), (0.01, 0.005)],
    ],
    [
        [(0.5, 0.375), (0.25, 0.25), (0.75, 0.5), (0.625, 0.375)],
        [(47 / 150, 61 / 200), (32 / 150, 0.125), (46 / 150, 0.125), (13 / 150, 3 / 200)],
        [(0.125, 0.125), (0.875, 0.625), (0.1, 0.0), (1.0, 0.75)],
        [(1.0, 0.5)],
        [(0.004, 0.002), (0.003, 0.001), (0.0041, 0.0025), (0.0, 0.0)],
    ],
)
HONEST = _stage(
    [
        [(0.5, 0.5), (0.875, 0.5), (0.75, 0.75), (0.5, 0.875)],
        [(0.75, 0.25), (0.625, 0.875), (0.25, 1.0)],
        [(0.25, 0.0), (0.0, 0.75), (0.3125, 0.125), (0.25, 1.0)],
        [(96 / 150, 0.5), (95 / 150, 0.625), (0.5, 0.75)],
    ],
    [
        [(0.25, 0.375), (0.875, 0.5), (0.75, 0.75), (0.5, 0.9375), (0.625, 0.5)],
        [(0.625, 0.125), (0.5, 0.75), (0.125, 0.875)],
        [(0.125, 1.0), (0.25, 0.5), (0.5, 0.0)],
        [(0.5, 0.75), (121 / 150, 0.625), (120 / 150, 1.0)],
    ],
)
BELOW_ZERO = _stage(
    [
        [(0.5, 0.25), (0.75, 0.875), (0.625, 0.5)],
        [(0.0, 0.25)],
        [(0.5, 1.0), (0.25, 0.375), (0.125, 0.25)],
        [(0.25, 0.375), (0.5, 0.4375), (0.625, 0.6875)],
    ],
    [
        [(0.625, 0.5), (0.5, 0.25), (0.6875, 0.75), (0.375, 0.25)],
        [(0.0, 1.0)],
        [(0.375, 0.875), (0.25, 0.5)],
        [(0.25, 0.125), (0.5, 0.4375), (0.75, 0.8125)],
    ],
)
TIE = _stage(
    [
        [(0.5, 0.25), (0.75, 0.625), (0.75, 0.5), (0.25, 0.5)],
        [(0.5, 0.25), (0.75, 0.5), (0.75, 0.875), (0.75, 0.75)],
        [(0.0, 0.0), (0.0, 0.125), (0.0, 0.25)],
        [(1.0, 0.75), (1.0, 0.75), (1.0, 1.0), (0.5, 0.5)],
        [(0.1, 0.1)] * 3 + [(0.7, 0.6), (0.2, 0.1)] + [(0.7, 0.7)] * 6,
    ],
    [
        [(0.75, 0.75), (0.5, 0.25), (0.75, 0.625), (0.75, 0.25)],
        [(0.875, 0.5), (0.25, 0.25), (0.875, 0.875), (0.875, 0.625)],
        [(0.0, 0.0), (0.0, 0.5), (0.0, 0.0), (0.0, 0.125)],
        [(0.5, 0.5), (1.0, 0.5), (1.0, 0.5), (1.0, 0.875)],
        [(0.2, 0.1)] * 4 + [(0.6, 0.5), (0.1, 0.1)] + [(0.6, 0.6)] * 5,
    ],
)

KEEP_BEST = exercise(__file__, "keep_best", CLEAR, HONEST, BELOW_ZERO, TIE)
