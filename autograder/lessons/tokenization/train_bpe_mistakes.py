"""What usually goes wrong in `train_bpe`."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from autograder.exercise import Mistake
from autograder.given.tokenization import BYTE_TO_ID, word_counts

Pair = tuple[int, int]


def train_bpe_across(text: str, num_merges: int) -> list[Pair]:
    words = [([BYTE_TO_ID[byte] for byte in text.encode()], 1)]
    merges: list[Pair] = []
    while len(merges) < num_merges:
        counts: Counter[Pair] = Counter()
        for ids, n in words:
            for pair in pairwise(ids):
                counts[pair] += n
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        for ids, _ in words:
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
        merges.append(best)
    return merges


def train_bpe_byte_values(text: str, num_merges: int) -> list[Pair]:
    words = [([BYTE_TO_ID.index(i) for i in word], n) for word, n in word_counts(text).items()]
    merges: list[Pair] = []
    while len(merges) < num_merges:
        counts: Counter[Pair] = Counter()
        for ids, n in words:
            for pair in pairwise(ids):
                counts[pair] += n
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        for ids, _ in words:
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
        merges.append(best)
    return merges


def train_bpe_no_spaces(text: str, num_merges: int) -> list[Pair]:
    pieces = Counter(text.split()).items()
    words = [([BYTE_TO_ID[byte] for byte in word.encode()], n) for word, n in pieces]
    merges: list[Pair] = []
    while len(merges) < num_merges:
        counts: Counter[Pair] = Counter()
        for ids, n in words:
            for pair in pairwise(ids):
                counts[pair] += n
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        for ids, _ in words:
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
        merges.append(best)
    return merges


def train_bpe_larger_pair(text: str, num_merges: int) -> list[Pair]:
    words = [(list(word), n) for word, n in word_counts(text).items()]
    merges: list[Pair] = []
    while len(merges) < num_merges:
        counts: Counter[Pair] = Counter()
        for ids, n in words:
            for pair in pairwise(ids):
                counts[pair] += n
        if not counts:
            break
        best = max(counts, key=lambda pair: (counts[pair], pair))
        for ids, _ in words:
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
        merges.append(best)
    return merges


def train_bpe_first_seen(text: str, num_merges: int) -> list[Pair]:
    words = [(list(word), n) for word, n in word_counts(text).items()]
    merges: list[Pair] = []
    while len(merges) < num_merges:
        counts: Counter[Pair] = Counter()
        for ids, n in words:
            for pair in pairwise(ids):
                counts[pair] += n
        if not counts:
            break
        best = max(counts, key=lambda pair: counts[pair])
        for ids, _ in words:
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
        merges.append(best)
    return merges


def train_bpe_unweighted(text: str, num_merges: int) -> list[Pair]:
    words = [(list(word), n) for word, n in word_counts(text).items()]
    merges: list[Pair] = []
    while len(merges) < num_merges:
        counts: Counter[Pair] = Counter()
        for ids, _ in words:
            for pair in pairwise(ids):
                counts[pair] += 1
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        for ids, _ in words:
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
        merges.append(best)
    return merges


def train_bpe_no_end(text: str, num_merges: int) -> list[Pair]:
    words = [(list(word), n) for word, n in word_counts(text).items()]
    merges: list[Pair] = []
    while len(merges) < num_merges:
        counts: Counter[Pair] = Counter()
        for ids, n in words:
            for pair in pairwise(ids):
                counts[pair] += n
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        for ids, _ in words:
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
        merges.append(best)
    return merges


def train_bpe_ids_from_zero(text: str, num_merges: int) -> list[Pair]:
    words = [(list(word), n) for word, n in word_counts(text).items()]
    merges: list[Pair] = []
    while len(merges) < num_merges:
        counts: Counter[Pair] = Counter()
        for ids, n in words:
            for pair in pairwise(ids):
                counts[pair] += n
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        for ids, _ in words:
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [len(merges)]
        merges.append(best)
    return merges


def train_bpe_ids_from_257(text: str, num_merges: int) -> list[Pair]:
    words = [(list(word), n) for word, n in word_counts(text).items()]
    merges: list[Pair] = []
    while len(merges) < num_merges:
        counts: Counter[Pair] = Counter()
        for ids, n in words:
            for pair in pairwise(ids):
                counts[pair] += n
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        for ids, _ in words:
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [257 + len(merges)]
        merges.append(best)
    return merges


def train_bpe_twice_at_least(text: str, num_merges: int) -> list[Pair]:
    words = [(list(word), n) for word, n in word_counts(text).items()]
    merges: list[Pair] = []
    while len(merges) < num_merges:
        counts: Counter[Pair] = Counter()
        for ids, n in words:
            for pair in pairwise(ids):
                counts[pair] += n
        if not counts or max(counts.values()) < 2:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        for ids, _ in words:
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
        merges.append(best)
    return merges


def train_bpe_counted_once(text: str, num_merges: int) -> list[Pair]:
    counts: Counter[Pair] = Counter()
    for ids, n in word_counts(text).items():
        for pair in pairwise(ids):
            counts[pair] += n
    return sorted(counts, key=lambda pair: (-counts[pair], pair))[:num_merges]


MISTAKES = (
    Mistake(
        "across words",
        train_bpe_across,
        "pairs are merged across the borders of words. Cut the text into words first, and "
        "count and merge inside each.",
        ("first merge",),
    ),
    Mistake(
        "byte values",
        train_bpe_byte_values,
        "the bytes themselves are the base ids. The library numbers the bytes in another "
        "order: use BYTE_TO_ID, or word_counts, which does.",
        ("first merge",),
    ),
    Mistake(
        "spaces lost",
        train_bpe_no_spaces,
        "the text is split at white space, so the spaces are lost and no token can begin "
        "with one. Cut it with the pattern, as word_counts does.",
        ("several merges",),
    ),
    Mistake(
        "larger pair",
        train_bpe_larger_pair,
        "of pairs that occur equally often the larger one is taken. The rule says: the "
        "smaller pair of ids.",
        ("ties",),
    ),
    Mistake(
        "first seen",
        train_bpe_first_seen,
        "of pairs that occur equally often the one seen first is taken, so the result "
        "depends on the order of the text. The rule says: the smaller pair of ids.",
        ("ties",),
    ),
    Mistake(
        "without weights",
        train_bpe_unweighted,
        "each different word counts once, however often it occurs. Add the word's count.",
        ("several merges",),
    ),
    Mistake(
        "no end",
        train_bpe_no_end,
        "it looks for the best pair where no pair is left. Stop when there is nothing to count.",
        ("nothing left",),
    ),
    Mistake(
        "ids from zero",
        train_bpe_ids_from_zero,
        "the new ids start at 0, where the single bytes already are. The first merge makes "
        "the id 256.",
        ("several merges",),
    ),
    Mistake(
        "ids from 257",
        train_bpe_ids_from_257,
        "the new ids start at 257. The bytes have the ids 0 to 255, so the first merge makes 256.",
        ("several merges",),
    ),
    Mistake(
        "twice at least",
        train_bpe_twice_at_least,
        "it stops when no pair occurs twice. Go on while there is any pair and merges are "
        "still asked for.",
        ("nothing left",),
    ),
    Mistake(
        "counted once",
        train_bpe_counted_once,
        "the pairs are counted once at the start, so no merge ever builds on another. Merge "
        "the best pair, then count again.",
        ("several merges",),
    ),
)
