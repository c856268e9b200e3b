"""What usually goes wrong in `tokenizer_json`."""

from __future__ import annotations

from autograder.exercise import Mistake
from autograder.given.tokenization import BYTE_LEVEL, BYTE_TO_CHAR, MATCH_EXACTLY

Pair = tuple[int, int]


def tokenizer_json_ids_as_merges(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = [list(pair) for pair in merges]
    vocab = {token: i for i, token in enumerate(known)}
    model = {"type": "BPE", "vocab": vocab, "merges": pairs}
    flags = {"special": True} | MATCH_EXACTLY
    added = [{"id": i, "content": token} | flags for token, i in special.items()]
    shape = {"version": "1.0", "pre_tokenizer": BYTE_LEVEL, "decoder": BYTE_LEVEL}
    return shape | {"added_tokens": added, "model": model}


def tokenizer_json_byte_order(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = [BYTE_TO_CHAR[byte] for byte in range(256)]
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = [[known[left], known[right]] for left, right in merges]
    vocab = {token: i for i, token in enumerate(known)}
    model = {"type": "BPE", "vocab": vocab, "merges": pairs}
    flags = {"special": True} | MATCH_EXACTLY
    added = [{"id": i, "content": token} | flags for token, i in special.items()]
    shape = {"version": "1.0", "pre_tokenizer": BYTE_LEVEL, "decoder": BYTE_LEVEL}
    return shape | {"added_tokens": added, "model": model}


def tokenizer_json_latin(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = [chr(byte) for byte in range(256)]
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = [[known[left], known[right]] for left, right in merges]
    vocab = {token: i for i, token in enumerate(known)}
    model = {"type": "BPE", "vocab": vocab, "merges": pairs}
    flags = {"special": True} | MATCH_EXACTLY
    added = [{"id": i, "content": token} | flags for token, i in special.items()]
    shape = {"version": "1.0", "pre_tokenizer": BYTE_LEVEL, "decoder": BYTE_LEVEL}
    return shape | {"added_tokens": added, "model": model}


def tokenizer_json_bytes_only(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = [[known[left], known[right]] for left, right in merges]
    vocab = {token: i for i, token in enumerate(known[:256])}
    model = {"type": "BPE", "vocab": vocab, "merges": pairs}
    flags = {"special": True} | MATCH_EXACTLY
    added = [{"id": i, "content": token} | flags for token, i in special.items()]
    shape = {"version": "1.0", "pre_tokenizer": BYTE_LEVEL, "decoder": BYTE_LEVEL}
    return shape | {"added_tokens": added, "model": model}


def tokenizer_json_sorted(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = sorted([known[left], known[right]] for left, right in merges)
    vocab = {token: i for i, token in enumerate(known)}
    model = {"type": "BPE", "vocab": vocab, "merges": pairs}
    flags = {"special": True} | MATCH_EXACTLY
    added = [{"id": i, "content": token} | flags for token, i in special.items()]
    shape = {"version": "1.0", "pre_tokenizer": BYTE_LEVEL, "decoder": BYTE_LEVEL}
    return shape | {"added_tokens": added, "model": model}


def tokenizer_json_whole(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = [[known[left], known[right]] for left, right in merges]
    vocab = {token: i for i, token in enumerate(known)}
    model = {"type": "BPE", "vocab": vocab, "merges": pairs}
    flags = {"special": True} | MATCH_EXACTLY
    added = [{"id": i, "content": token} | flags for token, i in special.items()]
    level = BYTE_LEVEL | {"use_regex": False}
    shape = {"version": "1.0", "pre_tokenizer": level, "decoder": BYTE_LEVEL}
    return shape | {"added_tokens": added, "model": model}


def tokenizer_json_prefix(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = [[known[left], known[right]] for left, right in merges]
    vocab = {token: i for i, token in enumerate(known)}
    model = {"type": "BPE", "vocab": vocab, "merges": pairs}
    flags = {"special": True} | MATCH_EXACTLY
    added = [{"id": i, "content": token} | flags for token, i in special.items()]
    level = BYTE_LEVEL | {"add_prefix_space": True}
    shape = {"version": "1.0", "pre_tokenizer": level, "decoder": BYTE_LEVEL}
    return shape | {"added_tokens": added, "model": model}


def tokenizer_json_no_cutting(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = [[known[left], known[right]] for left, right in merges]
    vocab = {token: i for i, token in enumerate(known)}
    model = {"type": "BPE", "vocab": vocab, "merges": pairs}
    flags = {"special": True} | MATCH_EXACTLY
    added = [{"id": i, "content": token} | flags for token, i in special.items()]
    shape: dict[str, object] = {"version": "1.0", "pre_tokenizer": None, "decoder": BYTE_LEVEL}
    return shape | {"added_tokens": added, "model": model}


def tokenizer_json_no_decoder(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = [[known[left], known[right]] for left, right in merges]
    vocab = {token: i for i, token in enumerate(known)}
    model = {"type": "BPE", "vocab": vocab, "merges": pairs}
    flags = {"special": True} | MATCH_EXACTLY
    added = [{"id": i, "content": token} | flags for token, i in special.items()]
    shape: dict[str, object] = {"version": "1.0", "pre_tokenizer": BYTE_LEVEL, "decoder": None}
    return shape | {"added_tokens": added, "model": model}


def tokenizer_json_no_special(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = [[known[left], known[right]] for left, right in merges]
    vocab = {token: i for i, token in enumerate(known)}
    model = {"type": "BPE", "vocab": vocab, "merges": pairs}
    shape: dict[str, object] = {
        "version": "1.0",
        "pre_tokenizer": BYTE_LEVEL,
        "decoder": BYTE_LEVEL,
    }
    return shape | {"added_tokens": [], "model": model}


def tokenizer_json_not_special(merges: list[Pair], special: dict[str, int]) -> dict[str, object]:
    known = sorted(BYTE_TO_CHAR.values())
    for left, right in merges:
        known.append(known[left] + known[right])
    pairs = [[known[left], known[right]] for left, right in merges]
    vocab = {token: i for i, token in enumerate(known)}
    model = {"type": "BPE", "vocab": vocab, "merges": pairs}
    flags = {"special": False} | MATCH_EXACTLY
    added = [{"id": i, "content": token} | flags for token, i in special.items()]
    shape = {"version": "1.0", "pre_tokenizer": BYTE_LEVEL, "decoder": BYTE_LEVEL}
    return shape | {"added_tokens": added, "model": model}


MISTAKES = (
    Mistake(
        "ids as merges",
        tokenizer_json_ids_as_merges,
        "the merges hold ids. The file spells each merge with the two tokens as strings.",
        ("vocabulary",),
    ),
    Mistake(
        "byte order",
        tokenizer_json_byte_order,
        "the base tokens are numbered by byte value. Number them by their character: the "
        "id of a byte is in BYTE_TO_ID.",
        ("vocabulary",),
    ),
    Mistake(
        "Latin-1",
        tokenizer_json_latin,
        "the base tokens are chr(byte), with spaces and control characters among them. Use "
        "the visible characters of BYTE_TO_CHAR.",
        ("vocabulary",),
    ),
    Mistake(
        "bytes only",
        tokenizer_json_bytes_only,
        "the vocabulary holds the single bytes only. Every merge makes a token too, with the "
        "id 256 + its rank.",
        ("vocabulary",),
    ),
    Mistake(
        "sorted merges",
        tokenizer_json_sorted,
        "the merges are sorted by their text. Their order is their rank: keep it.",
        ("same ids",),
    ),
    Mistake(
        "one word",
        tokenizer_json_whole,
        '"use_regex" is false, so the text is not cut into words and merges cross their borders.',
        ("same ids",),
    ),
    Mistake(
        "space in front",
        tokenizer_json_prefix,
        '"add_prefix_space" is true, so every text gets a space in front that nobody wrote.',
        ("same ids",),
    ),
    Mistake(
        "no pre-tokenizer",
        tokenizer_json_no_cutting,
        'without "pre_tokenizer" the text is neither cut into words nor turned into the '
        "characters of the byte table, and unknown characters vanish.",
        ("same ids",),
    ),
    Mistake(
        "no decoder",
        tokenizer_json_no_decoder,
        'without "decoder" the tokens stay in the characters of the byte table, with spaces '
        "between them.",
        ("text back",),
    ),
    Mistake(
        "no special tokens",
        tokenizer_json_no_special,
        'the special tokens are missing: list each in "added_tokens" with its id.',
        ("special tokens",),
    ),
    Mistake(
        "not marked special",
        tokenizer_json_not_special,
        'the added tokens have "special": false, so decoding cannot leave them out.',
        ("special tokens",),
    ),
)
