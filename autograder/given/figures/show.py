"""Drawing with a learner's code that may not be written yet."""

from __future__ import annotations

from collections.abc import Callable

from autograder.given.figures.picture import Picture
from autograder.given.lazy import attempt, skipped
from autograder.worker.timer import TimeLimit, time_limit

FIGURE_LIMIT_S = 20.0
"""Seconds that drawing one picture may take."""


def show(draw: Callable[[], Picture | None]) -> Picture | None:
    """The picture that `draw` makes; without it, one printed sentence that says what it needs.

    A picture cell never stops a notebook and never writes to stderr: a function that is not
    written yet, or raises, or does not end, costs only its picture. While a notebook is graded or
    validated nothing is drawn.

    >>> show(lambda: undefined_function())
    This picture needs `undefined_function`: write it above, then run this cell again.
    """
    if skipped():
        return None
    try:
        with time_limit(FIGURE_LIMIT_S):
            return attempt(draw, "picture")
    except TimeLimit:
        print(f"This picture was not ready after {FIGURE_LIMIT_S:g} seconds: does a loop not end?")
        return None
