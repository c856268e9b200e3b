"""`cosine_similarity(a, b)`: how close the directions of two sets of vectors are.

Oracle: scikit-learn's `cosine_similarity`.
"""

from __future__ import annotations

import torch
from sklearn.metrics import pairwise
from torch import Tensor

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage

LONG, SHORT = 300.0, 0.01


def _case(a: Tensor, b: Tensor) -> Case:
    expected = torch.from_numpy(pairwise.cosine_similarity(a.numpy(), b.numpy())).float()
    return Case((a, b), expected)


def _random(draw: Draw, many: int, others: int, size: int) -> tuple[Tensor, Tensor]:
    generator = draw.torch()
    return torch.randn(many, size, generator=generator), torch.randn(
        others, size, generator=generator
    )


def _pair(draw: Draw) -> list[Case]:
    unit = _random(draw, 1, 1, draw.size(4, 7))
    return [
        _case(torch.tensor([[3.0, 4.0]]), torch.tensor([[4.0, 3.0]])),
        _case(*unit),
    ]


def _all_pairs(draw: Draw) -> list[Case]:
    return [_case(*_random(draw, *draw.size((3, 2, 5), (4, 6, 3))))]


def _lengths(draw: Draw) -> list[Case]:
    a, b = _random(draw, *draw.size((2, 4, 3), (5, 3, 6)))
    return [_case(a * LONG, b * SHORT)]


def _zeros(draw: Draw) -> list[Case]:
    a, b = _random(draw, *draw.size((3, 2, 4), (2, 5, 6)))
    a[1] = 0
    return [_case(a, b)]


def cosine_dot(a: Tensor, b: Tensor) -> Tensor:
    return a @ b.T


def cosine_half(a: Tensor, b: Tensor) -> Tensor:
    return (a / a.norm(dim=-1, keepdim=True).clamp_min(1e-8)) @ b.T


def cosine_columns(a: Tensor, b: Tensor) -> Tensor:
    return (a / a.norm(dim=0, keepdim=True)) @ (b / b.norm(dim=0, keepdim=True)).T


def cosine_distance(a: Tensor, b: Tensor) -> Tensor:
    unit_a = a / a.norm(dim=-1, keepdim=True).clamp_min(1e-8)
    unit_b = b / b.norm(dim=-1, keepdim=True).clamp_min(1e-8)
    return 1 - unit_a @ unit_b.T


def cosine_squares(a: Tensor, b: Tensor) -> Tensor:
    return (a @ b.T) / (a.square().sum(-1)[:, None] * b.square().sum(-1)[None]).clamp_min(1e-16)


def cosine_sums(a: Tensor, b: Tensor) -> Tensor:
    return (a @ b.T) / (a.abs().sum(-1)[:, None] * b.abs().sum(-1)[None]).clamp_min(1e-16)


def cosine_turned(a: Tensor, b: Tensor) -> Tensor:
    unit_a = a / a.norm(dim=-1, keepdim=True).clamp_min(1e-8)
    unit_b = b / b.norm(dim=-1, keepdim=True).clamp_min(1e-8)
    return unit_b @ unit_a.T


def cosine_nan(a: Tensor, b: Tensor) -> Tensor:
    return (a / a.norm(dim=-1, keepdim=True)) @ (b / b.norm(dim=-1, keepdim=True)).T


COSINE_SIMILARITY = Exercise(
    name="cosine_similarity",
    title="How alike two texts are",
    difficulty=2,
    minutes=8,
    forbids=(
        "autograder.given.fine_tuning.cosine_similarity",
        "torch.cosine_similarity",
        "torch.nn.functional.cosine_similarity",
        "torch.nn.CosineSimilarity",
        "sklearn.metrics.pairwise.cosine_similarity",
    ),
    stages=(
        Stage("one pair", 1, "one vector against one other.", _pair),
        Stage(
            "every pair",
            1,
            "every vector of `a` (rows) against every vector of `b` (columns).",
            _all_pairs,
            needs=("one pair",),
        ),
        Stage("lengths", 1, "only directions count, not lengths.", _lengths, needs=("every pair",)),
        Stage(
            "zeros",
            1,
            "a vector of zeros has no direction: its similarity to everything is 0.",
            _zeros,
            needs=("every pair",),
        ),
    ),
    mistakes=(
        Mistake(
            "dot product",
            cosine_dot,
            "this is the plain dot product. Divide it by the lengths of both vectors.",
            ("one pair",),
        ),
        Mistake(
            "one length",
            cosine_half,
            "only the vectors of `a` are divided by their length. Those of `b` need it too.",
            ("one pair",),
        ),
        Mistake(
            "lengths of columns",
            cosine_columns,
            "the lengths are taken down the columns. Each row is a vector: take the length of "
            "each row.",
            ("one pair",),
        ),
        Mistake(
            "distance",
            cosine_distance,
            "this is the cosine distance, 1 minus the similarity. Return the similarity.",
            ("one pair",),
        ),
        Mistake(
            "squared lengths",
            cosine_squares,
            "the dot products are divided by the squared lengths. Take the root of each sum of "
            "squares.",
            ("one pair",),
        ),
        Mistake(
            "sums for lengths",
            cosine_sums,
            "the length of a vector is the root of the sum of its squares, not the sum of its "
            "absolute values.",
            ("one pair",),
        ),
        Mistake(
            "turned",
            cosine_turned,
            "rows and columns are exchanged: rows belong to `a`, columns to `b`.",
            ("every pair",),
        ),
        Mistake(
            "zero by zero",
            cosine_nan,
            "a vector of zeros is divided by its length 0. Keep the divisor above 0.",
            ("zeros",),
        ),
    ),
)
