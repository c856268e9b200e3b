"""`keep_best(log)`: the prompt to keep, chosen on one set of items and reported on another.

Oracle: `numpy.argmax`, which gives the first of equals.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import Cases, exercise

Row = dict[str, Any]
Figures = list[tuple[float, float]]
"""For each row its accuracy on the development and on the test set."""
CHANGES = ("as it was", "a labels line", "four examples", "eight examples", "other cue words")


def by_argmax(log: list[Row]) -> Row:
    """The first row with the highest `dev`, with its gap."""
    best = log[int(np.argmax([row["dev"] for row in log]))]
    return {**best, "gap": best["dev"] - best["test"]}


def _stage(visible: Figures, hidden: Figures) -> Cases:
    def cases(draw: Draw) -> list[Case]:
        pairs = zip(CHANGES, draw.size(visible, hidden), strict=False)
        log = [{"change": change, "dev": dev, "test": test} for change, (dev, test) in pairs]
        return [Case((log,), by_argmax(log))]

    return cases


CLEAR = _stage(
    [(0.5, 0.375), (0.625, 0.625), (0.875, 0.75), (0.5625, 0.5)],
    [(0.5, 0.375), (0.25, 0.25), (0.75, 0.5), (0.625, 0.375)],
)
HONEST = _stage(
    [(0.5, 0.5), (0.875, 0.5), (0.75, 0.75), (0.5, 0.875)],
    [(0.25, 0.375), (0.875, 0.5), (0.75, 0.75), (0.5, 0.9375), (0.625, 0.5)],
)
BELOW_ZERO = _stage(
    [(0.5, 0.25), (0.75, 0.875), (0.625, 0.5)],
    [(0.625, 0.5), (0.5, 0.25), (0.6875, 0.75), (0.375, 0.25)],
)
TIE = _stage(
    [(0.5, 0.25), (0.75, 0.625), (0.75, 0.5), (0.25, 0.5)],
    [(0.75, 0.75), (0.5, 0.25), (0.75, 0.625), (0.75, 0.25)],
)

KEEP_BEST = exercise(__file__, "keep_best", CLEAR, HONEST, BELOW_ZERO, TIE)
