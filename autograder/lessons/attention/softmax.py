"""`softmax(x, dim)`: scores to weights that are positive and sum to one.

Oracle: `torch.softmax`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.wire import Student, Value

NEVER = float("-inf")


def hidden_program(student: Student, x: Tensor, dim: int) -> Value:
    """The weights of the scores that are -inf, which are exactly 0."""
    weights = student.call("softmax", x, dim)
    assert isinstance(weights, Tensor)
    return weights[x == NEVER]


def _case(x: Tensor, dim: int) -> Case:
    return Case((x, dim), torch.softmax(x, dim))


def _rows(*rows: list[float]) -> list[Case]:
    return [_case(torch.tensor([row]), -1) for row in rows]


def _one_row(draw: Draw) -> list[Case]:
    x = torch.randn(draw.size(4, 7), generator=draw.torch())
    return [
        *(_case(row, 0) for row in (torch.tensor([1.0, 2.0, 3.0]), x, x.double())),
        _case(torch.full((draw.size(6, 3),), draw.size(-2.0, 5.0)), 0),  # all equal
        _case(torch.tensor([draw.size(3.0, -4.0)]), 0),  # one score
    ]


def _any_dim(draw: Draw) -> list[Case]:
    generator = draw.torch()
    x = torch.randn(draw.size((2, 3, 4), (3, 5, 2)), generator=generator)
    square = torch.randn(3, 3, generator=generator)
    deep = torch.randn(draw.size((2, 1, 4, 3), (3, 2, 1, 4)), generator=generator)
    return [
        *(_case(x, dim) for dim in (-1, 0, 1, -2, -3)),
        *(_case(square, dim) for dim in (1, 0, -2)),
        *(_case(deep, dim) for dim in (2, 1, -4)),
        _case(x[:1, :1], 0),  # a dimension of size one: every weight is 1
    ]


def _large(draw: Draw) -> list[Case]:
    x = torch.randn(draw.size((2, 3), (4, 5)), generator=draw.torch())
    x[0] += 1e4
    x[1:] -= 1e4
    low = draw.size(-1e4, -9998.0)
    return [
        _case(x[:1], -1),
        _case(x, -1),
        *_rows([1e4, 9999.0, -1e4], [120.0, 119.0, 0.0, 121.0], [-120.0, -121.0, -118.5]),
        *_rows([low, NEVER, low - 1, low - 0.5], [NEVER, -low, NEVER, -low - 2]),
    ]


def _masked(draw: Draw) -> list[Case]:
    x = torch.randn(draw.size((2, 4), (3, 6)), generator=draw.torch())
    x[0, 1:] = x[1, 0] = NEVER
    shown = f"softmax(x, -1)[x == -inf], for x of shape {tuple(x.shape)}"
    weights = torch.softmax(x, -1)[x == NEVER]
    return [_case(x, -1), Case((x, -1), weights, hidden_program, shown)]


SOFTMAX = exercise(__file__, "softmax", _one_row, _any_dim, _large, _masked)
