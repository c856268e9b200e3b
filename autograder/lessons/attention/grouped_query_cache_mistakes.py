"""How the key/value cache of `GroupedQueryAttention` usually goes wrong."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from autograder.exercise import Mistake
from autograder.given import attention as given


class GQARestarts(nn.Module):
    def __init__(self, width: int, heads: int, kv_heads: int, theta: float = 10000.0) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.theta = heads, kv_heads, theta
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.v_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(
        self, x: Tensor, cache: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        at = torch.arange(x.shape[1])
        q = given.rotary_embedding(given.split_heads(self.q_proj(x), self.heads), at, self.theta)
        k = given.rotary_embedding(given.split_heads(self.k_proj(x), self.kv_heads), at, self.theta)
        v = given.split_heads(self.v_proj(x), self.kv_heads)
        if cache is not None:
            k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)
        group = self.heads // self.kv_heads
        keys, values = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
        mask = given.causal_mask(x.shape[1], keys.shape[2])
        heads = given.scaled_dot_product_attention(q, keys, values, mask)
        return self.o_proj(given.merge_heads(heads)), (k, v)


class GQACacheReplaced(nn.Module):
    def __init__(self, width: int, heads: int, kv_heads: int, theta: float = 10000.0) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.theta = heads, kv_heads, theta
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.v_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(
        self, x: Tensor, cache: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        start = 0 if cache is None else cache[0].shape[2]
        at = torch.arange(start, start + x.shape[1])
        q = given.rotary_embedding(given.split_heads(self.q_proj(x), self.heads), at, self.theta)
        k = given.rotary_embedding(given.split_heads(self.k_proj(x), self.kv_heads), at, self.theta)
        v = given.split_heads(self.v_proj(x), self.kv_heads)
        group = self.heads // self.kv_heads
        keys, values = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
        mask = given.causal_mask(x.shape[1], keys.shape[2])
        heads = given.scaled_dot_product_attention(q, keys, values, mask)
        return self.o_proj(given.merge_heads(heads)), (k, v)


class GQACacheNotGrown(nn.Module):
    def __init__(self, width: int, heads: int, kv_heads: int, theta: float = 10000.0) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.theta = heads, kv_heads, theta
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.v_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(
        self, x: Tensor, cache: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        start = 0 if cache is None else cache[0].shape[2]
        at = torch.arange(start, start + x.shape[1])
        q = given.rotary_embedding(given.split_heads(self.q_proj(x), self.heads), at, self.theta)
        k = given.rotary_embedding(given.split_heads(self.k_proj(x), self.kv_heads), at, self.theta)
        v = given.split_heads(self.v_proj(x), self.kv_heads)
        new = (k, v)
        if cache is not None:
            k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)
        group = self.heads // self.kv_heads
        keys, values = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
        mask = given.causal_mask(x.shape[1], keys.shape[2])
        heads = given.scaled_dot_product_attention(q, keys, values, mask)
        return self.o_proj(given.merge_heads(heads)), new


class GQAMaskUpperLeft(nn.Module):
    def __init__(self, width: int, heads: int, kv_heads: int, theta: float = 10000.0) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.theta = heads, kv_heads, theta
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.v_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(
        self, x: Tensor, cache: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        start = 0 if cache is None else cache[0].shape[2]
        at = torch.arange(start, start + x.shape[1])
        q = given.rotary_embedding(given.split_heads(self.q_proj(x), self.heads), at, self.theta)
        k = given.rotary_embedding(given.split_heads(self.k_proj(x), self.kv_heads), at, self.theta)
        v = given.split_heads(self.v_proj(x), self.kv_heads)
        if cache is not None:
            k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)
        group = self.heads // self.kv_heads
        keys, values = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
        mask = torch.ones(x.shape[1], keys.shape[2], dtype=torch.bool).tril()
        heads = given.scaled_dot_product_attention(q, keys, values, mask)
        return self.o_proj(given.merge_heads(heads)), (k, v)


class GQAWideCache(nn.Module):
    def __init__(self, width: int, heads: int, kv_heads: int, theta: float = 10000.0) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.theta = heads, kv_heads, theta
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.v_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(
        self, x: Tensor, cache: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        start = 0 if cache is None else cache[0].shape[2]
        at = torch.arange(start, start + x.shape[1])
        q = given.rotary_embedding(given.split_heads(self.q_proj(x), self.heads), at, self.theta)
        k = given.rotary_embedding(given.split_heads(self.k_proj(x), self.kv_heads), at, self.theta)
        v = given.split_heads(self.v_proj(x), self.kv_heads)
        group = self.heads // self.kv_heads
        keys, values = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
        if cache is not None:
            keys = torch.cat([cache[0], keys], dim=2)
            values = torch.cat([cache[1], values], dim=2)
        mask = given.causal_mask(x.shape[1], keys.shape[2])
        heads = given.scaled_dot_product_attention(q, keys, values, mask)
        return self.o_proj(given.merge_heads(heads)), (keys, values)


class GQATurnedTwice(nn.Module):
    def __init__(self, width: int, heads: int, kv_heads: int, theta: float = 10000.0) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.theta = heads, kv_heads, theta
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.v_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(
        self, x: Tensor, cache: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        start = 0 if cache is None else cache[0].shape[2]
        at = torch.arange(start, start + x.shape[1])
        q = given.rotary_embedding(given.split_heads(self.q_proj(x), self.heads), at, self.theta)
        k = given.split_heads(self.k_proj(x), self.kv_heads)
        v = given.split_heads(self.v_proj(x), self.kv_heads)
        if cache is not None:
            k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)
        k = given.rotary_embedding(k, torch.arange(k.shape[2]), self.theta)
        group = self.heads // self.kv_heads
        keys, values = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
        mask = given.causal_mask(x.shape[1], keys.shape[2])
        heads = given.scaled_dot_product_attention(q, keys, values, mask)
        return self.o_proj(given.merge_heads(heads)), (k, v)


class GQAWrongSize(nn.Module):
    def __init__(self, width: int, heads: int, kv_heads: int, theta: float = 10000.0) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.theta = heads, kv_heads, theta
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.v_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(
        self, x: Tensor, cache: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        start = 0 if cache is None else cache[0].shape[1]
        at = torch.arange(start, start + x.shape[1])
        q = given.rotary_embedding(given.split_heads(self.q_proj(x), self.heads), at, self.theta)
        k = given.rotary_embedding(given.split_heads(self.k_proj(x), self.kv_heads), at, self.theta)
        v = given.split_heads(self.v_proj(x), self.kv_heads)
        if cache is not None:
            k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)
        group = self.heads // self.kv_heads
        keys, values = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
        mask = given.causal_mask(x.shape[1], keys.shape[2])
        heads = given.scaled_dot_product_attention(q, keys, values, mask)
        return self.o_proj(given.merge_heads(heads)), (k, v)


class GQANoCacheBack(nn.Module):
    def __init__(self, width: int, heads: int, kv_heads: int, theta: float = 10000.0) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.theta = heads, kv_heads, theta
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.v_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, cache: tuple[Tensor, Tensor] | None = None) -> Tensor:
        start = 0 if cache is None else cache[0].shape[2]
        at = torch.arange(start, start + x.shape[1])
        q = given.rotary_embedding(given.split_heads(self.q_proj(x), self.heads), at, self.theta)
        k = given.rotary_embedding(given.split_heads(self.k_proj(x), self.kv_heads), at, self.theta)
        v = given.split_heads(self.v_proj(x), self.kv_heads)
        if cache is not None:
            k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)
        group = self.heads // self.kv_heads
        keys, values = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
        mask = given.causal_mask(x.shape[1], keys.shape[2])
        heads = given.scaled_dot_product_attention(q, keys, values, mask)
        return self.o_proj(given.merge_heads(heads))


CACHE_MISTAKES = (
    Mistake(
        "restarts",
        GQARestarts,
        "the positions start again at 0 with every call. New tokens come after those in the "
        "cache: start at its length.",
        ("step by step",),
    ),
    Mistake(
        "cache replaced",
        GQACacheReplaced,
        "the keys and values of earlier tokens are not used. Put the cache in front of the new "
        "ones.",
        ("small cache", "step by step"),
    ),
    Mistake(
        "cache not grown",
        GQACacheNotGrown,
        "the cache that comes back holds only the new tokens. Return all positions so far.",
        ("small cache", "step by step"),
    ),
    Mistake(
        "upper left",
        GQAMaskUpperLeft,
        "with a cache the mask hides too much: it numbers the new queries from 0. They are the "
        "last positions.",
        ("step by step",),
    ),
    Mistake(
        "wide cache",
        GQAWideCache,
        "the cache holds the repeated heads, so nothing is saved. Keep `kv_heads` heads and "
        "repeat them after the cache.",
        ("small cache",),
    ),
    Mistake(
        "turned twice",
        GQATurnedTwice,
        "keys from the cache are turned a second time. Turn only the new keys, then put the "
        "cache in front.",
        ("step by step",),
    ),
    Mistake(
        "wrong size",
        GQAWrongSize,
        "new positions start at the number of key/value heads. In a cached tensor the tokens are "
        "dimension 2.",
        ("step by step",),
    ),
    Mistake(
        "no cache back",
        GQANoCacheBack,
        "it returns only the output. Return two things: the output, and the new cache.",
        ("small cache", "step by step"),
    ),
)
