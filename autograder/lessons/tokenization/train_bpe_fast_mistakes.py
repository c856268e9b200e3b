"""What usually goes wrong in `train_bpe_fast`."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

from autograder.exercise import Mistake
from autograder.given.tokenization import PairCounts, word_counts

Pair = tuple[int, int]


def train_bpe_fast_own_counts(text: str, num_merges: int, counts: PairCounts) -> list[Pair]:
    words = [(list(word), n) for word, n in word_counts(text).items()]
    merges: list[Pair] = []
    while len(merges) < num_merges:
        found: Counter[Pair] = Counter()
        for ids, n in words:
            for pair in pairwise(ids):
                found[pair] += n
        if not found:
            break
        best = min(found, key=lambda pair: (-found[pair], pair))
        for ids, _ in words:
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
        merges.append(best)
    return merges


def train_bpe_fast_everything(text: str, num_merges: int, counts: PairCounts) -> list[Pair]:
    words = [(list(word), n) for word, n in word_counts(text).items()]
    where: dict[Pair, set[int]] = defaultdict(set)
    merges: list[Pair] = []
    for k, (ids, n) in enumerate(words):
        for pair in pairwise(ids):
            counts.add(pair, n)
            where[pair].add(k)
    while len(merges) < num_merges and (best := counts.best()):
        for k in range(len(words)):
            ids, n = words[k]
            for pair in pairwise(ids):
                counts.add(pair, -n)
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
            for pair in pairwise(ids):
                counts.add(pair, n)
                where[pair].add(k)
        merges.append(best)
    return merges


def train_bpe_fast_every_occurrence(text: str, num_merges: int, counts: PairCounts) -> list[Pair]:
    words = [(list(w), 1) for w, n in word_counts(text).items() for _ in range(n)]
    where: dict[Pair, set[int]] = defaultdict(set)
    merges: list[Pair] = []
    for k, (ids, n) in enumerate(words):
        for pair in pairwise(ids):
            counts.add(pair, n)
            where[pair].add(k)
    while len(merges) < num_merges and (best := counts.best()):
        for k in where.pop(best):
            ids, n = words[k]
            for pair in pairwise(ids):
                counts.add(pair, -n)
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
            for pair in pairwise(ids):
                counts.add(pair, n)
                where[pair].add(k)
        merges.append(best)
    return merges


def train_bpe_fast_unweighted(text: str, num_merges: int, counts: PairCounts) -> list[Pair]:
    words = [(list(word), 1) for word in word_counts(text)]
    where: dict[Pair, set[int]] = defaultdict(set)
    merges: list[Pair] = []
    for k, (ids, n) in enumerate(words):
        for pair in pairwise(ids):
            counts.add(pair, n)
            where[pair].add(k)
    while len(merges) < num_merges and (best := counts.best()):
        for k in where.pop(best):
            ids, n = words[k]
            for pair in pairwise(ids):
                counts.add(pair, -n)
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
            for pair in pairwise(ids):
                counts.add(pair, n)
                where[pair].add(k)
        merges.append(best)
    return merges


def train_bpe_fast_nothing_taken(text: str, num_merges: int, counts: PairCounts) -> list[Pair]:
    words = [(list(word), n) for word, n in word_counts(text).items()]
    where: dict[Pair, set[int]] = defaultdict(set)
    merges: list[Pair] = []
    for k, (ids, n) in enumerate(words):
        for pair in pairwise(ids):
            counts.add(pair, n)
            where[pair].add(k)
    while len(merges) < num_merges and (best := counts.best()):
        for k in where.pop(best):
            ids, n = words[k]
            counts.add(best, -n)
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
            for pair in pairwise(ids):
                counts.add(pair, n)
                where[pair].add(k)
        merges.append(best)
    return merges


def train_bpe_fast_merged_kept(text: str, num_merges: int, counts: PairCounts) -> list[Pair]:
    words = [(list(word), n) for word, n in word_counts(text).items()]
    where: dict[Pair, set[int]] = defaultdict(set)
    merges: list[Pair] = []
    for k, (ids, n) in enumerate(words):
        for pair in pairwise(ids):
            counts.add(pair, n)
            where[pair].add(k)
    while len(merges) < num_merges and (best := counts.best()):
        for k in list(where[best]):
            ids, n = words[k]
            for pair in pairwise(ids):
                counts.add(pair, 0 if pair == best else -n)
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
            for pair in pairwise(ids):
                counts.add(pair, n)
                where[pair].add(k)
        merges.append(best)
    return merges


def train_bpe_fast_only_new(text: str, num_merges: int, counts: PairCounts) -> list[Pair]:
    words = [(list(word), n) for word, n in word_counts(text).items()]
    where: dict[Pair, set[int]] = defaultdict(set)
    merges: list[Pair] = []
    for k, (ids, n) in enumerate(words):
        for pair in pairwise(ids):
            counts.add(pair, n)
            where[pair].add(k)
    while len(merges) < num_merges and (best := counts.best()):
        for k in where.pop(best):
            ids, n = words[k]
            for pair in pairwise(ids):
                counts.add(pair, -n)
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
            for pair in pairwise(ids):
                counts.add(pair, n)
        merges.append(best)
    return merges


def train_bpe_fast_no_end(text: str, num_merges: int, counts: PairCounts) -> list[Pair]:
    words = [(list(word), n) for word, n in word_counts(text).items()]
    where: dict[Pair, set[int]] = defaultdict(set)
    merges: list[Pair] = []
    for k, (ids, n) in enumerate(words):
        for pair in pairwise(ids):
            counts.add(pair, n)
            where[pair].add(k)
    while len(merges) < num_merges:
        best: Any = counts.best()
        for k in where.pop(best):
            ids, n = words[k]
            for pair in pairwise(ids):
                counts.add(pair, -n)
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
            for pair in pairwise(ids):
                counts.add(pair, n)
                where[pair].add(k)
        merges.append(best)
    return merges


def train_bpe_fast_once(text: str, num_merges: int, counts: PairCounts) -> list[Pair]:
    words = [(list(word), n) for word, n in word_counts(text).items()]
    where: dict[Pair, set[int]] = defaultdict(set)
    merges: list[Pair] = []
    for k, (ids, n) in enumerate(words):
        for pair in set(pairwise(ids)):
            counts.add(pair, n)
            where[pair].add(k)
    while len(merges) < num_merges and (best := counts.best()):
        for k in where.pop(best):
            ids, n = words[k]
            for pair in set(pairwise(ids)):
                counts.add(pair, -n)
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
            for pair in set(pairwise(ids)):
                counts.add(pair, n)
                where[pair].add(k)
        merges.append(best)
    return merges


MISTAKES = (
    Mistake(
        "own counts",
        train_bpe_fast_own_counts,
        "`counts` is left untouched. Count once at the start with counts.add, then update with it "
        "only what a merge changes.",
        ("counts kept", "repeated text", "growth"),
    ),
    Mistake(
        "everything again",
        train_bpe_fast_everything,
        "every word is counted again after each merge. Only the words that hold the merged "
        "pair change: keep a record of which words hold which pair.",
        ("growth",),
    ),
    Mistake(
        "every occurrence",
        train_bpe_fast_every_occurrence,
        "a word that occurs eight times is counted eight times. Handle each different word "
        "once and pass its count as the amount.",
        ("repeated text",),
    ),
    Mistake(
        "without weights",
        train_bpe_fast_unweighted,
        "each different word counts once, however often it occurs. Pass the word's count as "
        "the amount.",
        ("merges",),
    ),
    Mistake(
        "nothing taken away",
        train_bpe_fast_nothing_taken,
        "pairs are added after a merge, but those that the merge has destroyed are never "
        "taken away. Subtract the old neighbours too.",
        ("merges",),
    ),
    Mistake(
        "merged pair kept",
        train_bpe_fast_merged_kept,
        "the merged pair itself keeps its count, so it is chosen again and again. Take it away "
        "too.",
        ("merges",),
    ),
    Mistake(
        "new pairs forgotten",
        train_bpe_fast_only_new,
        "a merge makes new pairs, and the record of which words hold them was not kept, so "
        "a later merge does not find its words.",
        ("merges",),
    ),
    Mistake(
        "no end",
        train_bpe_fast_no_end,
        "counts.best() is None when no pair is left. Stop there.",
        ("edges",),
    ),
    Mistake(
        "once a word",
        train_bpe_fast_once,
        "a pair that stands twice in one word is counted once. Count every place.",
        ("merges",),
    ),
)
