"""`mean_pool(hidden, mask)`: the vectors of a text's tokens as one vector for the text.

Oracle: `torch.masked.mean`, which is how the published encoder pools.
"""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise


def _case(hidden: Tensor, mask: Tensor) -> Case:
    chosen = mask[..., None].expand_as(hidden).bool()
    return Case((hidden, mask), torch.masked.mean(hidden, dim=1, mask=chosen))


def _random(draw: Draw, lengths: tuple[int, ...], size: int) -> tuple[Tensor, Tensor]:
    """Vectors of texts that are this long, padded on the right, and their mask."""
    mask = (torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]).long()
    return torch.randn(*mask.shape, size, generator=draw.torch()), mask


def _whole(draw: Draw) -> list[Case]:
    hidden = torch.tensor([[[1.0, 0.0], [3.0, 4.0]]])
    first = Case((hidden, torch.tensor([[1, 1]])), torch.tensor([[2.0, 2.0]]))
    return [first, _case(*_random(draw, *draw.size(((4, 4, 4), 5), ((6, 6), 3))))]


def _padded(draw: Draw) -> list[Case]:
    return [_case(*_random(draw, *draw.size(((3, 5, 2), 4), ((1, 6, 4, 3), 7))))]


def _left(draw: Draw) -> list[Case]:
    hidden, mask = _random(draw, *draw.size(((2, 4, 3), 5), ((5, 1), 3)))
    return [_case(hidden.flip(1), mask.flip(1))]


MEAN_POOL = exercise(__file__, "mean_pool", _whole, _padded, _left)
