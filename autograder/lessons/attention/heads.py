"""`split_heads(x, heads)` and `merge_heads(x)`: one wide vector as several narrow ones, and back.

Oracle: `torch.tensor_split` and `torch.cat`, by the definition: head h holds the numbers from
h * D up to (h + 1) * D of every token's vector.
"""

from __future__ import annotations

import torch

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise


def _split_case(draw: Draw, batch: int, tokens: int, heads: int, size: int) -> Case:
    x = torch.randn(batch, tokens, heads * size, generator=draw.torch())
    return Case((x, heads), torch.stack(torch.tensor_split(x, heads, dim=-1), dim=1))


def _merge_case(draw: Draw, batch: int, tokens: int, heads: int, size: int) -> Case:
    x = torch.randn(batch, heads, tokens, size, generator=draw.torch())
    return Case((x,), torch.cat(x.unbind(dim=1), dim=-1))


def _split_one(draw: Draw) -> list[Case]:
    count = torch.arange(6.0).reshape(1, 1, 6)
    first = Case((count, 2), torch.tensor([[[[0.0, 1.0, 2.0]], [[3.0, 4.0, 5.0]]]]))
    return [first, _split_case(draw, 1, 1, *draw.size((2, 5), (4, 3)))]


def _split_tokens(draw: Draw) -> list[Case]:
    return [_split_case(draw, 1, *draw.size((4, 2, 3), (5, 3, 2)))]


def _split_batches(draw: Draw) -> list[Case]:
    return [_split_case(draw, *draw.size((2, 3, 4, 5), (3, 4, 2, 6)))]


def _merge_one(draw: Draw) -> list[Case]:
    count = torch.arange(6.0).reshape(1, 2, 1, 3)
    return [
        Case((count,), torch.arange(6.0).reshape(1, 1, 6)),
        _merge_case(draw, 1, 1, *draw.size((2, 5), (4, 3))),
    ]


def _merge_tokens(draw: Draw) -> list[Case]:
    return [_merge_case(draw, 1, *draw.size((4, 2, 3), (5, 3, 2)))]


def _merge_batches(draw: Draw) -> list[Case]:
    return [_merge_case(draw, *draw.size((2, 3, 4, 5), (3, 4, 2, 6)))]


SPLIT_HEADS = exercise(__file__, "split_heads", _split_one, _split_tokens, _split_batches)

MERGE_HEADS = exercise(__file__, "merge_heads", _merge_one, _merge_tokens, _merge_batches)
