"""`pre_tokenize(text)`: cut a text into words that no merge may cross.

Oracle: `tokenizers.pre_tokenizers.ByteLevel`, which uses the pattern published with GPT-2.
"""

from __future__ import annotations

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.tokenization import oracle, texts


def _case(text: str) -> Case:
    return Case((text,), oracle.chunks(text))


def _words(draw: Draw) -> list[Case]:
    words = texts.invented_words(draw.random(), draw.size(3, 8))
    return [_case("the cat sat"), _case(" The Cat"), _case(" ".join(words)), _case("")]


def _numbers(draw: Draw) -> list[Case]:
    rng = draw.random()
    one, two = (f"{rng.choice('abc')}{rng.randrange(10, 9999)}{rng.choice('.,:;!?')}" for _ in "12")
    found = ("room 101, row 7b!", "a_b = 3.50 ...", f"{one} -- {two} --")
    return [_case(text) for text in found]


def _contractions(draw: Draw) -> list[Case]:
    word = texts.word(draw)
    known = ("we'll see what they've got, it's late", "DON'T don't 'tis")
    return [_case(text) for text in (*known, f"{word}'re I'm {word}'s he'd")]


def _white_space(draw: Draw) -> list[Case]:
    rng = draw.random()
    gaps = [" " * rng.randint(2, 5) + rng.choice(["", "\n", "\t "]) for _ in range(draw.size(2, 5))]
    return [_case("a  b"), _case("a\n\n  b\tc "), _case("".join(f"x{gap}" for gap in gaps) + "y")]


def _scripts(draw: Draw) -> list[Case]:
    found = texts.sentences(draw.random(), draw.size(2, 5))
    return [_case(text) for text in ("für 3 Äpfel", texts.COMBINING, "नमस्ते ½", *found)]


PRE_TOKENIZE = exercise(
    __file__, "pre_tokenize", _words, _numbers, _contractions, _white_space, _scripts
)
