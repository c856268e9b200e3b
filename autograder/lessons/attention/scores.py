"""`attention_scores(q, k)`: how well each query matches each key.

Oracle: `F.scaled_dot_product_attention`. With the identity as values it returns the weights; one
more key of zeros scores 0, so the logarithm of a weight over that key's weight is the score.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage


def scores_by_torch(q: Tensor, k: Tensor) -> Tensor:
    """The scores (..., T, S) that `F.scaled_dot_product_attention` works with."""
    q, k = q.double(), F.pad(k.double(), (0, 0, 0, 1))  # a last key of zeros
    values = torch.eye(k.shape[-2], dtype=torch.float64).expand(*k.shape[:-1], -1)
    weights = F.scaled_dot_product_attention(q, k, values)
    return (weights[..., :-1] / weights[..., -1:]).log().float()


def _case(draw: Draw, *sizes: tuple[int, ...]) -> Case:
    """`sizes` are the leading sizes and T, S, D: ((B, H), (T, S, D))."""
    (*leading, (t, s, d)) = (*sizes[0], sizes[1])
    generator = draw.torch()
    q = torch.randn(*leading, t, d, generator=generator)
    k = torch.randn(*leading, s, d, generator=generator)
    return Case((q, k), scores_by_torch(q, k))


def _one_query(draw: Draw) -> list[Case]:
    q = torch.tensor([[2.0, 0.0, 1.0, 3.0]])
    k = torch.tensor([[1.0, 5.0, 0.0, 2.0], [0.0, 1.0, 4.0, 0.0]])
    return [Case((q, k), scores_by_torch(q, k)), _case(draw, (), (1, 3, draw.size(9, 5)))]


def _all_pairs(draw: Draw) -> list[Case]:
    return [_case(draw, (), draw.size((2, 3, 4), (5, 2, 3)))]


def _batches(draw: Draw) -> list[Case]:
    return [
        _case(draw, draw.size((2,), (3,)), draw.size((3, 4, 5), (2, 5, 6))),
        _case(draw, draw.size((2, 3), (3, 2)), draw.size((4, 5, 6), (5, 3, 4))),
    ]


def scores_unscaled(q: Tensor, k: Tensor) -> Tensor:
    return q @ k.transpose(-2, -1)


def scores_by_size(q: Tensor, k: Tensor) -> Tensor:
    return q @ k.transpose(-2, -1) / q.shape[-1]


def scores_scaled_up(q: Tensor, k: Tensor) -> Tensor:
    return q @ k.transpose(-2, -1) * math.sqrt(q.shape[-1])


def scores_by_keys(q: Tensor, k: Tensor) -> Tensor:
    return q @ k.transpose(-2, -1) / math.sqrt(k.shape[-2])


def scores_keys_first(q: Tensor, k: Tensor) -> Tensor:
    return k @ q.transpose(-2, -1) / math.sqrt(q.shape[-1])


def scores_transpose_first_two(q: Tensor, k: Tensor) -> Tensor:
    return q @ k.transpose(0, 1) / math.sqrt(q.shape[-1])


def scores_softmaxed(q: Tensor, k: Tensor) -> Tensor:
    return torch.softmax(q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1]), dim=-1)


def scores_cosine(q: Tensor, k: Tensor) -> Tensor:
    q, k = q / q.norm(dim=-1, keepdim=True), k / k.norm(dim=-1, keepdim=True)
    return q @ k.transpose(-2, -1)


def scores_reversed(q: Tensor, k: Tensor) -> Tensor:
    return q @ k.T / math.sqrt(q.shape[-1])


def scores_not_transposed(q: Tensor, k: Tensor) -> Tensor:
    return q @ k / math.sqrt(q.shape[-1])


def scores_by_dimension_one(q: Tensor, k: Tensor) -> Tensor:
    return q @ k.transpose(-2, -1) / math.sqrt(q.shape[1])


def scores_pairwise(q: Tensor, k: Tensor) -> Tensor:
    return (q * k).sum(dim=-1) / math.sqrt(q.shape[-1])


ATTENTION_SCORES = Exercise(
    name="attention_scores",
    title="How well each query matches each key",
    difficulty=2,
    minutes=8,
    forbids=("autograder.given.attention.attention_scores",),
    stages=(
        Stage("one query", 1, "the scores of one query and each of its keys.", _one_query),
        Stage(
            "all pairs",
            1,
            "row t, column s holds the score of query t and key s.",
            _all_pairs,
            needs=("one query",),
        ),
        Stage(
            "batches",
            1,
            "with batch and head dimensions in front, each is scored by itself.",
            _batches,
            needs=("all pairs",),
        ),
    ),
    mistakes=(
        Mistake(
            "unscaled",
            scores_unscaled,
            "the dot products are not scaled. Divide them by the square root of D.",
            ("one query",),
        ),
        Mistake(
            "by size",
            scores_by_size,
            "it divides by D. Divide by the square root of D.",
            ("one query",),
        ),
        Mistake(
            "scaled up",
            scores_scaled_up,
            "it multiplies by the square root of D. Divide by it.",
            ("one query",),
        ),
        Mistake(
            "by keys",
            scores_by_keys,
            "it scales by the number of keys. Take D, the size of one query: the last dimension.",
            ("one query",),
        ),
        Mistake(
            "keys first",
            scores_keys_first,
            "rows are keys and columns queries. Put queries in the rows, keys in the columns.",
            ("one query",),
        ),
        Mistake(
            "first two",
            scores_transpose_first_two,
            "it transposes the first two dimensions, which here are batch or heads. Transpose "
            "the last two.",
            ("batches",),
        ),
        Mistake(
            "reversed",
            scores_reversed,
            ".T reverses all dimensions, batch and heads too. Transpose only the last two.",
            ("batches",),
        ),
        Mistake(
            "not transposed",
            scores_not_transposed,
            "the keys are not transposed, so queries do not meet keys. Transpose the last two "
            "dimensions of the keys.",
            ("one query",),
        ),
        Mistake(
            "dimension one",
            scores_by_dimension_one,
            "it takes the size of dimension 1 for D, and with a batch in front that counts tokens "
            "or heads. D is the size of the last dimension.",
            ("batches",),
        ),
        Mistake(
            "softmaxed",
            scores_softmaxed,
            "it returns weights after a softmax. Return the scores before it.",
            ("one query",),
        ),
        Mistake(
            "cosine",
            scores_cosine,
            "it divides by the lengths of query and key (cosine similarity). Keep the dot product "
            "and divide by the square root of D.",
            ("one query",),
        ),
        Mistake(
            "pairwise",
            scores_pairwise,
            "it pairs query t with key t only. Pair every query with every key.",
            ("one query",),
        ),
    ),
)
