"""`to_bytes(text)`: a text as its UTF-8 bytes.

Oracle: the byte-level pre-tokenizer of `tokenizers`.
"""

from __future__ import annotations

from autograder.exercise import Case, Draw
from autograder.given.tokenization import BYTE_TO_CHAR
from autograder.lessons.sheet import exercise
from autograder.lessons.tokenization import oracle, texts

BYTE_OF = {character: byte for byte, character in BYTE_TO_CHAR.items()}


def _case(text: str) -> Case:
    return Case((text,), [BYTE_OF[character] for character in oracle.characters(text)])


def _ascii(draw: Draw) -> list[Case]:
    words = texts.invented_words(draw.random(), draw.size(2, 5))
    every = "".join(map(chr, range(128)))
    found = ("Hi!", " ".join(words) + "\n", *texts.plain(draw), every, "")
    return [_case(text) for text in found]


def _scripts(draw: Draw) -> list[Case]:
    found = texts.sentences(draw.random(), draw.size(2, 4))
    borders = "\x7f\x80\u07ff\u0800\uffff\U00010000\U0010ffff"
    known = ("é日本", texts.COMBINING, texts.EMOJI, borders, *texts.awkward(draw))
    return [_case(text) for text in (*known, *texts.SCRIPTS, *found)]


TO_BYTES = exercise(__file__, "to_bytes", _ascii, _scripts)
