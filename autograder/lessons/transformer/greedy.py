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
    """Also: the largest first and last, alone, with -inf, and so high or low that exp fails."""
    logits, random = random_logits(draw, draw.size(6, 9)) - 5, draw.random()
    never, low = float("-inf"), draw.size(0, 50)
    rows = (
        [0.5, 2.0, 1.0],
        [800.0 + low, 900.0 + low, 850.0, 100.0],
        [-900.0, -800.0 - low, -850.0 - low, -700.0 - low],
        [never, -20000.0 - low, -19000.0 - low, never],
        [3.0 + random.random(), 1.0, -8.0],
        [-0.25, -0.75, -0.125],
        [random.random()],
    )
    wide = random_logits(draw, draw.size(300, 400))
    return [
        _case(torch.tensor(rows[0])), _case(logits),
        *(_case(torch.tensor(row)) for row in rows[1:]),
        *(_case(each) for each in (wide, logits.double())),
    ]  # fmt: skip


def _every_row(draw: Draw) -> list[Case]:
    """Rows that stand in one to four dimensions, some of size one, at different heights."""
    rows, size = draw.size((3, 6), (4, 7))
    shapes = ((rows, size), (2, rows, size), (1, size), (1, 1, size), (2, 1, rows, size),
              (size, size), (rows, 1))  # fmt: skip
    cases = [_case(random_logits(draw, *shape)) for shape in shapes]
    apart = random_logits(draw, rows, size) + 500 * torch.arange(-1.0, rows - 1)[:, None]
    return [*cases, _case(apart)]


GREEDY = exercise(__file__, "greedy", _one_row, _every_row)
