"""The words that the tokenizer knows whole: everything the world's texts are written in."""

import re
from collections import Counter

from tinyworld import corpus, dialogs, instructions
from tinyworld.draw import Draw
from tinyworld.facts import TASKS
from tinyworld.nouns import KIND_OF, KINDS, plural
from tinyworld.words import I_ADJECTIVES, NA_ADJECTIVES, NOUN_JA, PEOPLE, PET_NAMES, PLACES, TOYS

SAMPLE_DOCUMENTS = 10_000
MIN_COUNT = 40
"""A word of running text needs this many occurrences in the sample to be known whole."""
_WORD = re.compile(r"[A-Za-z]+|[ァ-ヺー]+|[一-龯々]+")
_LATIN = re.compile(r"[A-Za-z]+")


def _listed() -> list[str]:
    """Words of the lists, which must be whole whatever the sample holds."""
    english = [*KIND_OF, *PEOPLE, *PET_NAMES, *PLACES, *TOYS, *I_ADJECTIVES, *NA_ADJECTIVES, *KINDS]
    for task in ("opposite", "past"):
        english += [word for pair in TASKS[task].items() for word in pair]
    english += [plural(word) for word in TASKS["plural"]]
    return english + [w for word in NOUN_JA.values() for w in _WORD.findall(word)]


def _running() -> list[str]:
    """Words that the world's texts use again and again; nonsense labels do not."""
    d = Draw("vocabulary")
    counts: Counter[str] = Counter()
    for _ in range(SAMPLE_DOCUMENTS):
        counts.update(_WORD.findall(corpus.prose(d)))
        made = instructions.draw(d)
        counts.update(_WORD.findall(f"{made.request} {made.answer}"))
        counts.update(w for turn in dialogs.memory_dialog(d) for w in _WORD.findall(turn.user))
    return [word for word, count in sorted(counts.items()) if count >= MIN_COUNT]


def words() -> list[str]:
    """All known words, Latin ones with the space that stands before them."""
    found = sorted({*_listed(), *_running()})
    return [f" {word}" if _LATIN.fullmatch(word) else word for word in found]
