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


def _one_row(draw: Draw) -> list[Case]:
    return [
        _case(torch.tensor([1.0, 2.0, 3.0]), 0),
        _case(torch.randn(draw.size(4, 7), generator=draw.torch()), 0),
    ]


def _any_dim(draw: Draw) -> list[Case]:
    x = torch.randn(draw.size((2, 3, 4), (3, 5, 2)), generator=draw.torch())
    return [_case(x, dim) for dim in (-1, 0, 1)]


def _large(draw: Draw) -> list[Case]:
    x = torch.randn(draw.size((2, 3), (4, 5)), generator=draw.torch())
    x[0] += LARGE
    x[1:] -= LARGE
    return [_case(x[:1], -1), _case(x, -1)]


def _masked(draw: Draw) -> list[Case]:
    x = torch.randn(draw.size((2, 4), (3, 6)), generator=draw.torch())
    x[0, 1:] = x[1, 0] = float("-inf")
    return [_case(x, -1)]


def softmax_no_shift(x: Tensor, dim: int) -> Tensor:
    weights = torch.exp(x)
    return weights / weights.sum(dim=dim, keepdim=True)


def softmax_last_dim(x: Tensor, dim: int) -> Tensor:
    weights = torch.exp(x - x.max(dim=-1, keepdim=True).values)
    return weights / weights.sum(dim=-1, keepdim=True)


def softmax_whole_sum(x: Tensor, dim: int) -> Tensor:
    weights = torch.exp(x - x.max(dim=dim, keepdim=True).values)
    return weights / weights.sum()


def softmax_global_max(x: Tensor, dim: int) -> Tensor:
    weights = torch.exp(x - x.max())
    return weights / weights.sum(dim=dim, keepdim=True)


def softmax_mean_shift(x: Tensor, dim: int) -> Tensor:
    weights = torch.exp(x - x.mean(dim=dim, keepdim=True))
    return weights / weights.sum(dim=dim, keepdim=True)


def softmax_no_keepdim(x: Tensor, dim: int) -> Tensor:
    weights = torch.exp(x - x.max(dim=dim, keepdim=True).values)
    return weights / weights.sum(dim=dim)


def softmax_no_exp(x: Tensor, dim: int) -> Tensor:
    return x / x.sum(dim=dim, keepdim=True)


def softmax_no_sum(x: Tensor, dim: int) -> Tensor:
    return torch.exp(x - x.max(dim=dim, keepdim=True).values)


def softmax_clamped(x: Tensor, dim: int) -> Tensor:
    weights = torch.exp(x.clamp(-80, 80))
    return weights / weights.sum(dim=dim, keepdim=True)


def softmax_by_log(x: Tensor, dim: int) -> Tensor:
    return torch.exp(x - torch.logsumexp(x, dim=dim, keepdim=True))


def softmax_logs(x: Tensor, dim: int) -> Tensor:
    return x - torch.logsumexp(x, dim=dim, keepdim=True)


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
        "autograder.given.attention.softmax",
    ),
    stages=(
        Stage("one row", 1, "the weights of one row of scores.", _one_row),
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
            softmax_no_shift,
            "exp overflows for large scores. Subtract the largest score first.",
            ("large scores",),
        ),
        Mistake(
            "last dim",
            softmax_last_dim,
            "it always works along the last dimension. Use `dim`.",
            ("any dim",),
        ),
        Mistake(
            "whole sum",
            softmax_whole_sum,
            "it divides by the sum of the whole tensor. Divide each row by its own sum, along "
            "`dim`.",
            ("any dim", "large scores", "masked scores"),
        ),
        Mistake(
            "global max",
            softmax_global_max,
            "it subtracts the largest score of the whole tensor, so rows of much smaller scores "
            "vanish. Subtract from each row its own largest score.",
            ("large scores",),
        ),
        Mistake(
            "mean shift",
            softmax_mean_shift,
            "it subtracts the mean, which is -inf in a row that holds one -inf. Subtract the "
            "largest score.",
            ("masked scores",),
        ),
        Mistake(
            "no keepdim",
            softmax_no_keepdim,
            "the sum has lost its dimension and no longer lines up with the rows. Keep it.",
            ("any dim", "large scores", "masked scores"),
        ),
        Mistake(
            "no exp",
            softmax_no_exp,
            "it divides the scores themselves by their sum. Take exp of each score first: weights "
            "must be positive.",
            ("one row",),
        ),
        Mistake(
            "no sum",
            softmax_no_sum,
            "the weights do not sum to one. Divide by their sum along `dim`.",
            ("one row",),
        ),
        Mistake(
            "clamped",
            softmax_clamped,
            "large scores are cut off at a limit, so different scores get the same weight. "
            "Subtract the largest score instead.",
            ("large scores",),
        ),
        Mistake(
            "by log",
            softmax_by_log,
            "it subtracts the logarithm of the sum, and 32-bit numbers near 10000 are only good to "
            "0.001. Subtract the largest score, take exp, then divide by the sum.",
            ("large scores",),
        ),
        Mistake(
            "logs",
            softmax_logs,
            "it returns the logarithms of the weights. Return the weights.",
            ("one row",),
        ),
    ),
)
