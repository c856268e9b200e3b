"""What `check` returns: a number that nbgrader reads and a card that people read."""

from __future__ import annotations

from autograder.judge.card import card
from autograder.judge.sentences import text
from autograder.judge.verdict import Verdict


class Points(float):
    """The points of a verdict. Its repr is the bare number; its HTML is the card."""

    verdict: Verdict

    def __new__(cls, points: float, verdict: Verdict) -> Points:
        """Keep the verdict beside the number."""
        self = super().__new__(cls, points)
        self.verdict = verdict
        return self

    def __repr__(self) -> str:
        return float.__repr__(self).removesuffix(".0")

    __str__ = __repr__

    def _repr_html_(self) -> str:
        return card(self.verdict)

    @property
    def text(self) -> str:
        """The message as plain text."""
        return text(self.verdict)
