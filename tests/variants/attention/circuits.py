"""Other correct ways to write what a head does of lesson 03, each standing alone."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.given import attention as given


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
    "induction_score": (score_by_search, score_as_tensor, score_by_running_sum),
    "find_copying_head": (copying_by_loops, copying_by_argmax, copying_as_tensors, copying_as_list),
}
