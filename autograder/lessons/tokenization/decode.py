"""`decode(ids, merges)`: ids back to a text.

Oracle: a `tokenizers` tokenizer with the same merges and the byte-level decoder.
"""

from __future__ import annotations

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage
from autograder.given.tokenization import BYTE_TO_CHAR, BYTE_TO_ID
from autograder.lessons.tokenization import oracle, texts

Pair = tuple[int, int]
BROKEN = (b"\xe3\x81", b"\x80abc", b"a\xf0\x9f\x9az", b"\xff\xfe", b"\xc3\xa9\xc3")
"""Bytes that are not valid UTF-8: cut characters, a lone continuation, bytes that never occur."""


def _case(ids: list[int], merges: list[Pair], shown: str = "") -> Case:
    return Case((ids, merges), oracle.text_of(ids, merges), shown=shown)


def _round_trip(text: str, count: int) -> Case:
    merges = list(oracle.story_merges(count))
    shown = f"decode(ids, merges) with the ids of {text!r} and {count} merges of the story"
    return _case(oracle.ids(text, merges), merges, shown)


def _bytes(draw: Draw) -> list[Case]:
    word = texts.invented_words(draw.random(), 1)[0]
    return [_case(oracle.base_ids(text), []) for text in ("Hi!", word + " 1\n", "")]


def _merges(draw: Draw) -> list[Case]:
    merges: list[Pair] = [(64, 65), (256, 66), (257, 257)]  # ab, abc, abcabc
    ids = [draw.random().choice((64, 256, 257, 258)) for _ in range(draw.size(4, 9))]
    return [_case([256], merges), _case([258, 65, 257], merges), _case(ids, merges)]


def _scripts(draw: Draw) -> list[Case]:
    known = (*texts.SCRIPTS, texts.COMBINING, texts.EMOJI)
    found = known if not draw.hidden else tuple(texts.sentences(draw.random(), 8))
    return [_round_trip(text, draw.size(80, 200)) for text in found]


def _broken(draw: Draw) -> list[Case]:
    rng = draw.random()
    noise = [bytes(rng.choice((0x41, 0x80, 0xC3, 0xE3, 0xF0)) for _ in range(draw.size(3, 8)))]
    return [_case([BYTE_TO_ID[b] for b in raw], []) for raw in (*BROKEN, *noise)]


def decode_each_token(ids: list[int], merges: list[Pair]) -> str:
    known = [bytes([BYTE_TO_ID.index(i)]) for i in range(256)]
    for left, right in merges:
        known.append(known[left] + known[right])
    return "".join(known[i].decode("utf-8", errors="replace") for i in ids)


def decode_strict(ids: list[int], merges: list[Pair]) -> str:
    known = [bytes([BYTE_TO_ID.index(i)]) for i in range(256)]
    for left, right in merges:
        known.append(known[left] + known[right])
    return b"".join(known[i] for i in ids).decode("utf-8")


def decode_ignore(ids: list[int], merges: list[Pair]) -> str:
    known = [bytes([BYTE_TO_ID.index(i)]) for i in range(256)]
    for left, right in merges:
        known.append(known[left] + known[right])
    return b"".join(known[i] for i in ids).decode("utf-8", errors="ignore")


def decode_characters(ids: list[int], merges: list[Pair]) -> str:
    known = [chr(BYTE_TO_ID.index(i)) for i in range(256)]
    for left, right in merges:
        known.append(known[left] + known[right])
    return "".join(known[i] for i in ids)


def decode_table(ids: list[int], merges: list[Pair]) -> str:
    known = [BYTE_TO_CHAR[BYTE_TO_ID.index(i)] for i in range(256)]
    for left, right in merges:
        known.append(known[left] + known[right])
    return "".join(known[i] for i in ids)


def decode_byte_values(ids: list[int], merges: list[Pair]) -> str:
    known = [bytes([i]) for i in range(256)]
    for left, right in merges:
        known.append(known[left] + known[right])
    return b"".join(known[i] for i in ids).decode("utf-8", errors="replace")


def decode_swapped(ids: list[int], merges: list[Pair]) -> str:
    known = [bytes([BYTE_TO_ID.index(i)]) for i in range(256)]
    for left, right in merges:
        known.append(known[right] + known[left])
    return b"".join(known[i] for i in ids).decode("utf-8", errors="replace")


def decode_one_level(ids: list[int], merges: list[Pair]) -> str:
    flat = [part for i in ids for part in ([i] if i < 256 else merges[i - 256])]
    return bytes(BYTE_TO_ID.index(i) for i in flat if i < 256).decode("utf-8", errors="replace")


def decode_with_spaces(ids: list[int], merges: list[Pair]) -> str:
    known = [bytes([BYTE_TO_ID.index(i)]) for i in range(256)]
    for left, right in merges:
        known.append(known[left] + known[right])
    return b" ".join(known[i] for i in ids).decode("utf-8", errors="replace")


DECODE = Exercise(
    name="decode",
    title="Ids back to text",
    difficulty=2,
    minutes=10,
    forbids=oracle.LIBRARIES,
    stages=(
        Stage("bytes", 1, "ids of single bytes, without merges.", _bytes),
        Stage("merges", 1, "ids that stand for several bytes.", _merges, needs=("bytes",)),
        Stage(
            "any script",
            1,
            "texts in ten scripts, accents and emoji come back unchanged.",
            _scripts,
            needs=("merges",),
        ),
        Stage(
            "broken bytes",
            1,
            "bytes that are no valid UTF-8 become the replacement character U+FFFD.",
            _broken,
            needs=("bytes",),
        ),
    ),
    mistakes=(
        Mistake(
            "token by token",
            decode_each_token,
            "each token is decoded alone, but a character's bytes may be spread over several "
            "tokens. Join all bytes first, then decode once.",
            ("any script", "broken bytes"),
        ),
        Mistake(
            "strict",
            decode_strict,
            "invalid bytes raise an error. A model can produce any ids, so decode with "
            '`errors="replace"`.',
            ("broken bytes",),
        ),
        Mistake(
            "ignored",
            decode_ignore,
            "invalid bytes vanish without a trace. Show them as U+FFFD.",
            ("broken bytes",),
        ),
        Mistake(
            "one character a byte",
            decode_characters,
            "each byte became one character, as in Latin-1. Collect bytes and decode them as "
            "UTF-8.",
            ("any script", "broken bytes"),
        ),
        Mistake(
            "characters of the table",
            decode_table,
            "these are the visible characters of the byte table, such as Ġ for a space. Go back "
            "to bytes and decode them as UTF-8.",
            ("bytes",),
        ),
        Mistake(
            "byte values",
            decode_byte_values,
            "a base id is taken for the byte itself. BYTE_TO_ID says which id a byte has: turn "
            "the table round.",
            ("bytes",),
        ),
        Mistake(
            "swapped",
            decode_swapped,
            "the two parts of a merge come out in the wrong order. The left id of the pair comes "
            "first.",
            ("merges",),
        ),
        Mistake(
            "one level",
            decode_one_level,
            "a merge is opened once, but its parts may be merges themselves. Open them until only "
            "bytes are left.",
            ("merges",),
        ),
        Mistake(
            "with spaces",
            decode_with_spaces,
            "a space was put between the tokens. Spaces are inside the tokens: join with nothing "
            "between.",
            ("bytes",),
        ),
    ),
)
