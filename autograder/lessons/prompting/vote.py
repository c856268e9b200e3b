"""`majority_vote(answers)`: one answer from several samples.

Oracle: `statistics.mode`, which gives the value that came first where two are as frequent.
"""

from __future__ import annotations

import statistics
from collections import Counter

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage

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


def vote_first(answers: list[str | None]) -> str | None:
    votes = [answer for answer in answers if answer is not None]
    return votes[0] if votes else None


def vote_last_of_tie(answers: list[str | None]) -> str | None:
    votes = [answer for answer in answers if answer is not None]
    counts = Counter(votes)
    best = None
    for answer in votes:
        if best is None or counts[answer] >= counts[best]:
            best = answer
    return best


def vote_sorted_tie(answers: list[str | None]) -> str | None:
    votes = sorted(answer for answer in answers if answer is not None)
    return max(votes, key=votes.count) if votes else None


def vote_smallest_tie(answers: list[str | None]) -> str | None:
    votes = sorted((answer for answer in answers if answer is not None), key=int)
    return max(votes, key=votes.count) if votes else None


def vote_none_counts(answers: list[str | None]) -> str | None:
    return Counter(answers).most_common(1)[0][0]


def vote_with_count(answers: list[str | None]) -> tuple[str, int] | None:
    votes = [answer for answer in answers if answer is not None]
    return Counter(votes).most_common(1)[0] if votes else None


def vote_count_only(answers: list[str | None]) -> int:
    votes = [answer for answer in answers if answer is not None]
    return max(Counter(votes).values(), default=0)


def vote_raises(answers: list[str | None]) -> str:
    return statistics.mode([answer for answer in answers if answer is not None])


def vote_median(answers: list[str | None]) -> str | None:
    votes = [int(answer) for answer in answers if answer is not None]
    return str(statistics.median_low(votes)) if votes else None


def vote_largest(answers: list[str | None]) -> str | None:
    votes = [answer for answer in answers if answer is not None]
    return max(votes) if votes else None


CLEAR, TIE, NONE = "clear", "tie", "no answer"

MISTAKES = (
    Mistake(
        "first", vote_first, "it takes the first answer. Count how often each comes.", (CLEAR,)
    ),
    Mistake(
        "last of a tie",
        vote_last_of_tie,
        "where two answers are as frequent it takes the later one. Take the one that came first.",
        (TIE,),
    ),
    Mistake(
        "sorted tie",
        vote_sorted_tie,
        "where two answers are as frequent it takes the first by the alphabet. Take the one that "
        "came first.",
        (TIE,),
    ),
    Mistake(
        "smallest of a tie",
        vote_smallest_tie,
        "where two answers are as frequent it takes the smaller number. Take the one that came "
        "first.",
        (TIE,),
    ),
    Mistake(
        "none counts",
        vote_none_counts,
        "None takes part in the vote. A sample without an answer has no vote.",
        (NONE,),
    ),
    Mistake(
        "with count",
        vote_with_count,
        "it returns the count as well. Return the answer alone.",
        (CLEAR,),
    ),
    Mistake(
        "count only", vote_count_only, "it returns how often. Return the answer itself.", (CLEAR,)
    ),
    Mistake(
        "raises",
        vote_raises,
        "it raises an error where no sample holds an answer. Return None then.",
        (NONE,),
    ),
    Mistake(
        "median",
        vote_median,
        "it takes the middle one of the numbers. Answers are not sizes: take the most frequent.",
        (TIE,),
    ),
    Mistake(
        "largest",
        vote_largest,
        "it takes the last answer by the alphabet. Take the most frequent.",
        (CLEAR,),
    ),
)

MAJORITY_VOTE = Exercise(
    name="majority_vote",
    title="One answer from many samples",
    difficulty=1,
    minutes=6,
    forbids=("autograder.given.prompting.majority_vote",),
    stages=(
        Stage("clear", 1, "one answer is more frequent than all others.", _clear),
        Stage("tie", 0.5, "as frequent: the one that came first.", _tie, needs=("clear",)),
        Stage("no answer", 0.5, "None is no vote.", _none, needs=("clear",)),
    ),
    mistakes=MISTAKES,
)
