"""`fertility(texts, encoded, per)`: tokens per word or per character.

Oracle: the closed form; words and characters are counted by `tokenizers`.
"""

from __future__ import annotations

from tokenizers import Regex, pre_tokenizers

from autograder.exercise import Case, Draw
from autograder.given.tokenization import PARALLEL
from autograder.lessons.sheet import exercise
from autograder.lessons.tokenization import oracle


def _units(text: str, per: str) -> int:
    if per == "word":
        return len(pre_tokenizers.WhitespaceSplit().pre_tokenize_str(text))
    return len(pre_tokenizers.Split(Regex(r"(?m:.)"), "isolated").pre_tokenize_str(text))


def _case(texts: list[str], per: str) -> Case:
    encoded = [oracle.ids(text, oracle.story_merges(100)) for text in texts]
    expected = sum(map(len, encoded)) / sum(_units(text, per) for text in texts)
    return Case((texts, encoded, per), expected)


def _words(draw: Draw) -> list[Case]:
    text = draw.size("when  the bell rings\n", "a \n b   the  harbour")
    return [_case(["no, no, no"], "word"), _case([text], "word")]


def _characters(draw: Draw) -> list[Case]:
    language = draw.random().choice(("Greek", "Russian", "Hebrew", "Hindi", "Korean"))
    return [_case(["no, no, no"], "character"), _case([PARALLEL[language][0]], "character")]


def _several(draw: Draw) -> list[Case]:
    language = draw.random().choice(("English", "German", "Spanish"))
    texts = ["a", "the harbour of the island", *PARALLEL[language][: draw.size(2, 5)]]
    return [_case(texts, "word"), _case(texts, "character")]


FERTILITY = exercise(__file__, "fertility", _words, _characters, _several)
