"""Other correct ways to write encoding and counting of lesson 02, each standing alone."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Callable
from itertools import pairwise

import regex

from autograder.given.tokenization import BYTE_TO_CHAR, BYTE_TO_ID, encode_text

Pair = tuple[int, int]


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


VARIANTS: dict[str, tuple[Callable[..., object], ...]] = {
    "encode": (encode_merge_by_merge, encode_one_place, encode_with_memory),
    "decode": (decode_by_stack, decode_by_unmerging, decode_through_characters),
    "encode_with_special": (special_by_position, special_by_partition, special_by_pieces),
    "fertility": (fertility_by_loop, fertility_by_pattern, fertility_weighted),
    "token_premium": (premium_by_loop, premium_of_chains, premium_of_means),
}
