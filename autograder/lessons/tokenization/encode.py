"""`encode(text, merges)`: a text as ids.

Oracle: a `tokenizers` tokenizer with the same merges.
"""

from __future__ import annotations

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.tokenization import oracle, texts


def _case(text: str, merges: list[oracle.Pair], shown: str = "") -> Case:
    return Case((text, merges), oracle.ids(text, merges), shown=shown)


def _no_merges(draw: Draw) -> list[Case]:
    found = ("Hi!", f"{texts.word(draw)} é", *texts.plain(draw), *texts.awkward(draw), "")
    return [_case(text, []) for text in found]


def _one_merge(draw: Draw) -> list[Case]:
    """a = 64, b = 65, n = 77 in the byte table, ! = 0 and " = 1.

    left * 256 + right is the same for the pairs (1, 0) and (0, 256).
    """
    text = draw.size("nanana banana", "banananab nab an")
    return [
        _case("banana", [(64, 77)]),
        _case(text, [(77, 64)]),
        _case("aaa aaaa", [(64, 64)]),
        _case("!! !a!", [(0, 0)]),
        _case("a11 111 b1111", [(16, 16)]),
        _case(draw.size('!"!', 'a "!!"! !"!"'), [(1, 0)]),
        _case(f"{text} {text} x {text}", [(64, 77)]),
    ]


def _ranks(draw: Draw) -> list[Case]:
    """a b c are the ids 64 65 66; each case is right by rank and wrong by another rule.

    The last ones hold pairs of which left * 256 + right is the same.
    """
    ab, bc = (64, 65), (65, 66)
    text = draw.size("abab abc ab", "ab ababab abc abcab")
    return [
        _case("abc", [ab, bc]),
        _case("abc bc bc", [ab, bc]),
        _case("abc", [bc, (64, 256), ab]),
        _case("abc", [bc, ab]),
        _case(text, [ab, (256, 66), bc, (256, 256)]),
        _case(draw.size("aan", "aan ban aaan"), [(64, 77), (65, 0)]),
        _case(draw.size('!"" "!', '"! !"" x!""'), [(1, 1), (1, 0), (0, 256)]),
    ]


def _words(draw: Draw) -> list[Case]:
    around = [(64, 220), (220, 64)]  # a before a space, and a space before a
    signs = [(64, 0), (0, 64), (64, 16), (16, 64), (77, 6), (6, 83)]  # a with ! and 1; n' and 't
    text = draw.size("a aa a", "aa  a aaa a  a")
    lines = [(198, 198), (198, 64), (220, 220)]  # line ends and spaces
    mixed = draw.size("a!a !a a1a don't", "1a! a!!a 1a1 isn't 't")
    found = (("a a", around), (text, around), ("a!", signs), ("don't", signs), (mixed, signs))
    return [_case(text, merges) for text, merges in (*found, ("a\n\na   a\n\n", lines))]


def _sentences(draw: Draw) -> list[Case]:
    english = "The seventh boat wouldn't wait for the bread."
    found = (english, *texts.sentences(draw.random(), draw.size(2, 4)))
    count = draw.size(80, 200)
    shown = f"encode({{!r}}, merges) with {count} merges of the story"
    awkward = (*texts.plain(draw), *texts.awkward(draw), f"{english} {english}")
    every = (*found, *awkward)
    return [_case(text, list(oracle.story_merges(count)), shown.format(text)) for text in every]


ENCODE = exercise(__file__, "encode", _no_merges, _one_merge, _ranks, _words, _sentences)
