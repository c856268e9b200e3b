"""`SwiGLU(width, inner)`: the feed-forward part of a Llama block.

Oracle: transformers' `LlamaMLP`.
"""

from __future__ import annotations

import torch
from torch import Tensor
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaMLP

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.transformer.oracle import State, sizes_program, tensor_shapes
from autograder.wire import Student, Value

NAME = "SwiGLU"


def mlp(width: int, inner: int) -> LlamaMLP:
    """transformers' module of these sizes."""
    config = LlamaConfig(
        hidden_size=width, intermediate_size=inner, num_attention_heads=1, head_dim=2
    )
    return LlamaMLP(config)  # type: ignore[no-untyped-call]


def mlp_program(student: Student, state: State, x: Tensor) -> Value:
    """The output for `x` with these weights."""
    inner, width = state["gate_proj.weight"].shape
    module = student.new(NAME, width, inner)
    student.load_state(module, state)
    return student.method(module, "__call__", x)


def twice_program(student: Student, states: list[State], x: Tensor) -> Value:
    """The outputs of one module for `x`, with one set of weights and then with another."""
    inner, width = states[0]["gate_proj.weight"].shape
    module, outputs = student.new(NAME, width, inner), []
    for state in states:
        student.load_state(module, state)
        outputs.append(student.method(module, "__call__", x))
    return outputs


def _state(draw: Draw, width: int, inner: int) -> State:
    random = draw.torch()
    return {
        name: torch.randn(weight.shape, generator=random) * 2 / weight.shape[-1] ** 0.5
        for name, weight in mlp(width, inner).state_dict().items()
    }


def by_llama(state: State, x: Tensor) -> Tensor:
    """What transformers' module gives."""
    inner, width = state["gate_proj.weight"].shape
    module = mlp(width, inner)
    module.load_state_dict(state)
    return module(x).detach()


def _case(state: State, x: Tensor, what: str) -> Case:
    inner, width = state["gate_proj.weight"].shape
    shown = f"{NAME}({width}, {inner})({what})"
    return Case((state, x), by_llama(state, x), mlp_program, shown)


def _parameters(draw: Draw) -> list[Case]:
    cases = []
    for width, inner in draw.size(((4, 6), (6, 4), (5, 5)), ((6, 10), (7, 3), (1, 4))):
        shapes = tensor_shapes(mlp(width, inner).state_dict())
        shown = f"the parameters of {NAME}({width}, {inner})"
        cases.append(Case((NAME, width, inner), shapes, sizes_program, shown))
    return cases


def _one_number(draw: Draw) -> list[Case]:
    """Numbers from small to so large that exp fails; each size by itself, lest it hide another."""
    gate, up, down = draw.size((1.0, 2.0, 1.0), (0.5, -3.0, 2.0))
    state = {
        "gate_proj.weight": torch.tensor([[gate]]),
        "up_proj.weight": torch.tensor([[up]]),
        "down_proj.weight": torch.tensor([[down]]),
    }
    far = [[draw.size(400.0, 700.0)], [-draw.size(300.0, 900.0)]]
    cases = []
    for x in ([[1.0], [-2.0], [0.5]], far, far[1:], [[-6.0]], [[-15.0]], [[0.02]], [[0.0], [3.0]]):
        what = f"{x}) with gate {gate:g}, up {up:g}, down {down:g}"
        cases.append(_case(state, torch.tensor(x), what))
    return cases


def _vectors(draw: Draw) -> list[Case]:
    """In one to four dimensions; wider inside, narrower, the same; large; other weights later."""
    (width, inner), random = draw.size((4, 6), (6, 10)), draw.torch()
    shapes = draw.size(((2, 3), (), (1,), (2, 1, 3), (1, 4), (4,)), ((3, 2), (), (2, 3, 2), (1, 1)))
    state, cases = _state(draw, width, inner), []
    for shape in shapes:
        x = torch.randn(*shape, width, generator=random)
        cases.append(_case(state, x, f"x of shape {tuple(x.shape)}"))
    for size in (3, 5):
        x = torch.randn(5, 5, 5, generator=random)
        cases.append(_case(_state(draw, 5, size), x, f"x of shape {tuple(x.shape)}"))
    x = torch.randn(3, width, generator=random)
    states = [state, {name: weight.flip(0) for name, weight in state.items()}]
    shown = f"{NAME}({width}, {inner})(x) with some weights, then with others"
    both = [by_llama(each, x) for each in states]
    large = _case(state, x * 100, f"large x of shape {tuple(x.shape)}")
    return [*cases, large, Case((states, x), both, twice_program, shown)]


SWIGLU = exercise(__file__, NAME, _parameters, _one_number, _vectors)
