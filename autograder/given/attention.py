"""The parts of lesson 03, written with the field's libraries.

A learner who is stuck goes on with these (`given.split_heads`), and later lessons build on them.
Names, shapes and masks are those of the exercises: a mask is True where a query may look.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = [
    "GroupedQueryAttention",
    "MultiHeadAttention",
    "attention_scores",
    "causal_mask",
    "induction_score",
    "merge_heads",
    "rotary_embedding",
    "scaled_dot_product_attention",
    "softmax",
    "split_heads",
]

THETA = 10000.0
"""Base of the rotary frequencies in the papers and in most models."""
KVCache = tuple[Tensor, Tensor]
"""Keys and values of the positions so far, each (batch, kv_heads, positions, head_size)."""


def softmax(x: Tensor, dim: int) -> Tensor:
    """Weights that are positive and sum to one along `dim`."""
    weights: Tensor = torch.softmax(x, dim)
    return weights


def attention_scores(q: Tensor, k: Tensor) -> Tensor:
    """Scaled dot products: (..., T, D) and (..., S, D) give (..., T, S)."""
    return torch.matmul(q, k.transpose(-2, -1)) * math.sqrt(1 / q.shape[-1])


def causal_mask(queries: int, keys: int) -> Tensor:
    """(queries, keys) of bool; the queries are the last of the `keys` positions."""
    return torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries)


def scaled_dot_product_attention(
    q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None
) -> Tensor:
    """(..., T, D), (..., S, D), (..., S, V) give (..., T, V)."""
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)


def split_heads(x: Tensor, heads: int) -> Tensor:
    """(B, T, heads * D) gives (B, heads, T, D)."""
    return x.reshape(*x.shape[:2], heads, -1).transpose(1, 2)


def merge_heads(x: Tensor) -> Tensor:
    """(B, heads, T, D) gives (B, T, heads * D)."""
    return x.transpose(1, 2).flatten(2)


def rotary_embedding(x: Tensor, positions: Tensor, theta: float = THETA) -> Tensor:
    """Turn (B, heads, T, D) by the angles of `positions` (T,), pairing i with i + D/2."""
    half = x.shape[-1] // 2
    frequencies = theta ** (-torch.arange(half, dtype=torch.float32) / half)  # (D/2,)
    turn = torch.polar(torch.ones(()), positions[:, None] * frequencies)  # (T, D/2)
    turned = torch.complex(*x.chunk(2, dim=-1)) * turn
    return torch.cat([turned.real, turned.imag], dim=-1)


class MultiHeadAttention(nn.Module):
    """(B, T, width) gives (B, T, width): `heads` attentions side by side."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Every position of `x` looks at every position of `x` that `mask` allows."""
        q, k, v = (split_heads(p(x), self.heads) for p in (self.q_proj, self.k_proj, self.v_proj))
        out: Tensor = self.o_proj(merge_heads(scaled_dot_product_attention(q, k, v, mask)))
        return out


class GroupedQueryAttention(nn.Module):
    """Llama's attention: rotary positions, shared key/value heads, a cache, a causal mask."""

    def __init__(self, width: int, heads: int, kv_heads: int, theta: float = THETA) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.theta = heads, kv_heads, theta
        kv_width = width // heads * kv_heads
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, kv_width, bias=False)
        self.v_proj = nn.Linear(width, kv_width, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, cache: KVCache | None = None) -> tuple[Tensor, KVCache]:
        """The output for the new positions (B, T, width), and the cache with them in it."""
        start = 0 if cache is None else cache[0].shape[2]
        positions = torch.arange(start, start + x.shape[1])
        q = rotary_embedding(split_heads(self.q_proj(x), self.heads), positions, self.theta)
        k = rotary_embedding(split_heads(self.k_proj(x), self.kv_heads), positions, self.theta)
        v = split_heads(self.v_proj(x), self.kv_heads)
        if cache is not None:
            k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)
        mask = causal_mask(x.shape[1], k.shape[2])
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, enable_gqa=True)
        return self.o_proj(merge_heads(out)), (k, v)


def induction_score(weights: Tensor, ids: Tensor) -> float:
    """How much one head, (T, T), looks at what came after each token's previous occurrence."""
    last: dict[int, int] = {}
    looks = []
    for position, token in enumerate(ids.tolist()):
        if token in last:
            looks.append(weights[position, last[token] + 1])
        last[token] = position
    return float(torch.stack(looks).mean())
