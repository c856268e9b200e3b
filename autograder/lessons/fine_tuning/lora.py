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


def gradients_by_peft(layer: Any, x: Tensor) -> dict[str, Tensor | None]:
    """Gradients of the sum of `peft`'s output, by the names of the exercise."""
    layer(x).sum().backward()
    there = dict(layer.named_parameters())
    return {name: there[by].grad for name, by in PEFT.items() if by in there}


def new(student: Student, inputs: int, outputs: int, rank: int, alpha: float, bias: bool) -> Value:
    """A handle to the learner's layer around a fresh base."""
    return student.new(NAME, student.new("linear", inputs, outputs, bias), rank, alpha)


def names(student: Student, *build: Value) -> Value:
    """Names and shapes of the layer's parameters."""
    layer = new(student, *build)
    state = student.state(layer)
    return {name: tuple(state[name].shape) for name in student.grads(layer)}


def beginning(student: Student, state: Value, x: Tensor, *build: Value) -> Value:
    """How far a new layer's output is from its base's, and what `a` and `b` hold."""
    inputs, outputs, rank, alpha, bias = build
    base, later = [student.new("linear", inputs, outputs, bias) for _ in range(2)]
    student.load_state(base, state)
    layer, other = [student.new(NAME, each, rank, alpha) for each in (base, later)]
    out, new_state = student.method(layer, "__call__", x), student.state(layer)
    student.load_state(later, state)  # into the second layer's base, after it was wrapped
    inside, a = student.state(other), new_state["a"]
    return {
        "differs from the base": not _close(out, _base_output(state, x)),
        "a is random": len(a.unique()) > a.numel() / 2 and not torch.equal(a, inside["a"]),
        "a is all 0": not bool(a.any()),
        "b is all 0": not bool(new_state["b"].any()),
        "its base is the layer it was given": all(
            torch.equal(inside[f"base.{name}"], value) for name, value in state.items()
        ),
    }


def _base_output(state: State, x: Tensor) -> Tensor:
    return torch.nn.functional.linear(x, state["weight"], state.get("bias"))


def _close(one: Tensor, other: Tensor) -> bool:
    return one.shape == other.shape and torch.allclose(one.float(), other, atol=1e-5)


def output(student: Student, state: Value, x: Tensor, *build: Value) -> Value:
    """The layer's output with the weights `state`."""
    layer = new(student, *build)
    student.load_state(layer, student.state(layer) | state)
    return student.method(layer, "__call__", x)


def outputs(student: Student, states: Value, x: Tensor, *build: Value) -> Value:
    """The output of one layer at rest with the weights of each of `states`."""
    layer = new(student, *build)
    student.method(layer, "eval")
    found = []
    for state in states:
        student.load_state(layer, student.state(layer) | state)
        found.append(student.method(layer, "__call__", x))
    return found


def gradients(student: Student, state: Value, x: Tensor, *build: Value) -> Value:
    """Gradients of the sum of the output; None for what is frozen."""
    layer = new(student, *build)
    student.load_state(layer, student.state(layer) | state)
    student.method(layer, "__call__", x)
    return student.grads(layer)


Shape = tuple[int, int, int, bool, tuple[int, ...]]
"""inputs, outputs, rank, bias, leading dimensions of x."""


def _shapes(draw: Draw) -> list[Shape]:
    """No, one, two and three leading dimensions, a square layer, a rank above both sizes."""
    visible: list[Shape] = [
        (5, 4, 2, True, (2, 3)), (4, 4, 3, False, (4,)), (3, 2, 4, True, ()),
        (2, 5, 1, True, (2, 1, 3)),
    ]  # fmt: skip
    hidden: list[Shape] = [
        (7, 9, 3, True, (4,)), (6, 6, 2, True, (2, 3, 2)), (4, 3, 5, False, ()),
        (3, 7, 1, False, (3, 3)),
    ]  # fmt: skip
    return draw.size(visible, hidden)


def _named(inputs: int, outputs: int, rank: int, alpha: float, bias: bool) -> str:
    return f"{NAME}(nn.Linear({inputs}, {outputs}, bias={bias}), rank {rank}, alpha {alpha:g})"


def _parameters(draw: Draw) -> list[Case]:
    cases = []
    for inputs, outputs, rank, bias, _ in _shapes(draw):
        state = state_of(draw, inputs, outputs, rank, bias)
        shapes = {name: tuple(value.shape) for name, value in state.items()}
        build = (inputs, outputs, rank, 6.0, bias)
        cases.append(Case(build, shapes, names, f"the parameters of {_named(*build)}"))
    return cases


def _beginning(draw: Draw) -> list[Case]:
    expected = {"differs from the base": False, "a is random": True, "a is all 0": False}
    expected["b is all 0"] = True
    expected["its base is the layer it was given"] = True
    cases = []
    for inputs, outputs, rank, bias, leading in _shapes(draw):
        x = torch.randn(*leading, inputs, generator=draw.torch())
        state = state_of(draw, inputs, outputs, rank, bias)
        base = {n.removeprefix("base."): v for n, v in state.items() if n.startswith("base.")}
        build = (inputs, outputs, rank, 4.5, bias)
        cases.append(Case((base, x, *build), expected, beginning, f"a new {_named(*build)}"))
    return cases


def _case(draw: Draw, program: Callable[..., Value], shape: Shape, alpha: float) -> Case:
    inputs, size, rank, bias, leading = shape
    state = state_of(draw, inputs, size, rank, bias)
    x = torch.randn(*leading, inputs, generator=draw.torch())
    layer = by_peft(state, alpha)
    expected = layer(x).detach() if program is output else gradients_by_peft(layer, x)
    build = (inputs, size, rank, alpha, bias)
    what = "the output of" if program is output else "the gradients of"
    return Case((state, x, *build), expected, program, f"{what} {_named(*build)}")


def _scale_one(draw: Draw) -> list[Case]:
    """Also a layer whose weights change."""
    shapes = _shapes(draw)
    inputs, size, rank, bias, leading = shapes[0]
    first = state_of(draw, inputs, size, rank, bias)
    states = [first, {name: 1 - value for name, value in first.items()}]
    x = torch.randn(*leading, inputs, generator=draw.torch())
    expected = [by_peft(state, float(rank))(x).detach() for state in states]
    build = (inputs, size, rank, float(rank), bias)
    shown = f"the output of {_named(*build)} before and after its weights change"
    return [
        *(_case(draw, output, shape, float(shape[2])) for shape in shapes),
        Case((states, x, *build), expected, outputs, shown),
    ]


def _scales(draw: Draw) -> list[Case]:
    visible: list[tuple[int, float]] = [(4, 16.0), (2, 1.0), (3, 2.0)]
    hidden: list[tuple[int, float]] = [(4, 6.0), (2, 5.0), (8, 1.0)]
    sizes: tuple[int, int] = draw.size((5, 4), (7, 9))
    return [
        _case(draw, output, (*sizes, rank, rank != 2, (2, 3)), alpha)
        for rank, alpha in draw.size(visible, hidden)
    ]


def _gradients(draw: Draw) -> list[Case]:
    return [_case(draw, gradients, shape, float(shape[2])) for shape in _shapes(draw)]


LORA_LINEAR = exercise(__file__, NAME, _parameters, _beginning, _scale_one, _scales, _gradients)
