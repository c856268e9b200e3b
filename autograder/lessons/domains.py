"""The words in which sheets say what valid inputs are, beside Python's own.

Torch is imported by nothing here: a lesson without it must not wait for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

__all__ = [
    "apart",
    "are_classes",
    "are_ids",
    "are_merges",
    "clear_nearest",
    "finite",
    "fit",
    "has_best",
    "is_mask",
]

APART = 1e-3
"""Numbers that decide by which is larger differ at least by this."""


def finite(*tensors: Tensor) -> bool:
    """Whether tensors hold fractions, at least one each, and all of them finite.

    >>> import torch
    >>> finite(torch.zeros(2), torch.tensor([torch.inf]))
    False
    """
    return all(t.is_floating_point() and t.numel() and bool(t.isfinite().all()) for t in tensors)


def fit(q: Tensor, k: Tensor, v: Tensor | None = None) -> bool:
    """Whether queries (..., T, D), keys (..., S, D) and values (..., S, Dv) belong together."""
    same = q.dim() == k.dim() >= 2 and q.shape[:-2] == k.shape[:-2] and q.shape[-1] == k.shape[-1]
    return same and (v is None or (v.dim() == k.dim() and v.shape[:-1] == k.shape[:-1]))


def apart(logits: Tensor) -> bool:
    """Whether no two logits of a row (..., V) are nearly equal, -inf aside.

    >>> import torch
    >>> apart(torch.tensor([1.0, 2.0, -torch.inf, -torch.inf])), apart(torch.tensor([1.0, 1.0]))
    (True, False)
    """
    if not (logits.dim() and logits.numel() and logits.is_floating_point()):
        return False
    ordered = logits.sort(dim=-1).values
    steps = ordered.diff(dim=-1)
    return bool(((steps > APART * (1 + 1e-3 * ordered[..., 1:].abs())) | steps.isnan()).all())


def has_best(logits: Tensor) -> bool:
    """Whether each row (..., V) holds a finite logit, and one is clearly the largest.

    >>> import torch
    >>> has_best(torch.tensor([1.0, 1.0, 2.0])), has_best(torch.tensor([2.0, 1.0, 2.0]))
    (True, False)
    """
    if not (logits.dim() and logits.numel() and logits.is_floating_point()):
        return False
    return bool(logits.amax(-1).isfinite().all()) and apart(
        logits.topk(min(2, logits.shape[-1])).values
    )


def is_mask(mask: Tensor) -> bool:
    """Whether each query (..., T, S) may see some key."""
    return not mask.is_floating_point() and bool(mask.any(-1).all())


def are_classes(predicted: Tensor, labels: Tensor, classes: int) -> bool:
    """Whether both are rows of one length of numbers from 0 to `classes` - 1."""
    return (
        predicted.shape == labels.shape
        and predicted.dim() == 1
        and all(0 <= each < classes for each in (*predicted.tolist(), *labels.tolist()))
    )


def clear_nearest(queries: Tensor, candidates: Tensor) -> bool:
    """Whether each query (N, D) has one candidate (M, D) that is clearly nearest by its angle."""
    one, other = (x / x.norm(dim=-1, keepdim=True) for x in (queries, candidates))
    best = (one @ other.T).sort(dim=-1, descending=True).values
    return best.shape[1] == 1 or bool((best[:, 0] - best[:, 1] > APART / 100).all())


def are_merges(merges: Sequence[Sequence[int]]) -> bool:
    """Whether each pair is of ids that are there when it is merged, and comes once.

    >>> are_merges([(1, 2), (256, 3)]), are_merges([(256, 3)])
    (True, False)
    """
    once = Counter(map(tuple, merges))
    return all(
        len(pair) == 2 and are_ids(pair, rank) and once[tuple(pair)] == 1
        for rank, pair in enumerate(merges)
    )


def are_ids(ids: Collection[Hashable], merges: int) -> bool:
    """Whether all are ids of bytes or of the first `merges` merges."""
    return all(type(i) is int and 0 <= i < 256 + merges for i in ids)
