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
    q, k, v = _drawn(draw, leading, t, s, d, dv)
    return Case((q, k, v, mask), F.scaled_dot_product_attention(q, k, v, attn_mask=mask))


def _drawn(
    draw: Draw, leading: tuple[int, ...], t: int, s: int, d: int, dv: int
) -> tuple[Tensor, Tensor, Tensor]:
    generator = draw.torch()
    q, k, v = (
        torch.randn(*leading, *shape, generator=generator) for shape in ((t, d), (s, d), (s, dv))
    )
    return q, k, v


def _far(draw: Draw, sign: float, mask: Tensor | None) -> Case:
    """Scores near 12000 or -12000, made of few bits, so that no right way rounds them."""
    t, s, d = 3, 5, 16  # the root of D, and its root, are powers of two
    q, k = torch.zeros(2, t, d), torch.zeros(2, s, d)
    numbers = draw.random()
    q[..., 0], k[..., 0] = 256.0, sign * 192.0
    for text in range(2):
        for i in range(t):
            q[text, i, 1 + i] = 4.0
        for i in range(s):
            k[text, i, 1 : 1 + t] = torch.tensor(numbers.choices(range(-2, 3), k=t)).float()
    k[:, 0, 1 : 1 + t], k[:, 1, 1 : 1 + t] = 1.0, -1.0  # two scores differ in every draw
    v = torch.randn(2, s, 3, generator=draw.torch())
    expected = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    shown = f"scaled_dot_product_attention(q, k, v{', mask' if mask is not None else ''})"
    args = (q, k, v) if mask is None else (q, k, v, mask)
    return Case(args, expected, shown=f"{shown}, with all scores near {sign * 12288:g}")


def _one_token(draw: Draw) -> list[Case]:
    return [
        _case(draw, None, (), 1, 1, *draw.size((3, 4), (6, 5))),
        _case(draw, None, (1,), 1, 1, *draw.size((4, 2), (3, 3))),
        _case(draw, None, draw.size((2, 3), (3, 2)), 1, 1, *draw.size((2, 5), (5, 2))),
        _case(draw, None, (), 1, 1, 1, 1),
    ]


def _first_query(draw: Draw) -> list[Case]:
    keys = draw.size(4, 6)
    mask = torch.arange(keys)[None] == 0  # the first row of a causal mask
    return [
        _case(draw, mask, (), 1, keys, *draw.size((5, 2), (3, 4))),
        _case(draw, mask[:, :2], draw.size((2,), (1,)), 1, 2, *draw.size((3, 4), (2, 3))),
    ]


def _every_query(draw: Draw) -> list[Case]:
    q, k, v = _drawn(draw, (), *draw.size((3, 2, 5, 4), (2, 4, 3, 3)))
    return [
        _case(draw, None, (), *draw.size((2, 4, 3, 5), (5, 3, 6, 2))),
        _case(draw, None, draw.size((2, 3), (3, 2)), *draw.size((3, 5, 4, 2), (4, 2, 3, 6))),
        Case((q, k, v), F.scaled_dot_product_attention(q, k, v)),  # no fourth argument
        _case(draw, None, draw.size((2,), (3,)), *draw.size((4, 4, 3, 5), (3, 3, 2, 4))),  # T = S
        _case(draw, None, (), *draw.size((2, 4, 4, 3), (3, 5, 5, 2))),  # D = S
        _case(draw, None, draw.size((2, 1, 3), (1, 2, 2)), *draw.size((2, 3, 5, 2), (3, 2, 3, 4))),
        _case(draw, None, (1,), 1, *draw.size((3, 2, 4), (4, 3, 2))),
        _case(draw, None, (2,), 3, 3, 3, 3),
        _far(draw, draw.size(1.0, -1.0), None),
    ]


def _masked(draw: Draw) -> list[Case]:
    t, s, d, dv = draw.size((3, 5, 4, 3), (4, 6, 3, 5))
    causal = torch.ones(t, s, dtype=torch.bool).tril(s - t)
    square = torch.ones(s, s, dtype=torch.bool).tril()
    holes = torch.rand(t, s, generator=draw.torch()) < 0.5
    holes[:, 1] = True  # a row that sees nothing has no agreed answer
    holes[0, -1], holes[1, 0], holes[-1, 0] = True, True, False  # looks ahead, and misses the past
    last = torch.arange(s)[None] == s - 1
    far = torch.tensor([[1, 1, 0, 1, 0], [0, 1, 1, 0, 1], [1, 1, 1, 0, 0]]).bool()
    return [
        *(_case(draw, mask, draw.size((2, 3), (3, 2)), t, s, d, dv) for mask in (causal, holes)),
        _case(draw, square, (), s, s, d, dv),
        _case(draw, holes, draw.size((1, 2, 3), (2, 3, 1)), t, s, d, dv),
        _case(draw, holes | True, (2,), t, s, d, dv),  # all may be seen
        _case(draw, last, (1, 2), 1, s, d, dv),
        _case(draw, square[:1, :1], (1,), 1, 1, d, dv),
        _far(draw, -1.0, far),
        _far(draw, 1.0, far),
    ]


SCALED_DOT_PRODUCT_ATTENTION = exercise(
    __file__, "scaled_dot_product_attention", _one_token, _first_query, _every_query, _masked
)
