"""`split_heads(x, heads)` and `merge_heads(x)`: one wide vector as several narrow ones, and back.

Oracle: `torch.tensor_split` and `torch.cat`, by the definition: head h holds the numbers from
h * D up to (h + 1) * D of every token's vector.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import Cases, exercise


def _split_case(draw: Draw, batch: int, tokens: int, heads: int, size: int) -> Case:
    x = torch.randn(batch, tokens, heads * size, generator=draw.torch())
    return Case((x, heads), torch.stack(torch.tensor_split(x, heads, dim=-1), dim=1))


def _merge_case(draw: Draw, batch: int, tokens: int, heads: int, size: int) -> Case:
    x = torch.randn(batch, heads, tokens, size, generator=draw.torch())
    return Case((x,), torch.cat(x.unbind(dim=1), dim=-1))


def _stages(first: Case, case: Callable[..., Case]) -> tuple[Cases, Cases, Cases]:
    """One token, then several, then batches of them: the stages of both exercises."""
    return (
        lambda draw: [first, case(draw, 1, 1, *draw.size((2, 5), (4, 3)))],
        lambda draw: [case(draw, 1, *draw.size((4, 2, 3), (5, 3, 2)))],
        lambda draw: [case(draw, *draw.size((2, 3, 4, 5), (3, 4, 2, 6)))],
    )


WIDE = torch.arange(6.0).reshape(1, 1, 6)
SPLIT = torch.tensor([[[[0.0, 1.0, 2.0]], [[3.0, 4.0, 5.0]]]])

SPLIT_HEADS = exercise(__file__, "split_heads", *_stages(Case((WIDE, 2), SPLIT), _split_case))

MERGE_HEADS = exercise(__file__, "merge_heads", *_stages(Case((SPLIT,), WIDE), _merge_case))
