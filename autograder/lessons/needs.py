"""What the graded run of a lesson's whole notebook needs beyond the usual.

Kept apart from the lessons, whose files import the libraries that they compare with: the driver of
a class and `autograder doctor` read this without waiting for torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Needs:
    """What one lesson needs; nothing, unless it says so."""

    encoder: bool = False
    """Whether it reads the encoder that `autograder doctor --fetch` gets."""
    limits: Mapping[str, float] = field(default_factory=dict)
    """Limits other than the usual ones: see `worker.limits`."""


NEEDS = {
    "09-fine-tuning": Needs(
        encoder=True,
        limits={
            "cell_s": 180.0,
            "submission_s": 900.0,
            "cpu_s": 900,
            "memory_bytes": 3 * 1024**3,
        },
    ),
}
"""Lesson → its needs; a lesson that is not here has none of its own."""


def needs(lesson: str) -> Needs:
    """What a lesson needs."""
    return NEEDS.get(lesson, Needs())
