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


def _sharper(draw: Draw) -> list[Case]:
    logits = torch.randn(draw.size((2, 4), (3, 5)), generator=draw.torch()) * 2
    return [_case(torch.tensor([2.0, 1.0, -1.0]), 0.5), _case(logits, draw.size(0.7, 0.3))]


def _flatter(draw: Draw) -> list[Case]:
    logits = torch.randn(draw.size((2, 4), (3, 5)), generator=draw.torch()) * 2
    return [_case(logits, 1.0), _case(logits, draw.size(2.0, 3.5))]


def _refused(draw: Draw) -> list[Case]:
    logits = torch.tensor(draw.size([1.0, 2.0], [0.5, -1.0, 3.0]))
    return [
        Case((NAME, logits, value), value, refusal, f"{NAME}(logits, {value})", accepts=_is_refused)
        for value in (0.0, draw.size(-1.0, -0.5))
    ]


def _is_refused(got: Value, expected: Value) -> str | None:
    if not isinstance(got, str):
        return f"It returned a result for the temperature {expected}. Raise a ValueError."
    return None if got == "ValueError" else f"It raised {got}. Raise a ValueError."


TEMPERATURE = exercise(__file__, NAME, _sharper, _flatter, _refused)
