"""What is held out: a stable hash of the content decides, never chance.

A text kind asks `held_out(group, key)`; training draws again while it is true, evaluation draws
again while it is false. The same content is therefore on the same side in every run.
"""

import zlib

from tinyworld.nouns import KINDS

SHARE = {"sentence": 10, "sum": 8, "problem": 8, "label": 5, "pair": 10, "story": 10, "word": 10}
"""Group → n: one content in n is held out."""

NEVER_TRAINED = "Optimus Prime is a cool robot."


def held_out(group: str, key: str) -> bool:
    """True when the content belongs to evaluation only."""
    return zlib.crc32(f"{group}:{key}".encode()) % SHARE[group] == 0


def mapping_words(kind: str, held: bool = False) -> list[str]:
    """The words of a kind that may (or never) occur in a mapping document."""
    return [word for word in KINDS[kind] if held_out("word", word) == held]
