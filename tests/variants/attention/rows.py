"""Other correct ways to write weights and scores of lesson 03, each standing alone."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor


def softmax_in_float64(x: Tensor, dim: int) -> Tensor:
    x = x.double()
    weights = torch.exp(x - x.max(dim=dim, keepdim=True).values)
    return weights / weights.sum(dim=dim, keepdim=True)


def softmax_in_place(x: Tensor, dim: int) -> Tensor:
    x = x.clone()
    x -= x.amax(dim, keepdim=True)
    x.exp_()
    x /= x.sum(dim, keepdim=True)
    return x


def softmax_dim_last(x: Tensor, dim: int) -> Tensor:
    moved = x.movedim(dim, -1)
    weights = (moved - moved.max(-1)[0].unsqueeze(-1)).exp()
    return (weights / weights.sum(-1).unsqueeze(-1)).movedim(-1, dim)


def softmax_by_rows(x: Tensor, dim: int) -> Tensor:
    moved = x.movedim(dim, -1)
    rows = []
    for row in moved.reshape(-1, moved.shape[-1]):
        top = max(row.tolist())
        powers = [math.exp(score - top) for score in row.tolist()]
        rows.append([power / sum(powers) for power in powers])
    return torch.tensor(rows).reshape(moved.shape).movedim(-1, dim)


def scores_by_einsum(q: Tensor, k: Tensor) -> Tensor:
    return torch.einsum("...td,...sd->...ts", q, k) / q.size(-1) ** 0.5


def scores_queries_scaled(q: Tensor, k: Tensor) -> Tensor:
    return (q / math.sqrt(q.shape[-1])) @ k.mT


def scores_by_broadcast(q: Tensor, k: Tensor) -> Tensor:
    return (q[..., :, None, :] * k[..., None, :, :]).sum(-1) * q.shape[-1] ** -0.5


def scores_by_loop(q: Tensor, k: Tensor) -> Tensor:
    q, k = q.double(), k.double()
    rows = [
        torch.stack([(q[..., t, :] * k[..., s, :]).sum(-1) for s in range(k.shape[-2])], dim=-1)
        for t in range(q.shape[-2])
    ]
    return torch.stack(rows, dim=-2) / math.sqrt(q.shape[-1])


def mask_by_positions(queries: int, keys: int) -> Tensor:
    return torch.arange(keys) <= torch.arange(keys - queries, keys)[:, None]


def mask_by_loop(queries: int, keys: int) -> Tensor:
    mask = torch.zeros(queries, keys, dtype=torch.bool)
    for t in range(queries):
        mask[t, : keys - queries + t + 1] = True
    return mask


def mask_last_rows(queries: int, keys: int) -> Tensor:
    return torch.tril(torch.ones(keys, keys))[keys - queries :].bool()


def mask_not_upper(queries: int, keys: int) -> Tensor:
    return ~torch.triu(torch.ones(queries, keys, dtype=torch.bool), diagonal=keys - queries + 1)


def mask_of_lists(queries: int, keys: int) -> Tensor:
    return torch.tensor([[s <= keys - queries + t for s in range(keys)] for t in range(queries)])


def sdpa_large_negative(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -1e9)
    return torch.softmax(scores, dim=-1) @ v


def sdpa_renormalised(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    weights = torch.softmax(q @ k.mT / q.shape[-1] ** 0.5, dim=-1)
    if mask is not None:
        weights = weights * mask
    return weights / weights.sum(-1, keepdim=True) @ v


def sdpa_by_where(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = torch.einsum("...td,...sd->...ts", q, k) * q.shape[-1] ** -0.5
    if mask is None:
        mask = torch.ones(q.shape[-2], k.shape[-2], dtype=torch.bool)
    scores = torch.where(mask, scores, torch.tensor(float("-inf")))
    return torch.einsum("...ts,...sv->...tv", torch.softmax(scores, -1), v)


def sdpa_additive(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    scores = q.double() @ k.double().mT / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores + torch.zeros(mask.shape).masked_fill(~mask, float("-inf"))
    return torch.softmax(scores, -1) @ v.double()


def sdpa_by_query(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    outputs = []
    for t in range(q.shape[-2]):
        scores = (k @ q[..., t, :, None]).squeeze(-1) / math.sqrt(q.shape[-1])
        if mask is not None:
            scores[..., ~mask[t]] = float("-inf")
        weights = torch.exp(scores - scores.amax(-1, keepdim=True))
        weights = weights / weights.sum(-1, keepdim=True)
        outputs.append((weights[..., None] * v).sum(-2))
    return torch.stack(outputs, dim=-2)


VARIANTS: dict[str, tuple[Callable[..., object], ...]] = {
    "softmax": (softmax_in_float64, softmax_in_place, softmax_dim_last, softmax_by_rows),
    "attention_scores": (
        scores_by_einsum,
        scores_queries_scaled,
        scores_by_broadcast,
        scores_by_loop,
    ),
    "causal_mask": (mask_by_positions, mask_by_loop, mask_last_rows, mask_not_upper, mask_of_lists),
    "scaled_dot_product_attention": (
        sdpa_large_negative,
        sdpa_renormalised,
        sdpa_by_where,
        sdpa_additive,
        sdpa_by_query,
    ),
}
