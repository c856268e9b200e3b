"""`merge(ids, pair, new_id)`: put one new id in place of each occurrence of a pair.

Oracle: the `tokenizers` library, with `pair` as its only merge and no cutting into words.
"""

from __future__ import annotations

from itertools import pairwise

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage
from autograder.lessons.tokenization.oracle import LIBRARIES

Pair = tuple[int, int]
FIRST_CHARACTER = 0x4E00
"""Ids are written as characters from here on to ask the library."""
LIMIT_S = 1.0
"""Seconds for one call: the lists are short."""


def _merged(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    from tokenizers import Tokenizer, models

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


def merge_overlapping(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == tuple(pair):
            merged.append(new_id)
            i += 1 if tuple(ids[i + 1 : i + 3]) == tuple(pair) else 2
        else:
            merged.append(ids[i])
            i += 1
    return merged


def merge_from_right(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    merged, i = list(ids), len(ids) - 2
    while i >= 0:
        if tuple(merged[i : i + 2]) == tuple(pair):
            merged[i : i + 2] = [new_id]
        i -= 1
    return merged


def merge_first_only(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    for i in range(len(ids) - 1):
        if (ids[i], ids[i + 1]) == tuple(pair):
            return [*ids[:i], new_id, *ids[i + 2 :]]
    return list(ids)


def merge_last_lost(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    merged, i = [], 0
    while i < len(ids) - 1:
        if (ids[i], ids[i + 1]) == tuple(pair):
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return merged


def merge_keeps_second(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    merged = list(ids)
    for i in range(len(ids) - 1):
        if (ids[i], ids[i + 1]) == tuple(pair):
            merged[i] = new_id
    return merged


def merge_any_order(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    merged, i = [], 0
    while i < len(ids):
        if i + 1 < len(ids) and sorted(ids[i : i + 2]) == sorted(pair):
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return merged


def merge_each(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    return [new_id if i in pair else i for i in ids]


def merge_past_end(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    merged, i = [], 0
    while i < len(ids):
        if (ids[i], ids[i + 1]) == tuple(pair):
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return merged


def merge_never_shorter(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    merged = ids
    while pair in set(pairwise(ids)):
        i = list(pairwise(ids)).index(pair)
        merged = [*ids[:i], new_id, *ids[i + 2 :]]
    return merged


def merge_in_place(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    for i in range(len(ids) - 1):
        if ids[i] == pair[0] and ids[i + 1] == pair[1]:
            ids[i] = new_id
            ids.pop(i + 1)
    return ids


def merge_as_text(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    text = " ".join(map(str, ids))
    text = text.replace(f"{pair[0]} {pair[1]}", str(new_id))
    return [int(part) for part in text.split()]


MERGE = Exercise(
    name="merge",
    title="One new id for a pair",
    difficulty=2,
    minutes=12,
    forbids=(*LIBRARIES, "autograder.given.tokenization.merge"),
    limit_s=LIMIT_S,
    stages=(
        Stage("pair absent", 1, "a list without the pair comes back as it was.", _absent),
        Stage("every place", 1, "every occurrence of the pair becomes the new id.", _places),
        Stage(
            "overlaps",
            2,
            "overlapping pairs: 7, 7, 7 holds the pair (7, 7) twice, but only one of them can be "
            "merged. The left one is.",
            _repeats,
            needs=("every place",),
        ),
    ),
    mistakes=(
        Mistake(
            "overlapping",
            merge_overlapping,
            "an id that was already merged is used again for the next pair. After a merge, go on "
            "behind both of its ids.",
            ("overlaps",),
        ),
        Mistake(
            "from the right",
            merge_from_right,
            "it merges from the right end, so in 7, 7, 7 the last two are joined. Go from left "
            "to right.",
            ("overlaps",),
        ),
        Mistake(
            "first only",
            merge_first_only,
            "only the first occurrence is merged. Go on to the end of the list.",
            ("every place",),
        ),
        Mistake(
            "last id lost",
            merge_last_lost,
            "the last id is lost when it is not part of a merge. The loop over pairs ends one "
            "place early; keep what is left.",
            ("pair absent", "every place"),
        ),
        Mistake(
            "second kept",
            merge_keeps_second,
            "the new id replaces the first of the two, but the second stays. Both go.",
            ("every place",),
        ),
        Mistake(
            "any order",
            merge_any_order,
            "it also merges the pair the other way round: (2, 1) where (1, 2) was asked for. "
            "Compare in order.",
            ("every place",),
        ),
        Mistake(
            "each alone",
            merge_each,
            "each id of the pair is replaced wherever it stands. Replace only where both stand "
            "side by side.",
            ("pair absent", "every place"),
        ),
        Mistake(
            "past the end",
            merge_past_end,
            "it reads one place behind the end of the list. The last id has no right neighbour: "
            "test the index first.",
            ("pair absent", "every place"),
        ),
        Mistake(
            "never shorter",
            merge_never_shorter,
            "the loop runs while the pair occurs, but its body never makes the list shorter, so "
            "the pair occurs for ever. Each round must take two ids and leave one, or move on.",
            ("every place",),
        ),
        Mistake(
            "as text",
            merge_as_text,
            "the ids were written as text, where 1 2 is also found inside 11 2. Compare whole "
            "numbers in the list.",
            ("every place",),
        ),
        Mistake(
            "in place",
            merge_in_place,
            "the list gets shorter while a loop over its first length runs on. Build a new list, "
            "or use a `while` loop that looks at the length again.",
            ("every place",),
        ),
    ),
)
