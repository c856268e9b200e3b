"""`train_bpe(text, num_merges)`: learn merges from a text.

Oracle: the BpeTrainer of `tokenizers` on the same text.
"""

from __future__ import annotations

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.tokenization import oracle, texts


def _case(text: str, num_merges: int) -> Case:
    return Case((text, num_merges), oracle.trained(text, num_merges))


def _first(draw: Draw) -> list[Case]:
    """Texts with one most frequent pair; in the first, n and a space meet more often still."""
    syllable = draw.random().choice(texts.SYLLABLES[:9])
    text = f"{syllable} x{syllable} {syllable}y q{syllable}w"
    return [_case("an on in ten man", 1), _case(text, 1)]


def _ties(draw: Draw) -> list[Case]:
    letters = "".join(draw.random().sample("abcdefghijklmnop", draw.size(6, 12)))
    found = ("bax ady cap rba sad ica", "éx aby éz dab", f"{letters} {letters}")
    return [_case(text, 1) for text in found]


def _several(draw: Draw) -> list[Case]:
    text = texts.invented_text(draw.random(), draw.size(12, 30), draw.size(60, 200))
    return [_case("low low low low low lower lower newest newest newest", 6), _case(text, 20)]


def _repeats(draw: Draw) -> list[Case]:
    drawn = " ".join("no" * n for n in range(1, draw.size(5, 9)))
    return [_case("aaaa aaaaaaa aa aaaaa aaaa", 3), _case(drawn, 3)]


def _nothing(draw: Draw) -> list[Case]:
    return [_case("", 3), _case("ab ab", 0), _case(draw.size("ab", "qr"), 10)]


def _scripts(draw: Draw) -> list[Case]:
    text = " ".join(texts.sentences(draw.random(), draw.size(3, 6)))
    return [_case(text, draw.size(8, 20))]


TRAIN_BPE = exercise(__file__, "train_bpe", _first, _ties, _several, _repeats, _nothing, _scripts)
