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
    return [_case("Hi!"), _case(" ".join(words) + "\n"), _case("")]


def _scripts(draw: Draw) -> list[Case]:
    found = texts.sentences(draw.random(), draw.size(2, 4))
    return [_case(text) for text in ("é日本", texts.COMBINING, texts.EMOJI, *found)]


TO_BYTES = exercise(__file__, "to_bytes", _ascii, _scripts)
