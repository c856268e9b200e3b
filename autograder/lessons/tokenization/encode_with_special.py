"""`encode_with_special(text, merges, special, allowed)`: only trusted special tokens count.

Oracle: a `tokenizers` tokenizer that knows the allowed special tokens and no others.
"""

from __future__ import annotations

import re

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage
from autograder.given.tokenization import encode_text
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


def encode_with_special_always(
    text: str, merges: list[Pair], special: dict[str, int], allowed: set[str]
) -> list[int]:
    pattern = "(" + "|".join(map(re.escape, special)) + ")"
    ids = []
    for part in re.split(pattern, text):
        ids += [special[part]] if part in special else encode_text(part, merges)
    return ids


def encode_with_special_never(
    text: str, merges: list[Pair], special: dict[str, int], allowed: set[str]
) -> list[int]:
    return encode_text(text, merges)


def encode_with_special_removed(
    text: str, merges: list[Pair], special: dict[str, int], allowed: set[str]
) -> list[int]:
    pattern = "(" + "|".join(map(re.escape, special)) + ")"
    ids = []
    for part in re.split(pattern, text):
        if part in allowed:
            ids.append(special[part])
        elif part not in special:
            ids += encode_text(part, merges)
    return ids


def encode_with_special_raises(
    text: str, merges: list[Pair], special: dict[str, int], allowed: set[str]
) -> list[int]:
    for token in special:
        if token in text and token not in allowed:
            raise ValueError("a special token is not allowed here")
    ids = []
    for part in re.split("(" + "|".join(map(re.escape, special)) + ")", text):
        ids += [special[part]] if part in special else encode_text(part, merges)
    return ids


def encode_with_special_not_escaped(
    text: str, merges: list[Pair], special: dict[str, int], allowed: set[str]
) -> list[int]:
    if not allowed:
        return encode_text(text, merges)
    ids = []
    for part in re.split("(" + "|".join(sorted(allowed)) + ")", text):
        ids += [special[part]] if part in allowed else encode_text(part or "", merges)
    return ids


def encode_with_special_stripped(
    text: str, merges: list[Pair], special: dict[str, int], allowed: set[str]
) -> list[int]:
    if not allowed:
        return encode_text(text, merges)
    ids = []
    for part in re.split("(" + "|".join(map(re.escape, sorted(allowed))) + ")", text):
        ids += [special[part]] if part in allowed else encode_text(part.strip(), merges)
    return ids


def encode_with_special_lost(
    text: str, merges: list[Pair], special: dict[str, int], allowed: set[str]
) -> list[int]:
    if not allowed:
        return encode_text(text, merges)
    ids = []
    for part in re.split("|".join(map(re.escape, sorted(allowed))), text):
        ids += encode_text(part, merges)
    return ids


def encode_with_special_at_ends(
    text: str, merges: list[Pair], special: dict[str, int], allowed: set[str]
) -> list[int]:
    first = next((t for t in allowed if text.startswith(t)), "")
    text = text[len(first) :]
    last = next((t for t in allowed if text.endswith(t)), "")
    middle = encode_text(text[: len(text) - len(last)], merges)
    return [*([special[first]] if first else []), *middle, *([special[last]] if last else [])]


def encode_with_special_empty_pattern(
    text: str, merges: list[Pair], special: dict[str, int], allowed: set[str]
) -> list[int]:
    ids = []
    for part in re.split("(" + "|".join(map(re.escape, sorted(allowed))) + ")", text):
        ids += [special[part]] if part in allowed else encode_text(part, merges)
    return ids


def encode_with_special_all_or_none(
    text: str, merges: list[Pair], special: dict[str, int], allowed: set[str]
) -> list[int]:
    if not allowed:
        return encode_text(text, merges)
    ids = []
    for part in re.split("(" + "|".join(map(re.escape, special)) + ")", text):
        ids += [special[part]] if part in special else encode_text(part, merges)
    return ids


ENCODE_WITH_SPECIAL = Exercise(
    name="encode_with_special",
    title="Special tokens that nobody can smuggle in",
    difficulty=3,
    minutes=12,
    forbids=oracle.LIBRARIES,
    stages=(
        Stage("ordinary text", 1, "text without special tokens, < and | included.", _ordinary),
        Stage(
            "allowed",
            1,
            "an allowed special token becomes its one id, and the text around it stays complete.",
            _allowed,
        ),
        Stage(
            "not allowed",
            1,
            "text that looks like a special token is ordinary text when nothing is allowed.",
            _refused,
            needs=("ordinary text",),
        ),
        Stage(
            "some allowed",
            1,
            "of two special tokens in a text, only the allowed one is read as such.",
            _some,
            needs=("allowed", "not allowed"),
        ),
    ),
    mistakes=(
        Mistake(
            "always",
            encode_with_special_always,
            "every special token in the text is obeyed, so whoever writes the text can end the "
            "turn. Only those in `allowed` may become special ids.",
            ("not allowed",),
        ),
        Mistake(
            "all or none",
            encode_with_special_all_or_none,
            "as soon as one special token is allowed, all of them are obeyed. Look for those in "
            "`allowed` only.",
            ("some allowed",),
        ),
        Mistake(
            "never",
            encode_with_special_never,
            "no special token is ever recognised. Those in `allowed` become one id each.",
            ("allowed",),
        ),
        Mistake(
            "removed",
            encode_with_special_removed,
            "a special token that is not allowed is removed from the text. It stays, as ordinary "
            "text.",
            ("not allowed",),
        ),
        Mistake(
            "raises",
            encode_with_special_raises,
            "a special token that is not allowed raises an error. Here it is ordinary text: a "
            "user may write about it.",
            ("not allowed",),
        ),
        Mistake(
            "not escaped",
            encode_with_special_not_escaped,
            "`|` means `or` in a pattern, so `<|end|>` cuts the text at `<`, `end` and `>`. Use "
            "re.escape.",
            ("ordinary text", "allowed"),
        ),
        Mistake(
            "stripped",
            encode_with_special_stripped,
            "white space beside a special token is lost. Encode the text between as it is.",
            ("allowed",),
        ),
        Mistake(
            "lost",
            encode_with_special_lost,
            "the text is cut at the special tokens, but their ids are missing. With round "
            "brackets around the pattern, re.split keeps what it cut at.",
            ("allowed",),
        ),
        Mistake(
            "at the ends only",
            encode_with_special_at_ends,
            "special tokens are recognised only at the start and the end of the text. They may "
            "stand anywhere, side by side too.",
            ("allowed",),
        ),
        Mistake(
            "empty pattern",
            encode_with_special_empty_pattern,
            "with nothing allowed the pattern is empty and cuts between all characters. Handle "
            "an empty `allowed` first.",
            ("not allowed",),
        ),
    ),
)
