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
    config = LlamaConfig(hidden_size=width, intermediate_size=inner, num_attention_heads=1)
    return LlamaMLP(config)  # type: ignore[no-untyped-call]


def mlp_program(student: Student, state: State, x: Tensor) -> Value:
    """The output for `x` with these weights."""
    inner, width = state["gate_proj.weight"].shape
    module = student.new(NAME, width, inner)
    student.load_state(module, state)
    return student.method(module, "__call__", x)


def _state(draw: Draw, width: int, inner: int) -> State:
    random = draw.torch()
    return {
        name: torch.randn(weight.shape, generator=random) * 2 / weight.shape[-1] ** 0.5
        for name, weight in mlp(width, inner).state_dict().items()
    }


def _case(state: State, x: Tensor, what: str) -> Case:
    inner, width = state["gate_proj.weight"].shape
    module = mlp(width, inner)
    module.load_state_dict(state)
    shown = f"{NAME}({width}, {inner})({what})"
    return Case((state, x), module(x).detach(), mlp_program, shown)


def _parameters(draw: Draw) -> list[Case]:
    width, inner = draw.size((4, 6), (6, 10))
    shapes = tensor_shapes(mlp(width, inner).state_dict())
    shown = f"the parameters of {NAME}({width}, {inner})"
    return [Case((NAME, width, inner), shapes, sizes_program, shown)]


def _one_number(draw: Draw) -> list[Case]:
    gate, up, down = draw.size((1.0, 2.0, 1.0), (0.5, -3.0, 2.0))
    state = {
        "gate_proj.weight": torch.tensor([[gate]]),
        "up_proj.weight": torch.tensor([[up]]),
        "down_proj.weight": torch.tensor([[down]]),
    }
    x = torch.tensor([[1.0], [-2.0], [0.5]])
    what = f"[[1.0], [-2.0], [0.5]]) with gate {gate:g}, up {up:g}, down {down:g}"
    return [_case(state, x, what)]


def _vectors(draw: Draw) -> list[Case]:
    width, inner = draw.size((4, 6), (6, 10))
    x = torch.randn(*draw.size((2, 3), (3, 2)), width, generator=draw.torch())
    return [_case(_state(draw, width, inner), x, f"x of shape {tuple(x.shape)}")]


SWIGLU = exercise(__file__, NAME, _parameters, _one_number, _vectors)
