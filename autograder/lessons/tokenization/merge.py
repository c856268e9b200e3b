"""`merge(ids, pair, new_id)`: put one new id in place of each occurrence of a pair.

Oracle: the `tokenizers` library, with `pair` as its only merge and no cutting into words.
"""

from __future__ import annotations

from tokenizers import Tokenizer, models

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise

Pair = tuple[int, int]
FIRST_CHARACTER = 0x4E00
"""Ids are written as characters from here on to ask the library."""
BASES = (10, 16, 100, 256, 257, 300, 512, 1000, 1024, 10_000, 50_257, 65_536, 100_000, 1_000_000)
"""Numbers b for which someone may think that left * b + right tells pairs apart."""


def _merged(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    left, right = (chr(FIRST_CHARACTER + i) for i in pair)
    vocab = {chr(FIRST_CHARACTER + i): i for i in {*ids, *pair}} | {left + right: new_id}
    tokenizer = Tokenizer(models.BPE(vocab, [(left, right)]))
    return list(tokenizer.encode("".join(chr(FIRST_CHARACTER + i) for i in ids)).ids)


def _case(ids: list[int], pair: Pair, new_id: int) -> Case:
    """Ids are made one by one: two equal ones above 256 are not the same object."""
    left, right = (int(str(i)) for i in pair)
    apart = [int(str(i)) for i in ids]
    return Case((apart, (left, right), new_id), _merged(ids, pair, new_id))


def _random(draw: Draw, length: int, top: int) -> list[int]:
    rng = draw.random()
    return [rng.randrange(top) for _ in range(length)]


def _alike(pair: Pair) -> list[int]:
    """Ids that hold, in place of the pair, others with the same left * b + right for many b."""
    left, right = pair
    return [i for b in BASES for i in (left - 1, right + b, 9)]


def _absent(draw: Draw) -> list[Case]:
    ids = _random(draw, draw.size(5, 9), 6)
    return [
        _case(ids, (7, 8), 256),
        _case([3], (3, 3), 256),
        _case([], (1, 2), 256),
        _case([1, 3, 2, 0], (1, 2), 256),
        _case([500, 7, 500, 600], (500, 500), 700),
        _case([0, 256], (1, 0), 300),
        _case(_alike(draw.size((1, 0), (3, 7))), draw.size((1, 0), (3, 7)), 300),
    ]


def _places(draw: Draw) -> list[Case]:
    ids = _random(draw, draw.size(4, 9), 4)
    return [
        _case([1, 2, 3], (1, 2), 256),
        _case([1, 2, 4, 1, 2, 2, 1], (1, 2), 256),
        _case([11, 2, 1, 25, 1, 2], (1, 2), 256),
        _case([4, *ids, 5, 1, 2, *ids, 6, 1, 2], (1, 2), 300),
        _case([0, 5, 0, 0, 5, 5], (0, 5), 256),
        _case([1, 2, 9] * draw.size(6, 11), (1, 2), 256),
        _case([257, 258, 1, 2, 513, 2, 257, 2], (1, 2), 300),
        _case([1000, 2000, 1000, 2000, 2000, 1000], (1000, 2000), 3000),
        _case([256, 1, 2, 256, 1, 2, 2], (1, 2), 256),
        _case([257, 256, 258, 257, *ids, 257, 256], (257, 256), 258),
    ]


def _repeats(draw: Draw) -> list[Case]:
    runs = [[7] * n for n in draw.size((3, 4, 5), (6, 7, 9))]
    several = ([7, 7, 7, 1, 7, 7, 7, 7, 2, 7], [0, *runs[0], 7, 0, *runs[0]])
    large = _case([400] * draw.size(5, 7), (400, 400), 401)
    return [*(_case(ids, (7, 7), 256) for ids in (*runs, *several)), large]


MERGE = exercise(__file__, "merge", _absent, _places, _repeats)
