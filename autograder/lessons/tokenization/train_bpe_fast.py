"""`train_bpe_fast(text, num_merges, counts)`: the same merges with far fewer updates.

Oracle: the BpeTrainer of `tokenizers` for the merges; what is left to count is counted from the
words that a `tokenizers` tokenizer makes with them. Updates are counted by `PairCounts`.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from itertools import pairwise

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage
from autograder.given.tokenization import PairCounts, word_counts
from autograder.lessons.tokenization import oracle, texts
from autograder.wire import Student, Value

Pair = tuple[int, int]
TIMES = 8
"""The larger text has so many times the words and the merges of the smaller one."""
MAX_GROWTH = 16
"""Updates may grow this many times; counting every word again after each merge: 32 times."""
REPEATS = "aaaa aaaaaaa aa baaab aaaaa aaaa"


def _train(student: Student, text: str, num_merges: int) -> tuple[Value, int, Value]:
    """The merges, the updates they took, and the counts that are left."""
    counts = student.new("PairCounts")
    merges = student.call("train_bpe_fast", text, num_merges, counts)
    return merges, student.method(counts, "updates"), student.method(counts, "items")


def _merges_of(student: Student, text: str, num_merges: int) -> Value:
    return _train(student, text, num_merges)[0]


def _left_of(student: Student, text: str, num_merges: int) -> Value:
    return _train(student, text, num_merges)[2]


def _growth_of(student: Student, small: str, large: str, few: int, many: int) -> Value:
    """How many times the updates grow, to the nearest power of two; 0 where they are too few."""
    first, last = _train(student, small, few)[1], _train(student, large, many)[1]
    least = [len(_pairs(text, [])) for text in (small, large)]
    if first < least[0] or last < least[1]:
        return 0
    return 2 ** round(math.log2(last / first))


def _pairs(text: str, merges: list[Pair]) -> dict[Pair, int]:
    """The pairs inside the words of `text` after `merges`."""
    tokenizer = oracle.tokenizer(merges)
    counts: Counter[Pair] = Counter()
    for word, count in Counter(oracle.chunks(text)).items():
        ids = tokenizer.encode(word).ids
        for pair in pairwise(ids):
            counts[pair] += count
    return dict(counts)


def _merges_case(text: str, num_merges: int) -> Case:
    call = f"train_bpe_fast({text[:40]!r}{'...' * (len(text) > 40)}, {num_merges}, PairCounts())"
    return Case((text, num_merges), oracle.trained(text, num_merges), _merges_of, shown=call)


def _left_case(text: str, num_merges: int) -> Case:
    left = _pairs(text, oracle.trained(text, num_merges))
    call = f"train_bpe_fast({text!r}, {num_merges}, counts), then counts.items()"
    return Case((text, num_merges), left, _left_of, shown=call)


def _growth_case(small: str, large: str, few: int, many: int, limit: int, words: str) -> Case:
    def accept(got: Value, _expected: Value) -> str | None:
        if got == 0:
            return "The counts you were given got fewer updates than the text has pairs: use them."
        if got <= limit:
            return None
        return f"{words} took about {got} times the updates; at most {limit} times is enough."

    call = f"train_bpe_fast(text, {few}, counts) and train_bpe_fast(larger, {many}, counts)"
    return Case((small, large, few, many), 1, _growth_of, shown=call, accepts=accept)


def _small(draw: Draw) -> list[Case]:
    text = texts.invented_text(draw.random(), draw.size(12, 30), draw.size(60, 200))
    return [_merges_case("low low lower newest newest", 4), _merges_case(text, 20)]


def _edges(draw: Draw) -> list[Case]:
    repeats = " ".join(["no" * n for n in range(1, draw.size(5, 9))])
    found = " ".join(texts.sentences(draw.random(), draw.size(2, 5)))
    rows = ((REPEATS, 5), (repeats, 4), ("", 3), ("ab", 9), (found, 12))
    return [_merges_case(text, count) for text, count in rows]


def _left(draw: Draw) -> list[Case]:
    text = " ".join(texts.invented_words(draw.random(), draw.size(4, 12)))
    return [_left_case("low low lower", 2), _left_case("aaaa baaab", 1), _left_case(text, 5)]


def _repeated(draw: Draw) -> list[Case]:
    words = texts.invented_words(draw.random(), draw.size(20, 35))
    text = "".join(f" {word}" for word in words)
    said = f"The same text {TIMES} times over"
    return [_growth_case(text, text * TIMES, 15, 15, 1, said)]


def _larger(draw: Draw) -> list[Case]:
    words = texts.invented_words(draw.random(), draw.size(12, 16) * TIMES)
    small = "".join(f" {word}" for word in words[: len(words) // TIMES])
    large = "".join(f" {word}" for word in words)
    said = f"A text with {TIMES} times the words, and {TIMES} times the merges,"
    return [_growth_case(small, large, 8, 8 * TIMES, MAX_GROWTH, said)]


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
    where, merges = defaultdict(set), []
    for k, (ids, n) in enumerate(words):
        for pair in pairwise(ids):
            counts.add(pair, n)
            where[pair].add(k)
    while len(merges) < num_merges and counts.best():
        best = counts.best()
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
    where, merges = defaultdict(set), []
    for k, (ids, n) in enumerate(words):
        for pair in pairwise(ids):
            counts.add(pair, n)
            where[pair].add(k)
    while len(merges) < num_merges and counts.best():
        best = counts.best()
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
    where, merges = defaultdict(set), []
    for k, (ids, n) in enumerate(words):
        for pair in pairwise(ids):
            counts.add(pair, n)
            where[pair].add(k)
    while len(merges) < num_merges and counts.best():
        best = counts.best()
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
    where, merges = defaultdict(set), []
    for k, (ids, n) in enumerate(words):
        for pair in pairwise(ids):
            counts.add(pair, n)
            where[pair].add(k)
    while len(merges) < num_merges and counts.best():
        best = counts.best()
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


def train_bpe_fast_only_new(text: str, num_merges: int, counts: PairCounts) -> list[Pair]:
    words = [(list(word), n) for word, n in word_counts(text).items()]
    where, merges = defaultdict(set), []
    for k, (ids, n) in enumerate(words):
        for pair in pairwise(ids):
            counts.add(pair, n)
            where[pair].add(k)
    while len(merges) < num_merges and counts.best():
        best = counts.best()
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
    where, merges = defaultdict(set), []
    for k, (ids, n) in enumerate(words):
        for pair in pairwise(ids):
            counts.add(pair, n)
            where[pair].add(k)
    while len(merges) < num_merges:
        best = counts.best()
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
    where, merges = defaultdict(set), []
    for k, (ids, n) in enumerate(words):
        for pair in set(pairwise(ids)):
            counts.add(pair, n)
            where[pair].add(k)
    while len(merges) < num_merges and counts.best():
        best = counts.best()
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


TRAIN_BPE_FAST = Exercise(
    name="train_bpe_fast",
    title="The same merges with less work",
    difficulty=5,
    minutes=25,
    forbids=oracle.LIBRARIES,
    stages=(
        Stage("merges", 1, "the merges are those of train_bpe.", _small),
        Stage(
            "edges",
            1,
            "overlapping pairs, an empty text, a text that runs out of pairs, several scripts.",
            _edges,
            needs=("merges",),
        ),
        Stage(
            "counts kept",
            1,
            "at the end `counts` holds exactly the pairs that are left in the words.",
            _left,
            needs=("merges",),
        ),
        Stage(
            "repeated text",
            1,
            "the same text eight times over has no new words, so it needs no more updates.",
            _repeated,
            needs=("merges",),
        ),
        Stage(
            "growth",
            2,
            "with eight times the words and merges, updates grow about eight times, not thirty.",
            _larger,
            needs=("merges",),
        ),
    ),
    mistakes=(
        Mistake(
            "own counts",
            train_bpe_fast_own_counts,
            "it counts all pairs afresh after each merge and leaves `counts` untouched. Count "
            "once at the start with counts.add, then update only what a merge changes.",
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
    ),
)
