"""`causal_mask(queries, keys)`: who may look at whom when text is read from left to right.

Oracle: `torch.nn.attention.bias.causal_lower_right`, as `F.scaled_dot_product_attention` obeys it.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn.attention.bias import causal_lower_right

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise


def mask_by_torch(queries: int, keys: int) -> Tensor:
    """Where torch's causal attention gives weight: (queries, keys) of bool."""
    q, k, v = torch.zeros(1, 1, queries, 1), torch.zeros(1, 1, keys, 1), torch.eye(keys)[None, None]
    weights = F.scaled_dot_product_attention(q, k, v, attn_mask=causal_lower_right(queries, keys))
    return weights[0, 0] > 0


def _case(queries: int, keys: int) -> Case:
    return Case((queries, keys), mask_by_torch(queries, keys))


def _square(draw: Draw) -> list[Case]:
    return [_case(n, n) for n in draw.size((3, 1, 2, 70), (6, 2, 1, 130))]


def _one_query(draw: Draw) -> list[Case]:
    return [_case(1, keys) for keys in draw.size((4, 2, 1, 100), (7, 2, 1, 150))]


def _later_queries(draw: Draw) -> list[Case]:
    """First as many queries as in no stage before: a mask that is kept shows itself by that."""
    sizes = draw.size(((4, 8), (2, 5), (3, 4), (2, 1030)), ((5, 9), (3, 8), (4, 5), (2, 1050)))
    return [_case(*each) for each in sizes]


CAUSAL_MASK = exercise(__file__, "causal_mask", _square, _one_query, _later_queries)
