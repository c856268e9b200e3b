"""`RMSNorm(width, eps)`: every vector at the same size, then a weight for each of its numbers.

Oracle: `torch.nn.RMSNorm`.
"""

from __future__ import annotations

import math

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


def twice_program(student: Student, weights: list[Tensor], x: Tensor) -> Value:
    """The outputs of one module for `x`, with one weight and then with another."""
    module, outputs = student.new(NAME, len(weights[0]), 1e-6), []
    for weight in weights:
        student.load_state(module, {"weight": weight})
        outputs.append(student.method(module, "__call__", x))
    return outputs


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
    cases = []
    for width in draw.size((3, 1, 300), (5, 2, 400)):
        shown = f"the tensors of a new {NAME}({width}, 1e-6)"
        new = {"weight": torch.ones(width)}
        cases.append(Case((NAME, width, 1e-6), new, start_program, shown))
    return cases


def far_from_zero(x: Tensor) -> Tensor:
    """The same directions, with no number so small that a small eps shows."""
    return x + x.sign() / 2


def _one_vector(draw: Draw) -> list[Case]:
    """In a batch of one, by itself, of one number, and of large ones."""
    example = _case(1e-6, torch.ones(2), torch.tensor([[3.0, 4.0]]), "torch.tensor([[3.0, 4.0]])")
    width = draw.size(5, 8)
    x = far_from_zero(torch.randn(1, width, generator=draw.torch()) + 1)
    vectors = (x, x[0], x[:, :1], -x[0, :1], x[None] * 1e4, x * 1e12, x - 4)
    return [example, *(_case(1e-6, torch.ones(each.shape[-1]), each) for each in vectors)]


def _many_vectors(draw: Draw) -> list[Case]:
    """In two to four dimensions: all different, all the same, some of size one."""
    wide = ((2, 3, 4), (3, 5), (2, 3, 2, 4), (4, 4), (3, 3, 3), (1, 4, 5), (4, 1, 5), (2, 1))
    hidden = ((3, 2, 6), (4, 3), (2, 2, 3, 5), (5, 5), (2, 2, 2), (1, 3, 7), (3, 1, 4), (3, 1))
    cases = []
    for shape in draw.size(wide, hidden):
        sizes = torch.arange(1.0, math.prod(shape[:-1]) + 1).reshape(*shape[:-1], 1)
        x = far_from_zero(torch.randn(shape, generator=draw.torch())) * sizes
        cases.append(_case(1e-6, torch.ones(shape[-1]), x))
    return cases


def _weights(draw: Draw) -> list[Case]:
    """Weights of all signs; as many vectors as numbers; other weights later."""
    x = torch.randn(draw.size((2, 4), (3, 7)), generator=draw.torch())
    width = x.shape[1]
    square = torch.randn(3, width, width, generator=draw.torch())
    rising = torch.arange(1.0, width + 1) / 2
    signed = rising - draw.size(1.0, 1.5)
    both = [by_torch(1e-6, weight, x) for weight in (rising, signed)]
    shown = f"{NAME}({width}, 1e-6)(x) with one weight, then with another"
    again = Case(([rising, signed], x), both, twice_program, shown)
    others = [_case(1e-6, weight, y) for weight in (rising, signed) for y in (x[0], square)]
    return [_case(1e-6, rising, x), _case(1e-6, signed, x), *others, again]


def _eps(draw: Draw) -> list[Case]:
    """Zeros, small vectors, an eps of 0 and a large one."""
    eps, width = draw.size((0.5, 4), (0.01, 6))
    x = torch.randn(2, width, generator=draw.torch()) * eps**0.5
    ones, small = torch.ones(width), x / eps**0.5 * 1e-3
    return [
        _case(eps, ones, torch.zeros(1, width)), _case(eps, ones, x),
        _case(1e-6, ones, small), _case(1e-5, ones, small), _case(20.0, ones, x[0]),
        _case(0.0, ones, small),
    ]  # fmt: skip


RMS_NORM = exercise(__file__, NAME, _start, _one_vector, _many_vectors, _weights, _eps)
