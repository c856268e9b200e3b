"""Other correct ways to write choosing tokens of lesson 04, each standing alone."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor


def greedy_by_max(logits: Tensor) -> Tensor:
    return torch.max(logits, dim=-1).indices


def greedy_by_topk(logits: Tensor) -> Tensor:
    return logits.topk(1, dim=-1).indices.squeeze(-1)


def greedy_by_sort(logits: Tensor) -> Tensor:
    return torch.sort(logits.softmax(-1), dim=-1, descending=True)[1][..., 0].int()


def temperature_by_reciprocal(logits: Tensor, value: float) -> Tensor:
    if not value > 0:
        raise ValueError(f"temperature {value} is not above 0")
    return logits * (1 / value)


def temperature_in_float64(logits: Tensor, value: float) -> Tensor:
    if value <= 0.0:
        raise ValueError
    return torch.div(logits.double(), value)


def temperature_of_a_copy(logits: Tensor, value: float) -> Tensor:
    if value <= 0:
        raise ValueError("choose a temperature above 0")
    logits = logits.clone()
    logits /= value
    return logits


def top_k_by_scatter(logits: Tensor, k: int) -> Tensor:
    best = torch.topk(logits, min(k, logits.size(-1)), dim=-1)
    return torch.full_like(logits, float("-inf")).scatter(-1, best.indices, best.values)


def top_k_by_sort(logits: Tensor, k: int) -> Tensor:
    ordered = logits.sort(dim=-1, descending=True).values
    least = ordered[..., :k][..., -1:]
    return torch.where(logits >= least, logits, torch.tensor(-1e9))


def top_k_by_rank(logits: Tensor, k: int) -> Tensor:
    ranks = logits.argsort(dim=-1, descending=True).argsort(dim=-1)
    return logits.masked_fill(ranks >= k, float("-inf"))


def top_k_by_rows(logits: Tensor, k: int) -> Tensor:
    rows = []
    for row in logits.reshape(-1, logits.shape[-1]).tolist():
        least = sorted(row, reverse=True)[min(k, len(row)) - 1]
        rows.append([each if each >= least else float("-inf") for each in row])
    return torch.tensor(rows).reshape(logits.shape)


def top_p_shifted(logits: Tensor, p: float) -> Tensor:
    ordered, places = torch.sort(logits, descending=True, dim=-1)
    reached = torch.cumsum(F.softmax(ordered, dim=-1), dim=-1)
    drop = reached >= p
    drop[..., 1:] = drop[..., :-1].clone()
    drop[..., 0] = False
    return logits.masked_fill(torch.zeros_like(drop).scatter(-1, places, drop), float("-inf"))


def top_p_from_below(logits: Tensor, p: float) -> Tensor:
    ordered, places = torch.sort(logits, dim=-1)
    drop = ordered.softmax(dim=-1).cumsum(dim=-1) <= 1 - p
    drop[..., -1] = False
    return logits.masked_fill(drop.scatter(-1, places, drop), -1e9)


def top_p_by_rows(logits: Tensor, p: float) -> Tensor:
    rows = logits.reshape(-1, logits.shape[-1])
    kept = torch.full_like(rows, float("-inf"))
    for row, chances in enumerate(rows.softmax(dim=-1).tolist()):
        total = 0.0
        for token in sorted(range(len(chances)), key=lambda i: -chances[i]):
            kept[row, token] = rows[row, token]
            total += chances[token]
            if total >= p:
                break
    return kept.reshape(logits.shape)


def top_p_unsorted_back(logits: Tensor, p: float) -> Tensor:
    places = logits.argsort(dim=-1, descending=True)
    chances = logits.double().softmax(dim=-1).gather(-1, places)
    keep = chances.cumsum(dim=-1) - chances < p
    return torch.where(keep.gather(-1, places.argsort(dim=-1)), logits, float("-inf"))


def sample_by_limit(logits: Tensor, generator: torch.Generator) -> Tensor:
    reached = logits.double().softmax(dim=-1).cumsum(dim=-1)
    limit = torch.rand(len(logits), 1, generator=generator, dtype=torch.float64)
    return (reached <= limit * reached[:, -1:]).sum(dim=-1)


def sample_by_gumbel(logits: Tensor, generator: torch.Generator) -> Tensor:
    chance = torch.rand(logits.shape, generator=generator, dtype=torch.float64)
    return (logits - (-chance.log()).log()).argmax(dim=-1)


def sample_by_rows(logits: Tensor, generator: torch.Generator) -> Tensor:
    picked = torch.multinomial(torch.exp(logits - logits.amax(-1, True)), 1, generator=generator)
    return torch.stack(list(picked.unbind(0))).squeeze(1)


@torch.no_grad()
def generate_by_recursion(
    model: Callable,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    texts, cache = [ids], None
    while len(texts) <= max_new_tokens:
        logits, cache = model(texts[-1], cache)
        token = choose(logits[:, -1, :]).view(-1, 1)
        if stop is not None:
            written = torch.cat([token[:, :0], *texts[1:]], dim=1)
            token = torch.where((written == stop).any(1, keepdim=True), stop, token)
        texts.append(token)
        if stop is not None and bool((torch.cat(texts[1:], 1) == stop).any(1).all()):
            break
    return torch.cat(texts, dim=1)


def generate_into_a_table(
    model: Callable,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    batch, length = ids.shape
    text = torch.zeros(batch, length + max_new_tokens, dtype=torch.long)
    text[:, :length] = ids
    start, cache, running = 0, None, [True] * batch
    with torch.inference_mode():
        for end in range(length, length + max_new_tokens):
            logits, cache = model(text[:, start:end], cache)
            for row, token in enumerate(choose(logits[:, -1]).tolist()):
                text[row, end] = token if running[row] else stop
                running[row] = running[row] and token != stop
            start = end
            if not any(running):
                return text[:, : end + 1]
    return text


@torch.no_grad()
def generate_by_lists(
    model: Callable,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    texts = ids.tolist()
    ended = [False for _ in texts]
    logits, cache = model(ids)
    for step in range(max_new_tokens):
        tokens = choose(logits[:, -1]).tolist()
        for row, token in enumerate(tokens):
            texts[row].append(stop if ended[row] else token)
            ended[row] = ended[row] or token == stop
        if all(ended) or step == max_new_tokens - 1:
            break
        logits, cache = model(torch.tensor([[text[-1]] for text in texts]), cache)
    return torch.tensor(texts)


VARIANTS: dict[str, tuple[Callable[..., object], ...]] = {
    "greedy": (greedy_by_max, greedy_by_topk, greedy_by_sort),
    "temperature": (temperature_by_reciprocal, temperature_in_float64, temperature_of_a_copy),
    "top_k": (top_k_by_scatter, top_k_by_sort, top_k_by_rank, top_k_by_rows),
    "top_p": (top_p_shifted, top_p_from_below, top_p_by_rows, top_p_unsorted_back),
    "sample_token": (sample_by_limit, sample_by_gumbel, sample_by_rows),
    "generate": (generate_by_recursion, generate_into_a_table, generate_by_lists),
}
