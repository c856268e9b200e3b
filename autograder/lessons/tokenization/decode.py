"""`decode(ids, merges)`: ids back to a text.

Oracle: a `tokenizers` tokenizer with the same merges and the byte-level decoder.
"""

from __future__ import annotations

from autograder.exercise import Case, Draw
from autograder.given.tokenization import BYTE_TO_ID
from autograder.lessons.sheet import exercise
from autograder.lessons.tokenization import oracle, texts

BROKEN = (
    b"\xe3\x81",
    b"\x80abc",
    b"a\xf0\x9f\x9az",
    b"\xff\xfe",
    b"\xc3\xa9\xc3",
    b"\xe6\x97\xa5\xe6\x9c",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b" \xef\xbf\xbd\xef\xbb\r\n\xf0\x9f\x99",
)
"""Bytes that are not valid UTF-8: cut characters, a lone continuation, bytes that never occur,
what is written too long or stands for no character, and a sign that was U+FFFD before."""
ACROSS = [(BYTE_TO_ID[a], BYTE_TO_ID[b]) for a, b in (b"\xa9a", b"a\xc3", b"\xa9\xc3")]
"""Merges that cut through a character: 257 is an a and the first byte of an é."""
TWICE = [(BYTE_TO_ID[byte], BYTE_TO_ID[byte]) for byte in (0xC3, 0xA9)]
"""Merges of a byte with itself, which is no character."""


def _case(ids: list[int], merges: list[oracle.Pair], shown: str = "") -> Case:
    return Case((ids, merges), oracle.text_of(ids, merges), shown=shown)


def _round_trip(text: str, count: int) -> Case:
    merges = list(oracle.story_merges(count))
    shown = f"decode(ids, merges) with the ids of {text!r} and {count} merges of the story"
    return _case(oracle.ids(text, merges), merges, shown)


def _bytes(draw: Draw) -> list[Case]:
    every = "".join(map(chr, range(128)))
    found = ("Hi!", f"{texts.word(draw)} 1\n", " the ", *texts.plain(draw), every, "")
    return [_case(oracle.base_ids(text), []) for text in found]


def _merges(draw: Draw) -> list[Case]:
    merges = [(64, 65), (256, 66), (257, 257)]  # ab, abc, abcabc
    ids = [draw.random().choice((64, 256, 257, 258)) for _ in range(draw.size(4, 9))]
    others = [(75, 78), (66, 256), (257, 0), (258, 256), (220, 259)]  # lo, clo, clo!, clo!lo
    return [
        _case([256], merges),
        _case([258, 65, 257], merges),
        _case(ids, merges),
        _case([256, 257, 0, 256], others),
        _case([260, 259, 258, 64], others),
        _case([256], [(64, 77)]),
        _case(list(range(256, 256 + draw.size(290, 180))), list(oracle.story_merges(290))),
    ]


def _scripts(draw: Draw) -> list[Case]:
    known = [*texts.SCRIPTS, texts.COMBINING, texts.EMOJI, *texts.plain(draw)]
    found = texts.sentences(draw.random(), 8) if draw.hidden else known
    across = draw.size([257, 256, 0, 257, 258, 256], [257, 258, 258, 256, 64])
    every = (*found, *texts.awkward(draw))
    round_trips = [_round_trip(text, draw.size(80, 200)) for text in every]
    return [*round_trips, _case([257, 256], ACROSS), _case(across, ACROSS)]


def _broken(draw: Draw) -> list[Case]:
    rng = draw.random()
    noise = [bytes(rng.choice((0x41, 0x80, 0xC3, 0xE3, 0xF0)) for _ in range(draw.size(3, 8)))]
    found = [_case([BYTE_TO_ID[b] for b in raw], []) for raw in (*BROKEN, *noise)]
    merged = ([256, 257], [257, 64, 256], [BYTE_TO_ID[0xC3], *rng.choices((64, 256, 257), k=4)])
    return [*found, *(_case(ids, TWICE) for ids in merged)]


DECODE = exercise(__file__, "decode", _bytes, _merges, _scripts, _broken)
