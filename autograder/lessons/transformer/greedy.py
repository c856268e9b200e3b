"""`greedy(logits)`: the most likely token.

Oracle: `torch.argmax`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage
from autograder.lessons.transformer.choices import random_logits


def _case(logits: Tensor) -> Case:
    return Case((logits,), torch.argmax(logits, dim=-1))


def _one_row(draw: Draw) -> list[Case]:
    example = torch.tensor([0.5, 2.0, 1.0])
    return [_case(example), _case(random_logits(draw, draw.size(6, 9)) - 5)]


def _every_row(draw: Draw) -> list[Case]:
    shape = draw.size((3, 6), (4, 7))
    return [_case(random_logits(draw, *shape)), _case(random_logits(draw, 2, *shape))]


def greedy_value(logits: Tensor) -> Tensor:
    return logits.max(dim=-1).values


def greedy_flat(logits: Tensor) -> Tensor:
    return logits.argmax()


def greedy_first_dim(logits: Tensor) -> Tensor:
    return logits.argmax(dim=0)


def greedy_smallest(logits: Tensor) -> Tensor:
    return logits.argmin(dim=-1)


def greedy_kept_dim(logits: Tensor) -> Tensor:
    return logits.argmax(dim=-1, keepdim=True)


def greedy_magnitude(logits: Tensor) -> Tensor:
    return logits.abs().argmax(dim=-1)


def greedy_sorted(logits: Tensor) -> Tensor:
    return logits.argsort(dim=-1, descending=True)


def greedy_second(logits: Tensor) -> Tensor:
    return logits.argsort(dim=-1)[..., -2]


def greedy_number(logits: Tensor) -> int:
    return int(logits.argmax(dim=-1).flatten()[0])


GREEDY = Exercise(
    name="greedy",
    title="The most likely token",
    difficulty=1,
    minutes=4,
    forbids=("autograder.given.transformer.greedy", "autograder.given.workbench.pick_rank"),
    stages=(
        Stage("one row", 1, "the place of the largest logit.", _one_row),
        Stage(
            "every row",
            1,
            "one token for each row, in a tensor without the last dimension.",
            _every_row,
            needs=("one row",),
        ),
    ),
    mistakes=(
        Mistake(
            "value",
            greedy_value,
            "it returns the largest logit. Return its place: the token's id.",
            ("one row",),
        ),
        Mistake(
            "whole tensor",
            greedy_flat,
            "it searches the whole tensor at once. Search each row: the last dimension.",
            ("every row",),
        ),
        Mistake(
            "first dim",
            greedy_first_dim,
            "it searches along the first dimension. The tokens are the last.",
            ("every row",),
        ),
        Mistake(
            "smallest",
            greedy_smallest,
            "it returns the least likely token. Take the largest logit.",
            ("one row",),
        ),
        Mistake(
            "dimension kept",
            greedy_kept_dim,
            "the last dimension is still there, with size 1. Give (...) for (..., V).",
            ("one row",),
        ),
        Mistake(
            "magnitude",
            greedy_magnitude,
            "it takes the largest absolute value. A very negative logit is a very unlikely token.",
            ("one row",),
        ),
        Mistake(
            "all in order",
            greedy_sorted,
            "it returns all tokens in order. Return the first of them.",
            ("one row",),
        ),
        Mistake(
            "second best",
            greedy_second,
            "it returns the second most likely token. Take the most likely.",
            ("one row",),
        ),
        Mistake(
            "plain number",
            greedy_number,
            "it returns one plain number, that of the first row. Return a tensor with one id for "
            "each row.",
            ("one row",),
        ),
    ),
)
