"""Other correct ways to write bytes, pairs and merges of lesson 02, each standing alone."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import pairwise

import regex

from autograder.given.tokenization import BYTE_TO_ID, PairCounts, word_counts

Pair = tuple[int, int]


def bytes_unpacked(text: str) -> list[int]:
    return [*bytes(text, "utf8")]


def bytes_by_character(text: str) -> list[int]:
    return [byte for character in text for byte in character.encode()]


def bytes_by_hand(text: str) -> list[int]:
    found = []
    for point in map(ord, text):
        if point < 0x80:
            found.append(point)
            continue
        size = 2 + (point >= 0x800) + (point >= 0x10000)
        tail = [0x80 | (point >> 6 * k) & 0x3F for k in range(size - 1)]
        head = (0xF0 << (4 - size)) & 0xFF | point >> 6 * (size - 1)
        found += [head, *reversed(tail)]
    return found


def counts_by_index(words: dict[tuple[int, ...], int]) -> dict[Pair, int]:
    counts = {}
    for ids, count in words.items():
        for i in range(len(ids) - 1):
            pair = (ids[i], ids[i + 1])
            counts[pair] = counts.get(pair, 0) + count
    return counts


def counts_in_defaultdict(words: dict[tuple[int, ...], int]) -> dict[Pair, int]:
    counts = defaultdict(int)
    for ids in words:
        for i, left in enumerate(ids[:-1], 1):
            counts[left, ids[i]] += words[ids]
    return counts


def counts_repeated(words: dict[tuple[int, ...], int]) -> dict[Pair, int]:
    each = (list(pairwise(ids)) * count for ids, count in words.items())
    return Counter(itertools.chain.from_iterable(each))


def merge_by_slices(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    merged = list(ids)
    i = 0
    while i < len(merged) - 1:
        if merged[i : i + 2] == list(pair):
            merged[i : i + 2] = [new_id]
        i += 1
    return merged


def merge_with_last(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    merged, fresh = [], False
    for i in ids:
        if merged and not fresh and (merged[-1], i) == pair:
            merged[-1], fresh = new_id, True
        else:
            merged.append(i)
            fresh = False
    return merged


def merge_with_iterator(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    merged, left = [], None
    for i in ids:
        if left is not None and (left, i) == pair:
            merged.append(new_id)
            left = None
        else:
            merged += [] if left is None else [left]
            left = i
    return merged if left is None else [*merged, left]


def merge_recursive(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    for i, found in enumerate(pairwise(ids)):
        if found == pair:
            return [*ids[:i], new_id, *merge_recursive(ids[i + 2 :], pair, new_id)]
    return ids


def words_published(text: str) -> list[str]:
    pattern = r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
    return regex.compile(pattern).findall(text)


def words_by_iteration(text: str) -> list[str]:
    pattern = r"'(?:[stmd]|re|ve|ll)| ?(?:\p{L}+|\p{N}+|[^\s\p{L}\p{N}]+)|\s+(?!\S)|\s+"
    return [match.group() for match in regex.finditer(pattern, text)]


def words_by_shape(text: str) -> list[str]:
    kinds = dict.fromkeys(text, "s")
    for character in text:
        if character.isspace():
            kinds[character] = " "
        elif regex.match(r"\p{N}", character):
            kinds[character] = "1"
        elif regex.match(r"\p{L}", character):
            kinds[character] = "a"
    shape = "".join(kinds[c] for c in text)
    found, i = [], 0
    while i < len(text):
        ending = re.match(r"'(?:[stmd]|re|ve|ll)", text[i:])
        lead = 1 if text[i] == " " and shape[i + 1 : i + 2] not in ("", " ") else 0
        run = re.match(r"a+|1+|s+", shape[i + lead :])
        if ending:
            end = i + ending.end()
        elif run:
            end = i + lead + run.end()
        else:
            end = i + re.match(r" +", shape[i:]).end()
            end = end if end == len(text) or end == i + 1 else end - 1
        found.append(text[i:end])
        i = end
    return found


def train_in_place(text: str, num_merges: int) -> list[Pair]:
    words = [(list(word), n) for word, n in word_counts(text).items()]
    merges = []
    while len(merges) < num_merges:
        counts = Counter()
        for ids, n in words:
            for pair in pairwise(ids):
                counts[pair] += n
        if not counts:
            break
        most = max(counts.values())
        best = min(pair for pair in counts if counts[pair] == most)
        for ids, _ in words:
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
        merges.append(best)
    return merges


def train_own_words(text: str, num_merges: int) -> list[Pair]:
    pattern = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    words = [[BYTE_TO_ID[byte] for byte in word.encode()] for word in regex.findall(pattern, text)]
    merges = []
    for new_id in range(256, 256 + num_merges):
        counts = Counter(pair for ids in words for pair in pairwise(ids))
        if not counts:
            return merges
        best = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[0][0]
        merges.append(best)
        for k, ids in enumerate(words):
            merged, i = [], 0
            while i < len(ids):
                found = tuple(ids[i : i + 2]) == best
                merged.append(new_id if found else ids[i])
                i += 1 + found
            words[k] = merged
    return merges


def train_incremental(text: str, num_merges: int) -> list[Pair]:
    words = [(list(word), n) for word, n in word_counts(text).items()]
    counts, merges = PairCounts(), []
    for ids, n in words:
        for pair in pairwise(ids):
            counts.add(pair, n)
    while len(merges) < num_merges and counts.best():
        best = counts.best()
        for ids, n in words:
            if best not in set(pairwise(ids)):
                continue
            for pair in pairwise(ids):
                counts.add(pair, -n)
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
            for pair in pairwise(ids):
                counts.add(pair, n)
        merges.append(best)
    return merges


VARIANTS: dict[str, tuple[Callable[..., object], ...]] = {
    "to_bytes": (bytes_unpacked, bytes_by_character, bytes_by_hand),
    "pair_counts": (counts_by_index, counts_in_defaultdict, counts_repeated),
    "merge": (merge_by_slices, merge_with_last, merge_with_iterator, merge_recursive),
    "pre_tokenize": (words_published, words_by_iteration, words_by_shape),
    "train_bpe": (train_in_place, train_own_words, train_incremental),
}
