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
    return [_case(found, 1) for found in ("an on in ten man", text, "hm! hm! um? am. {hm}")]


def _ties(draw: Draw) -> list[Case]:
    letters = "".join(draw.random().sample("abcdefghijklmnop", draw.size(6, 12)))
    found = ("bax ady cap rba sad ica", "éx aby éz dab", f"{letters} {letters}")
    return [_case(text, 1) for text in found]


def _several(draw: Draw) -> list[Case]:
    text = texts.invented_text(draw.random(), draw.size(12, 30), draw.size(60, 200))
    signs = draw.size("so! so! so? 11! a1 a1 {11} so's", "no? no? no. 22? b2 b2 <22> no's")
    return [
        _case("low low low low low lower lower newest newest newest", 6),
        _case(text, 20),
        _case(signs, 4),
    ]


def _repeats(draw: Draw) -> list[Case]:
    drawn = " ".join("no" * n for n in range(1, draw.size(5, 9)))
    found = ("aaaa aaaaaaa aa aaaaa aaaa", drawn, "!!!!! !!! 7777777 77 7777")
    alone = (("     ", 1), ("nanananana", 2), ("\r\r\r\n\n\n\n", 1))
    return [*(_case(text, 3) for text in found), *(_case(text, n) for text, n in alone)]


def _nothing(draw: Draw) -> list[Case]:
    rows = (("", 3), ("ab ab", 0), (draw.size("ab", "qr"), 10), ("a", 2), ("\n", 1), (" ", 9))
    return [_case(text, count) for text, count in rows]


def _scripts(draw: Draw) -> list[Case]:
    text = " ".join(texts.sentences(draw.random(), draw.size(3, 6)))
    found = (text, "".join(texts.awkward(draw)) * 2)
    return [
        *(_case(text, draw.size(8, 20)) for text in found),
        _case("".join(texts.plain(draw)), 3),
        _case(
            draw.size(
                "XÉ Xe\u0301 xE\u0301 XÉx Xe\u0301 xe\u0301", "É éE e\u0301 Éx ée\u0301E " * 2
            ),
            4,
        ),
    ]


TRAIN_BPE = exercise(__file__, "train_bpe", _first, _ties, _several, _repeats, _nothing, _scripts)
