"""`scaled_dot_product_attention(q, k, v, mask)`: a weighted mean of the values.

Oracle: `F.scaled_dot_product_attention`.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage


def _qkv(
    draw: Draw, leading: tuple[int, ...], t: int, s: int, d: int, v: int
) -> tuple[Tensor, Tensor, Tensor]:
    generator = draw.torch()
    q = torch.randn(*leading, t, d, generator=generator)
    k = torch.randn(*leading, s, d, generator=generator)
    return q, k, torch.randn(*leading, s, v, generator=generator)


def _case(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Case:
    return Case((q, k, v, mask), F.scaled_dot_product_attention(q, k, v, attn_mask=mask))


def _one_token(draw: Draw) -> list[Case]:
    return [_case(*_qkv(draw, (), 1, 1, *draw.size((3, 4), (6, 5))), None)]


def _first_query(draw: Draw) -> list[Case]:
    keys = draw.size(4, 6)
    mask = torch.arange(keys)[None] == 0  # the first row of a causal mask
    return [_case(*_qkv(draw, (), 1, keys, *draw.size((5, 2), (3, 4))), mask)]


def _every_query(draw: Draw) -> list[Case]:
    return [
        _case(*_qkv(draw, (), *draw.size((2, 4, 3, 5), (5, 3, 6, 2))), None),
        _case(*_qkv(draw, draw.size((2, 3), (3, 2)), *draw.size((3, 5, 4, 2), (4, 2, 3, 6))), None),
    ]


def _masked(draw: Draw) -> list[Case]:
    t, s = draw.size((3, 5), (4, 6))
    causal = torch.ones(t, s, dtype=torch.bool).tril(s - t)
    holes = torch.rand(t, s, generator=draw.torch()) < 0.5
    holes[:, 1] = True  # a row that sees nothing has no agreed answer
    qkv = _qkv(draw, draw.size((2, 3), (3, 2)), t, s, *draw.size((4, 3), (3, 5)))
    return [_case(*qkv, causal), _case(*qkv, holes)]


def sdpa_unscaled(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = q @ k.transpose(-2, -1)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return torch.softmax(scores, dim=-1) @ v


def sdpa_by_size(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = q @ k.transpose(-2, -1) / q.shape[-1]
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return torch.softmax(scores, dim=-1) @ v


def sdpa_by_queries(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-2])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return torch.softmax(scores, dim=-1) @ v


def sdpa_over_queries(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return torch.softmax(scores, dim=-2) @ v


def sdpa_mask_late(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    weights = torch.softmax(q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1]), dim=-1)
    if mask is not None:
        weights = weights.masked_fill(~mask, 0.0)
    return weights @ v


def sdpa_mask_ignored(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    return torch.softmax(q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1]), dim=-1) @ v


def sdpa_mask_inverted(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(mask, float("-inf"))
    return torch.softmax(scores, dim=-1) @ v


def sdpa_mask_zero(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, 0.0)
    return torch.softmax(scores, dim=-1) @ v


def sdpa_keys_mixed(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return torch.softmax(scores, dim=-1) @ k


def sdpa_no_softmax(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, 0.0)
    return scores @ v


def sdpa_scaled_late(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = q @ k.transpose(-2, -1)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return torch.softmax(scores, dim=-1) / math.sqrt(q.shape[-1]) @ v


SCALED_DOT_PRODUCT_ATTENTION = Exercise(
    name="scaled_dot_product_attention",
    title="Attention: a weighted mean of the values",
    difficulty=3,
    minutes=12,
    forbids=(
        "torch.nn.functional.scaled_dot_product_attention",
        "torch.nn.functional.multi_head_attention_forward",
        "torch.nn.MultiheadAttention",
        "aten._scaled_dot_product_flash_attention_for_cpu",
        "aten._safe_softmax",  # what torch's own attention uses where no fused kernel fits
        "autograder.given.attention.scaled_dot_product_attention",
    ),
    stages=(
        Stage(
            "one token",
            1,
            "one query and one key: whatever they are, the result is the one value.",
            _one_token,
        ),
        Stage(
            "first query",
            1,
            "a query that may see the first key only: the result is the first value.",
            _first_query,
            needs=("one token",),
        ),
        Stage(
            "every query",
            2,
            "without a mask: scores, softmax over the keys, weighted mean of the values.",
            _every_query,
            needs=("one token",),
        ),
        Stage(
            "masked",
            1,
            "a causal mask, and one with holes, over batches and heads.",
            _masked,
            needs=("first query", "every query"),
        ),
    ),
    mistakes=(
        Mistake(
            "unscaled",
            sdpa_unscaled,
            "the scores are not scaled. Divide them by the square root of D before the softmax.",
            ("every query",),
        ),
        Mistake(
            "by size",
            sdpa_by_size,
            "it divides the scores by D. Divide by the square root of D.",
            ("every query",),
        ),
        Mistake(
            "by queries",
            sdpa_by_queries,
            "it scales by the number of queries. Take D, the size of one query: the last "
            "dimension.",
            ("every query",),
        ),
        Mistake(
            "over queries",
            sdpa_over_queries,
            "the softmax runs over the queries. Let it run over the keys, the last dimension, so "
            "that each query's weights sum to one.",
            ("first query", "every query"),
        ),
        Mistake(
            "mask late",
            sdpa_mask_late,
            "the mask is applied after the softmax, so the weights that are left no longer sum to "
            "one. Mask the scores before it.",
            ("first query",),
        ),
        Mistake(
            "mask ignored",
            sdpa_mask_ignored,
            "the mask has no effect. Hide a key by giving it the score -inf before the softmax.",
            ("first query",),
        ),
        Mistake(
            "mask inverted",
            sdpa_mask_inverted,
            "it hides what may be seen. The mask is True where a query may look.",
            ("first query",),
        ),
        Mistake(
            "mask zero",
            sdpa_mask_zero,
            "hidden keys get a score near 0, and exp(0) is 1, so they are seen. Give them -inf.",
            ("first query",),
        ),
        Mistake(
            "keys mixed",
            sdpa_keys_mixed,
            "the weights are applied to the keys. Apply them to the values.",
            ("one token",),
        ),
        Mistake(
            "no softmax",
            sdpa_no_softmax,
            "the scores are used as weights. Pass them through the softmax first.",
            ("one token",),
        ),
        Mistake(
            "scaled late",
            sdpa_scaled_late,
            "the weights are divided by the square root of D after the softmax, so they no longer "
            "sum to one. Divide the scores before it.",
            ("one token",),
        ),
    ),
)
