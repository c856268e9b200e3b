"""What each way of adapting an encoder reaches and costs, as a table and as points of a plot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import torch
from torch import Tensor

from autograder.given import messages
from autograder.given.features import interval
from autograder.given.figures.curve import Score
from autograder.given.figures.picture import Picture
from autograder.given.figures.svg import FAINT, INK

HEADS = ("way", "macro-F1", "95 % interval", "paraphrases", "trained numbers", "seconds", "MB")
CELL = f"border:1px solid {FAINT};padding:.25em .6em"

MacroF1 = Callable[[Tensor, Tensor, int], float]


@dataclass(frozen=True)
class Outcome:
    """One way of adapting, and what came of it.

    `predicted` and `hard` are the classes given to the test messages and to the paraphrases,
    `trained` how many numbers were trained, `bytes` the memory for them and all weights.
    """

    name: str
    predicted: Tensor
    hard: Tensor
    trained: int
    seconds: float
    bytes: int


def score(outcome: Outcome, macro_f1: MacroF1, x: float = 0.0) -> Score:
    """Macro-F1 on the test messages with its interval."""
    labels, classes = torch.tensor(messages.labels("test")), len(messages.INTENTS)
    value = float(macro_f1(outcome.predicted, labels, classes))
    return Score(x, value, *interval(outcome.predicted, labels, classes), outcome.name)


def table(outcomes: Sequence[Outcome | None], macro_f1: MacroF1) -> Picture:
    """One row for each outcome that is there."""
    rows = [_row(outcome, macro_f1) for outcome in outcomes if outcome is not None]
    if not rows:
        raise ValueError("there is no result yet")
    head = "".join(f'<th scope="col" style="{CELL}">{escape(name)}</th>' for name in HEADS)
    body = "".join(
        "<tr>" + "".join(f'<td style="{CELL}">{escape(cell)}</td>' for cell in row) + "</tr>"
        for row in rows
    )
    html = (
        f'<table style="border-collapse:collapse;color:{INK}"><caption>What each way reaches and '
        f"costs</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
    said = [", ".join(f"{h} {c}" for h, c in zip(HEADS, row, strict=True)) for row in rows]
    return Picture(html, "\n".join(said))


def _row(outcome: Outcome, macro_f1: MacroF1) -> tuple[str, ...]:
    found, again = score(outcome, macro_f1), torch.tensor(messages.labels("paraphrases"))
    hard = macro_f1(outcome.hard, again, len(messages.INTENTS))
    return (
        outcome.name, f"{found.value:.3f}", f"{found.low:.3f} to {found.high:.3f}",
        f"{float(hard):.3f}", f"{outcome.trained:,}", f"{outcome.seconds:.1f}",
        f"{outcome.bytes / 1e6:.0f}",
    )  # fmt: skip
