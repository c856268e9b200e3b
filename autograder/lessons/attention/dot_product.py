"""`scaled_dot_product_attention(q, k, v, mask)`: a weighted mean of the values.

Oracle: `F.scaled_dot_product_attention`.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise


def _qkv(
    draw: Draw, leading: tuple[int, ...], t: int, s: int, d: int, v: int
) -> tuple[Tensor, Tensor, Tensor]:
    generator = draw.torch()
    q = torch.randn(*leading, t, d, generator=generator)
    k = torch.randn(*leading, s, d, generator=generator)
    return q, k, torch.randn(*leading, s, v, generator=generator)


def _case(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Case:
    return Case((q, k, v, mask), F.scaled_dot_product_attention(q, k, v, attn_mask=mask))


def _one_token(draw: Draw) -> list[Case]:
    return [_case(*_qkv(draw, (), 1, 1, *draw.size((3, 4), (6, 5))), None)]


def _first_query(draw: Draw) -> list[Case]:
    keys = draw.size(4, 6)
    mask = torch.arange(keys)[None] == 0  # the first row of a causal mask
    return [_case(*_qkv(draw, (), 1, keys, *draw.size((5, 2), (3, 4))), mask)]


def _every_query(draw: Draw) -> list[Case]:
    return [
        _case(*_qkv(draw, (), *draw.size((2, 4, 3, 5), (5, 3, 6, 2))), None),
        _case(*_qkv(draw, draw.size((2, 3), (3, 2)), *draw.size((3, 5, 4, 2), (4, 2, 3, 6))), None),
    ]


def _masked(draw: Draw) -> list[Case]:
    t, s = draw.size((3, 5), (4, 6))
    causal = torch.ones(t, s, dtype=torch.bool).tril(s - t)
    holes = torch.rand(t, s, generator=draw.torch()) < 0.5
    holes[:, 1] = True  # a row that sees nothing has no agreed answer
    qkv = _qkv(draw, draw.size((2, 3), (3, 2)), t, s, *draw.size((4, 3), (3, 5)))
    return [_case(*qkv, causal), _case(*qkv, holes)]


SCALED_DOT_PRODUCT_ATTENTION = exercise(
    __file__, "scaled_dot_product_attention", _one_token, _first_query, _every_query, _masked
)
