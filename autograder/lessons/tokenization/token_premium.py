"""`token_premium(encoded, reference)`: what the same content costs in another language.

Oracle: the closed form, computed with exact fractions.
"""

from __future__ import annotations

import statistics
from fractions import Fraction

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage
from autograder.given.tokenization import PARALLEL
from autograder.lessons.tokenization import oracle


def _case(encoded: list[list[int]], reference: list[list[int]], shown: str = "") -> Case:
    expected = Fraction(sum(map(len, encoded)), sum(map(len, reference)))
    return Case((encoded, reference), float(expected), shown=shown)


def _one(draw: Draw) -> list[Case]:
    ids = [draw.random().randrange(256) for _ in range(draw.size(6, 11))]
    return [_case([[5, 6, 7, 8, 9, 5, 5, 6, 7, 5]], [[5, 6, 5, 7]]), _case([ids], [[7, 7, 8, 9]])]


def _several(draw: Draw) -> list[Case]:
    language = draw.random().choice([name for name in PARALLEL if name != "English"])
    merges = oracle.story_merges(draw.size(60, 150))
    encoded = [oracle.ids(text, merges) for text in PARALLEL[language]]
    reference = [oracle.ids(text, merges) for text in PARALLEL["English"]]
    shown = f"token_premium(encoded, reference) with six sentences in {language} and in English"
    return [_case([[1], [2] * 9], [[1, 2], [3] * 3]), _case(encoded, reference, shown)]


def token_premium_inverse(encoded: list[list[int]], reference: list[list[int]]) -> float:
    return sum(map(len, reference)) / sum(map(len, encoded))


def token_premium_mean(encoded: list[list[int]], reference: list[list[int]]) -> float:
    return statistics.mean(len(a) / len(b) for a, b in zip(encoded, reference, strict=True))


def token_premium_difference(encoded: list[list[int]], reference: list[list[int]]) -> float:
    return float(sum(map(len, encoded)) - sum(map(len, reference)))


def token_premium_surplus(encoded: list[list[int]], reference: list[list[int]]) -> float:
    return sum(map(len, encoded)) / sum(map(len, reference)) - 1


def token_premium_percent(encoded: list[list[int]], reference: list[list[int]]) -> float:
    return 100 * sum(map(len, encoded)) / sum(map(len, reference))


def token_premium_texts(encoded: list[list[int]], reference: list[list[int]]) -> float:
    return len(encoded) / len(reference)


def token_premium_distinct(encoded: list[list[int]], reference: list[list[int]]) -> float:
    return len({i for ids in encoded for i in ids}) / len({i for ids in reference for i in ids})


def token_premium_whole(encoded: list[list[int]], reference: list[list[int]]) -> float:
    return float(sum(map(len, encoded)) // sum(map(len, reference)))


TOKEN_PREMIUM = Exercise(
    name="token_premium",
    title="The price of the same content",
    difficulty=1,
    minutes=5,
    stages=(
        Stage("one sentence", 1, "the tokens of one sentence in two languages.", _one),
        Stage(
            "several sentences",
            1,
            "sentences of different length: all tokens of one language over all of the other.",
            _several,
            needs=("one sentence",),
        ),
    ),
    mistakes=(
        Mistake(
            "inverse",
            token_premium_inverse,
            "the ratio is upside down. A language that needs twice the tokens of the reference "
            "has the premium 2.",
            ("one sentence",),
        ),
        Mistake(
            "mean of ratios",
            token_premium_mean,
            "each sentence's ratio counts equally. Add up the tokens first, then divide once.",
            ("several sentences",),
        ),
        Mistake(
            "difference",
            token_premium_difference,
            "this is a difference in tokens. A premium is a ratio, so that it does not depend on "
            "how long the texts are.",
            ("one sentence",),
        ),
        Mistake(
            "surplus",
            token_premium_surplus,
            "1 was taken away: this is only the part above the reference. The reference itself "
            "has the premium 1.",
            ("one sentence",),
        ),
        Mistake(
            "per cent",
            token_premium_percent,
            "this is in per cent. Return the plain ratio.",
            ("one sentence",),
        ),
        Mistake(
            "sentences",
            token_premium_texts,
            "sentences are counted, not tokens. Add up the length of each list of ids.",
            ("one sentence",),
        ),
        Mistake(
            "different tokens",
            token_premium_distinct,
            "each different token is counted once. You pay for every token.",
            ("one sentence",),
        ),
        Mistake(
            "whole numbers",
            token_premium_whole,
            "the ratio was cut to a whole number. Use / and not //.",
            ("one sentence",),
        ),
    ),
)
