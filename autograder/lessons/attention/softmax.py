"""`softmax(x, dim)`: scores to weights that are positive and sum to one.

Oracle: `torch.softmax`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage

LARGE = 1e4


def _case(x: Tensor, dim: int) -> Case:
    return Case((x, dim), torch.softmax(x, dim))


def _vector(draw: Draw) -> list[Case]:
    return [
        _case(torch.tensor([1.0, 2.0, 3.0]), 0),
        _case(torch.randn(draw.size(4, 7), generator=draw.torch()), 0),
    ]


def _any_dim(draw: Draw) -> list[Case]:
    x = torch.randn(draw.size((2, 3, 4), (3, 5, 2)), generator=draw.torch())
    return [_case(x, dim) for dim in (-1, 0, 1)]


def _large(draw: Draw) -> list[Case]:
    x = LARGE + torch.randn(draw.size((2, 3), (4, 5)), generator=draw.torch())
    return [_case(x, -1), _case(-x, -1)]


def _masked(draw: Draw) -> list[Case]:
    x = torch.randn(draw.size((2, 4), (3, 6)), generator=draw.torch())
    x[0, 1:] = x[1, 0] = float("-inf")
    return [_case(x, -1)]


def softmax_plain(x: Tensor, dim: int) -> Tensor:
    weights = torch.exp(x)
    return weights / weights.sum(dim=dim, keepdim=True)


def softmax_last_dim(x: Tensor, dim: int) -> Tensor:
    weights = torch.exp(x - x.max(dim=-1, keepdim=True).values)
    return weights / weights.sum(dim=-1, keepdim=True)


SOFTMAX = Exercise(
    name="softmax",
    title="A stable softmax",
    difficulty=2,
    minutes=10,
    forbids=(
        "torch.softmax",
        "torch.Tensor.softmax",
        "torch.nn.functional.softmax",
        "torch.log_softmax",
        "aten._softmax",
        "aten._log_softmax",
    ),
    stages=(
        Stage("one row", 1, "the weights of one row of scores.", _vector),
        Stage(
            "any dim",
            1,
            "the dimension you are asked for is the one that sums to one.",
            _any_dim,
            needs=("one row",),
        ),
        Stage(
            "large scores",
            1,
            "scores near +10000 and -10000 neither overflow nor vanish.",
            _large,
            needs=("one row",),
        ),
        Stage("masked scores", 1, "scores of -inf get the weight 0.", _masked, needs=("one row",)),
    ),
    mistakes=(
        Mistake(
            "no shift",
            softmax_plain,
            "exp overflows for large scores. Subtract the largest score first.",
            ("large scores",),
        ),
        Mistake(
            "last dim",
            softmax_last_dim,
            "it always sums over the last dimension. Use `dim`.",
            ("any dim",),
        ),
    ),
)
