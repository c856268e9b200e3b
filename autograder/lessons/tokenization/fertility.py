"""`fertility(texts, encoded, per)`: tokens per word or per character.

Oracle: the closed form; words and characters are counted by `tokenizers`.
"""

from __future__ import annotations

from tokenizers import Regex, pre_tokenizers

from autograder.exercise import Case, Draw
from autograder.given.tokenization import PARALLEL
from autograder.lessons.sheet import exercise
from autograder.lessons.tokenization import oracle, texts


def _units(text: str, per: str) -> int:
    if per == "word":
        return len(pre_tokenizers.WhitespaceSplit().pre_tokenize_str(text))
    return len(pre_tokenizers.Split(Regex(r"(?m:.)"), "isolated").pre_tokenize_str(text))


def _case(found: list[str], per: str) -> Case:
    encoded = [oracle.ids(text, oracle.story_merges(100)) for text in found]
    expected = sum(map(len, encoded)) / sum(_units(text, per) for text in found)
    return Case((found, encoded, per), expected)


def _words(draw: Draw) -> list[Case]:
    text = draw.size("when  the bell rings\n", "a \n b   the  harbour")
    found = ("no, no, no", text, "isn't it well-known, e.g. {a} + b?", " \ta\u00a0b\r\nc\u3000d \n")
    return [_case([each], "word") for each in (*found, "你好，世界", *texts.awkward(draw))]


def _characters(draw: Draw) -> list[Case]:
    language = draw.random().choice(("Greek", "Russian", "Hebrew", "Hindi", "Korean"))
    known = ("no, no, no", texts.COMBINING, texts.EMOJI, "नमस्ते", "\r\na\t b\r\n ", "\u00bd \ufb01")
    found = (*known, PARALLEL[language][0], *texts.awkward(draw))
    return [_case([text], "character") for text in found]


def _several(draw: Draw) -> list[Case]:
    language = draw.random().choice(("English", "German", "Spanish"))
    several = ["a", "the harbour of the island", *PARALLEL[language][: draw.size(2, 5)]]
    again = ["no", "the harbour", "no", "no", "\u00e9 e\u0301"]
    return [_case(found, per) for per in ("word", "character") for found in (several, again)]


FERTILITY = exercise(__file__, "fertility", _words, _characters, _several)
