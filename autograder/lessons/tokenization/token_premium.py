"""`token_premium(encoded, reference)`: what the same content costs in another language.

Oracle: the closed form, computed with exact fractions.
"""

from __future__ import annotations

from fractions import Fraction

from autograder.exercise import Case, Draw
from autograder.given.tokenization import PARALLEL
from autograder.lessons.sheet import exercise
from autograder.lessons.tokenization import oracle


def _case(encoded: list[list[int]], reference: list[list[int]], shown: str = "") -> Case:
    expected = Fraction(sum(map(len, encoded)), sum(map(len, reference)))
    return Case((encoded, reference), float(expected), shown=shown)


def _one(draw: Draw) -> list[Case]:
    ids = [draw.random().randrange(256) for _ in range(draw.size(6, 11))]
    return [
        _case([[5, 6, 7, 8, 9, 5, 5, 6, 7, 5]], [[5, 6, 5, 7]]),
        _case([ids], [[7, 7, 8, 9]]),
        _case([[300, 300, 0]], [[0, 300, 301, 302, 303, 0, 0]]),
        _case([[1, 2, 3]], [[9, 9, 9]]),
    ]


def _several(draw: Draw) -> list[Case]:
    language = draw.random().choice([name for name in PARALLEL if name != "English"])
    merges = oracle.story_merges(draw.size(60, 150))
    encoded = [oracle.ids(text, merges) for text in PARALLEL[language]]
    reference = [oracle.ids(text, merges) for text in PARALLEL["English"]]
    shown = f"token_premium(encoded, reference) with six sentences in {language} and in English"
    again = [[4, 4, 5], [4, 4, 5], [6], [4, 4, 5]]
    return [
        _case([[1], [2] * 9], [[1, 2], [3] * 3]),
        _case(again, [[7], [7], [7, 8, 9, 9], [0]]),
        _case([[1, 2], [0]], [[3], [4] * 8]),
        _case(encoded, reference, shown),
    ]


TOKEN_PREMIUM = exercise(__file__, "token_premium", _one, _several)
