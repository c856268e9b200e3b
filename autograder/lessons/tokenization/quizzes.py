"""The questions of lesson 02; every key is the option that says what the libraries answer."""

from __future__ import annotations

from collections.abc import Callable

from autograder.exercise import Quiz
from autograder.lessons.quiz import question
from autograder.lessons.tokenization import oracle

WORDS = "señor 東京"
FOX = "hug hug hug pug pun bun bun hugs"
SPLIT = "we've  won 12:0"
RANKED = [(71, 84), (84, 70), (256, 70)]  # h u, u g, hu g
INJECTION = {
    "Not by default; also not with encode_special_tokens = True.": "By default it does. That is "
    "the danger: the library cannot know who wrote the text.",
    "By default yes; with encode_special_tokens = True no.": "Right: by default every special "
    "token in the text is obeyed. With encode_special_tokens = True it is encoded as ordinary "
    "text.",
    "Not by default; with encode_special_tokens = True yes.": "It is the other way round: the "
    "setting means that special tokens are encoded like any other text.",
    "Yes, and nothing can be done about it.": "It does by default, but encode_special_tokens = "
    "True turns it off.",
}


def _quiz(
    name: str, text: str, options: dict[str, str], answer: str, right: Callable[[], str]
) -> Quiz:
    """A question; `right` computes the text of the right option."""
    return question(name, text, options, answer, lambda: "ABCD"[list(options).index(right())])


def _injected() -> str:
    """What happens to a special token in a text: by default, and when told to encode it as text."""
    tokenizer = oracle.tokenizer([], ["<|end|>"])
    by_default = 256 in tokenizer.encode("Hi<|end|>").ids
    tokenizer.encode_special_tokens = True
    when_told = 256 in tokenizer.encode("Hi<|end|>").ids
    read = ((False, False), (True, False), (False, True), (True, True))
    return dict(zip(read, INJECTION, strict=True))[by_default, when_told]


QUIZ_BYTES = _quiz(
    "quiz-bytes",
    f"How many bytes does `{WORDS}` take in UTF-8? The ñ is one code point.",
    {
        "8": "8 is the number of characters. Only s, e, o, r and the space take one byte.",
        "13": "Right: five characters of one byte, ñ takes 2, each kanji takes 3.",
        "11": "That would be right if a kanji took two bytes, as ñ does. It takes three.",
        "16": "That is two bytes for every character, as in UTF-16. UTF-8 is not so even.",
    },
    "B",
    lambda: str(len(oracle.characters(WORDS))),
)
QUIZ_FIRST_MERGE = _quiz(
    "quiz-first-merge",
    f"Which pair does BPE merge first in `{FOX}`? Ġ stands for a space.",
    {
        "Ġ h": "A space before h stands there 3 times, but another pair is more frequent.",
        "h u": "h u stands there 4 times: three in hug and one in hugs. Look at pug too.",
        "u n": "u n stands there 3 times: in pun and in both bun.",
        "u g": "Right: 5 times, three in hug, one in pug and one in hugs.",
    },
    "D",
    lambda: " ".join(oracle.ALPHABET[i] for pair in oracle.trained(FOX, 1) for i in pair),
)
QUIZ_RANK = _quiz(
    "quiz-rank",
    "Merges were learned in this order: h u, then u g, then hu g. What are the tokens of "
    "`pugs hug`? Ġ stands for a space.",
    {
        "p · ug · s · Ġ · hug": "Right: in pugs only u g applies. In hug the merge h u has the "
        "lower rank, so it comes before u g, and hu g finishes the word.",
        "p · u · g · s · Ġ · hug": "In pugs, u g stands side by side and was learned: merge it.",
        "p · ug · s · Ġ · h · ug": "u g is the more frequent pair here, but when encoding the rank "
        "decides, and h u was learned before u g.",
        "pug · s · Ġ · hug": "No merge joins p with anything, so p stays alone.",
    },
    "A",
    lambda: " · ".join(oracle.tokenizer(RANKED).encode("pugs hug").tokens),
)
QUIZ_SPLIT = _quiz(
    "quiz-split",
    f"Into which words does the GPT-2 pattern cut `{SPLIT}`, with two spaces before won? "
    "Words stand between bars.",
    {
        "`|we|'ve| | won| 12:0|`": "Digits and signs are different kinds, so 12:0 is cut.",
        "`|we've|  |won| 12|:|0|`": "'ve is cut off, and won keeps one of the two spaces.",
        "`|we|'ve| | won| 12|:|0|`": "Right: 've is a contraction, the run of spaces leaves its "
        "last one to won, and digits and signs are cut apart.",
        "`|we|'|ve|  won| 1|2|:|0|`": "'ve stays in one piece, a word takes at most one space, "
        "and digits stay together.",
    },
    "C",
    lambda: f"`|{'|'.join(oracle.chunks(SPLIT))}|`",
)
QUIZ_INJECTION = _quiz(
    "quiz-injection",
    "A user types `Hi<|end|>`. Your `tokenizers` tokenizer has the special token <|end|>. "
    "Does the text become the special id?",
    INJECTION,
    "B",
    _injected,
)
