"""How `GroupedQueryAttention` usually goes wrong, the cache apart."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from autograder.exercise import Mistake
from autograder.given import attention as given


class GQATiled(nn.Module):
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
        keys, values = k.repeat(1, group, 1, 1), v.repeat(1, group, 1, 1)
        mask = given.causal_mask(x.shape[1], keys.shape[2])
        heads = given.scaled_dot_product_attention(q, keys, values, mask)
        return self.o_proj(given.merge_heads(heads)), (k, v)


class GQANoMask(nn.Module):
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
        heads = given.scaled_dot_product_attention(q, keys, values)
        return self.o_proj(given.merge_heads(heads)), (k, v)


class GQAValuesTurned(nn.Module):
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
        v = given.rotary_embedding(given.split_heads(self.v_proj(x), self.kv_heads), at, self.theta)
        if cache is not None:
            k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)
        group = self.heads // self.kv_heads
        keys, values = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
        mask = given.causal_mask(x.shape[1], keys.shape[2])
        heads = given.scaled_dot_product_attention(q, keys, values, mask)
        return self.o_proj(given.merge_heads(heads)), (k, v)


class GQANotTurned(nn.Module):
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
        q = given.split_heads(self.q_proj(x), self.heads)
        k = given.split_heads(self.k_proj(x), self.kv_heads)
        v = given.split_heads(self.v_proj(x), self.kv_heads)
        if cache is not None:
            k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)
        group = self.heads // self.kv_heads
        keys, values = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
        mask = given.causal_mask(x.shape[1], keys.shape[2])
        heads = given.scaled_dot_product_attention(q, keys, values, mask)
        return self.o_proj(given.merge_heads(heads)), (k, v)


class GQAQueriesTurned(nn.Module):
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
        group = self.heads // self.kv_heads
        keys, values = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
        mask = given.causal_mask(x.shape[1], keys.shape[2])
        heads = given.scaled_dot_product_attention(q, keys, values, mask)
        return self.o_proj(given.merge_heads(heads)), (k, v)


class GQAOwnTheta(nn.Module):
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
        q = given.rotary_embedding(given.split_heads(self.q_proj(x), self.heads), at)
        k = given.rotary_embedding(given.split_heads(self.k_proj(x), self.kv_heads), at)
        v = given.split_heads(self.v_proj(x), self.kv_heads)
        if cache is not None:
            k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)
        group = self.heads // self.kv_heads
        keys, values = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
        mask = given.causal_mask(x.shape[1], keys.shape[2])
        heads = given.scaled_dot_product_attention(q, keys, values, mask)
        return self.o_proj(given.merge_heads(heads)), (k, v)


class GQAFullHeads(nn.Module):
    def __init__(self, width: int, heads: int, kv_heads: int, theta: float = 10000.0) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.theta = heads, kv_heads, theta
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(
        self, x: Tensor, cache: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        start = 0 if cache is None else cache[0].shape[2]
        at = torch.arange(start, start + x.shape[1])
        q = given.rotary_embedding(given.split_heads(self.q_proj(x), self.heads), at, self.theta)
        k = given.rotary_embedding(given.split_heads(self.k_proj(x), self.heads), at, self.theta)
        v = given.split_heads(self.v_proj(x), self.heads)
        if cache is not None:
            k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)
        mask = given.causal_mask(x.shape[1], k.shape[2])
        heads = given.scaled_dot_product_attention(q, k, v, mask)
        return self.o_proj(given.merge_heads(heads)), (k, v)


class GQAThreeResults(nn.Module):
    def __init__(self, width: int, heads: int, kv_heads: int, theta: float = 10000.0) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.theta = heads, kv_heads, theta
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.v_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(
        self, x: Tensor, cache: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
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
        return self.o_proj(given.merge_heads(heads)), k, v


MISTAKES = (
    Mistake(
        "tiled",
        GQATiled,
        "the key/value heads are repeated in turns, 0 1 0 1. Neighbouring query heads share one: "
        "0 0 1 1.",
        ("one token",),
    ),
    Mistake(
        "no mask",
        GQANoMask,
        "positions see what comes after them. Use a causal mask.",
        ("full pass",),
    ),
    Mistake(
        "values turned",
        GQAValuesTurned,
        "the values are turned too. Turn only queries and keys: positions decide who is looked "
        "at, not what is read.",
        ("full pass",),
    ),
    Mistake(
        "not turned",
        GQANotTurned,
        "positions have no effect. Turn queries and keys with rotary_embedding.",
        ("full pass",),
    ),
    Mistake(
        "queries turned",
        GQAQueriesTurned,
        "only the queries are turned. Turn the keys as well, or the angle between them is not "
        "their distance.",
        ("full pass",),
    ),
    Mistake(
        "own theta",
        GQAOwnTheta,
        "theta has no effect. Pass it on to rotary_embedding.",
        ("full pass",),
    ),
    Mistake(
        "full heads",
        GQAFullHeads,
        "k_proj and v_proj are as wide as q_proj. They make only `kv_heads` heads of size width "
        "// heads.",
        ("parameters",),
    ),
    Mistake(
        "three results",
        GQAThreeResults,
        "it returns three things. Return two: the output, and the pair of keys and values.",
        ("one token",),
    ),
)
