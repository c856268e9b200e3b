"""`fertility(texts, encoded, per)`: tokens per word or per character.

Oracle: the closed form; words and characters are counted by `tokenizers`.
"""

from __future__ import annotations

import itertools
import statistics

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage
from autograder.given.tokenization import PARALLEL
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


def fertility_swapped(texts: list[str], encoded: list[list[int]], per: str) -> float:
    units = [len(text.split()) if per == "word" else len(text) for text in texts]
    return sum(units) / sum(len(ids) for ids in encoded)


def fertility_bytes(texts: list[str], encoded: list[list[int]], per: str) -> float:
    units = [len(text.split()) if per == "word" else len(text.encode()) for text in texts]
    return sum(len(ids) for ids in encoded) / sum(units)


def fertility_mean(texts: list[str], encoded: list[list[int]], per: str) -> float:
    units = [len(text.split()) if per == "word" else len(text) for text in texts]
    return statistics.mean(len(ids) / n for ids, n in zip(encoded, units, strict=True))


def fertility_spaces(texts: list[str], encoded: list[list[int]], per: str) -> float:
    units = [len(text.split(" ")) if per == "word" else len(text) for text in texts]
    return sum(len(ids) for ids in encoded) / sum(units)


def fertility_distinct(texts: list[str], encoded: list[list[int]], per: str) -> float:
    units = [len(text.split()) if per == "word" else len(text) for text in texts]
    return len(set(itertools.chain(*encoded))) / sum(units)


def fertility_sentences(texts: list[str], encoded: list[list[int]], per: str) -> float:
    return sum(len(ids) for ids in encoded) / len(texts)


def fertility_no_spaces(texts: list[str], encoded: list[list[int]], per: str) -> float:
    words = [word for text in texts for word in text.split()]
    units = len(words) if per == "word" else sum(len(word) for word in words)
    return sum(len(ids) for ids in encoded) / units


def fertility_always_words(texts: list[str], encoded: list[list[int]], per: str) -> float:
    return sum(len(ids) for ids in encoded) / sum(len(text.split()) for text in texts)


def fertility_rounded(texts: list[str], encoded: list[list[int]], per: str) -> float:
    units = [len(text.split()) if per == "word" else len(text) for text in texts]
    return round(sum(len(ids) for ids in encoded) / sum(units), 2)


FERTILITY = Exercise(
    name="fertility",
    title="Tokens per word and per character",
    difficulty=2,
    minutes=8,
    stages=(
        Stage("words", 1, "tokens per word; words are what white space separates.", _words),
        Stage(
            "characters",
            1,
            "tokens per character, as len() counts the characters of a string.",
            _characters,
        ),
        Stage(
            "several texts",
            1,
            "several texts of different length: all tokens over all words.",
            _several,
            needs=("words", "characters"),
        ),
    ),
    mistakes=(
        Mistake(
            "swapped",
            fertility_swapped,
            "this is words or characters per token. Divide the tokens by them.",
            ("words", "characters"),
        ),
        Mistake(
            "bytes",
            fertility_bytes,
            "bytes are counted where characters are asked for. A Greek letter is one character "
            "and two bytes.",
            ("characters",),
        ),
        Mistake(
            "rounded",
            fertility_rounded,
            "the result is rounded. Return it as it is; whoever shows it can round it.",
            ("words", "characters"),
        ),
        Mistake(
            "mean of ratios",
            fertility_mean,
            "each text's ratio counts equally, so a short text weighs as much as a long one. Add "
            "up first, then divide once.",
            ("several texts",),
        ),
        Mistake(
            "single spaces",
            fertility_spaces,
            'split(" ") counts an empty word between two spaces and knows no line ends. Use '
            "split().",
            ("words",),
        ),
        Mistake(
            "different tokens",
            fertility_distinct,
            "each different token is counted once. Count all tokens.",
            ("words", "characters"),
        ),
        Mistake(
            "per text",
            fertility_sentences,
            "this is tokens per text. Divide by the words or characters of all texts.",
            ("words", "characters"),
        ),
        Mistake(
            "without spaces",
            fertility_no_spaces,
            "spaces are left out of the characters. They are characters too, and tokens hold them.",
            ("characters",),
        ),
        Mistake(
            "always words",
            fertility_always_words,
            "it divides by words whatever was asked. Look at `per`.",
            ("characters",),
        ),
    ),
)
