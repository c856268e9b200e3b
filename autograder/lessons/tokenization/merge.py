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


def _merged(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    left, right = (chr(FIRST_CHARACTER + i) for i in pair)
    vocab = {chr(FIRST_CHARACTER + i): i for i in {*ids, *pair}} | {left + right: new_id}
    tokenizer = Tokenizer(models.BPE(vocab, [(left, right)]))
    return list(tokenizer.encode("".join(chr(FIRST_CHARACTER + i) for i in ids)).ids)


def _case(ids: list[int], pair: Pair, new_id: int) -> Case:
    return Case((ids, pair, new_id), _merged(ids, pair, new_id))


def _random(draw: Draw, length: int, top: int) -> list[int]:
    rng = draw.random()
    return [rng.randrange(top) for _ in range(length)]


def _absent(draw: Draw) -> list[Case]:
    ids = _random(draw, draw.size(5, 9), 6)
    return [_case(ids, (7, 8), 256), _case([3], (3, 3), 256), _case([], (1, 2), 256)]


def _places(draw: Draw) -> list[Case]:
    ids = _random(draw, draw.size(4, 9), 4)
    return [
        _case([1, 2, 3], (1, 2), 256),
        _case([1, 2, 4, 1, 2, 2, 1], (1, 2), 256),
        _case([11, 2, 1, 25, 1, 2], (1, 2), 256),
        _case([4, *ids, 5, 1, 2, *ids, 6, 1, 2], (1, 2), 300),
    ]


def _repeats(draw: Draw) -> list[Case]:
    return [_case([7] * n, (7, 7), 256) for n in draw.size((3, 4, 5), (6, 7, 9))]


MERGE = exercise(__file__, "merge", _absent, _places, _repeats)
