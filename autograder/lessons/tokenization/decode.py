"""`decode(ids, merges)`: ids back to a text.

Oracle: a `tokenizers` tokenizer with the same merges and the byte-level decoder.
"""

from __future__ import annotations

from autograder.exercise import Case, Draw
from autograder.given.tokenization import BYTE_TO_ID
from autograder.lessons.sheet import exercise
from autograder.lessons.tokenization import oracle, texts

BROKEN = (b"\xe3\x81", b"\x80abc", b"a\xf0\x9f\x9az", b"\xff\xfe", b"\xc3\xa9\xc3")
"""Bytes that are not valid UTF-8: cut characters, a lone continuation, bytes that never occur."""


def _case(ids: list[int], merges: list[oracle.Pair], shown: str = "") -> Case:
    return Case((ids, merges), oracle.text_of(ids, merges), shown=shown)


def _round_trip(text: str, count: int) -> Case:
    merges = list(oracle.story_merges(count))
    shown = f"decode(ids, merges) with the ids of {text!r} and {count} merges of the story"
    return _case(oracle.ids(text, merges), merges, shown)


def _bytes(draw: Draw) -> list[Case]:
    found = ("Hi!", f"{texts.word(draw)} 1\n", "")
    return [_case(oracle.base_ids(text), []) for text in found]


def _merges(draw: Draw) -> list[Case]:
    merges = [(64, 65), (256, 66), (257, 257)]  # ab, abc, abcabc
    ids = [draw.random().choice((64, 256, 257, 258)) for _ in range(draw.size(4, 9))]
    return [_case([256], merges), _case([258, 65, 257], merges), _case(ids, merges)]


def _scripts(draw: Draw) -> list[Case]:
    known = [*texts.SCRIPTS, texts.COMBINING, texts.EMOJI]
    found = texts.sentences(draw.random(), 8) if draw.hidden else known
    return [_round_trip(text, draw.size(80, 200)) for text in found]


def _broken(draw: Draw) -> list[Case]:
    rng = draw.random()
    noise = [bytes(rng.choice((0x41, 0x80, 0xC3, 0xE3, 0xF0)) for _ in range(draw.size(3, 8)))]
    return [_case([BYTE_TO_ID[b] for b in raw], []) for raw in (*BROKEN, *noise)]


DECODE = exercise(__file__, "decode", _bytes, _merges, _scripts, _broken)
