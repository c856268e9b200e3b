"""`RMSNorm(width, eps)`: every vector at the same size, then a weight for each of its numbers.

Oracle: `torch.nn.RMSNorm`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.wire import Student, Value

NAME = "RMSNorm"


def start_program(student: Student, name: str, *sizes: Value) -> Value:
    """The tensors of a new module, by name."""
    return student.state(student.new(name, *sizes))


def norm_program(student: Student, eps: float, weight: Tensor, x: Tensor) -> Value:
    """The output for `x` with this weight."""
    module = student.new(NAME, len(weight), eps)
    student.load_state(module, {"weight": weight})
    return student.method(module, "__call__", x)


def by_torch(eps: float, weight: Tensor, x: Tensor) -> Tensor:
    """What torch's own module gives."""
    module = torch.nn.RMSNorm(len(weight), eps)
    module.load_state_dict({"weight": weight})
    return module(x).detach()


def _case(eps: float, weight: Tensor, x: Tensor, called: str = "") -> Case:
    given = called or f"x of shape {tuple(x.shape)}"
    shown = f"{NAME}({len(weight)}, {eps:g})({given})"
    return Case((eps, weight, x), by_torch(eps, weight, x), norm_program, shown)


def _start(draw: Draw) -> list[Case]:
    width = draw.size(3, 5)
    shown = f"the tensors of a new {NAME}({width}, 1e-6)"
    return [Case((NAME, width, 1e-6), {"weight": torch.ones(width)}, start_program, shown)]


def _one_vector(draw: Draw) -> list[Case]:
    example = _case(1e-6, torch.ones(2), torch.tensor([[3.0, 4.0]]), "torch.tensor([[3.0, 4.0]])")
    width = draw.size(5, 8)
    x = torch.randn(1, width, generator=draw.torch()) + 1
    return [example, _case(1e-6, torch.ones(width), x)]


def _many_vectors(draw: Draw) -> list[Case]:
    shape = draw.size((2, 3, 4), (3, 2, 6))
    x = torch.randn(shape, generator=draw.torch()) * torch.arange(1.0, shape[1] + 1)[:, None]
    return [_case(1e-6, torch.ones(shape[-1]), x)]


def _weights(draw: Draw) -> list[Case]:
    x = torch.randn(draw.size((2, 4), (3, 7)), generator=draw.torch())
    return [_case(1e-6, torch.arange(1.0, x.shape[1] + 1) / 2, x)]


def _eps(draw: Draw) -> list[Case]:
    eps, width = draw.size((0.5, 4), (0.01, 6))
    x = torch.randn(2, width, generator=draw.torch()) * eps**0.5
    return [_case(eps, torch.ones(width), torch.zeros(1, width)), _case(eps, torch.ones(width), x)]


RMS_NORM = exercise(__file__, NAME, _start, _one_vector, _many_vectors, _weights, _eps)
