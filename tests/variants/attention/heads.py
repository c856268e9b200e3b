"""Other correct ways to write heads and positions of lesson 03, each standing alone."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.given import attention as given


def split_by_view(x: Tensor, heads: int) -> Tensor:
    return x.view(x.size(0), x.size(1), heads, -1).permute(0, 2, 1, 3)


def split_by_chunks(x: Tensor, heads: int) -> Tensor:
    return torch.stack(x.chunk(heads, dim=-1), dim=1)


def split_by_slices(x: Tensor, heads: int) -> Tensor:
    size = x.shape[-1] // heads
    out = x.new_empty(x.shape[0], heads, x.shape[1], size)
    for h in range(heads):
        out[:, h] = x[..., h * size : (h + 1) * size]
    return out


def split_by_unflatten(x: Tensor, heads: int) -> Tensor:
    return x.unflatten(-1, (heads, -1)).transpose(-3, -2)


def merge_by_permute(x: Tensor) -> Tensor:
    batch, heads, tokens, size = x.shape
    return x.permute(0, 2, 1, 3).contiguous().view(batch, tokens, heads * size)


def merge_by_cat(x: Tensor) -> Tensor:
    return torch.cat([x[:, h] for h in range(x.shape[1])], dim=-1)


def merge_by_slices(x: Tensor) -> Tensor:
    batch, heads, tokens, size = x.shape
    out = x.new_zeros(batch, tokens, heads * size)
    for h in range(heads):
        out[..., h * size : (h + 1) * size] = x[:, h]
    return out


def merge_by_reshape(x: Tensor) -> Tensor:
    return x.transpose(1, 2).reshape(x.shape[0], x.shape[2], -1)


class MHAWithLibraryAttention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        batch, tokens, width = x.shape
        shape = (batch, tokens, self.heads, width // self.heads)
        q, k, v = (
            p(x).view(shape).transpose(1, 2) for p in (self.q_proj, self.k_proj, self.v_proj)
        )
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.o_proj(out.transpose(1, 2).reshape(batch, tokens, width))


class MHAHeadByHead(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.size = width // heads
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            setattr(self, name, nn.Linear(width, width, bias=False))

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        outputs = []
        q, k, v = self.q_proj(x), self.k_proj(x), self.v_proj(x)
        for start in range(0, x.shape[-1], self.size):
            part = slice(start, start + self.size)
            scores = q[..., part] @ k[..., part].mT / math.sqrt(self.size)
            if mask is not None:
                scores = scores.masked_fill(~mask, -1e9)
            outputs.append(torch.softmax(scores, -1) @ v[..., part])
        return self.o_proj(torch.cat(outputs, -1))


class MHAByEinsum(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.o_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.q_proj = nn.Linear(width, width, bias=False)
        self.heads = heads
        self.dropout = nn.Dropout(0.0)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        size = x.shape[-1] // self.heads
        q = self.q_proj(x).unflatten(-1, (self.heads, size)) / size**0.5
        k = self.k_proj(x).unflatten(-1, (self.heads, size))
        v = self.v_proj(x).unflatten(-1, (self.heads, size))
        scores = torch.einsum("bthd,bshd->bhts", q, k)
        if mask is not None:
            scores = scores + torch.where(mask, 0.0, float("-inf"))
        mixed = torch.einsum("bhts,bshd->bthd", self.dropout(scores.softmax(-1)), v)
        return self.o_proj(mixed.flatten(-2))


def rotary_by_halves(x: Tensor, positions: Tensor, theta: float = 10000.0) -> Tensor:
    size = x.shape[-1]
    speeds = 1.0 / theta ** (torch.arange(0, size, 2).float() / size)
    angles = torch.outer(positions.float(), speeds)
    angles = torch.cat([angles, angles], dim=-1)
    half = torch.cat([-x[..., size // 2 :], x[..., : size // 2]], dim=-1)
    return x * angles.cos() + half * angles.sin()


def rotary_by_complex_numbers(x: Tensor, positions: Tensor, theta: float = 10000.0) -> Tensor:
    half = x.shape[-1] // 2
    speeds = theta ** (-torch.arange(half) / half)
    turn = torch.polar(torch.ones(len(positions), half), positions[:, None] * speeds)
    turned = torch.complex(x[..., :half], x[..., half:]) * turn
    return torch.cat([turned.real, turned.imag], dim=-1)


def rotary_by_loops(x: Tensor, positions: Tensor, theta: float = 10000.0) -> Tensor:
    half = x.shape[-1] // 2
    out = torch.zeros_like(x)
    for t, position in enumerate(positions.tolist()):
        for i in range(half):
            angle = position * theta ** (-2 * i / x.shape[-1])
            a, b = x[:, :, t, i], x[:, :, t, i + half]
            out[:, :, t, i] = a * math.cos(angle) - b * math.sin(angle)
            out[:, :, t, i + half] = a * math.sin(angle) + b * math.cos(angle)
    return out


def rotary_in_float64(x: Tensor, positions: Tensor, theta: float = 10000.0) -> Tensor:
    size = x.shape[-1]
    speeds = torch.exp(-math.log(theta) * torch.arange(0, size, 2, dtype=torch.float64) / size)
    angles = positions.double().unsqueeze(-1) * speeds
    a, b = x.double().split(size // 2, dim=-1)
    first = a * angles.cos() - b * angles.sin()
    return torch.cat((first, b * angles.cos() + a * angles.sin()), -1).float()


class GQAWithLibraryAttention(nn.Module):
    def __init__(self, width: int, heads: int, kv_heads: int, theta: float = 10000.0) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.theta = heads, kv_heads, theta
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.v_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, cache: tuple[Tensor, Tensor] | None = None):
        past = 0 if cache is None else cache[0].size(2)
        at = torch.arange(past, past + x.size(1))
        q = given.rotary_embedding(given.split_heads(self.q_proj(x), self.heads), at, self.theta)
        k = given.rotary_embedding(given.split_heads(self.k_proj(x), self.kv_heads), at, self.theta)
        v = given.split_heads(self.v_proj(x), self.kv_heads)
        if cache is not None:
            k, v = torch.cat((cache[0], k), 2), torch.cat((cache[1], v), 2)
        mask = given.causal_mask(x.size(1), k.size(2)) if x.size(1) > 1 else None
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, enable_gqa=True)
        return self.o_proj(given.merge_heads(out)), (k, v)


class GQAGroupedQueries(nn.Module):
    def __init__(self, width: int, heads: int, kv_heads: int, theta: float = 10000.0) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.size, self.theta = heads, kv_heads, width // heads, theta
        self.q_proj = nn.Linear(width, heads * self.size, bias=False)
        self.k_proj = nn.Linear(width, kv_heads * self.size, bias=False)
        self.v_proj = nn.Linear(width, kv_heads * self.size, bias=False)
        self.o_proj = nn.Linear(heads * self.size, width, bias=False)

    def turned(self, x: Tensor, start: int) -> Tensor:
        speeds = self.theta ** (-torch.arange(0, self.size, 2) / self.size)
        angles = torch.arange(start, start + x.shape[2])[:, None] * speeds
        a, b = x.chunk(2, dim=-1)
        cos, sin = angles.cos(), angles.sin()
        return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)

    def forward(self, x: Tensor, cache: tuple[Tensor, Tensor] | None = None):
        batch, tokens, _ = x.shape
        q, k, v = (
            p(x).view(batch, tokens, -1, self.size).transpose(1, 2)
            for p in (self.q_proj, self.k_proj, self.v_proj)
        )
        start = 0
        if cache is not None:
            start = cache[0].shape[2]
        q, k = self.turned(q, start), self.turned(k, start)
        if cache is not None:
            k = torch.cat([cache[0], k], dim=2)
            v = torch.cat([cache[1], v], dim=2)
        q = q.view(batch, self.kv_heads, -1, tokens, self.size)  # query heads by group
        scores = torch.einsum("bkgtd,bksd->bkgts", q, k) / math.sqrt(self.size)
        late = torch.arange(start, start + tokens)[:, None] < torch.arange(start + tokens)
        weights = torch.softmax(scores.masked_fill(late, float("-inf")), dim=-1)
        out = torch.einsum("bkgts,bksd->btkgd", weights, v)
        return self.o_proj(out.flatten(2)), (k, v)


class GQAWithListCache(nn.Module):
    """Gives the cache as a list, and views every key/value head as many query heads."""

    def __init__(self, width: int, heads: int, kv_heads: int, theta: float = 10000.0) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.theta = heads, kv_heads, theta
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.v_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, cache: tuple[Tensor, Tensor] | None = None):
        q = given.split_heads(self.q_proj(x), self.heads)
        k = given.split_heads(self.k_proj(x), self.kv_heads)
        v = given.split_heads(self.v_proj(x), self.kv_heads)
        before = 0 if cache is None else cache[0].shape[2]
        positions = torch.arange(before, before + x.shape[1])
        q, k = (given.rotary_embedding(each, positions, self.theta) for each in (q, k))
        kept = (
            [k, v]
            if cache is None
            else [torch.cat(two, 2) for two in zip(cache, (k, v), strict=True)]
        )
        group = self.heads // self.kv_heads
        keys, values = (
            each[:, :, None].expand(-1, -1, group, -1, -1).flatten(1, 2) for each in kept
        )
        mask = given.causal_mask(x.shape[1], keys.shape[2])
        out = given.scaled_dot_product_attention(q, keys, values, mask)
        return self.o_proj(given.merge_heads(out)), kept


VARIANTS: dict[str, tuple[Callable[..., object], ...]] = {
    "split_heads": (split_by_view, split_by_chunks, split_by_slices, split_by_unflatten),
    "merge_heads": (merge_by_permute, merge_by_cat, merge_by_slices, merge_by_reshape),
    "MultiHeadAttention": (MHAWithLibraryAttention, MHAHeadByHead, MHAByEinsum),
    "rotary_embedding": (
        rotary_by_halves,
        rotary_by_complex_numbers,
        rotary_by_loops,
        rotary_in_float64,
    ),
    "GroupedQueryAttention": (GQAWithLibraryAttention, GQAGroupedQueries, GQAWithListCache),
}
