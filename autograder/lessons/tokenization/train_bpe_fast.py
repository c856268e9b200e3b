"""`train_bpe_fast(text, num_merges, counts)`: the same merges with far fewer updates.

Oracle: the BpeTrainer of `tokenizers` for the merges; what is left to count is counted from the
words that a `tokenizers` tokenizer makes with them.

`PairCounts` keeps its updates. The judge does them again by itself and asks whether they lead
through the right counts after each merge, in the order of the merges; only then does it count them.
So updates that lead nowhere, or all at the end, do not pass for work that was done.

What is not seen is work beside the updates: who recounts every word in a table of their own after
each merge and hands on the differences has few updates, too, and passes. The stub allows that: it
asks for few updates. To measure the work itself there is nothing steady. What the learner's process
counts it can also forge, and its seconds depend on the machine: on texts that a check can afford,
the two ways differ by less than a busy neighbour makes of them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.tokenization import oracle, texts
from autograder.wire import Student, Value

Counts = Mapping[oracle.Pair, int]
TIMES = 8
"""The larger text has so many times the words and the merges of the smaller one."""
MAX_GROWTH = 16
"""Updates may grow this many times; counting every word again after each merge: 64 times."""
LETTERS = "abcdefghijklmnopqrstuvwxyzBCDEFGHIJKLMNOPQRSTUVW"
"""Each of these makes a word with an A, so all words share a letter and no pair with it."""
SOME_STATES = 12
"""Merges after which counts are looked at, about; before the first and after the last besides."""
ALPHABETS = ("abc", "def", "ghi", "jkl", "mno", "pqr", "stu", "vwx")


def _train(student: Student, text: str, num_merges: int) -> tuple[Value, Value]:
    """The merges, and the counts that they leave."""
    counts = student.new("PairCounts")
    return student.call("train_bpe_fast", text, num_merges, counts), counts


def _merges_of(student: Student, text: str, num_merges: int) -> Value:
    return _train(student, text, num_merges)[0]


def _left_of(student: Student, text: str, num_merges: int) -> Value:
    return student.method(_train(student, text, num_merges)[1], "items")


def _growth_of(
    student: Student,
    small: str,
    large: str,
    few: int,
    many: int,
    limit: int,
    *,
    states: tuple[list[Counts], list[Counts]],
) -> Value:
    """How many times the updates grow, to the nearest power of two.

    0 where they do not lead through the `states` of both texts. Updates that grow too much by the
    learner's own count are not gone through.
    """
    counts = [_train(student, *each)[1] for each in ((small, few), (large, many))]
    growth = _growth([student.method(each, "updates") for each in counts])
    if growth > limit:
        return growth
    histories = [student.method(each, "history") for each in counts]
    for history, wanted in zip(histories, states, strict=True):
        if reached(history, wanted) < len(wanted):
            return 0
    return _growth([len(history) for history in histories])


def _growth(lengths: list[int]) -> int:
    first, last = lengths
    return 2 ** round(math.log2(last / first)) if first and last else 0


def reached(history: Sequence[tuple[oracle.Pair, int]], states: Sequence[Counts]) -> int:
    """How many of `states` the counts pass through, in their order, while `history` happens.

    >>> reached([((1, 2), 1), ((1, 2), -1)], [{(1, 2): 1}, {}])
    2
    >>> reached([((1, 2), 1)], [{(1, 2): 1}, {}])
    1
    """
    counts, done = Counter[oracle.Pair](), 0
    wrong = set(states[0]) if states else set[oracle.Pair]()
    for pair, amount in ((None, 0), *history):
        if pair is not None:
            counts[pair] += amount
            (wrong.discard if _agree(counts, states[done], pair) else wrong.add)(pair)
        while not wrong:
            done += 1
            if done == len(states):
                return done
            both = {*counts, *states[done]}
            wrong = {each for each in both if not _agree(counts, states[done], each)}
    return done


def _agree(counts: Counts, state: Counts, pair: oracle.Pair) -> bool:
    return counts.get(pair, 0) == state.get(pair, 0)


def _states(text: str, num_merges: int, some: int) -> list[Counts]:
    """The counts before the first merge, after the last, and after about `some` in between."""
    merges = oracle.trained(text, num_merges)
    after = range(0, len(merges), max(1, len(merges) // (some + 1)))
    return [_pairs(text, merges[:done]) for done in (*after, len(merges))]


def _pairs(text: str, merges: list[oracle.Pair]) -> Counts:
    """The pairs inside the words of `text` after `merges`."""
    tokenizer, counts = oracle.tokenizer(merges), Counter[oracle.Pair]()
    for word, count in Counter(oracle.chunks(text)).items():
        for pair in pairwise(tokenizer.encode(word).ids):
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
            return (
                "The counts you were given were not right after every merge: pass each change to "
                "counts.add at the merge that makes it."
            )
        if got <= limit:
            return None
        return f"{words} took about {got} times the updates; at most {limit} times is enough."

    call = f"train_bpe_fast(text, {few}, counts) and train_bpe_fast(larger, {many}, counts)"
    states = (_states(small, few, SOME_STATES), _states(large, many, SOME_STATES))
    program = partial(_growth_of, states=states)
    return Case((small, large, few, many, limit), 1, program, shown=call, accepts=accept)


def _small(draw: Draw) -> list[Case]:
    text = texts.invented_text(draw.random(), draw.size(12, 30), draw.size(60, 200))
    return [_merges_case("low low lower newest newest", 4), _merges_case(text, 20)]


def _edges(draw: Draw) -> list[Case]:
    nos = " ".join("no" * n for n in range(1, draw.size(5, 9)))
    found = " ".join(texts.sentences(draw.random(), draw.size(2, 5)))
    rows = (("aaaa aaaaaaa aa baaab aaaaa aaaa", 5), (nos, 4), ("", 3), ("ab", 9), (found, 12))
    more = (("no no", 0), ("a b", 9), ("".join(texts.plain(draw)), 9), ("no! no! 1a 1a {no}", 99))
    awkward = ("".join(texts.awkward(draw)) * 2, 20)
    lines = (f"\r\n\r\n  {draw.size('ab', 'qr')}  \r\n\r\n  ", 99)
    return [_merges_case(text, count) for text, count in (*rows, *more, awkward, lines)]


def _left(draw: Draw) -> list[Case]:
    text = " ".join(texts.invented_words(draw.random(), draw.size(4, 12)))
    nos = " ".join("no" * n for n in range(1, draw.size(5, 7)))
    rows = (
        ("low low lower", 2),
        ("aaaa baaab", 1),
        ("low low", 0),
        ("ab ab", 2),
        ("", 0),
        (nos, 2),
    )
    return [_left_case(each, count) for each, count in (*rows, (text, 5))]


def _repeated(draw: Draw) -> list[Case]:
    words = texts.invented_words(draw.random(), draw.size(20, 35))
    text = "".join(f" {word}" for word in words)
    return [_growth_case(text, text * TIMES, 15, 15, 1, f"The same text {TIMES} times over")]


def _larger(draw: Draw) -> list[Case]:
    """The larger text is the smaller one in eight alphabets: eight times the pairs of each kind."""
    rng = draw.random()
    words = {"".join(rng.choices("abc", k=rng.randint(4, 6))) for _ in range(16)}
    small = "".join(f" {word}" for word in sorted(words))
    large = "".join(small.translate(str.maketrans("abc", letters)) for letters in ALPHABETS)
    few = draw.size(8, 11)
    said = f"A text with {TIMES} times the words, and {TIMES} times the merges,"
    shared = [f"A{letter}{letter}A!" for letter in LETTERS]
    part = len(shared) // TIMES
    start = draw.size(0, part)
    hub = ("".join(shared[start : start + part]), "".join(shared), 2 * part, 2 * len(shared))
    return [
        _growth_case(small, large, few, few * TIMES, MAX_GROWTH, said),
        _growth_case(*hub, MAX_GROWTH, said),
    ]


TRAIN_BPE_FAST = exercise(__file__, "train_bpe_fast", _small, _edges, _left, _repeated, _larger)
