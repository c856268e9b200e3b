"""`to_bytes(text)`: a text as its UTF-8 bytes.

Oracle: the byte-level pre-tokenizer of `tokenizers`.
"""

from __future__ import annotations

import unicodedata

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage
from autograder.given.tokenization import BYTE_TO_CHAR
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


def to_bytes_code_points(text: str) -> list[int]:
    return [ord(character) for character in text]


def to_bytes_code_points_cut(text: str) -> list[int]:
    return [ord(character) % 256 for character in text]


def to_bytes_latin(text: str) -> list[int]:
    return list(text.encode("latin-1", errors="replace"))


def to_bytes_ascii(text: str) -> list[int]:
    return list(text.encode("ascii", errors="ignore"))


def to_bytes_utf16(text: str) -> list[int]:
    return list(text.encode("utf-16-le"))


def to_bytes_mark(text: str) -> list[int]:
    return list(text.encode("utf-8-sig"))


def to_bytes_composed(text: str) -> list[int]:
    return list(unicodedata.normalize("NFC", text).encode("utf-8"))


def to_bytes_hex(text: str) -> list[str]:
    return [f"{byte:02x}" for byte in text.encode("utf-8")]


def to_bytes_stripped(text: str) -> list[int]:
    return list(text.strip().encode("utf-8"))


TO_BYTES = Exercise(
    name="to_bytes",
    title="A text as bytes",
    difficulty=1,
    minutes=4,
    forbids=("autograder.given.tokenization.to_bytes",),
    stages=(
        Stage("plain English", 1, "letters of English, spaces and line ends.", _ascii),
        Stage(
            "any script",
            1,
            "letters of other scripts, accents and emoji, which take two to four bytes each.",
            _scripts,
            needs=("plain English",),
        ),
    ),
    mistakes=(
        Mistake(
            "code points",
            to_bytes_code_points,
            "these are code points, which run far above 255. Encode the text as UTF-8 and take "
            "its bytes.",
            ("any script",),
        ),
        Mistake(
            "code points cut",
            to_bytes_code_points_cut,
            "these are code points cut down to 255, so different characters fall together. "
            "UTF-8 spends several bytes on a large code point instead.",
            ("any script",),
        ),
        Mistake(
            "Latin-1",
            to_bytes_latin,
            "this is Latin-1, which has no byte for most of the world's letters and writes `?` "
            "(63) for them. Encode as UTF-8.",
            ("any script",),
        ),
        Mistake(
            "ASCII",
            to_bytes_ascii,
            "characters outside ASCII are left out. No character may be lost: encode as UTF-8.",
            ("any script",),
        ),
        Mistake(
            "UTF-16",
            to_bytes_utf16,
            "this is UTF-16, which spends at least two bytes on every character. Encode as UTF-8.",
            ("plain English",),
        ),
        Mistake(
            "byte order mark",
            to_bytes_mark,
            'three bytes, 239 187 191, stand before the text: the mark that "utf-8-sig" writes. '
            'Encode as "utf-8".',
            ("plain English",),
        ),
        Mistake(
            "composed",
            to_bytes_composed,
            "letters and their combining accents were joined into one character first. Keep the "
            "text as it is, or it cannot be given back unchanged.",
            ("any script",),
        ),
        Mistake(
            "hexadecimal",
            to_bytes_hex,
            "these are strings with hexadecimal digits. Return the bytes as whole numbers.",
            ("plain English",),
        ),
        Mistake(
            "stripped",
            to_bytes_stripped,
            "white space at the ends is lost. Keep every character, the line end too.",
            ("plain English",),
        ),
    ),
)
