"""`pair_counts(words)`: how often each pair of neighbouring ids occurs.

Oracle: scikit-learn's CountVectorizer over bigrams of ids.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

from sklearn.feature_extraction.text import CountVectorizer

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage


def _neighbours(ids: tuple[int, ...]) -> list[tuple[int, ...]]:
    bigrams: Any = CountVectorizer(analyzer="word", ngram_range=(2, 2), token_pattern=r"\d+")
    found = bigrams.build_analyzer()(" ".join(map(str, ids)))
    return [tuple(int(part) for part in bigram.split()) for bigram in found]


def _case(words: dict[tuple[int, ...], int]) -> Case:
    expected: dict[tuple[int, ...], int] = {}
    for ids, count in words.items():
        for pair in _neighbours(ids):
            expected[pair] = expected.get(pair, 0) + count
    return Case((words,), expected)


def _words(draw: Draw, count: int) -> dict[tuple[int, ...], int]:
    """Words of two to five different ids, so that no pair stands in a word twice."""
    rng = draw.random()
    return {tuple(rng.sample(range(6), rng.randint(2, 5))): rng.randint(2, 9) for _ in range(count)}


def _one_word(draw: Draw) -> list[Case]:
    word = tuple(draw.random().sample(range(40), draw.size(7, 12)))
    return [_case({(1, 2, 3, 4): 1}), _case({(2, 1, 2, 3, 1): 1}), _case({word: 1})]


def _repeats(draw: Draw) -> list[Case]:
    return [_case({(5, 5, 5, 5): 1}), _case({(7, 7, 7, 7, 8) * draw.size(1, 2): 1})]


def _weights(draw: Draw) -> list[Case]:
    return [_case({(1, 2): 3, (4, 1, 2): 5}), _case(_words(draw, draw.size(6, 15)))]


def _nothing(draw: Draw) -> list[Case]:
    return [_case({}), _case({(draw.random().randrange(256),): 4})]


def pair_counts_unweighted(words: dict[tuple[int, ...], int]) -> dict[tuple[int, int], int]:
    counts: Counter[tuple[int, int]] = Counter()
    for ids in words:
        counts.update(pairwise(ids))
    return counts


def pair_counts_overwritten(words: dict[tuple[int, ...], int]) -> dict[tuple[int, int], int]:
    counts = {}
    for ids, count in words.items():
        for pair in pairwise(ids):
            counts[pair] = count
    return counts


def pair_counts_across(words: dict[tuple[int, ...], int]) -> dict[tuple[int, int], int]:
    ids = [i for word, count in words.items() for i in list(word) * count]
    return Counter(pairwise(ids))


def pair_counts_in_twos(words: dict[tuple[int, ...], int]) -> dict[tuple[int, int], int]:
    counts: Counter[tuple[int, int]] = Counter()
    for ids, count in words.items():
        for i in range(0, len(ids) - 1, 2):
            counts[ids[i], ids[i + 1]] += count
    return counts


def pair_counts_not_last(words: dict[tuple[int, ...], int]) -> dict[tuple[int, int], int]:
    counts: Counter[tuple[int, int]] = Counter()
    for ids, count in words.items():
        for i in range(len(ids) - 2):
            counts[ids[i], ids[i + 1]] += count
    return counts


def pair_counts_unordered(words: dict[tuple[int, ...], int]) -> dict[tuple[int, int], int]:
    counts: Counter[tuple[int, int]] = Counter()
    for ids, count in words.items():
        for a, b in pairwise(ids):
            counts[min(a, b), max(a, b)] += count
    return counts


def pair_counts_no_overlap(words: dict[tuple[int, ...], int]) -> dict[tuple[int, int], int]:
    counts: Counter[tuple[int, int]] = Counter()
    for ids, count in words.items():
        i = 0
        while i < len(ids) - 1:
            counts[ids[i], ids[i + 1]] += count
            i += 2 if ids[i : i + 3] == (ids[i],) * 3 else 1
    return counts


def pair_counts_once_a_word(words: dict[tuple[int, ...], int]) -> dict[tuple[int, int], int]:
    counts: Counter[tuple[int, int]] = Counter()
    for ids, count in words.items():
        for pair in set(pairwise(ids)):
            counts[pair] += count
    return counts


PAIR_COUNTS = Exercise(
    name="pair_counts",
    title="Counting neighbours",
    difficulty=1,
    minutes=8,
    forbids=(
        "sklearn.feature_extraction.text.CountVectorizer",
        "autograder.given.tokenization.pair_counts",
    ),
    stages=(
        Stage("one word", 1, "the pairs of neighbours in one word, in their order.", _one_word),
        Stage(
            "repeats",
            1,
            "pairs that overlap, as in 5, 5, 5, which holds the pair (5, 5) twice.",
            _repeats,
            needs=("one word",),
        ),
        Stage(
            "several words",
            1,
            "words that occur several times count that often, and no pair reaches from one word "
            "into the next.",
            _weights,
            needs=("one word",),
        ),
        Stage("nothing to count", 1, "no words, or a word of one id, give no pairs.", _nothing),
    ),
    mistakes=(
        Mistake(
            "without weights",
            pair_counts_unweighted,
            "each word counts once, however often it occurs. Add the word's count.",
            ("several words",),
        ),
        Mistake(
            "overwritten",
            pair_counts_overwritten,
            "a pair that was seen before is set again, not added to. Add to its count.",
            ("repeats", "several words"),
        ),
        Mistake(
            "across words",
            pair_counts_across,
            "the end of one word and the start of the next are counted as a pair. Count inside "
            "each word alone.",
            ("several words", "nothing to count"),
        ),
        Mistake(
            "in twos",
            pair_counts_in_twos,
            "it goes on by two places, so every second pair is missed. Each id but the last "
            "begins a pair.",
            ("one word",),
        ),
        Mistake(
            "last pair",
            pair_counts_not_last,
            "the last pair of each word is missing. A word of n ids has n - 1 pairs.",
            ("one word",),
        ),
        Mistake(
            "unordered",
            pair_counts_unordered,
            "(1, 2) and (2, 1) are counted as the same pair. Keep the order in which they stand.",
            ("one word",),
        ),
        Mistake(
            "no overlap",
            pair_counts_no_overlap,
            "overlapping pairs are left out. 5, 5, 5 holds two pairs: the first with the second, "
            "and the second with the third.",
            ("repeats",),
        ),
        Mistake(
            "once a word",
            pair_counts_once_a_word,
            "a pair that stands twice in one word is counted once. Count every place.",
            ("repeats",),
        ),
    ),
)
