"""`greedy(logits)`: the most likely token.

Oracle: `torch.argmax`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.transformer.choices import random_logits
from autograder.wire import Student, Value, is_tensor


def _case(logits: Tensor) -> Case:
    return Case((logits,), torch.argmax(logits, dim=-1))


def _twice(student: Student, logits: Tensor) -> Value:
    """What it gives for the same logits, asked twice."""
    return [student.call("greedy", logits), student.call("greedy", logits)]


def _tied(draw: Draw) -> Case:
    """Rows in which many tokens are equally likely: chance would not choose the same twice."""
    logits = random_logits(draw, *draw.size((6, 60), (8, 90))).clamp_max(0)
    shown = f"greedy(logits), twice, with several largest in each row of {tuple(logits.shape)}"
    return Case((logits,), logits, _twice, shown, accepts=_same_best)


def _same_best(got: Value, logits: Tensor) -> str | None:
    """None where both answers are the same and name one of the largest of each row."""
    if not all(is_tensor(ids) and ids.shape == logits.shape[:-1] for ids in got):
        return f"It must return ids of the shape {tuple(logits.shape[:-1])}."
    one, other = (ids.long() for ids in got)
    if not torch.equal(logits.gather(-1, one[..., None]), logits.amax(-1, keepdim=True)):
        return "It chooses a token that is not among the most likely ones."
    if not torch.equal(one, other):
        return "The same logits give other tokens the second time. Do not draw among equal ones."
    return None


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
    """Rows in one to four dimensions, some of size one, at different heights; and with ties."""
    rows, size = draw.size((3, 6), (4, 7))
    shapes = ((rows, size), (2, rows, size), (1, size), (1, 1, size), (2, 1, rows, size),
              (size, size), (rows, 1))  # fmt: skip
    cases = [_case(random_logits(draw, *shape)) for shape in shapes]
    apart = random_logits(draw, rows, size) + 500 * torch.arange(-1.0, rows - 1)[:, None]
    return [*cases, _case(apart), _tied(draw)]


GREEDY = exercise(__file__, "greedy", _one_row, _every_row)
