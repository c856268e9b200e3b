"""What lesson 02 hands out: the byte table, counted words, a counter of pairs, texts."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import regex

from autograder.given.parts import PARTS, own_answers
from autograder.given.sentences import PARALLEL
from autograder.given.story import STORY

__all__ = [
    *PARTS["tokenization"], "BYTE_LEVEL", "BYTE_TO_CHAR", "BYTE_TO_ID", "MATCH_EXACTLY",
    "PARALLEL", "PairCounts", "STORY", "encode", "encode_text", "pairs_counted_afresh",
    "word_counts",
]  # fmt: skip

Pair = tuple[int, int]

PRINTABLE = (*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100))
"""Bytes that stand for themselves in GPT-2's table: the visible characters of Latin-1."""
WORDS = regex.compile(
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    cache_pattern=False,  # whoever compiles the same gets an object of their own
)
"""The pattern published with GPT-2 (Radford et al. 2019)."""
HIDDEN = [byte for byte in range(256) if byte not in PRINTABLE]
BYTE_TO_CHAR = {b: chr(256 + HIDDEN.index(b) if b in HIDDEN else b) for b in range(256)}
"""Byte → the visible character that stands for it in a vocabulary file: 32 → "Ġ"."""
BYTE_TO_ID = list(map(sorted(BYTE_TO_CHAR.values()).index, BYTE_TO_CHAR.values()))
"""Byte → its base id, 0 to 255: the rank of its character, as in the `tokenizers` library."""
BYTE_LEVEL = {
    "type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True
}  # fmt: skip
"""How tokenizer.json asks for this lesson's cutting into words, and for its way back to text."""
MATCH_EXACTLY = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
"""How tokenizer.json says that a special token is matched as it is written."""


def word_counts(text: str) -> dict[tuple[int, ...], int]:
    """Cut `text` into words and count equal ones: base ids of the word → how often it occurs.

    >>> word_counts("no no")
    {(77, 78): 1, (220, 77, 78): 1}
    """
    return {tuple(_base_ids(word)): n for word, n in Counter(WORDS.findall(text)).items()}


def encode_text(text: str, merges: Sequence[Pair]) -> list[int]:
    """The ids of `text` under `merges`; nothing in it is a special token.

    >>> encode_text("no no", [(77, 78)])
    [256, 220, 256]
    """
    ranks = {tuple(pair): rank for rank, pair in enumerate(merges)}
    return [i for word in WORDS.findall(text) for i in _merged(_base_ids(word), ranks)]


encode = encode_text


def _base_ids(word: str) -> list[int]:
    return [BYTE_TO_ID[byte] for byte in word.encode("utf-8")]


def pairs_counted_afresh(text: str, merges: Sequence[Pair]) -> int:
    """The pairs looked at by a trainer that, for each merge, counts all different words again.

    >>> pairs_counted_afresh("no no", [(77, 78), (220, 256)])
    4
    """
    words, looked_at = list(word_counts(text)), 0
    for rank, pair in enumerate(merges):
        looked_at += sum(len(word) - 1 for word in words)
        words = [tuple(_merged(list(word), {tuple(pair): rank})) for word in words]
    return looked_at


def _merged(ids: list[int], ranks: dict[tuple[int, ...], int]) -> list[int]:
    """Merge the neighbours of lowest rank, one place at a time, until none is left."""
    while found := [(ranks[pair], i) for i, pair in enumerate(pairwise(ids)) if pair in ranks]:
        rank, i = min(found)
        ids[i : i + 2] = [256 + rank]
    return ids


class PairCounts:
    """How often each pair of neighbouring ids occurs; it also keeps its own updates.

    >>> counts = PairCounts()
    >>> counts.add((7, 8), 3)
    >>> counts.add((5, 6), 3)
    >>> counts.best(), counts.updates()
    ((5, 6), 2)
    """

    def __init__(self) -> None:
        self._counts: dict[Pair, int] = {}
        self._heap: list[tuple[int, Pair]] = []
        self._history: list[tuple[Pair, int]] = []

    def add(self, pair: Pair, amount: int) -> None:
        """Change the count of `pair` by `amount`, which may be negative. This is one update."""
        self._history.append((pair, amount))
        count = self._counts[pair] = self._counts.get(pair, 0) + amount
        if count == 0:
            del self._counts[pair]
        if count > 0:
            heapq.heappush(self._heap, (-count, pair))

    def best(self) -> Pair | None:
        """The pair with the highest count, of several the smaller one; None when none is left."""
        heap = self._heap
        while heap and self._counts.get(heap[0][1]) != -heap[0][0]:
            heapq.heappop(heap)  # an entry that a later update has made untrue
        return heap[0][1] if heap else None

    def items(self) -> dict[Pair, int]:
        """A copy of all counts that are not zero."""
        return dict(self._counts)

    def updates(self) -> int:
        """How many times `add` was called."""
        return len(self._history)

    def history(self) -> list[tuple[Pair, int]]:
        """A copy of all updates, pair and amount, in their order."""
        return list(self._history)


own_answers(__name__)
if TYPE_CHECKING:
    # The course's own answers are here by name, with the types that a notebook gives them.
    def __getattr__(name: str) -> Any: ...
