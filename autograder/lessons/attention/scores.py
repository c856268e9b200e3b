"""`attention_scores(q, k)`: how well each query matches each key.

Oracle: `F.scaled_dot_product_attention`. With the identity as values it returns the weights; one
more key of zeros scores 0, so the logarithm of a weight over that key's weight is the score.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise


def scores_by_torch(q: Tensor, k: Tensor) -> Tensor:
    """The scores (..., T, S) that `F.scaled_dot_product_attention` works with."""
    q, k = q.double(), F.pad(k.double(), (0, 0, 0, 1))  # a last key of zeros
    values = torch.eye(k.shape[-2], dtype=torch.float64).expand(*k.shape[:-1], -1)
    weights = F.scaled_dot_product_attention(q, k, values)
    return (weights[..., :-1] / weights[..., -1:]).log().float()


def _case(draw: Draw, leading: tuple[int, ...], t: int, s: int, d: int) -> Case:
    q, k = _drawn(draw, leading, t, s, d)
    return Case((q, k), scores_by_torch(q, k))


def _drawn(draw: Draw, leading: tuple[int, ...], t: int, s: int, d: int) -> tuple[Tensor, Tensor]:
    generator = draw.torch()
    q = torch.randn(*leading, t, d, generator=generator)
    return q, torch.randn(*leading, s, d, generator=generator)


def _one_query(draw: Draw) -> list[Case]:
    q = torch.tensor([[2.0, 0.0, 1.0, 3.0]])
    k = torch.tensor([[1.0, 5.0, 0.0, 2.0], [0.0, 1.0, 4.0, 0.0]])
    return [
        Case((q, k), scores_by_torch(q, k)),
        _case(draw, (), 1, 3, draw.size(9, 5)),
        _case(draw, (), 1, 1, draw.size(5, 3)),  # one key
        _case(draw, (), 1, *draw.size((3, 3), (5, 5))),  # as many keys as numbers
        _case(draw, (), 1, 4, 1),
        _case(draw, (), 1, 2, draw.size(70, 130)),
    ]


def _all_pairs(draw: Draw) -> list[Case]:
    return [
        _case(draw, (), *draw.size((2, 3, 4), (5, 2, 3))),
        _case(draw, (), *draw.size((3, 3, 5), (4, 4, 2))),  # as many queries as keys
        _case(draw, (), *draw.size((2, 4, 4), (3, 5, 5))),  # as many keys as numbers
        _case(draw, (), *draw.size((4, 3, 4), (2, 5, 2))),  # as many queries as numbers
        _case(draw, (), 3, 3, 3),
        _case(draw, (), draw.size(3, 5), 1, 4),
    ]


def _batches(draw: Draw) -> list[Case]:
    return [
        _case(draw, draw.size((2,), (3,)), *draw.size((3, 4, 5), (2, 5, 6))),
        _case(draw, draw.size((2, 3), (3, 2)), *draw.size((4, 5, 6), (5, 3, 4))),
        _case(draw, draw.size((2, 1, 3), (3, 2, 1)), *draw.size((4, 2, 5), (2, 3, 4))),
        _case(draw, (1,), *draw.size((3, 2, 4), (2, 4, 3))),
        _case(draw, (2, 2), 1, *draw.size((3, 5), (4, 3))),
        _case(draw, (3, 3), 3, 3, 3),
    ]


ATTENTION_SCORES = exercise(__file__, "attention_scores", _one_query, _all_pairs, _batches)
