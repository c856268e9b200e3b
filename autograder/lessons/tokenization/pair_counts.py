"""`pair_counts(words)`: how often each pair of neighbouring ids occurs.

Oracle: scikit-learn's CountVectorizer over bigrams of ids.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from sklearn.feature_extraction.text import CountVectorizer

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise


def _neighbours(ids: tuple[int, ...]) -> list[tuple[int, ...]]:
    bigrams: Any = CountVectorizer(analyzer="word", ngram_range=(2, 2), token_pattern=r"\d+")
    found = bigrams.build_analyzer()(" ".join(map(str, ids)))
    return [tuple(int(part) for part in bigram.split()) for bigram in found]


def _case(words: dict[tuple[int, ...], int]) -> Case:
    counts = Counter(pair for ids, count in words.items() for pair in _neighbours(ids) * count)
    return Case((words,), dict(counts))


def _words(draw: Draw, count: int) -> dict[tuple[int, ...], int]:
    """Words of two to five different ids, so that no pair stands in a word twice."""
    rng = draw.random()
    return {tuple(rng.sample(range(6), rng.randint(2, 5))): rng.randint(2, 9) for _ in range(count)}


def _one_word(draw: Draw) -> list[Case]:
    word = tuple(draw.random().sample(range(40), draw.size(7, 12)))
    large = (256, 1000, 25, 6, 2561, 0, 256, 0)
    found = ((1, 2, 3, 4), (2, 1, 2, 3, 1), (9, 0), large, word)
    return [_case({ids: 1}) for ids in found]


def _repeats(draw: Draw) -> list[Case]:
    found = ((5, 5, 5, 5), (7, 7, 7, 7, 8) * draw.size(1, 2), (0, 0, 0), (3, 4, 3, 4, 3))
    return [_case({ids: 1}) for ids in found]


def _weights(draw: Draw) -> list[Case]:
    return [
        _case({(1, 2): 3, (4, 1, 2): 5}),
        _case({(1, 2, 3, 1, 2): 3, (2, 3): 5}),
        _case({(2, 1): 300, (9,): 40, (1, 2): 7, (2, 1, 2, 1): 2}),
        _case(_words(draw, draw.size(6, 15))),
    ]


def _nothing(draw: Draw) -> list[Case]:
    one = draw.random().randrange(256)
    return [_case({}), _case({(one,): 4}), _case({(one,): 2, (one + 1,): 1, (0,): 3})]


PAIR_COUNTS = exercise(__file__, "pair_counts", _one_word, _repeats, _weights, _nothing)
