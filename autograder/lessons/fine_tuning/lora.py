"""`LoRALinear(base, rank, alpha)`: a frozen linear layer and a small trainable one beside it.

Oracle: `peft`'s LoRA layer with the same weights.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from peft import LoraConfig, inject_adapter_in_model
from torch import Tensor, nn

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.wire import Student, Value

NAME = "LoRALinear"
State = dict[str, Tensor]
PEFT = {"base.weight": "base_layer.weight", "base.bias": "base_layer.bias",
        "a": "lora_A.default.weight", "b": "lora_B.default.weight"}  # fmt: skip
"""The names of the exercise, and those that `peft` has for the same."""


def state_of(draw: Draw, inputs: int, outputs: int, rank: int, bias: bool = True) -> State:
    """Random weights by the names of the exercise; `b` is not 0, as after training."""
    generator = draw.torch()
    state = {"base.weight": torch.randn(outputs, inputs, generator=generator)}
    if bias:
        state["base.bias"] = torch.randn(outputs, generator=generator)
    state["a"] = torch.randn(rank, inputs, generator=generator)
    state["b"] = torch.randn(outputs, rank, generator=generator)
    return state


def by_peft(state: State, alpha: float) -> Any:
    """`peft`'s layer with these weights."""
    (outputs, inputs), rank = state["base.weight"].shape, len(state["a"])
    holder = nn.Sequential(nn.Linear(inputs, outputs, bias="base.bias" in state))
    config = LoraConfig(r=rank, lora_alpha=alpha, target_modules=["0"])  # type: ignore[arg-type]
    layer: Any = inject_adapter_in_model(config, holder).get_submodule("0")
    layer.load_state_dict({PEFT[name]: value for name, value in state.items()})
    return layer


def new(student: Student, inputs: int, outputs: int, rank: int, alpha: float, bias: bool) -> Value:
    """A handle to the learner's layer around a fresh base."""
    return student.new(NAME, student.new("linear", inputs, outputs, bias), rank, alpha)


def names(student: Student, *build: Value) -> Value:
    """Names and shapes of the layer's tensors."""
    state = student.state(new(student, *build))
    return {name: tuple(getattr(value, "shape", ())) for name, value in state.items()}


def beginning(student: Student, x: Tensor, *build: Value) -> Value:
    """How far a new layer's output is from its base's, and whether `a` holds different numbers."""
    layer = new(student, *build)
    state = student.state(layer)
    base = torch.nn.functional.linear(x, state["base.weight"], state.get("base.bias"))
    out = student.method(layer, "__call__", x)
    return {
        "differs from the base": not torch.allclose(out, base, atol=1e-5),
        "a is random": len(state["a"].unique()) > 1,
        "b is all 0": not bool(state["b"].any()),
    }


def output(student: Student, state: Value, x: Tensor, *build: Value) -> Value:
    """The layer's output with the weights `state`."""
    layer = new(student, *build)
    student.load_state(layer, state)
    return student.method(layer, "__call__", x)


def gradients(student: Student, state: Value, x: Tensor, *build: Value) -> Value:
    """Gradients of the sum of the output; None for what is frozen."""
    layer = new(student, *build)
    student.load_state(layer, state)
    student.method(layer, "__call__", x)
    return student.grads(layer)


def _sizes(draw: Draw) -> tuple[int, int, int, float]:
    """inputs, outputs, rank, alpha."""
    return draw.size((5, 4, 2, 6.0), (7, 9, 3, 4.5))


def _parameters(draw: Draw) -> list[Case]:
    inputs, outputs, rank, alpha = _sizes(draw)
    cases = []
    for bias in (True, False):
        state = state_of(draw, inputs, outputs, rank, bias)
        shapes = {name: tuple(value.shape) for name, value in state.items()}
        shown = f"the tensors of {NAME}(nn.Linear({inputs}, {outputs}, bias={bias}), {rank}, alpha)"
        cases.append(Case((inputs, outputs, rank, alpha, bias), shapes, names, shown))
    return cases


def _beginning(draw: Draw) -> list[Case]:
    inputs, outputs, rank, alpha = _sizes(draw)
    x = torch.randn(3, inputs, generator=draw.torch())
    expected = {"differs from the base": False, "a is random": True, "b is all 0": True}
    shown = f"a new {NAME}(nn.Linear({inputs}, {outputs}), {rank}, {alpha:g})"
    return [Case((x, inputs, outputs, rank, alpha, True), expected, beginning, shown)]


def _case(draw: Draw, program: Callable[..., Value], what: str, alpha: float, rank: int) -> Case:
    inputs, outputs, _, _ = _sizes(draw)
    state = state_of(draw, inputs, outputs, rank)
    x = torch.randn(*draw.size((2, 3), (4,)), inputs, generator=draw.torch())
    layer = by_peft(state, alpha)
    result = layer(x)
    result.sum().backward()
    grads = {name: layer.get_parameter(by).grad for name, by in PEFT.items()}
    expected = result.detach() if program is output else grads
    shown = f"{what} {NAME}(nn.Linear({inputs}, {outputs}), rank {rank}, alpha {alpha:g})"
    return Case((state, x, inputs, outputs, rank, alpha, True), expected, program, shown)


def _scale_one(draw: Draw) -> list[Case]:
    return [_case(draw, output, "the output of", *draw.size((2.0, 2), (3.0, 3)))]


def _scales(draw: Draw) -> list[Case]:
    settings = draw.size(((16.0, 4), (1.0, 2)), ((6.0, 4), (5.0, 2)))
    return [_case(draw, output, "the output of", *each) for each in settings]


def _gradients(draw: Draw) -> list[Case]:
    return [_case(draw, gradients, "the gradients of", *draw.size((4.0, 4), (3.0, 3)))]


LORA_LINEAR = exercise(__file__, NAME, _parameters, _beginning, _scale_one, _scales, _gradients)
