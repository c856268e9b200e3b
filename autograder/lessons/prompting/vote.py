"""`majority_vote(answers)`: one answer from several samples.

Oracle: `statistics.mode`, which gives the value that came first where two are as frequent.
"""

from __future__ import annotations

import statistics

from autograder.exercise import Case
from autograder.lessons.sheet import Cases, exercise

Answers = list[str | None]


def by_mode(answers: Answers) -> str | None:
    """The most frequent answer that is not None."""
    votes = [answer for answer in answers if answer is not None]
    return statistics.mode(votes) if votes else None


def _stage(visible: list[Answers], hidden: list[Answers]) -> Cases:
    return lambda draw: [Case((poll,), by_mode(poll)) for poll in draw.size(visible, hidden)]


CLEAR = _stage(
    [["16", "18", "18"], ["31", "12", "12"]],
    [["7", "31", "31", "9", "31"], ["23", "4", "4"]],
)
TIE = _stage(
    [["31", "9", "12", "9", "31"], ["8", "12", "31"]],
    [["40", "8", "8", "40", "12"], ["9", "10", "11", "12"]],
)
NONE = _stage([[None, "7", None], [None, None]], [[None, "31", None, None, "31"], [None]])

MAJORITY_VOTE = exercise(__file__, "majority_vote", CLEAR, TIE, NONE)
