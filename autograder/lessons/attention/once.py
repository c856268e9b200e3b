"""Cases whose oracle takes milliseconds are drawn once for a class, not once for every learner."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import Cases

KEPT = 8
"""Draws of one stage that are remembered."""


def once(cases: Cases) -> Cases:
    """The same cases, made at the first time a draw asks for them. Learners' code gets copies."""

    @lru_cache(maxsize=KEPT)
    def drawn(draw: Draw) -> Sequence[Case]:
        return tuple(cases(draw))

    return drawn
