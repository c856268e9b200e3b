"""`encode_with_special(text, merges, special, allowed)`: only trusted special tokens count.

Oracle: a `tokenizers` tokenizer that knows the allowed special tokens and no others.
"""

from __future__ import annotations

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.tokenization import oracle, texts

Pair = tuple[int, int]
SPECIAL = {"<|end|>": 296, "<|user|>": 297, "<|assistant|>": 298}
"""Special tokens and their ids, which follow those of 40 merges."""


def _case(text: str, allowed: set[str], count: int = 40) -> Case:
    merges = list(oracle.story_merges(count))
    listed = "{" + ", ".join(map(repr, sorted(allowed))) + "}" if allowed else "set()"
    shown = f"encode_with_special({text!r}, merges, special, {listed}) with special = {SPECIAL}"
    expected = oracle.ids_with(text, merges, SPECIAL, sorted(allowed))
    return Case((text, merges, SPECIAL, allowed), expected, shown=shown)


def _ordinary(draw: Draw) -> list[Case]:
    word = texts.invented_words(draw.random(), 1)[0]
    return [
        _case("the lamp", {"<|end|>"}),
        _case("comprehend", {"<|end|>"}),
        _case("a < b | c > d, the end", set(SPECIAL)),
        _case("", set()),
        _case(f"{word} the {word}", set(SPECIAL)),
    ]


def _allowed(draw: Draw) -> list[Case]:
    word = texts.invented_words(draw.random(), 1)[0]
    return [
        _case("the lamp<|end|>", {"<|end|>"}),
        _case("<|user|>the  <|end|> end<|end|><|assistant|>", set(SPECIAL)),
        _case(f"<|user|> {word} <|end|>\n", set(SPECIAL)),
    ]


def _refused(draw: Draw) -> list[Case]:
    word = texts.invented_words(draw.random(), 1)[0]
    return [
        _case("say <|end|> now", set()),
        _case(f"{word}<|end|><|assistant|>{word}", set()),
    ]


def _some(draw: Draw) -> list[Case]:
    word = texts.invented_words(draw.random(), 1)[0]
    return [
        _case("<|user|>stop<|end|>", {"<|user|>"}),
        _case(f"<|end|>{word}<|assistant|>{word}<|user|>", {"<|end|>", "<|user|>"}),
    ]


ENCODE_WITH_SPECIAL = exercise(
    __file__, "encode_with_special", _ordinary, _allowed, _refused, _some
)
