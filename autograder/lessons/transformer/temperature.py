"""`temperature(logits, value)`: sharper or flatter logits.

Oracle: transformers' `TemperatureLogitsWarper`.
"""

from __future__ import annotations

import torch
from torch import Tensor
from transformers import TemperatureLogitsWarper

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage
from autograder.lessons.transformer.choices import by_processor, refusal
from autograder.wire import Value

NAME = "temperature"


def _case(logits: Tensor, value: float) -> Case:
    expected = by_processor(TemperatureLogitsWarper(value), logits)
    return Case((logits, value), expected)


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


def temperature_multiplied(logits: Tensor, value: float) -> Tensor:
    if value <= 0:
        raise ValueError("the temperature must be above 0")
    return logits * value


def temperature_of_probabilities(logits: Tensor, value: float) -> Tensor:
    if value <= 0:
        raise ValueError("the temperature must be above 0")
    return torch.softmax(logits, dim=-1) / value


def temperature_probabilities(logits: Tensor, value: float) -> Tensor:
    if value <= 0:
        raise ValueError("the temperature must be above 0")
    return torch.softmax(logits / value, dim=-1)


def temperature_subtracted(logits: Tensor, value: float) -> Tensor:
    if value <= 0:
        raise ValueError("the temperature must be above 0")
    return logits - value


def temperature_power(logits: Tensor, value: float) -> Tensor:
    if value <= 0:
        raise ValueError("the temperature must be above 0")
    return torch.sign(logits) * logits.abs() ** (1 / value)


def temperature_rounded(logits: Tensor, value: float) -> Tensor:
    if value <= 0:
        raise ValueError("the temperature must be above 0")
    return logits // value


def temperature_only_sharper(logits: Tensor, value: float) -> Tensor:
    if value <= 0:
        raise ValueError("the temperature must be above 0")
    return logits / min(value, 1.0)


def temperature_anything(logits: Tensor, value: float) -> Tensor:
    return logits / value


def temperature_zero_is_one(logits: Tensor, value: float) -> Tensor:
    if value == 0:
        return logits
    return logits / value


def temperature_zero_only(logits: Tensor, value: float) -> Tensor:
    if value == 0:
        raise ValueError("the temperature must not be 0")
    return logits / value


def temperature_assert(logits: Tensor, value: float) -> Tensor:
    assert value > 0
    return logits / value


TEMPERATURE = Exercise(
    name=NAME,
    title="Bolder or safer",
    difficulty=1,
    minutes=7,
    forbids=(
        "transformers.TemperatureLogitsWarper",
        "transformers.generation.logits_process.TemperatureLogitsWarper",
        f"autograder.given.transformer.{NAME}",
    ),
    stages=(
        Stage("sharper", 1, "below 1 the logits move apart.", _sharper),
        Stage("flatter", 1, "at 1 they stay as they are, above 1 they move together.", _flatter),
        Stage("refused", 1, "0 and less are refused with a ValueError.", _refused),
    ),
    mistakes=(
        Mistake(
            "multiplied",
            temperature_multiplied,
            "it multiplies. Divide: a low temperature makes differences larger.",
            ("sharper", "flatter"),
        ),
        Mistake(
            "of probabilities",
            temperature_of_probabilities,
            "it divides probabilities. Divide the logits; softmax comes later.",
            ("sharper", "flatter"),
        ),
        Mistake(
            "probabilities",
            temperature_probabilities,
            "it returns probabilities. Return logits: the next step expects them.",
            ("sharper", "flatter"),
        ),
        Mistake(
            "subtracted",
            temperature_subtracted,
            "it subtracts, which changes no probability at all. Divide.",
            ("sharper", "flatter"),
        ),
        Mistake(
            "power",
            temperature_power,
            "it raises the logits to a power. Divide them; it is the probabilities that are "
            "raised to a power by that.",
            ("sharper", "flatter"),
        ),
        Mistake(
            "rounded",
            temperature_rounded,
            "it rounds down to whole numbers. Divide with /, not with //.",
            ("sharper", "flatter"),
        ),
        Mistake(
            "only sharper",
            temperature_only_sharper,
            "temperatures above 1 have no effect. Divide by every temperature alike.",
            ("flatter",),
        ),
        Mistake(
            "anything goes",
            temperature_anything,
            "0 and less are accepted: they give infinities, or the least likely token. Raise a "
            "ValueError.",
            ("refused",),
        ),
        Mistake(
            "zero is one",
            temperature_zero_is_one,
            "0 is taken for 1, so a user who asks for no chance at all gets the full chance. Raise "
            "a ValueError.",
            ("refused",),
        ),
        Mistake(
            "zero only",
            temperature_zero_only,
            "a negative temperature is accepted, and the least likely token comes first. Raise a "
            "ValueError for everything that is not above 0.",
            ("refused",),
        ),
        Mistake(
            "assert",
            temperature_assert,
            "it refuses with assert, which `python -O` leaves out. Raise a ValueError.",
            ("refused",),
        ),
    ),
)
