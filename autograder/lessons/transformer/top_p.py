"""`top_p(logits, p)`: the fewest likeliest tokens that together reach the probability p.

Oracle: transformers' `TopPLogitsWarper`. Random cases keep away from the threshold, where rounding
decides. At the threshold itself probabilities are sums of powers of two, which are exact; there all
tokens tie, and the judge counts how many stay.
"""

from __future__ import annotations

import torch
from torch import Tensor
from transformers import TopPLogitsWarper

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.transformer import choices

NAME = "top_p"


def between(logits: Tensor, kept: int) -> float:
    """A p for which just `kept` tokens of the one row stay, as far from both neighbours as can be.

    >>> round(between(torch.tensor([0.5, 0.25, 0.125, 0.125]).log(), 2), 4)
    0.625
    """
    reached = logits.softmax(-1).sort(descending=True).values.cumsum(-1)
    before = float(reached[kept - 2]) if kept > 1 else 0.0
    return (before + float(reached[kept - 1])) / 2


def _case(logits: Tensor, p: float) -> Case:
    expected = choices.by_processor(TopPLogitsWarper(p), logits)
    brief = f"logits of shape {tuple(logits.shape)}"
    if logits.dim() == 1 and len(logits) <= 6:
        brief = f"torch.tensor({[round(each, 4) for each in logits.tolist()]})"
    shown = f"{NAME}({brief}, {p:.4g})"
    return Case((logits, p), expected, shown=shown, accepts=choices.same_kept)


EXAMPLE = torch.tensor([0.15, 0.5, 0.05, 0.3]).log()
"""Probabilities 15, 50, 5 and 30 %, as in the lesson's text."""
SHARP = torch.tensor([0.03, 0.9, 0.02, 0.05]).log() + 3


def _one_row(draw: Draw) -> list[Case]:
    logits = choices.random_logits(draw, draw.size(6, 9))
    last = _case(logits, between(logits, draw.size(3, 4)))
    return [_case(SHARP, 0.4), _case(EXAMPLE, 0.75), last]


def _at_least_one(draw: Draw) -> list[Case]:
    logits = choices.random_logits(draw, draw.size(5, 7)) * 3
    return [_case(logits, between(logits, 1)), _case(logits, 1e-6)]


def _every_row(draw: Draw) -> list[Case]:
    flat = choices.random_logits(draw, draw.size(6, 8))
    return [_case(torch.stack([flat.roll(1) * 8, flat]), between(flat, draw.size(4, 5)))]


def _threshold(draw: Draw) -> list[Case]:
    cases = []
    for size, p in draw.size(((4, 0.5), (8, 0.375)), ((8, 0.75), (16, 0.3125), (4, 1.0))):
        logits = torch.full((1, size), draw.size(0.0, 1.5))
        kept = int((choices.by_processor(TopPLogitsWarper(p), logits) > choices.LOW).sum())
        expected, shown = (logits, kept, kept), f"{NAME}({size} equal logits, {p})"
        cases.append(Case((logits, p), expected, shown=shown, accepts=choices.same_count))
    return cases


TOP_P = exercise(__file__, NAME, _one_row, _at_least_one, _every_row, _threshold)
