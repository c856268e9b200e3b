"""The questions of lesson 02; every key is computed from the libraries by `verify`."""

from __future__ import annotations

from autograder.exercise import Option, Quiz
from autograder.lessons.tokenization import oracle

WORDS = "señor 東京"
FOX = "hug hug hug pug pun bun bun hugs"
SPLIT = "we've  won 12:0"


def _letter(options: tuple[object, ...], right: object) -> str:
    """The letter of the one option that is `right`."""
    (index,) = [i for i, option in enumerate(options) if option == right]
    return "ABCD"[index]


def _bytes_key() -> str:
    return _letter((8, 13, 11, 16), len(oracle.characters(WORDS)))


def _first_merge_key() -> str:
    (merge,) = oracle.trained(FOX, 1)
    known = oracle.tokens([merge])
    return _letter(("Ġh", "hu", "un", "ug"), known[-1])


def _rank_key() -> str:
    merges = [(71, 84), (84, 70), (256, 70)]  # h u, u g, hu g
    tokens = oracle.tokens(merges)
    found = [tokens[i] for i in oracle.ids("pugs hug", merges)]
    options = (
        ["p", "ug", "s", "Ġ", "hug"],
        ["p", "u", "g", "s", "Ġ", "hug"],
        ["p", "ug", "s", "Ġ", "h", "ug"],
        ["pug", "s", "Ġ", "hug"],
    )
    return _letter(options, found)


def _split_key() -> str:
    options = (
        ["we", "'ve", " ", " won", " 12:0"],
        ["we've", "  ", "won", " 12", ":", "0"],
        ["we", "'ve", " ", " won", " 12", ":", "0"],
        ["we", "'", "ve", "  won", " 1", "2", ":", "0"],
    )
    return _letter(options, oracle.chunks(SPLIT))


def _injection_key() -> str:
    """Whether the library's default reads a special token out of the text itself."""
    tokenizer = oracle.tokenizer([], ["<|end|>"])
    by_default = 256 in tokenizer.encode("Hi<|end|>").ids
    tokenizer.encode_special_tokens = True
    when_told = 256 not in tokenizer.encode("Hi<|end|>").ids
    return _letter(
        ((False, True), (True, True), (False, False), (True, False)), (by_default, when_told)
    )


QUIZ_BYTES = Quiz(
    name="quiz-bytes",
    question=f"How many bytes does `{WORDS}` take in UTF-8? The ñ is one code point.",
    options=(
        Option("8", "8 is the number of characters. Only s, e, o, r and the space take one byte."),
        Option("13", "Right: five characters of one byte, ñ takes 2, each kanji takes 3."),
        Option("11", "That would be right if a kanji took two bytes, as ñ does. It takes three."),
        Option("16", "That is two bytes for every character, as in UTF-16. UTF-8 is not so even."),
    ),
    answer="B",
    verify=_bytes_key,
)
QUIZ_FIRST_MERGE = Quiz(
    name="quiz-first-merge",
    question=f"Which pair does BPE merge first in `{FOX}`? Ġ stands for a space.",
    options=(
        Option("Ġ h", "A space before h stands there 3 times, but another pair is more frequent."),
        Option("h u", "h u stands there 4 times: three in hug and one in hugs. Look at pug too."),
        Option("u n", "u n stands there 3 times: in pun and in both bun."),
        Option("u g", "Right: 5 times, three in hug, one in pug and one in hugs."),
    ),
    answer="D",
    verify=_first_merge_key,
)
QUIZ_RANK = Quiz(
    name="quiz-rank",
    question="Merges were learned in this order: h u, then u g, then hu g. What are the tokens of "
    "`pugs hug`? Ġ stands for a space.",
    options=(
        Option(
            "p · ug · s · Ġ · hug",
            "Right: in pugs only u g applies. In hug the merge h u has the lower rank, so it "
            "comes before u g, and hu g finishes the word.",
        ),
        Option(
            "p · u · g · s · Ġ · hug", "In pugs, u g stands side by side and was learned: merge it."
        ),
        Option(
            "p · ug · s · Ġ · h · ug",
            "u g is the more frequent pair here, but when encoding the rank decides, and h u was "
            "learned before u g.",
        ),
        Option("pug · s · Ġ · hug", "No merge joins p with anything, so p stays alone."),
    ),
    answer="A",
    verify=_rank_key,
)
QUIZ_SPLIT = Quiz(
    name="quiz-split",
    question=f"Into which words does the GPT-2 pattern cut `{SPLIT}`, with two spaces before won? "
    "Words stand between bars.",
    options=(
        Option("`|we|'ve| | won| 12:0|`", "Digits and signs are different kinds, so 12:0 is cut."),
        Option("`|we've|  |won| 12|:|0|`", "'ve is cut off, and won keeps one of the two spaces."),
        Option(
            "`|we|'ve| | won| 12|:|0|`",
            "Right: 've is a contraction, the run of spaces leaves its last one to won, and "
            "digits and signs are cut apart.",
        ),
        Option(
            "`|we|'|ve|  won| 1|2|:|0|`",
            "'ve stays in one piece, a word takes at most one space, and digits stay together.",
        ),
    ),
    answer="C",
    verify=_split_key,
)
QUIZ_INJECTION = Quiz(
    name="quiz-injection",
    question="A user types `Hi<|end|>`. Your `tokenizers` tokenizer has the special token <|end|>. "
    "Does the text become the special id?",
    options=(
        Option(
            "Not by default; also not with encode_special_tokens = True.",
            "By default it does. That is the danger: the library cannot know who wrote the text.",
        ),
        Option(
            "By default yes; with encode_special_tokens = True no.",
            "Right: by default every special token in the text is obeyed. With "
            "encode_special_tokens = True it is encoded as ordinary text.",
        ),
        Option(
            "Not by default; with encode_special_tokens = True yes.",
            "It is the other way round: the setting means that special tokens are encoded like "
            "any other text.",
        ),
        Option(
            "Yes, and nothing can be done about it.",
            "It does by default, but encode_special_tokens = True turns it off.",
        ),
    ),
    answer="B",
    verify=_injection_key,
)
