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


def invented_text(rng: random.Random, words: int, length: int) -> str:
    """`length` words drawn from `words` different ones, frequent ones more often."""
    known = invented_words(rng, words)
    weights = [1 / (rank + 1) for rank in range(words)]
    return " ".join(rng.choices(known, weights, k=length))
