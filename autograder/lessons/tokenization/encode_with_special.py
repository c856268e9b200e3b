"""`encode_with_special(text, merges, special, allowed)`: only trusted special tokens count.

Oracle: a `tokenizers` tokenizer that knows the allowed special tokens and no others.
"""

from __future__ import annotations

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.tokenization import oracle, texts

SPECIAL = {"<|end|>": 296, "<|user|>": 297, "<|assistant|>": 298}
"""Special tokens and their ids, which follow those of 40 merges."""


def _case(text: str, *allowed: str) -> Case:
    merges = list(oracle.story_merges(40))
    listed = "{" + ", ".join(map(repr, sorted(allowed))) + "}" if allowed else "set()"
    shown = f"encode_with_special({text!r}, merges, special, {listed}) with special = {SPECIAL}"
    expected = oracle.ids_with(text, merges, SPECIAL, sorted(allowed))
    return Case((text, merges, SPECIAL, set(allowed)), expected, shown=shown)


def _ordinary(draw: Draw) -> list[Case]:
    word = texts.word(draw)
    return [
        _case("the lamp", "<|end|>"),
        _case("comprehend", "<|end|>"),
        _case("a < b | c > d, the end", *SPECIAL),
        _case(""),
        _case(f"{word} the {word}", *SPECIAL),
    ]


def _allowed(draw: Draw) -> list[Case]:
    three = "<|user|>the  <|end|> end<|end|><|assistant|>"
    drawn = f"<|user|> {texts.word(draw)} <|end|>\n"
    return [_case("the lamp<|end|>", "<|end|>"), _case(three, *SPECIAL), _case(drawn, *SPECIAL)]


def _refused(draw: Draw) -> list[Case]:
    word = texts.word(draw)
    return [_case("say <|end|> now"), _case(f"{word}<|end|><|assistant|>{word}")]


def _some(draw: Draw) -> list[Case]:
    word = texts.word(draw)
    text = f"<|end|>{word}<|assistant|>{word}<|user|>"
    return [_case("<|user|>stop<|end|>", "<|user|>"), _case(text, "<|end|>", "<|user|>")]


ENCODE_WITH_SPECIAL = exercise(
    __file__, "encode_with_special", _ordinary, _allowed, _refused, _some
)
