"""Other correct ways to write the exercises of lesson 02, each standing alone."""

from __future__ import annotations

import heapq
import itertools
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import pairwise

import regex

from autograder.given.tokenization import (
    BYTE_LEVEL,
    BYTE_TO_CHAR,
    BYTE_TO_ID,
    MATCH_EXACTLY,
    PairCounts,
    encode_text,
    word_counts,
)

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


def encode_merge_by_merge(text: str, merges: list[Pair]) -> list[int]:
    pattern = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    encoded = []
    for word in regex.findall(pattern, text):
        ids = [BYTE_TO_ID[byte] for byte in word.encode()]
        for new_id, pair in enumerate(merges, 256):
            for i in range(len(ids) - 1):
                if tuple(ids[i : i + 2]) == pair:
                    ids[i : i + 2] = [new_id]
        encoded.extend(ids)
    return encoded


def encode_one_place(text: str, merges: list[Pair]) -> list[int]:
    rank = {pair: i for i, pair in enumerate(merges)}
    pattern = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    encoded = []
    for word in regex.findall(pattern, text):
        ids = [BYTE_TO_ID[byte] for byte in bytes(word, "utf-8")]
        while known := [(rank[p], i) for i, p in enumerate(pairwise(ids)) if p in rank]:
            best, i = min(known)
            ids = [*ids[:i], 256 + best, *ids[i + 2 :]]
        encoded += ids
    return encoded


def encode_with_memory(text: str, merges: list[Pair]) -> list[int]:
    new_ids = dict(zip(merges, range(256, 256 + len(merges)), strict=True))
    pattern = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    memory: dict[str, list[int]] = {}
    for word in regex.findall(pattern, text):
        if word in memory:
            continue
        ids = [BYTE_TO_ID[byte] for byte in word.encode()]
        while True:
            known = [new_ids[pair] for pair in pairwise(ids) if pair in new_ids]
            if not known:
                break
            new_id, out, i = min(known), [], 0
            while i < len(ids):
                found = tuple(ids[i : i + 2]) == merges[new_id - 256]
                out.append(new_id if found else ids[i])
                i += 1 + found
            ids = out
        memory[word] = ids
    return [i for word in regex.findall(pattern, text) for i in memory[word]]


def decode_by_stack(ids: list[int], merges: list[Pair]) -> str:
    byte_of = {base: byte for byte, base in enumerate(BYTE_TO_ID)}
    found, todo = bytearray(), list(reversed(ids))
    while todo:
        i = todo.pop()
        if i < 256:
            found.append(byte_of[i])
        else:
            left, right = merges[i - 256]
            todo += [right, left]
    return found.decode(errors="replace")


def decode_by_unmerging(ids: list[int], merges: list[Pair]) -> str:
    for i in reversed(range(len(merges))):
        ids = [part for j in ids for part in (merges[i] if j == 256 + i else (j,))]
    return str(bytes(BYTE_TO_ID.index(i) for i in ids), "utf-8", "replace")


def decode_through_characters(ids: list[int], merges: list[Pair]) -> str:
    tokens = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        tokens.append(tokens[left] + tokens[right])
    byte_of = {character: byte for byte, character in BYTE_TO_CHAR.items()}
    text = "".join(tokens[i] for i in ids)
    return bytes(byte_of[character] for character in text).decode("utf-8", errors="replace")


def special_by_position(
    text: str, merges: list[Pair], special: dict[str, int], allowed: set[str]
) -> list[int]:
    ids, start, i = [], 0, 0
    while i < len(text):
        token = next((t for t in allowed if text.startswith(t, i)), None)
        if token is None:
            i += 1
            continue
        ids += [*encode_text(text[start:i], merges), special[token]]
        start = i = i + len(token)
    return ids + encode_text(text[start:], merges)


def special_by_partition(
    text: str, merges: list[Pair], special: dict[str, int], allowed: set[str]
) -> list[int]:
    ids = []
    while True:
        places = [(text.find(token), token) for token in allowed if token in text]
        if not places:
            return ids + encode_text(text, merges)
        _, token = min(places)
        before, _, text = text.partition(token)
        ids += [*encode_text(before, merges), special[token]]


def special_by_pieces(
    text: str, merges: list[Pair], special: dict[str, int], allowed: set[str]
) -> list[int]:
    pieces: list[str | int] = [text]
    for token in allowed:
        cut: list[str | int] = []
        for piece in pieces:
            if isinstance(piece, int):
                cut.append(piece)
                continue
            for k, part in enumerate(piece.split(token)):
                cut += [special[token], part] if k else [part]
        pieces = cut
    each = ([p] if isinstance(p, int) else encode_text(p, merges) for p in pieces)
    return list(itertools.chain(*each))


def fertility_by_loop(texts: list[str], encoded: list[list[int]], per: str) -> float:
    tokens = units = 0
    for text, ids in zip(texts, encoded, strict=True):
        tokens += len(ids)
        units += len(text) if per == "character" else len(text.split())
    return tokens / units


def fertility_by_pattern(texts: list[str], encoded: list[list[int]], per: str) -> float:
    unit = {"word": r"\S+", "character": r"(?s:.)"}[per]
    return sum(map(len, encoded)) / sum(len(re.findall(unit, text)) for text in texts)


def fertility_weighted(texts: list[str], encoded: list[list[int]], per: str) -> float:
    units = [len(t.split()) if per == "word" else sum(1 for _ in t) for t in texts]
    ratios = [len(ids) / n for ids, n in zip(encoded, units, strict=True)]
    return statistics.fmean(ratios, weights=units)


def premium_by_loop(encoded: list[list[int]], reference: list[list[int]]) -> float:
    ours = theirs = 0
    for a in encoded:
        ours += len(a)
    for b in reference:
        theirs += len(b)
    return ours / theirs


def premium_of_chains(encoded: list[list[int]], reference: list[list[int]]) -> float:
    return len(list(itertools.chain(*encoded))) / len(list(itertools.chain(*reference)))


def premium_of_means(encoded: list[list[int]], reference: list[list[int]]) -> float:
    ours = statistics.mean(len(ids) for ids in encoded) * len(encoded)
    theirs = statistics.mean(len(ids) for ids in reference) * len(reference)
    return ours / theirs


def json_merges_as_strings(merges: list[Pair], special: dict[str, int]) -> dict:
    tokens = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        tokens += [tokens[left] + tokens[right]]
    model = {
        "type": "BPE",
        "vocab": dict(zip(tokens, range(len(tokens)), strict=True)),
        "merges": [f"{tokens[left]} {tokens[right]}" for left, right in merges],
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
    "to_bytes": (bytes_unpacked, bytes_by_character, bytes_by_hand),
    "pair_counts": (counts_by_index, counts_in_defaultdict, counts_repeated),
    "merge": (merge_by_slices, merge_with_last, merge_with_iterator, merge_recursive),
    "pre_tokenize": (words_published, words_by_iteration, words_by_shape),
    "train_bpe": (train_in_place, train_own_words, train_incremental),
    "encode": (encode_merge_by_merge, encode_one_place, encode_with_memory),
    "decode": (decode_by_stack, decode_by_unmerging, decode_through_characters),
    "fertility": (fertility_by_loop, fertility_by_pattern, fertility_weighted),
    "token_premium": (premium_by_loop, premium_of_chains, premium_of_means),
    "encode_with_special": (special_by_position, special_by_partition, special_by_pieces),
    "tokenizer_json": (json_merges_as_strings, json_with_every_entry, json_specials_in_vocabulary),
    "train_bpe_fast": (fast_neighbours_only, fast_added_up, fast_with_own_heap),
}
