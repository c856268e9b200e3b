"""`majority_vote(answers)`: one answer from several samples.

Oracle: `statistics.mode`, which gives the value that came first where two are as frequent.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import Cases, exercise

Answers = list[str | None]


def by_mode(answers: Answers) -> str | None:
    """The most frequent answer that is not None."""
    votes = [answer for answer in answers if answer is not None]
    return statistics.mode(votes) if votes else None


def _even(draw: Draw) -> list[Answers]:
    """Sixty answers, each once: in a set, another one of them would come first."""
    random = draw.random()
    return [list(map(str, random.sample(range(100, 1000), 60))) for _ in range(4)]


def _even_with_none(draw: Draw) -> list[Answers]:
    """Sixty answers, each twice, with None between.

    The first is also the last and the smallest, so that no other rule for ties shows here.
    """
    random, polls = draw.random(), []
    for _ in range(4):
        smallest, *others = map(str, sorted(random.sample(range(100, 1000), 60)))
        random.shuffle(others)
        polls.append([None, smallest, *others, None, *others[::-1], smallest, None])
    return polls


def _stage(
    visible: list[Answers],
    hidden: list[Answers],
    more: Callable[[Draw], list[Answers]] = lambda _: [],
) -> Cases:
    """The polls of the visible or of the hidden test, and `more` that are drawn."""

    def cases(draw: Draw) -> list[Case]:
        return [Case((poll,), by_mode(poll)) for poll in draw.size(visible, hidden) + more(draw)]

    return cases


CLEAR = _stage(
    [
        ["16", "18", "18"],
        ["31", "12", "12"],
        ["16", "18", "18", "20", "15"],
        ["118", "1", "1", "118", "118", "1180"],
        ["7"],
        ["40", "40", "40", "9", "9"],
        ["5", "2", "3", "5", "2", "8", "9", "5"],
    ],
    [
        ["7", "31", "31", "9", "31"],
        ["23", "4", "4"],
        ["30", "42", "42", "50", "8"],
        ["20", "2", "202", "20", "2", "20"],
        ["12"],
        ["4", "4", "4", "4", "6", "6", "6"],
        ["60", "3", "7", "60", "90", "3", "61", "60"],
    ],
)
TIE = _stage(
    [
        ["31", "9", "12", "9", "31"],
        ["8", "12", "31"],
        ["18", "16", "16", "18"],
        ["17", "18", "16", "18", "16"],
        ["at the school", "at home", "at home", "at the school"],
        ["good", "Good", "bad"],
        ["08", "8", "8.0"],
        ["8 ", "8", "08"],
    ],
    [
        ["40", "8", "8", "40", "12"],
        ["9", "10", "11", "12"],
        ["5", "70", "6", "6", "70"],
        ["22", "5", "5", "5", "22", "22"],
        ["the zoo", "a park", "a park", "the zoo", "a pond"],
        ["Yes", "yes", "YES"],
        ["7 ", "7", "007"],
    ],
    _even,
)
NONE = _stage(
    [
        [None, "7", None],
        [None, None],
        [None, None, None, None, "18"],
        ["", "18", None, ""],
        [None, "None", None],
        [None, "31", "9", None, "9", "31", None, None],
        [None],
    ],
    [
        [None, "31", None, None, "31"],
        [None],
        ["5", None, None, None, None, None],
        [None, "", "24", "", None, None],
        [None, "none", None, None],
        ["12", None, None, "40", None, "40", "12"],
        [None, None, None],
    ],
    _even_with_none,
)

MAJORITY_VOTE = exercise(__file__, "majority_vote", CLEAR, TIE, NONE)
