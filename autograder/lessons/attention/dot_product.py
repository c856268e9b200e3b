"""`scaled_dot_product_attention(q, k, v, mask)`: a weighted mean of the values.

Oracle: `F.scaled_dot_product_attention`.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise


def _case(
    draw: Draw, mask: Tensor | None, leading: tuple[int, ...], t: int, s: int, d: int, dv: int
) -> Case:
    generator = draw.torch()
    shapes = ((t, d), (s, d), (s, dv))
    q, k, v = (torch.randn(*leading, *shape, generator=generator) for shape in shapes)
    return Case((q, k, v, mask), F.scaled_dot_product_attention(q, k, v, attn_mask=mask))


def _one_token(draw: Draw) -> list[Case]:
    return [_case(draw, None, (), 1, 1, *draw.size((3, 4), (6, 5)))]


def _first_query(draw: Draw) -> list[Case]:
    keys = draw.size(4, 6)
    mask = torch.arange(keys)[None] == 0  # the first row of a causal mask
    return [_case(draw, mask, (), 1, keys, *draw.size((5, 2), (3, 4)))]


def _every_query(draw: Draw) -> list[Case]:
    return [
        _case(draw, None, (), *draw.size((2, 4, 3, 5), (5, 3, 6, 2))),
        _case(draw, None, draw.size((2, 3), (3, 2)), *draw.size((3, 5, 4, 2), (4, 2, 3, 6))),
    ]


def _masked(draw: Draw) -> list[Case]:
    t, s, d, dv = draw.size((3, 5, 4, 3), (4, 6, 3, 5))
    causal = torch.ones(t, s, dtype=torch.bool).tril(s - t)
    holes = torch.rand(t, s, generator=draw.torch()) < 0.5
    holes[:, 1] = True  # a row that sees nothing has no agreed answer
    return [_case(draw, mask, draw.size((2, 3), (3, 2)), t, s, d, dv) for mask in (causal, holes)]


SCALED_DOT_PRODUCT_ATTENTION = exercise(
    __file__, "scaled_dot_product_attention", _one_token, _first_query, _every_query, _masked
)
