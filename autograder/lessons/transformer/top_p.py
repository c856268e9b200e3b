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


NEVER = float("-inf")


def _one_row(draw: Draw) -> list[Case]:
    logits = choices.random_logits(draw, draw.size(6, 9))
    last = _case(logits, between(logits, draw.size(3, 4)))
    others = [_case(logits, between(logits, n)) for n in (2, len(logits) - 1, len(logits))]
    return [
        _case(SHARP, 0.4), _case(EXAMPLE, 0.75), last, *others, *_at_any_height(logits),
        *_wide(draw), *_all(draw),
    ]  # fmt: skip


def _at_any_height(logits: Tensor) -> list[Case]:
    """Where exp fails, and where -10000 is no way to say never."""
    moved = [logits + height for height in (900.0, -300.0, -20000.0)]
    return [_case(each, between(each, 3)) for each in moved]


def _wide(draw: Draw) -> list[Case]:
    """More tokens than top-k keeps by default; and few, with a small p."""
    logits = choices.random_logits(draw, draw.size(120, 300)) / 25
    return [_case(logits, between(logits, 90)), _case(logits, between(logits, 2))]


def _all(draw: Draw) -> list[Case]:
    """With p = 1 all stay, also where rounded sums end just below 1, or just above."""
    rows = torch.randn(200, 40, generator=draw.torch())
    ends = rows.sort(descending=True).values.softmax(-1).cumsum(-1)[:, -1]
    below, above = rows[ends.argmin()], rows[ends.argmax()]
    return [_case(EXAMPLE, 1.0), _case(below, 1.0), _case(above, 1.0)]


def _at_least_one(draw: Draw) -> list[Case]:
    logits = choices.random_logits(draw, draw.size(5, 7)) * 3
    alone = torch.tensor([NEVER, NEVER, draw.size(2.0, -3.0), NEVER])
    sure = torch.tensor([0.0, 300.0 + draw.size(0, 50), -5.0])
    return [
        _case(logits, between(logits, 1)), _case(logits, 1e-6), _case(logits - 20000, 1e-6),
        _case(alone, 0.5), _case(alone, 1.0), _case(sure, 0.9), _case(sure[None], 0.1),
        _case(logits[:1], 1.0), _case(logits[:1, None], 0.3),
    ]  # fmt: skip


def _every_row(draw: Draw) -> list[Case]:
    """Sharp rows and flat ones in two to four dimensions; some hold -inf already."""
    flat = choices.random_logits(draw, draw.size(6, 8))
    sharp, p = flat.roll(1) * 8, between(flat, draw.size(4, 5))
    cut = choices.by_processor(TopPLogitsWarper(0.5), flat[None])[0]
    rows = [torch.stack([sharp, flat]), flat[None], torch.stack([flat, cut, sharp])]
    shaped = torch.stack([sharp, flat, flat.flip(0), sharp.flip(0)])
    shapes = ((2, 2, -1), (4, 1, -1), (2, 1, 2, -1))
    square = torch.stack([(flat / (i + 1)).roll(i) for i in range(len(flat))])
    kept = _case_of_rows(square, (0.55, 0.65, 0.6, 0.7, 0.5))
    double = _case(torch.stack([sharp, flat]).double(), p)
    cases = [_case(each, p) for each in (*rows, *(shaped.reshape(shape) for shape in shapes))]
    return [*cases, kept, double]


def _case_of_rows(logits: Tensor, ps: tuple[float, ...]) -> Case:
    """With the one of `ps` that is farthest from where rounding decides, in all of the rows."""
    reached = logits.softmax(-1).sort(descending=True).values.cumsum(-1)
    return _case(logits, max(ps, key=lambda p: float((reached - p).abs().min())))


def _threshold(draw: Draw) -> list[Case]:
    sizes = draw.size(((4, 0.5), (8, 0.375), (2, 1.0)), ((8, 0.75), (16, 0.3125), (4, 1.0)))
    return [
        _equal(torch.full((*rows, size), height), p)
        for rows, height in (((1,), draw.size(0.0, 1.5)), ((), -2.0), ((2, 3), 700.0))
        for size, p in (*sizes, (64, 0.5))
    ]


def _equal(logits: Tensor, p: float) -> Case:
    counts = (choices.by_processor(TopPLogitsWarper(p), logits) > choices.LOW).sum(-1)
    kept = counts.flatten().tolist()
    size, rows = logits.shape[-1], len(kept)
    expected, shown = (logits, kept[0], kept), f"{NAME}({rows} rows of {size} equal logits, {p})"
    return Case((logits, p), expected, shown=shown, accepts=choices.same_count)


TOP_P = exercise(__file__, NAME, _one_row, _at_least_one, _every_row, _threshold)
