"""Other correct ways to write the exercises of lesson 03, each standing alone."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.given import attention as given


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


class GQATurnsAfterTheCache(nn.Module):
    """Keeps plain keys and turns all of them at every call: slower, and the same result."""

    def __init__(self, width: int, heads: int, kv_heads: int, theta: float = 10000.0) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.theta = heads, kv_heads, theta
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.v_proj = nn.Linear(width, width // heads * kv_heads, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, cache: tuple[Tensor, Tensor] | None = None):
        q = given.split_heads(self.q_proj(x), self.heads)
        new = (
            given.split_heads(self.k_proj(x), self.kv_heads),
            given.split_heads(self.v_proj(x), self.kv_heads),
        )
        k, v = new
        if cache is not None:
            k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)
        positions = torch.arange(k.shape[2])
        q = given.rotary_embedding(q, positions[-x.shape[1] :], self.theta)
        turned = given.rotary_embedding(k, positions, self.theta)
        group = self.heads // self.kv_heads
        turned, values = (
            each[:, :, None].expand(-1, -1, group, -1, -1).flatten(1, 2) for each in (turned, v)
        )
        mask = given.causal_mask(x.shape[1], k.shape[2])
        out = given.scaled_dot_product_attention(q, turned, values, mask)
        return self.o_proj(given.merge_heads(out)), [k, v]


def score_by_search(weights: Tensor, ids: Tensor) -> float:
    looks = []
    for t in range(len(ids)):
        before = [p for p in range(t) if ids[p] == ids[t]]
        if before:
            looks.append(weights[t, before[-1] + 1])
    return torch.stack(looks).mean().item()


def score_as_tensor(weights: Tensor, ids: Tensor) -> Tensor:
    same = (ids[:, None] == ids).tril(-1)  # (T, T), earlier positions with the same token
    rows = same.any(dim=-1).nonzero().squeeze(-1)
    latest = (same * torch.arange(1, len(ids) + 1)).amax(dim=-1)[rows]  # one past the latest
    return weights[rows, latest].mean()


def score_by_running_sum(weights: Tensor, ids: Tensor) -> float:
    last: dict[int, int] = {}
    total, count = 0.0, 0
    for t, token in enumerate(int(i) for i in ids):
        if token in last:
            total, count = total + float(weights[t, last[token] + 1]), count + 1
        last[token] = t
    return total / count


def copying_by_loops(weights: Tensor, ids: Tensor) -> tuple[int, int]:
    best, place = -1.0, (0, 0)
    for layer, heads in enumerate(weights):
        for head, looks in enumerate(heads):
            score = given.induction_score(looks, ids)
            if score > best:
                best, place = score, (layer, head)
    return place


def copying_by_argmax(weights: Tensor, ids: Tensor) -> tuple[int, int]:
    scores = torch.tensor([[given.induction_score(h, ids) for h in layer] for layer in weights])
    return divmod(scores.argmax().item(), weights.shape[1])


def copying_as_tensors(weights: Tensor, ids: Tensor) -> tuple[Tensor, Tensor]:
    scores = torch.tensor([[given.induction_score(h, ids) for h in layer] for layer in weights])
    return tuple(torch.unravel_index(scores.argmax(), scores.shape))


def copying_as_list(weights: Tensor, ids: Tensor) -> list[int]:
    scores = torch.tensor([[given.induction_score(h, ids) for h in layer] for layer in weights])
    return (scores == scores.max()).nonzero()[0].tolist()


VARIANTS: dict[str, tuple[Callable[..., object], ...]] = {
    "softmax": (
        softmax_in_float64,
        softmax_in_place,
        softmax_dim_last,
        softmax_by_rows,
    ),
    "attention_scores": (
        scores_by_einsum,
        scores_queries_scaled,
        scores_by_broadcast,
        scores_by_loop,
    ),
    "causal_mask": (
        mask_by_positions,
        mask_by_loop,
        mask_last_rows,
        mask_not_upper,
        mask_of_lists,
    ),
    "scaled_dot_product_attention": (
        sdpa_large_negative,
        sdpa_renormalised,
        sdpa_by_where,
        sdpa_additive,
        sdpa_by_query,
    ),
    "split_heads": (split_by_view, split_by_chunks, split_by_slices, split_by_unflatten),
    "merge_heads": (merge_by_permute, merge_by_cat, merge_by_slices, merge_by_reshape),
    "MultiHeadAttention": (MHAWithLibraryAttention, MHAHeadByHead, MHAByEinsum),
    "rotary_embedding": (
        rotary_by_halves,
        rotary_by_complex_numbers,
        rotary_by_loops,
        rotary_in_float64,
    ),
    "GroupedQueryAttention": (
        GQAWithLibraryAttention,
        GQAGroupedQueries,
        GQATurnsAfterTheCache,
    ),
    "induction_score": (score_by_search, score_as_tensor, score_by_running_sum),
    "find_copying_head": (
        copying_by_loops,
        copying_by_argmax,
        copying_as_tensors,
        copying_as_list,
    ),
}
