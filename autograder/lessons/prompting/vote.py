"""`majority_vote(answers)`: one answer from several samples.

Oracle: `statistics.mode`, which gives the value that came first where two are as frequent.
"""

from __future__ import annotations

import statistics

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise

Answers = list[str | None]


def by_mode(answers: list[str | None]) -> str | None:
    """The most frequent answer that is not None."""
    votes = [answer for answer in answers if answer is not None]
    return statistics.mode(votes) if votes else None


def _cases(*polls: Answers) -> list[Case]:
    return [Case((poll,), by_mode(poll)) for poll in polls]


def _clear(draw: Draw) -> list[Case]:
    return _cases(
        draw.size(["16", "18", "18"], ["7", "31", "31", "9", "31"]),
        draw.size(["31", "12", "12"], ["23", "4", "4"]),
    )


def _tie(draw: Draw) -> list[Case]:
    return _cases(
        draw.size(["31", "9", "12", "9", "31"], ["40", "8", "8", "40", "12"]),
        draw.size(["8", "12", "31"], ["9", "10", "11", "12"]),
    )


def _none(draw: Draw) -> list[Case]:
    return _cases(
        draw.size([None, "7", None], [None, "31", None, None, "31"]),
        draw.size([None, None], [None]),
    )


CLEAR, TIE, NONE = "clear", "tie", "no answer"


MAJORITY_VOTE = exercise(__file__, "majority_vote", _clear, _tie, _none)
