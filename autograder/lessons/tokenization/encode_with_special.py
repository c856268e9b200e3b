"""`encode_with_special(text, merges, special, allowed)`: only trusted special tokens count.

Oracle: a `tokenizers` tokenizer that knows the allowed special tokens and no others.
"""

from __future__ import annotations

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.tokenization import oracle, texts

SPECIAL = {"<|end|>": 296, "<|user|>": 297, "<|assistant|>": 298}
"""Special tokens and their ids, which follow those of 40 merges."""

OTHERS = {"[SEP]": 900, "</s>": 411, "<END>": 296, "$.": 297, "{x}+": 40_000}
"""Special tokens in other forms, whose ids are not the next free ones."""
MARKS = ("\x00", "\x01", "\x02", "\x1b", "\x1f", "\x7f", "\ue000", "\ufffd", "\uffff", "\U0010ffff")
"""Characters that are rarely typed, so that code may take them for marks of its own."""


def _case(text: str, *allowed: str, special: dict[str, int] = SPECIAL) -> Case:
    merges = list(oracle.story_merges(40))
    listed = "{" + ", ".join(map(repr, sorted(allowed))) + "}" if allowed else "set()"
    shown = f"encode_with_special({text!r}, merges, special, {listed}) with special = {special}"
    expected = oracle.ids_with(text, merges, special, sorted(allowed))
    return Case((text, merges, special, set(allowed)), expected, shown=shown)


def _marked(word: str) -> list[str]:
    """Texts with the number of a special token between marks, and with one mark alone."""
    numbers = [f"{word}{mark}{i}{mark}x" for mark in MARKS for i in range(len(SPECIAL))]
    return ["".join(numbers), *(f"{word}{mark}x" for mark in MARKS)]


def _ordinary(draw: Draw) -> list[Case]:
    word = texts.word(draw)
    return [
        _case("the lamp", "<|end|>"),
        _case("comprehend", "<|end|>"),
        _case("a < b | c > d, the end", *SPECIAL),
        _case(""),
        _case(f"{word} the {word}", *SPECIAL),
        _case("<|END|> <|End|><|end |><| end|> <|end", *SPECIAL),
        _case("[sep] SEP E </S> <end> $x {xx}+", *OTHERS, special=OTHERS),
        *(_case(f"x{text}x", *SPECIAL) for text in texts.plain(draw)),
        *(_case(text, *SPECIAL) for text in texts.awkward(draw)),
        *(_case(text, *SPECIAL) for text in ("a\x000\x00b", *_marked(draw.size("a", word)))),
    ]


def _allowed(draw: Draw) -> list[Case]:
    three = "<|user|>the  <|end|> end<|end|><|assistant|>"
    drawn = f"<|user|> {texts.word(draw)} <|end|>\n"
    again = "<|end|>\t<|user|><|user|>\r\n<|end|>\u00a0e\u0301 <|end|>\ufeff<|assistant|>"
    nested = "<|<|end|>|end|> <|end<|user|>|>"
    forms = "a[SEP]b</s>[[SEP]]$.x <END>{x}+{x}+ \u00bd$.\n"
    return [
        _case("the lamp<|end|>", "<|end|>"),
        _case("<|end|>", "<|end|>"),
        _case(three, *SPECIAL),
        _case(again, *SPECIAL),
        _case(nested, *SPECIAL),
        _case(forms, *OTHERS, special=OTHERS),
        _case(drawn, *SPECIAL),
        *(_case(f"{text}<|user|>{text}", *SPECIAL) for text in texts.plain(draw)),
    ]


def _refused(draw: Draw) -> list[Case]:
    word = texts.word(draw)
    found = ("say <|end|> now", "<|user|>", f"{word}<|end|><|assistant|>{word}", " <|end|>\r\n")
    every = (*found, *texts.plain(draw), *_marked(draw.size("a", word)))
    return [*(_case(text) for text in every), _case("[SEP]a</s>$.{x}+", special=OTHERS)]


def _some(draw: Draw) -> list[Case]:
    word = texts.word(draw)
    text = f"<|end|>{word}<|assistant|>{word}<|user|>"
    return [
        _case("<|user|>stop<|end|>", "<|user|>"),
        _case("<|en<|user|>d|><|user|> <|end|>\n", "<|user|>"),
        _case("<|assistant|> <|end|><|user|>", "<|end|>"),
        _case("[SEP] </s>$.{x}+$.<END>", "$.", "</s>", special=OTHERS),
        _case(text, "<|end|>", "<|user|>"),
    ]


ENCODE_WITH_SPECIAL = exercise(
    __file__, "encode_with_special", _ordinary, _allowed, _refused, _some
)
