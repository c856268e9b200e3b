"""Texts that stages draw from: many scripts, and what usually goes wrong."""

from __future__ import annotations

import random

from autograder.exercise import Draw
from autograder.given.tokenization import PARALLEL

SCRIPTS = (
    "Ein schöner Tag",
    "Добрый день",
    "Καλημέρα σας",
    "صباح الخير",
    "בוקר טוב",
    "नमस्ते दुनिया",
    "สวัสดีครับ",
    "你好，世界",
    "おはようございます",
    "안녕하세요",
)
"""A greeting in ten scripts, two of them from right to left."""
COMBINING = "cafe\u0301 — n\u0303o"
"""Letters followed by combining accents."""
EMOJI = "👩‍🚀 on 🚲, 🇯🇵!"
"""Emoji of one and of several code points, a joiner and a flag among them."""
PLAIN = (
    "W\r\nW\rx\n\n\nW\n",
    "\t W  x  ",
    "{0} {{W}} %s \\n \\\\ <W> &amp;",
    "W W  W\nW W",
)
"""Awkward English: line ends of three kinds, tab, blanks outside, brackets, W again. W: a word."""
AWKWARD = (
    "\ufeffW \ufeffx",
    "W\u00a0x\u2003y\u3000z\u2028W",
    "\u00bd! \u00b2? \ufb01 \u2075 W",
    "it\u2019s \u201cW\u201d\u2026",
    "e\u0301W \u00e9 n\u0303 \u1e9e",
    "\U0001f469\u200d\U0001f680\U0001f468\u200d\U0001f469\u200d\U0001f467 W \U0001f1ef\U0001f1f5",
    "你好世界，\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\u0e04\u0e23\u0e31\u0e1aW",
)
"""What is easily tidied up: byte-order marks, rare blanks, signs that look like others, curly
apostrophes, accents apart, joined emoji, scripts without blanks. W stands for a word."""
SYLLABLES = ("ba", "de", "ki", "lo", "mu", "ra", "se", "ti", "no", "gan", "ther", "in")


def sentences(rng: random.Random, count: int) -> list[str]:
    """Sentences in `count` different languages of the lesson."""
    return [rng.choice(PARALLEL[language]) for language in rng.sample(sorted(PARALLEL), count)]


def invented_words(rng: random.Random, count: int) -> list[str]:
    """`count` different words of two to four syllables."""
    words: dict[str, None] = {}
    while len(words) < count:
        words["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4)))] = None
    return list(words)


def word(draw: Draw) -> str:
    """One invented word."""
    return invented_words(draw.random(), 1)[0]


def plain(draw: Draw) -> list[str]:
    """Awkward texts of ASCII characters."""
    return [text.replace("W", draw.size("so", word(draw))) for text in PLAIN]


def awkward(draw: Draw) -> list[str]:
    """Awkward texts of characters outside ASCII."""
    return [text.replace("W", draw.size("so", word(draw))) for text in AWKWARD]


def invented_text(rng: random.Random, words: int, length: int) -> str:
    """`length` words drawn from `words` different ones, frequent ones more often."""
    known = invented_words(rng, words)
    weights = [1 / (rank + 1) for rank in range(words)]
    return " ".join(rng.choices(known, weights, k=length))
