"""`temperature(logits, value)`: sharper or flatter logits.

Oracle: transformers' `TemperatureLogitsWarper`.
"""

from __future__ import annotations

import torch
from torch import Tensor
from transformers import TemperatureLogitsWarper

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.transformer.choices import by_processor, refusal
from autograder.wire import Value

NAME = "temperature"


def _case(logits: Tensor, value: float) -> Case:
    return Case((logits, value), by_processor(TemperatureLogitsWarper(value), logits))


def _shapes(draw: Draw, value: float) -> list[Case]:
    """Logits (..., V) of one to four dimensions, some of size one, in both types of number."""
    shapes = ((7,), (1, 5), (2, 3, 4), (2, 1, 3, 5), (1, 1))
    many = [torch.randn(shape, generator=draw.torch()) * 3 for shape in shapes]
    return [_case(logits, value) for logits in (*many, many[2].double())]


def _sharper(draw: Draw) -> list[Case]:
    """Also: very low, after some logits have become -inf, and a first result that must last."""
    logits = torch.randn(draw.size((2, 4), (3, 5)), generator=draw.torch()) * 2
    first = _case(torch.tensor([2.0, 1.0, -1.0]), 0.5)
    never = torch.where(logits > logits.amin(-1, keepdim=True), logits, float("-inf"))
    low = [_case(logits, value) for value in draw.size((0.7, 0.05, 0.001), (0.3, 0.04, 0.002))]
    high = _case(logits * 1000 - 5000, 0.5)
    return [first, *low, _case(never, 0.5), high, *_shapes(draw, draw.size(0.8, 0.6))]


def _flatter(draw: Draw) -> list[Case]:
    logits = torch.randn(draw.size((2, 4), (3, 5)), generator=draw.torch()) * 2
    values = draw.size((1.0, 2.0, 1.5, 60.0), (1.0, 3.5, 1.25, 120.0))
    never = torch.where(logits > logits.amin(-1, keepdim=True), logits, float("-inf"))
    cases = [_case(logits, value) for value in values]
    return [*cases, _case(never, 2.0), *_shapes(draw, draw.size(1.5, 2.5))]


def _refused(draw: Draw) -> list[Case]:
    logits = torch.tensor(draw.size([1.0, 2.0], [0.5, -1.0, 3.0]))
    return [
        Case((NAME, logits, value), value, refusal, f"{NAME}(logits, {value})", accepts=_is_refused)
        for value in (0.0, *draw.size((-1.0, -0.001, -50.0), (-0.5, -0.002, -3.0)))
    ]


def _is_refused(got: Value, expected: Value) -> str | None:
    if not isinstance(got, str):
        return f"It returned a result for the temperature {expected}. Raise a ValueError."
    return None if got == "ValueError" else f"It raised {got}. Raise a ValueError."


TEMPERATURE = exercise(__file__, NAME, _sharper, _flatter, _refused)
