"""`split_heads(x, heads)` and `merge_heads(x)`: one wide vector as several narrow ones, and back.

Oracle: `torch.tensor_split` and `torch.cat`, by the definition: head h holds the numbers from
h * D up to (h + 1) * D of every token's vector.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import Cases, exercise

ONE = ((1, 1, 2, 5), (1, 1, 3, 2), (1, 1, 1, 4), (1, 1, 4, 1))
ONE_HIDDEN = ((1, 1, 4, 3), (1, 1, 2, 3), (1, 1, 1, 3), (1, 1, 5, 1))
EVERY = ((1, 4, 2, 3), (1, 3, 3, 2), (1, 4, 3, 3), (1, 3, 1, 4), (1, 5, 4, 1))
EVERY_HIDDEN = ((1, 5, 3, 2), (1, 2, 2, 3), (1, 3, 2, 2), (1, 4, 1, 3), (1, 3, 5, 1))
BATCHES = ((2, 3, 4, 5), (3, 3, 3, 3), (2, 4, 2, 3), (3, 1, 2, 4), (3, 2, 1, 4), (2, 70, 2, 2))
BATCHES_HIDDEN = (
    (3, 4, 2, 6),
    (2, 2, 2, 2),
    (3, 2, 3, 2),
    (2, 1, 4, 3),
    (4, 3, 1, 2),
    (3, 80, 2, 1),
)
"""Texts, tokens, heads and D: other sizes, then some that coincide, then sizes of one."""


def _split_case(x: Tensor) -> Case:
    """The way from (B, T, heads, D), joined."""
    heads = x.shape[2]
    x = x.flatten(2)
    return Case((x, heads), torch.stack(torch.tensor_split(x, heads, dim=-1), dim=1))


def _merge_case(x: Tensor) -> Case:
    """The way back to (B, T, heads, D), joined."""
    x = torch.stack(x.unbind(dim=2), dim=1)
    return Case((x,), torch.cat(x.unbind(dim=1), dim=-1))


def _stages(first: Sequence[Case], case: Callable[[Tensor], Case]) -> tuple[Cases, Cases, Cases]:
    """One token, then several, then batches of them: the stages of both exercises."""

    def cases(draw: Draw, sizes: tuple[tuple[int, ...], ...]) -> list[Case]:
        drawn = [torch.randn(size, generator=draw.torch()) for size in sizes]
        numbers = torch.arange(drawn[0].numel()).reshape(drawn[0].shape)  # whole numbers too
        return [case(x) for x in (*drawn, numbers)]

    return (
        lambda draw: [*first, *cases(draw, draw.size(ONE, ONE_HIDDEN))],
        lambda draw: cases(draw, draw.size(EVERY, EVERY_HIDDEN)),
        lambda draw: cases(draw, draw.size(BATCHES, BATCHES_HIDDEN)),
    )


WIDE = torch.arange(6.0).reshape(1, 1, 6)
SPLIT = torch.tensor([[[[0.0, 1.0, 2.0]], [[3.0, 4.0, 5.0]]]])

TWO = torch.arange(24.0).reshape(2, 1, 3, 4)
"""One token of each of two texts: heads folded into the batch are not the heads of the first."""

SPLIT_HEADS = exercise(
    __file__, "split_heads", *_stages((Case((WIDE, 2), SPLIT), _split_case(TWO)), _split_case)
)

MERGE_HEADS = exercise(__file__, "merge_heads", *_stages((Case((SPLIT,), WIDE),), _merge_case))
