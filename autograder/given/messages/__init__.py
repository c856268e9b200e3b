"""Short customer messages in English with their intent, written for this course.

Four parts: `train`, `dev`, `test`, and `paraphrases` of test messages in other words; besides,
pairs of `everyday` sentences, to see what a tuned encoder has forgotten. What they
are, how they were made and what they must not be used for stands in DATASHEET.md beside them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SPLITS = ("train", "dev", "test", "paraphrases")
FIELDS = {
    "retail": ("refund_status", "return_item", "track_order", "wrong_item"),
    "finance": ("fee_question", "lost_card", "transfer_problem", "unknown_charge"),
    "entertainment": ("cancel_plan", "find_title", "playback_problem", "sign_in_problem"),
}
"""The intents of each field of business."""
INTENTS = tuple(sorted(intent for intents in FIELDS.values() for intent in intents))
"""All intents; a label is an index into them."""
GRAM = 4
"""Characters of one piece of text when two messages are compared."""
NEAR_DUPLICATE = 0.4
"""Overlap from which two messages count as near-duplicates."""


@dataclass(frozen=True)
class Message:
    """One message: its intent, and for a paraphrase the id of the test message it says again."""

    id: str
    field: str
    intent: str
    text: str
    of: str = ""

    @property
    def label(self) -> int:
        """The intent as an index into INTENTS."""
        return INTENTS.index(self.intent)


@cache
def load(split: str) -> tuple[Message, ...]:
    """The messages of one of SPLITS, in a fixed order."""
    if split not in SPLITS:
        raise ValueError(f'There is no part "{split}" of the messages, only {", ".join(SPLITS)}.')
    lines = (Path(__file__).parent / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(Message(**json.loads(line)) for line in lines)


def texts(split: str) -> list[str]:
    """The texts of a split."""
    return [message.text for message in load(split)]


def labels(split: str) -> list[int]:
    """The labels of a split, indices into INTENTS, in the order of `texts`."""
    return [message.label for message in load(split)]


@cache
def everyday() -> tuple[tuple[str, str], ...]:
    """Pairs of everyday sentences that say the same in other words; nothing about customers."""
    lines = (Path(__file__).parent / "everyday.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple((row["text"], row["again"]) for row in map(json.loads, lines))


def overlap(one: str, other: str) -> float:
    """How much of their pieces two texts share, from 0 to 1: Jaccard over 4-character pieces.

    Case, punctuation and runs of spaces do not count.

    >>> overlap("Where is my order?", "where is my ORDER")
    1.0
    """
    a, b = pieces(one), pieces(other)
    return len(a & b) / len(a | b)


@cache
def pieces(text: str) -> frozenset[str]:
    """All stretches of GRAM characters of a text's words."""
    padded = f" {' '.join(re.findall(r'[a-z0-9]+', text.lower()))} "
    return frozenset(padded[i : i + GRAM] for i in range(max(1, len(padded) - GRAM + 1)))
