"""`top_k(logits, k)`: only the k largest stay.

Oracle: transformers' `TopKLogitsWarper`. Where several logits tie for the last place, it is free
how many of them stay: the judge counts.
"""

from __future__ import annotations

import torch
from torch import Tensor
from transformers import TopKLogitsWarper

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.transformer import choices

NAME = "top_k"


def _case(logits: Tensor, k: int) -> Case:
    expected = choices.by_processor(TopKLogitsWarper(k), logits)
    return Case((logits, k), expected, accepts=choices.same_kept)


def _one_row(draw: Draw) -> list[Case]:
    example = torch.tensor([1.0, 4.0, 3.0, -2.0])
    return [_case(example, 2), _case(choices.random_logits(draw, draw.size(7, 9)), draw.size(3, 4))]


def _every_row(draw: Draw) -> list[Case]:
    logits = choices.random_logits(draw, *draw.size((2, 6), (3, 8)))
    apart = torch.arange(float(len(logits)))[:, None] * 10  # rows at different heights
    return [_case(logits + apart, draw.size(2, 3))]


def _more_than_all(draw: Draw) -> list[Case]:
    logits = choices.random_logits(draw, draw.size(4, 5))
    return [_case(logits, len(logits)), _case(logits, len(logits) + draw.size(1, 3))]


def _ties(draw: Draw) -> list[Case]:
    k, tied = draw.size((2, 3), (3, 4))
    logits = torch.tensor([[5.0] + [2.0] * tied + [-1.0] * 3])
    most = int((choices.by_processor(TopKLogitsWarper(k), logits) > choices.LOW).sum())
    return [Case((logits, k), (logits, k, most), accepts=choices.same_count)]


TOP_K = exercise(__file__, NAME, _one_row, _every_row, _more_than_all, _ties)
