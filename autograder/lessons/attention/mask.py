"""`causal_mask(queries, keys)`: who may look at whom when text is read from left to right.

Oracle: `torch.nn.attention.bias.causal_lower_right`, as `F.scaled_dot_product_attention` obeys it.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn.attention.bias import causal_lower_right

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage


def mask_by_torch(queries: int, keys: int) -> Tensor:
    """Where torch's causal attention gives weight: (queries, keys) of bool."""
    q, k, v = torch.zeros(1, queries, 1), torch.zeros(1, keys, 1), torch.eye(keys)[None]
    bias = causal_lower_right(queries, keys)
    weights = F.scaled_dot_product_attention(q[None], k[None], v[None], attn_mask=bias)
    return weights[0, 0] > 0


def _case(queries: int, keys: int) -> Case:
    return Case((queries, keys), mask_by_torch(queries, keys))


def _square(draw: Draw) -> list[Case]:
    return [_case(n, n) for n in draw.size((3, 1), (6, 2))]


def _one_query(draw: Draw) -> list[Case]:
    return [_case(1, keys) for keys in draw.size((4,), (7, 2))]


def _later_queries(draw: Draw) -> list[Case]:
    return [_case(*sizes) for sizes in draw.size(((2, 5),), ((3, 8), (4, 5)))]


def mask_future(queries: int, keys: int) -> Tensor:
    return torch.ones(queries, keys, dtype=torch.bool).triu(keys - queries)


def mask_strict(queries: int, keys: int) -> Tensor:
    return torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries - 1)


def mask_inverted(queries: int, keys: int) -> Tensor:
    return torch.ones(queries, keys, dtype=torch.bool).triu(keys - queries + 1)


def mask_upper_left(queries: int, keys: int) -> Tensor:
    return torch.ones(queries, keys, dtype=torch.bool).tril()


def mask_of_numbers(queries: int, keys: int) -> Tensor:
    return torch.ones(queries, keys).tril(keys - queries)


def mask_additive(queries: int, keys: int) -> Tensor:
    return torch.full((queries, keys), float("-inf")).triu(keys - queries + 1)


def mask_square_only(queries: int, keys: int) -> Tensor:
    return torch.ones(queries, queries, dtype=torch.bool).tril()


CAUSAL_MASK = Exercise(
    name="causal_mask",
    title="No looking ahead",
    difficulty=2,
    minutes=8,
    forbids=("autograder.given.attention.causal_mask",),
    stages=(
        Stage(
            "square",
            1,
            "as many queries as keys: each position sees itself and what came before.",
            _square,
        ),
        Stage(
            "one query",
            1,
            "one new query after a cache: it is the last position and sees every key.",
            _one_query,
            needs=("square",),
        ),
        Stage(
            "later queries",
            1,
            "a few new queries: they are the last positions of the sequence.",
            _later_queries,
            needs=("square",),
        ),
    ),
    mistakes=(
        Mistake(
            "future",
            mask_future,
            "each position sees itself and what comes after. Rows are queries, columns are keys: "
            "row t must see the columns up to t.",
            ("square",),
        ),
        Mistake(
            "strict",
            mask_strict,
            "a position may not look at itself. Let it: keep the diagonal.",
            ("square",),
        ),
        Mistake(
            "inverted",
            mask_inverted,
            "True marks what is hidden. Here True means that the query may look.",
            ("square",),
        ),
        Mistake(
            "upper left",
            mask_upper_left,
            "it numbers the queries from 0 even when they come late. The last query is the last "
            "position.",
            ("one query", "later queries"),
        ),
        Mistake(
            "numbers",
            mask_of_numbers,
            "the mask holds numbers. Make it a tensor of bool.",
            ("square",),
        ),
        Mistake(
            "additive",
            mask_additive,
            "it returns 0 and -inf, to be added to scores. Return bool: True where the query may "
            "look.",
            ("square",),
        ),
        Mistake(
            "square only",
            mask_square_only,
            "it has one column for each query. Make one column for each key.",
            ("one query", "later queries"),
        ),
    ),
)
