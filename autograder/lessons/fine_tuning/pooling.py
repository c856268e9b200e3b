"""`mean_pool(hidden, mask)`: the vectors of a text's tokens as one vector for the text.

Oracle: `torch.masked.mean`, which is how the published encoder pools.
"""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage


def _case(draw: Draw, lengths: tuple[int, ...], size: int) -> Case:
    generator = draw.torch()
    hidden = torch.randn(len(lengths), max(lengths), size, generator=generator)
    mask = (torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]).long()
    return Case((hidden, mask), _oracle(hidden, mask))


def _oracle(hidden: Tensor, mask: Tensor) -> Tensor:
    chosen = mask[..., None].expand_as(hidden).bool()
    pooled: Tensor = torch.masked.mean(hidden, dim=1, mask=chosen)
    return pooled


def _whole(draw: Draw) -> list[Case]:
    hidden = torch.tensor([[[1.0, 0.0], [3.0, 4.0]]])
    first = Case((hidden, torch.tensor([[1, 1]])), torch.tensor([[2.0, 2.0]]))
    return [first, _case(draw, *draw.size(((4, 4, 4), 5), ((6, 6), 3)))]


def _padded(draw: Draw) -> list[Case]:
    return [_case(draw, *draw.size(((3, 5, 2), 4), ((1, 6, 4, 3), 7)))]


def _left(draw: Draw) -> list[Case]:
    case = _case(draw, *draw.size(((2, 4, 3), 5), ((5, 1), 3)))
    hidden, mask = case.args[0].flip(1), case.args[1].flip(1)
    return [Case((hidden, mask), _oracle(hidden, mask))]


def pool_all(hidden: Tensor, mask: Tensor) -> Tensor:
    return hidden.mean(dim=1)


def pool_zeroed(hidden: Tensor, mask: Tensor) -> Tensor:
    return (hidden * mask[..., None]).mean(dim=1)


def pool_sum(hidden: Tensor, mask: Tensor) -> Tensor:
    return (hidden * mask[..., None]).sum(dim=1)


def pool_first(hidden: Tensor, mask: Tensor) -> Tensor:
    return hidden[:, 0]


def pool_largest(hidden: Tensor, mask: Tensor) -> Tensor:
    return hidden.masked_fill(mask[..., None] == 0, -torch.inf).amax(dim=1)


def pool_batch_count(hidden: Tensor, mask: Tensor) -> Tensor:
    return (hidden * mask[..., None]).sum(dim=1) / mask.sum()


def pool_features(hidden: Tensor, mask: Tensor) -> Tensor:
    return hidden.mean(dim=-1)


def pool_leading(hidden: Tensor, mask: Tensor) -> Tensor:
    counts = mask.sum(dim=1).tolist()
    return torch.stack([row[:count].mean(dim=0) for row, count in zip(hidden, counts, strict=True)])


MEAN_POOL = Exercise(
    name="mean_pool",
    title="One vector for a text",
    difficulty=2,
    minutes=8,
    forbids=("autograder.given.fine_tuning.mean_pool", "torch.masked.mean"),
    stages=(
        Stage("no padding", 1, "texts of one length: the mean over their tokens.", _whole),
        Stage(
            "padding",
            2,
            "texts of several lengths: tokens with mask 0 are padding and do not count.",
            _padded,
            needs=("no padding",),
        ),
        Stage(
            "padding on the left",
            1,
            "the mask says where padding is; it may be at the start.",
            _left,
            needs=("padding",),
        ),
    ),
    mistakes=(
        Mistake(
            "padding averaged in",
            pool_all,
            "padding is averaged in. Leave out the tokens whose mask is 0, in the sum and in the "
            "count.",
            ("padding",),
        ),
        Mistake(
            "divided by all tokens",
            pool_zeroed,
            "padding no longer adds to the sum, but it still counts when you divide. Divide by "
            "the number of tokens whose mask is 1.",
            ("padding",),
        ),
        Mistake(
            "sum",
            pool_sum,
            "this is the sum over the tokens, so longer texts get longer vectors. Divide by the "
            "number of tokens.",
            ("no padding",),
        ),
        Mistake(
            "first token",
            pool_first,
            "this is the vector of the first token alone. This encoder was trained with the mean "
            "over all tokens.",
            ("no padding",),
        ),
        Mistake(
            "largest",
            pool_largest,
            "this takes the largest number of each feature. This encoder was trained with means.",
            ("no padding",),
        ),
        Mistake(
            "count of the batch",
            pool_batch_count,
            "each text is divided by the number of tokens of the whole batch. Count the tokens of "
            "each text by itself.",
            ("no padding",),
        ),
        Mistake(
            "mean over features",
            pool_features,
            "the mean runs over the features of each token. Average over the tokens, dimension 1.",
            ("no padding",),
        ),
        Mistake(
            "leading tokens",
            pool_leading,
            "this counts the tokens and takes that many from the start. Padding may come first: "
            "use the mask itself to choose.",
            ("padding on the left",),
        ),
    ),
)
