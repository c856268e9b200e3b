"""`top_k(logits, k)`: only the k largest stay.

Oracle: transformers' `TopKLogitsWarper`. Where several logits tie for the last place, it is free
how many of them stay: the judge counts.
"""

from __future__ import annotations

import torch
from torch import Tensor
from transformers import TopKLogitsWarper

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.transformer import choices

NAME = "top_k"


def _case(logits: Tensor, k: int) -> Case:
    expected = choices.by_processor(TopKLogitsWarper(k), logits)
    return Case((logits, k), expected, accepts=choices.same_kept)


def _one_row(draw: Draw) -> list[Case]:
    """Also: one and all but one, a logit of 0 that stays, and logits near a limit in the code."""
    size = draw.size(7, 9)
    row, wide = choices.random_logits(draw, size), choices.random_logits(draw, draw.size(70, 300))
    first = [_case(torch.tensor([1.0, 4.0, 3.0, -2.0]), 2), _case(row, draw.size(3, 4))]
    zeros = ([0.0, -1.0, -2.0], [-1.0, 5.0, 0.0, -3.0], [-4.0, 0.0])
    first += [_case(torch.tensor(zero), min(2, len(zero) - 1)) for zero in zeros]
    heights = draw.size((-20.0, 900.0, -20000.0), (-30.0, 2000.0, -15000.0))
    moved = [_case(row + height, 2) for height in heights]
    many = [_case(wide, k) for k in (len(wide) - 1, len(wide) // 2, 60)]
    return [*first, _case(row, 1), _case(row, size - 1), *moved, *many]


def _every_row(draw: Draw) -> list[Case]:
    """Rows at different heights, in two to four dimensions; some hold -inf already."""
    cases = []
    sizes = draw.size(((2, 6), (1, 5), (2, 3, 4), (2, 1, 3, 5)), ((3, 8), (1, 7), (3, 2, 5)))
    for shape in (*sizes, (5, 5), (1, 1, 6)):
        logits = choices.random_logits(draw, *shape)
        apart = torch.arange(float(logits[..., 0].numel())).reshape(*shape[:-1], 1) * 10
        cases.append(_case(logits + apart, draw.size(2, 3)))
    logits = choices.random_logits(draw, *draw.size((2, 6), (3, 8)))
    never = logits.masked_fill(logits < logits.median(), float("-inf"))
    never[0, 1:] = float("-inf")  # one token is left, fewer than k
    return [*cases, _case(never, 2), _case(never, 3), _case(logits.double(), 2)]


def _more_than_all(draw: Draw) -> list[Case]:
    size = draw.size(4, 5)
    logits, wide = choices.random_logits(draw, size), choices.random_logits(draw, 256 + size)
    cases = [_case(logits, len(logits) + more) for more in (0, draw.size(1, 3), 50)]
    more = [_case(wide, len(wide) + more) for more in (0, 1, 1000)]
    shaped = [_case(logits[None], size), _case(logits[None, None], 50), _case(logits[:1], 1)]
    return [*cases, *more, *shaped]


def _ties(draw: Draw) -> list[Case]:
    """At the last place, among the first, everywhere, and where most logits are -inf."""
    k, tied = draw.size((2, 3), (3, 4))
    never = float("-inf")
    return [
        _tied([[5.0] + [2.0] * tied + [-1.0] * 3], k),
        _tied([[-1.0, 2.0, 2.0, 5.0, 2.0]], 2),
        _tied([[3.0, 0.0, 3.0, 1.0, 0.5]], 2),
        _tied([[0.5] * 6], k),
        _tied([[-1.5] * 5], 1),
        _tied([[2.0, 2.0, 1.0, 1.0, 1.0]], 2),
        _tied([[never, 4.0, never, 4.0, 4.0]], 2),
    ]


def _tied(rows: list[list[float]], k: int) -> Case:
    logits = torch.tensor(rows)
    counts = (choices.by_processor(TopKLogitsWarper(k), logits) > choices.LOW).sum(-1)
    most = counts.tolist()
    return Case((logits, k), (logits, k, most), accepts=choices.same_count)


TOP_K = exercise(__file__, NAME, _one_row, _every_row, _more_than_all, _ties)
