"""`fertility(texts, encoded, per)`: tokens per word or per character.

Oracle: the closed form; words and characters are counted by `tokenizers`.
"""

from __future__ import annotations

from autograder.exercise import Case, Draw
from autograder.given.tokenization import PARALLEL
from autograder.lessons.sheet import exercise
from autograder.lessons.tokenization import oracle


def _units(text: str, per: str) -> int:
    from tokenizers import Regex, pre_tokenizers

    if per == "word":
        return len(pre_tokenizers.WhitespaceSplit().pre_tokenize_str(text))
    split = pre_tokenizers.Split(Regex(r"(?m:.)"), "isolated")
    return len(split.pre_tokenize_str(text))


def _case(texts: list[str], per: str, count: int = 100) -> Case:
    encoded = [oracle.ids(text, oracle.story_merges(count)) for text in texts]
    expected = sum(map(len, encoded)) / sum(_units(text, per) for text in texts)
    return Case((texts, encoded, per), expected)


def _language(draw: Draw, names: tuple[str, ...]) -> list[str]:
    language = draw.random().choice(names)
    return list(PARALLEL[language][: draw.size(2, 5)])


def _words(draw: Draw) -> list[Case]:
    return [
        _case(["no, no, no"], "word"),
        _case([draw.size("when  the bell rings\n", "a \n b   the  harbour")], "word"),
    ]


def _characters(draw: Draw) -> list[Case]:
    names = ("Greek", "Russian", "Hebrew", "Hindi", "Korean")
    language = draw.random().choice(names)
    return [_case(["no, no, no"], "character"), _case([PARALLEL[language][0]], "character")]


def _several(draw: Draw) -> list[Case]:
    names = ("English", "German", "Spanish")
    texts = ["a", "the harbour of the island", *_language(draw, names)]
    return [_case(texts, "word"), _case(texts, "character")]


FERTILITY = exercise(__file__, "fertility", _words, _characters, _several)
