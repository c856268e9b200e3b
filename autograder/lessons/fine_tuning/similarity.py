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
    """Among others a right angle, the opposite direction, and vectors of one number."""
    by_hand = [
        _case(torch.tensor([a]), torch.tensor([b]))
        for a, b in (
            ([3.0, 4.0], [4.0, 3.0]),
            ([3.0, 4.0, 1.0], [-6.0, -8.0, -2.0]),
            ([2.0, 0.0, 1.0], [-1.0, 5.0, 2.0]),
            ([3.0], [-0.5]),
        )
    ]
    return [*by_hand, _case(*_random(draw, 1, 1, draw.size(4, 7)))]


def _all_pairs(draw: Draw) -> list[Case]:
    """Also as many vectors as others, vectors as long as there are, one against many, the same."""
    a, b = _random(draw, *draw.size((3, 3, 5), (4, 4, 6)))
    sizes = draw.size(
        ((3, 2, 5), (1, 4, 3), (4, 1, 3), (3, 3, 3)),
        ((4, 6, 3), (1, 5, 2), (3, 1, 4), (4, 4, 4)),
    )
    return [*(_case(*_random(draw, *each)) for each in sizes), _case(a, b), _case(a, a)]


def _lengths(draw: Draw) -> list[Case]:
    a, b = _random(draw, *draw.size((2, 4, 3), (5, 3, 6)))
    each = torch.tensor([0.01, 2000.0, 1.0, 30.0, 0.2])[: len(a), None]
    return [_case(a * 300, b * 0.01), _case(a * 0.01, b * 0.02), _case(a * each, b)]


def _zeros(draw: Draw) -> list[Case]:
    """In `a`, in `b`, in both, and nothing else."""
    a, b = _random(draw, *draw.size((3, 3, 4), (4, 5, 6)))
    one, other = a.clone(), b.clone()
    one[1], other[-1] = 0, 0
    return [_case(one, b), _case(a, other), _case(one, other), _case(one[1:2], b)]


COSINE_SIMILARITY = exercise(__file__, "cosine_similarity", _pair, _all_pairs, _lengths, _zeros)
