"""`greedy(logits)`: the most likely token.

Oracle: `torch.argmax`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.transformer.choices import random_logits


def _case(logits: Tensor) -> Case:
    return Case((logits,), torch.argmax(logits, dim=-1))


def _one_row(draw: Draw) -> list[Case]:
    return [_case(torch.tensor([0.5, 2.0, 1.0])), _case(random_logits(draw, draw.size(6, 9)) - 5)]


def _every_row(draw: Draw) -> list[Case]:
    shape = draw.size((3, 6), (4, 7))
    return [_case(random_logits(draw, *shape)), _case(random_logits(draw, 2, *shape))]


GREEDY = exercise(__file__, "greedy", _one_row, _every_row)
