"""Other correct ways to write the file and the fast training of lesson 02, each standing alone."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import pairwise

from autograder.given.tokenization import (
    BYTE_LEVEL,
    BYTE_TO_CHAR,
    BYTE_TO_ID,
    MATCH_EXACTLY,
    PairCounts,
    word_counts,
)

Pair = tuple[int, int]


def json_merges_as_tuples(merges: list[Pair], special: dict[str, int]) -> dict:
    tokens = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        tokens += [tokens[left] + tokens[right]]
    model = {
        "type": "BPE",
        "vocab": dict(zip(tokens, range(len(tokens)), strict=True)),
        "merges": tuple((tokens[left], tokens[right]) for left, right in merges),
    }
    added = [{"id": i, "content": t, "special": True, **MATCH_EXACTLY} for t, i in special.items()]
    return {
        "version": "1.0",
        "added_tokens": added,
        "pre_tokenizer": BYTE_LEVEL,
        "decoder": BYTE_LEVEL,
        "model": model,
    }


def json_with_every_entry(merges: list[Pair], special: dict[str, int]) -> dict:
    token = {BYTE_TO_ID[byte]: BYTE_TO_CHAR[byte] for byte in range(256)}
    for new_id, (left, right) in enumerate(merges, 256):
        token[new_id] = token[left] + token[right]
    off = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    level = {
        "type": "ByteLevel",
        "add_prefix_space": False,
        "trim_offsets": False,
        "use_regex": True,
    }
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [off | {"special": True, "id": special[t], "content": t} for t in special],
        "normalizer": None,
        "pre_tokenizer": level,
        "post_processor": None,
        "decoder": level,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {text: i for i, text in token.items()},
            "merges": [(token[left], token[right]) for left, right in merges],
        },
    }


def json_specials_in_vocabulary(merges: list[Pair], special: dict[str, int]) -> dict:
    tokens = sorted(BYTE_TO_CHAR.values())
    pairs = []
    for left, right in merges:
        pairs.append([tokens[left], tokens[right]])
        tokens.append("".join(pairs[-1]))
    vocab = {token: i for i, token in enumerate(tokens)} | special
    added = []
    for token in sorted(special, key=special.get):
        added.append({"id": special[token], "content": token, "special": True, **MATCH_EXACTLY})
    return {
        "version": "1.0",
        "added_tokens": added,
        "pre_tokenizer": dict(BYTE_LEVEL),
        "decoder": {"type": "ByteLevel", **BYTE_LEVEL},
        "model": {"type": "BPE", "vocab": vocab, "merges": pairs},
    }


def fast_neighbours_only(text: str, num_merges: int, counts: PairCounts) -> list[Pair]:
    words = [(list(word), n) for word, n in word_counts(text).items()]
    where = defaultdict(list)
    for k, (ids, n) in enumerate(words):
        for pair in pairwise(ids):
            counts.add(pair, n)
            where[pair].append(k)
    merges = []
    while len(merges) < num_merges and counts.best():
        best, new_id = counts.best(), 256 + len(merges)
        for k in where[best]:
            ids, n = words[k]
            i = 0
            while i < len(ids) - 1:
                if ids[i : i + 2] == list(best):
                    counts.add(best, -n)
                    if i > 0:
                        counts.add((ids[i - 1], ids[i]), -n)
                        counts.add((ids[i - 1], new_id), n)
                        where[ids[i - 1], new_id].append(k)
                    if i + 2 < len(ids):
                        counts.add((ids[i + 1], ids[i + 2]), -n)
                        counts.add((new_id, ids[i + 2]), n)
                        where[new_id, ids[i + 2]].append(k)
                    ids[i : i + 2] = [new_id]
                i += 1
        merges.append(best)
    return merges


def fast_added_up(text: str, num_merges: int, counts: PairCounts) -> list[Pair]:
    words = {k: (list(word), n) for k, (word, n) in enumerate(word_counts(text).items())}
    where, merges = defaultdict(set), []
    changes, changed = Counter(), set(words)
    while True:
        for k in changed:
            for pair in pairwise(words[k][0]):
                changes[pair] += words[k][1]
                where[pair].add(k)
        for pair, amount in changes.items():
            if amount:
                counts.add(pair, amount)
        best = counts.best()
        if best is None or len(merges) == num_merges:
            return merges
        changes, changed = Counter(), where.pop(best)
        for k in changed:
            ids, n = words[k]
            for pair in pairwise(ids):
                changes[pair] -= n
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
        merges.append(best)


def fast_with_own_heap(text: str, num_merges: int, counts: PairCounts) -> list[Pair]:
    words = [[list(word), n] for word, n in word_counts(text).items()]
    where, mine, heap, merges = defaultdict(set), Counter(), [], []

    def change(k: int, sign: int) -> None:
        ids, n = words[k]
        for pair in pairwise(ids):
            counts.add(pair, sign * n)
            mine[pair] += sign * n
            if sign > 0:
                where[pair].add(k)
            heapq.heappush(heap, (-mine[pair], pair))

    for k in range(len(words)):
        change(k, 1)
    while heap and len(merges) < num_merges:
        amount, best = heapq.heappop(heap)
        if amount == 0 or mine[best] != -amount:
            continue
        for k in sorted(where[best]):
            if best not in set(pairwise(words[k][0])):
                continue
            change(k, -1)
            ids = words[k][0]
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + len(merges)]
            change(k, 1)
        merges.append(best)
    return merges


VARIANTS: dict[str, tuple[Callable[..., object], ...]] = {
    "tokenizer_json": (json_merges_as_tuples, json_with_every_entry, json_specials_in_vocabulary),
    "train_bpe_fast": (fast_neighbours_only, fast_added_up, fast_with_own_heap),
}
