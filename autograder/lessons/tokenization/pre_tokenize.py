"""`pre_tokenize(text)`: cut a text into words that no merge may cross.

Oracle: `tokenizers.pre_tokenizers.ByteLevel`, which uses the pattern published with GPT-2.
"""

from __future__ import annotations

import re

import regex

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage
from autograder.lessons.tokenization import oracle, texts


def _case(text: str) -> Case:
    return Case((text,), oracle.chunks(text))


def _words(draw: Draw) -> list[Case]:
    words = texts.invented_words(draw.random(), draw.size(3, 8))
    return [_case("the cat sat"), _case(" The Cat"), _case(" ".join(words)), _case("")]


def _numbers(draw: Draw) -> list[Case]:
    rng = draw.random()
    numbers = [
        f"{rng.choice('abc')}{rng.randrange(10, 9999)}{rng.choice('.,:;!?')} --" for _ in "12"
    ]
    return [_case("room 101, row 7b!"), _case("a_b = 3.50 ..."), _case(" ".join(numbers))]


def _contractions(draw: Draw) -> list[Case]:
    word = texts.invented_words(draw.random(), 1)[0]
    return [
        _case("we'll see what they've got, it's late"),
        _case("DON'T don't 'tis"),
        _case(f"{word}'re I'm {word}'s he'd"),
    ]


def _white_space(draw: Draw) -> list[Case]:
    rng = draw.random()
    gaps = [" " * rng.randint(2, 5) + rng.choice(["", "\n", "\t "]) for _ in range(draw.size(2, 5))]
    return [_case("a  b"), _case("a\n\n  b\tc "), _case("".join(f"x{gap}" for gap in gaps) + "y")]


def _scripts(draw: Draw) -> list[Case]:
    found = texts.sentences(draw.random(), draw.size(2, 5))
    return [_case(text) for text in ("für 3 Äpfel", texts.COMBINING, "नमस्ते ½", *found)]


def pre_tokenize_split(text: str) -> list[str]:
    return text.split()


def pre_tokenize_no_space(text: str) -> list[str]:
    pattern = r"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}+|[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    return regex.findall(pattern, text)


def pre_tokenize_space_behind(text: str) -> list[str]:
    pattern = r"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+ ?|\p{N}+ ?|[^\s\p{L}\p{N}]+ ?|\s+(?!\S)|\s+"
    return regex.findall(pattern, text)


def pre_tokenize_groups(text: str) -> list[str]:
    pattern = r"'(s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    return regex.findall(pattern, text)


def pre_tokenize_latin(text: str) -> list[str]:
    pattern = r"'s|'t|'re|'ve|'m|'ll|'d| ?[a-zA-Z]+| ?[0-9]+| ?[^\sa-zA-Z0-9]+|\s+(?!\S)|\s+"
    return re.findall(pattern, text)


def pre_tokenize_marks(text: str) -> list[str]:
    pattern = (
        r"'s|'t|'re|'ve|'m|'ll|'d| ?[\p{L}\p{M}]+| ?\p{N}+"
        r"| ?[^\s\p{L}\p{M}\p{N}]+|\s+(?!\S)|\s+"
    )
    return regex.findall(pattern, text)


def pre_tokenize_word_class(text: str) -> list[str]:
    return re.findall(r"'s|'t|'re|'ve|'m|'ll|'d| ?\w+| ?[^\s\w]+|\s+(?!\S)|\s+", text)


def pre_tokenize_digits(text: str) -> list[str]:
    pattern = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    return regex.findall(pattern, text)


def pre_tokenize_no_contractions(text: str) -> list[str]:
    return regex.findall(r" ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", text)


def pre_tokenize_any_case(text: str) -> list[str]:
    pattern = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    return regex.findall(pattern, text)


def pre_tokenize_no_lookahead(text: str) -> list[str]:
    pattern = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+"
    return regex.findall(pattern, text)


def pre_tokenize_no_white(text: str) -> list[str]:
    return regex.findall(r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+", text)


PRE_TOKENIZE = Exercise(
    name="pre_tokenize",
    title="Words that no merge may cross",
    difficulty=3,
    minutes=15,
    forbids=(*oracle.LIBRARIES, "autograder.given.tokenization.pre_tokenize"),
    stages=(
        Stage("words", 1, "words of English letters, each with the space before it.", _words),
        Stage(
            "numbers and signs",
            1,
            "runs of digits and runs of signs are words of their own.",
            _numbers,
            needs=("words",),
        ),
        Stage(
            "contractions",
            1,
            "the endings 's 't 're 've 'm 'll 'd are words of their own, in small letters only.",
            _contractions,
            needs=("words",),
        ),
        Stage(
            "white space",
            1,
            "several spaces and line ends: the last space before a word belongs to that word.",
            _white_space,
            needs=("words",),
        ),
        Stage(
            "any script",
            1,
            "letters (\\p{L}) and numbers (\\p{N}) of every script; combining marks are neither.",
            _scripts,
            needs=("words",),
        ),
    ),
    mistakes=(
        Mistake(
            "split",
            pre_tokenize_split,
            "the spaces are lost, so the text cannot be put together again. Keep each space with "
            "the word that follows it.",
            ("words",),
        ),
        Mistake(
            "no leading space",
            pre_tokenize_no_space,
            "the space became a word of its own. An optional space before the letters, ` ?`, "
            "keeps it with the word that follows.",
            ("words",),
        ),
        Mistake(
            "space behind",
            pre_tokenize_space_behind,
            "the space stays with the word before it. It belongs to the word that follows.",
            ("words",),
        ),
        Mistake(
            "group",
            pre_tokenize_groups,
            "findall gives back only the inside of the round brackets when a pattern has a "
            "group. Write the endings without a group, or as (?:...).",
            ("words",),
        ),
        Mistake(
            "English letters only",
            pre_tokenize_latin,
            "letters outside a to z count as signs. \\p{L} is a letter and \\p{N} a number of any "
            "script; the module is `regex`.",
            ("any script",),
        ),
        Mistake(
            "marks as letters",
            pre_tokenize_marks,
            "combining marks (\\p{M}) are taken as letters. In this pattern they are signs: "
            "neither letter nor number.",
            ("any script",),
        ),
        Mistake(
            "word class",
            pre_tokenize_word_class,
            "\\w puts letters, digits and the underscore into one class. Take letters and numbers "
            "apart.",
            ("numbers and signs",),
        ),
        Mistake(
            "single digits",
            pre_tokenize_digits,
            "each digit is a word of its own. In this pattern a run of digits stays together.",
            ("numbers and signs",),
        ),
        Mistake(
            "no contractions",
            pre_tokenize_no_contractions,
            "the contractions are missing: `we'll` is cut into `we` and `'ll`. Their alternative "
            "must come first.",
            ("contractions",),
        ),
        Mistake(
            "any case",
            pre_tokenize_any_case,
            "capital endings such as 'T are cut off too. This pattern knows small letters only.",
            ("contractions",),
        ),
        Mistake(
            "no lookahead",
            pre_tokenize_no_lookahead,
            "a run of white space takes the last space too, which belongs to the next word. "
            "\\s+(?!\\S) stops one before it.",
            ("white space",),
        ),
        Mistake(
            "white space dropped",
            pre_tokenize_no_white,
            "white space that is not a single space before a word is lost. Every character of "
            "the text must be in some word.",
            ("white space",),
        ),
    ),
)
