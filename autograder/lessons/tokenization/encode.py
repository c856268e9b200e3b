"""`encode(text, merges)`: a text as ids.

Oracle: a `tokenizers` tokenizer with the same merges.
"""

from __future__ import annotations

from itertools import pairwise

import regex

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage
from autograder.given.tokenization import BYTE_TO_ID
from autograder.lessons.tokenization import oracle, texts

Pair = tuple[int, int]
OWN = ("autograder.given.tokenization.encode_text",)
"""What the lesson itself hands out for later exercises."""


def _case(text: str, merges: list[Pair], shown: str = "") -> Case:
    return Case((text, merges), oracle.ids(text, merges), shown=shown)


def _story(text: str, count: int) -> Case:
    shown = f"encode({text!r}, merges) with {count} merges of the story"
    return _case(text, list(oracle.story_merges(count)), shown)


def _no_merges(draw: Draw) -> list[Case]:
    text = texts.invented_words(draw.random(), 1)[0]
    return [_case("Hi!", []), _case(f"{text} é", []), _case("", [])]


def _one_merge(draw: Draw) -> list[Case]:
    """a = 64, b = 65, n = 77 in the byte table."""
    text = draw.size("nanana banana", "banananab nab an")
    return [_case("banana", [(64, 77)]), _case(text, [(77, 64)]), _case("aaa aaaa", [(64, 64)])]


def _ranks(draw: Draw) -> list[Case]:
    """a b c are the ids 64 65 66; each case is right by rank and wrong by another rule."""
    ab, bc = (64, 65), (65, 66)
    text = draw.size("abab abc ab", "ab ababab abc abcab")
    return [
        _case("abc", [ab, bc]),
        _case("abc bc bc", [ab, bc]),
        _case("abc", [bc, (64, 256), ab]),
        _case("abc", [bc, ab]),
        _case(text, [ab, (256, 66), bc, (256, 256)]),
    ]


def _words(draw: Draw) -> list[Case]:
    around = [(64, 220), (220, 64)]  # a before a space, and a space before a
    text = draw.size("a aa a", "aa  a aaa a  a")
    return [_case("a a", around), _case(text, around)]


def _sentences(draw: Draw) -> list[Case]:
    found = texts.sentences(draw.random(), draw.size(2, 4))
    english = "The seventh boat wouldn't wait for the bread."
    return [_story(text, draw.size(80, 200)) for text in (english, *found)]


def encode_by_frequency(text: str, merges: list[Pair]) -> list[int]:
    ranks, out = {tuple(pair): i for i, pair in enumerate(merges)}, []
    pattern = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    words = [[BYTE_TO_ID[b] for b in word.encode()] for word in regex.findall(pattern, text)]
    while True:
        pairs = [pair for ids in words for pair in pairwise(ids)]
        known = [pair for pair in pairs if pair in ranks]
        if not known:
            break
        best = max(known, key=lambda pair: (pairs.count(pair), -ranks[pair]))
        for ids in words:
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(best):
                    ids[i : i + 2] = [256 + ranks[best]]
    for ids in words:
        out += ids
    return out


def encode_left_to_right(text: str, merges: list[Pair]) -> list[int]:
    ranks, out = {tuple(pair): i for i, pair in enumerate(merges)}, []
    pattern = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    for word in regex.findall(pattern, text):
        ids, i = [BYTE_TO_ID[byte] for byte in word.encode()], 0
        while i < len(ids) - 1:
            pair = (ids[i], ids[i + 1])
            if pair in ranks:
                ids[i : i + 2] = [256 + ranks[pair]]
                i = 0
            else:
                i += 1
        out += ids
    return out


def encode_longest(text: str, merges: list[Pair]) -> list[int]:
    known: dict[tuple[int, ...], int] = {(i,): i for i in range(256)}
    for new_id, (left, right) in enumerate(merges, 256):
        spelled = {i: ids for ids, i in known.items()}
        known[spelled[left] + spelled[right]] = new_id
    pattern = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    out = []
    for word in regex.findall(pattern, text):
        rest = tuple(BYTE_TO_ID[byte] for byte in word.encode())
        while rest:
            size = next(n for n in range(len(rest), 0, -1) if rest[:n] in known)
            out.append(known[rest[:size]])
            rest = rest[size:]
    return out


def encode_first_place(text: str, merges: list[Pair]) -> list[int]:
    pattern = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    out = []
    for word in regex.findall(pattern, text):
        ids = [BYTE_TO_ID[byte] for byte in word.encode()]
        for new_id, pair in enumerate(merges, 256):
            pairs = list(pairwise(ids))
            if pair in pairs:
                i = pairs.index(pair)
                ids[i : i + 2] = [new_id]
        out += ids
    return out


def encode_across(text: str, merges: list[Pair]) -> list[int]:
    ids = [BYTE_TO_ID[byte] for byte in text.encode()]
    for new_id, pair in enumerate(merges, 256):
        for i in range(len(ids) - 1):
            if ids[i : i + 2] == list(pair):
                ids[i : i + 2] = [new_id]
    return ids


def encode_byte_values(text: str, merges: list[Pair]) -> list[int]:
    pattern = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    out = []
    for word in regex.findall(pattern, text):
        ids = list(word.encode())
        for new_id, pair in enumerate(merges, 256):
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(pair):
                    ids[i : i + 2] = [new_id]
        out += ids
    return out


def encode_rank_as_id(text: str, merges: list[Pair]) -> list[int]:
    pattern = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    out = []
    for word in regex.findall(pattern, text):
        ids = [BYTE_TO_ID[byte] for byte in word.encode()]
        for new_id, pair in enumerate(merges):
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(pair):
                    ids[i : i + 2] = [new_id]
        out += ids
    return out


def encode_backwards(text: str, merges: list[Pair]) -> list[int]:
    pattern = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    out = []
    for word in regex.findall(pattern, text):
        ids = [BYTE_TO_ID[byte] for byte in word.encode()]
        for rank in reversed(range(len(merges))):
            for i in range(len(ids) - 1):
                if ids[i : i + 2] == list(merges[rank]):
                    ids[i : i + 2] = [256 + rank]
        out += ids
    return out


ENCODE = Exercise(
    name="encode",
    title="Text to ids",
    difficulty=3,
    minutes=15,
    forbids=(*oracle.LIBRARIES, *OWN),
    stages=(
        Stage("no merges", 1, "without merges each byte is one base id.", _no_merges),
        Stage("one merge", 1, "one merge, at every place.", _one_merge, needs=("no merges",)),
        Stage(
            "ranks",
            2,
            "when several merges are possible, the one that was learned first comes first.",
            _ranks,
            needs=("one merge",),
        ),
        Stage(
            "words",
            1,
            "no merge reaches across the border of a word.",
            _words,
            needs=("one merge",),
        ),
        Stage(
            "sentences",
            1,
            "sentences in several scripts, with merges learned from the story.",
            _sentences,
            needs=("ranks", "words"),
        ),
    ),
    mistakes=(
        Mistake(
            "by frequency",
            encode_by_frequency,
            "the merge whose pair is most frequent in this text comes first. Frequency counted "
            "while training; now the rank decides: the merge learned first.",
            ("ranks",),
        ),
        Mistake(
            "left to right",
            encode_left_to_right,
            "the first possible merge from the left is taken. Look at all pairs and take the one "
            "that was learned first.",
            ("ranks",),
        ),
        Mistake(
            "longest token",
            encode_longest,
            "the longest known token is taken from the left. BPE does not search for long tokens: "
            "it repeats the merges in the order they were learned.",
            ("ranks",),
        ),
        Mistake(
            "first place only",
            encode_first_place,
            "each merge is applied at one place in a word. Apply it at every place.",
            ("one merge",),
        ),
        Mistake(
            "across words",
            encode_across,
            "merges reach across the border of a word. Cut the text into words first and encode "
            "each alone.",
            ("words",),
        ),
        Mistake(
            "byte values",
            encode_byte_values,
            "single bytes have their value as id. Their ids are in BYTE_TO_ID.",
            ("no merges",),
        ),
        Mistake(
            "rank as id",
            encode_rank_as_id,
            "the new id is the number of the merge. Ids 0 to 255 are the bytes: merge number i "
            "makes the id 256 + i.",
            ("one merge",),
        ),
        Mistake(
            "last merge first",
            encode_backwards,
            "the merges are applied from the last to the first. Start with the one that was "
            "learned first.",
            ("ranks",),
        ),
    ),
)
