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
    found = ("the cat sat", " The Cat", "x", "an iPhone X", " ".join(words), "")
    return [_case(text) for text in found]


def _numbers(draw: Draw) -> list[Case]:
    rng = draw.random()
    one, two = (f"{rng.choice('abc')}{rng.randrange(10, 9999)}{rng.choice('.,:;!?')}" for _ in "12")
    known = ("room 101, row 7b!", "a_b = 3.50 ...", "1234567 $9 100% ((x))", "{0} {{k}} <|end|>")
    found = (*known, f"{one} -- {two} --")
    return [_case(text) for text in found]


def _contractions(draw: Draw) -> list[Case]:
    word = texts.word(draw)
    known = (
        "we'll see what they've got, it's late",
        "DON'T don't 'tis",
        "'til 'sofa' 'llama 'red 'dot",
        "WE'RE I'M they'Ve WE'LL HE'D IT'S",
        "'s the cats 's !'s 9's she'd've'",
        "it\u2019s we\u2019ll they\u2019ve",
    )
    edges = f"'t{word} '{word} {word}\u2019s {word}'S {word}'s{word}"
    drawn = (f"{word}'re I'm {word}'s he'd", edges)
    return [_case(text) for text in (*known, *drawn)]


def _white_space(draw: Draw) -> list[Case]:
    rng = draw.random()
    gaps = [" " * rng.randint(2, 5) + rng.choice(["", "\n", "\t "]) for _ in range(draw.size(2, 5))]
    known = (
        "a  b",
        "a\n\n  b\tc ",
        "red  ",
        "x  !",
        "x!\n\ny \n?",
        "a  1",
        "a  's",
        "\n\n\nb",
        "  a",
        "   ",
        "\n",
    )
    rare = ("a\u00a0b", "a\u00a0 b", "\ufeff \u2003c", "a \u00a0\u3000 b\u2028c\x0bd\u2003")
    drawn = ["".join(f"x{gap}" for gap in gaps) + end for end in ("y", "?", "7", "")]
    return [_case(text) for text in (*known, *rare, *drawn, *texts.plain(draw))]


def _scripts(draw: Draw) -> list[Case]:
    found = texts.sentences(draw.random(), draw.size(2, 5))
    known = (
        "für 3 Äpfel",
        texts.COMBINING,
        "नमस्ते ½",
        texts.EMOJI,
        "½! ⅔? ٣٤½ xⅣ H₂O 5²",
        "ǅ ʰ 𝔘𝔫 ªº Ⓐ x",
    )
    awkward = [text for text in texts.awkward(draw) if "\u00a0" not in text]
    return [_case(text) for text in (*known, *texts.SCRIPTS, *awkward, *found)]


PRE_TOKENIZE = exercise(
    __file__, "pre_tokenize", _words, _numbers, _contractions, _white_space, _scripts
)
