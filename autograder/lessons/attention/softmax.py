"""`softmax(x, dim)`: scores to weights that are positive and sum to one.

Oracle: `torch.softmax`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise


def _case(x: Tensor, dim: int) -> Case:
    return Case((x, dim), torch.softmax(x, dim))


def _one_row(draw: Draw) -> list[Case]:
    x = torch.randn(draw.size(4, 7), generator=draw.torch())
    return [_case(torch.tensor([1.0, 2.0, 3.0]), 0), _case(x, 0)]


def _any_dim(draw: Draw) -> list[Case]:
    x = torch.randn(draw.size((2, 3, 4), (3, 5, 2)), generator=draw.torch())
    return [_case(x, dim) for dim in (-1, 0, 1)]


def _large(draw: Draw) -> list[Case]:
    x = torch.randn(draw.size((2, 3), (4, 5)), generator=draw.torch())
    x[0] += 1e4
    x[1:] -= 1e4
    return [_case(x[:1], -1), _case(x, -1)]


def _masked(draw: Draw) -> list[Case]:
    x = torch.randn(draw.size((2, 4), (3, 6)), generator=draw.torch())
    x[0, 1:] = x[1, 0] = float("-inf")
    return [_case(x, -1)]


SOFTMAX = exercise(__file__, "softmax", _one_row, _any_dim, _large, _masked)
