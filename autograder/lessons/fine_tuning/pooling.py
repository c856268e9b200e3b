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


def _with_zeros(hidden: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """The same with a token whose vector is 0, as padding's often is, and large padding."""
    hidden = torch.where(mask[..., None] == 1, hidden, 1000 * hidden)
    hidden[:, 1] = torch.where(mask[:, 1, None] == 1, 0, hidden[:, 1])
    return hidden, mask


def _whole(draw: Draw) -> list[Case]:
    """Also one text, texts of one token, vectors as long as the text, and a long text."""
    hidden = torch.tensor([[[1.0, 0.0], [3.0, 4.0]]])
    first = Case((hidden, torch.tensor([[1, 1]])), torch.tensor([[2.0, 2.0]]))
    sizes = draw.size(
        (((4, 4, 4), 5), ((3,), 4), ((1, 1), 3), ((3, 3, 3), 3), ((300, 300), 2)),
        (((6, 6), 3), ((5,), 2), ((1,), 4), ((4, 4, 4, 4), 4), ((400, 400, 400), 2)),
    )
    return [first, *(_case(*_random(draw, *each)) for each in sizes)]


def _padded(draw: Draw) -> list[Case]:
    by_hand = Case(
        (torch.tensor([[[1.0, 0.0], [3.0, 4.0], [9.0, 9.0]]]), torch.tensor([[1, 1, 0]])),
        torch.tensor([[2.0, 2.0]]),
    )
    some = _case(*_random(draw, *draw.size(((3, 5, 2), 4), ((1, 6, 4, 3), 7))))
    zeros = _case(*_with_zeros(*_random(draw, *draw.size(((4, 2, 3), 3), ((3, 5, 2), 4)))))
    long = _case(*_random(draw, *draw.size(((300, 270, 2), 3), ((260, 1, 310), 2))))
    return [some, by_hand, zeros, long]


def _left(draw: Draw) -> list[Case]:
    """Padding at the start, at both ends, and between tokens."""
    hidden, mask = _random(draw, *draw.size(((2, 4, 3), 5), ((5, 1), 3)))
    masks = draw.size(
        ([[0, 1, 1, 0], [1, 0, 0, 1]], [[0, 0, 1, 1, 1]]),
        ([[1, 0, 1, 0, 1], [0, 0, 1, 1, 0], [1, 1, 1, 1, 0]], [[0, 1, 0, 1]]),
    )
    more = [torch.tensor(each) for each in masks]
    generator = draw.torch()
    return [
        _case(hidden.flip(1), mask.flip(1)),
        *(_case(torch.randn(*each.shape, 3, generator=generator), each) for each in more),
    ]


MEAN_POOL = exercise(__file__, "mean_pool", _whole, _padded, _left)
