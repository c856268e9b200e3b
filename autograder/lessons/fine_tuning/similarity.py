"""`cosine_similarity(a, b)`: how close the directions of two sets of vectors are.

Oracle: scikit-learn's `cosine_similarity`.
"""

from __future__ import annotations

import torch
from sklearn.metrics import pairwise
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise


def _case(a: Tensor, b: Tensor) -> Case:
    expected = torch.from_numpy(pairwise.cosine_similarity(a.numpy(), b.numpy())).float()
    return Case((a, b), expected)


def _random(draw: Draw, many: int, others: int, size: int) -> tuple[Tensor, Tensor]:
    generator = draw.torch()
    a = torch.randn(many, size, generator=generator)
    return a, torch.randn(others, size, generator=generator)


def _pair(draw: Draw) -> list[Case]:
    by_hand = _case(torch.tensor([[3.0, 4.0]]), torch.tensor([[4.0, 3.0]]))
    return [by_hand, _case(*_random(draw, 1, 1, draw.size(4, 7)))]


def _all_pairs(draw: Draw) -> list[Case]:
    return [_case(*_random(draw, *draw.size((3, 2, 5), (4, 6, 3))))]


def _lengths(draw: Draw) -> list[Case]:
    a, b = _random(draw, *draw.size((2, 4, 3), (5, 3, 6)))
    return [_case(a * 300, b * 0.01)]


def _zeros(draw: Draw) -> list[Case]:
    a, b = _random(draw, *draw.size((3, 2, 4), (2, 5, 6)))
    a[1] = 0
    return [_case(a, b)]


COSINE_SIMILARITY = exercise(__file__, "cosine_similarity", _pair, _all_pairs, _lengths, _zeros)
