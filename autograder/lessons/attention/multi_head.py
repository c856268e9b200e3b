"""`MultiHeadAttention(width, heads)`: several attentions side by side, with their projections.

Oracle: `torch.nn.MultiheadAttention` with the same weights. It keeps the three input projections
in one matrix; here they carry the names of transformers' Llama.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.wire import Handle, Student, Value

NAME = "MultiHeadAttention"


def oracle(draw: Draw, width: int, heads: int) -> nn.MultiheadAttention:
    """Torch's own module, with weights of this draw."""
    module = nn.MultiheadAttention(width, heads, bias=False, batch_first=True)
    generator = draw.torch()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.normal_(std=width**-0.5, generator=generator)
    return module.eval()


def by_name(in_proj: Tensor, out_proj: Tensor) -> dict[str, Tensor]:
    """Torch's two matrices as the four of the exercise."""
    matrices = zip("qkvo", (*in_proj.chunk(3), out_proj), strict=True)
    return {f"{name}_proj.weight": matrix.detach().clone() for name, matrix in matrices}


def sizes_program(student: Student, *args: Value) -> Value:
    """Names and shapes of the parameters that a new module has."""
    state = student.state(student.new(*args))
    return {name: tuple(getattr(tensor, "shape", ())) for name, tensor in state.items()}


def loaded(student: Student, width: int, heads: int, state: Value) -> Handle:
    """The learner's module with the weights `state`."""
    module = student.new(NAME, width, heads)
    student.load_state(module, state)
    return module


def output_program(
    student: Student, width: int, heads: int, state: Value, x: Tensor, *mask: Value
) -> Value:
    """What the module, with the weights `state`, makes of `x`."""
    module = loaded(student, width, heads, state)
    return student.method(module, "__call__", x, *mask)


def unmasked_program(
    student: Student, width: int, heads: int, state: Value, x: Tensor, mask: Tensor
) -> Value:
    """What the module makes of `x` without a mask, after a call with one."""
    module = loaded(student, width, heads, state)
    student.method(module, "__call__", x, mask)
    return student.method(module, "__call__", x)


def gradient_program(
    student: Student, width: int, heads: int, state: Value, x: Tensor, mask: Value
) -> Value:
    """The gradient of the sum of the output, for each parameter."""
    module = loaded(student, width, heads, state)
    student.method(module, "__call__", x, mask)
    return student.grads(module)


def _parameters(draw: Draw) -> list[Case]:
    return [_shapes(*sizes) for sizes in draw.size(((6, 2), (5, 1)), ((12, 3), (3, 3)))]


def _shapes(width: int, heads: int) -> Case:
    module = nn.MultiheadAttention(width, heads, bias=False)
    state = by_name(module.in_proj_weight, module.out_proj.weight)
    shapes = {name: tuple(weight.shape) for name, weight in state.items()}
    shown = f"the parameters of {NAME}({width}, {heads})"
    return Case((NAME, width, heads), shapes, sizes_program, shown)


def _case(
    draw: Draw, batch: int, tokens: int, width: int, heads: int, *masks: Tensor | None
) -> Case:
    """Without a mask the argument is left out."""
    module = oracle(draw, width, heads)
    x = torch.randn(batch, tokens, width, generator=draw.torch())
    hidden = next((~mask for mask in masks if mask is not None), None)  # torch's is the inverse
    expected = module(x, x, x, attn_mask=hidden, need_weights=False)[0].detach()
    state = by_name(module.in_proj_weight, module.out_proj.weight)
    mask = "".join(", None" if mask is None else ", mask" for mask in masks)
    shown = f"{NAME}({width}, {heads})(x of shape {tuple(x.shape)}{mask})"
    return Case((width, heads, state, x, *masks), expected, output_program, shown)


def _one_token(draw: Draw) -> list[Case]:
    return [
        _case(draw, 1, 1, *draw.size((6, 2), (12, 4)), None),
        _case(draw, draw.size(3, 2), 1, *draw.size((6, 3), (8, 2))),
        _case(draw, 1, 1, *draw.size((5, 1), (3, 1)), torch.ones(1, 1, dtype=torch.bool)),
    ]


def _every_token(draw: Draw) -> list[Case]:
    return [
        _case(draw, *draw.size((2, 4, 6, 3), (3, 5, 8, 2)), None),
        _case(draw, 1, *draw.size((5, 8, 2), (4, 12, 3))),
        _case(draw, draw.size(2, 3), *draw.size((3, 6, 3), (2, 8, 2))),  # as many tokens as heads
        _case(draw, *draw.size((3, 2, 6, 1), (2, 3, 4, 1)), None),
    ]


def _causal(draw: Draw) -> list[Case]:
    batch, tokens, width, heads = draw.size((2, 5, 12, 3), (3, 4, 6, 2))
    causal = torch.ones(tokens, tokens, dtype=torch.bool).tril()
    holes = torch.rand(tokens, tokens, generator=draw.torch()) < 0.5
    holes[:, 1] = True  # a row that sees nothing has no agreed answer
    holes[0, -1], holes[-1, 0] = True, False  # looks ahead, and misses the past
    plain = _case(draw, batch, tokens, width, heads)
    shown = f"{plain.shown}, after a call with a mask"
    return [
        _case(draw, batch, tokens, width, heads, causal),
        Case((*plain.args, causal), plain.expected, unmasked_program, shown),
        _case(draw, 1, tokens, width, heads, causal),
        _case(draw, batch, tokens, width, heads, holes),
    ]


def _gradients(draw: Draw) -> list[Case]:
    batch, tokens, width, heads = draw.size((2, 3, 8, 4), (3, 4, 6, 2))
    module = oracle(draw, width, heads)
    x = torch.randn(batch, tokens, width, generator=draw.torch())
    weights = (module.in_proj_weight, module.out_proj.weight)
    gradients = torch.autograd.grad(module(x, x, x, need_weights=False)[0].sum(), weights)
    args = (width, heads, by_name(*weights), x, None)
    shown = f"the gradients of {NAME}({width}, {heads})(x).sum()"
    return [Case(args, by_name(*gradients), gradient_program, shown)]


MULTI_HEAD_ATTENTION = exercise(
    __file__, NAME, _parameters, _one_token, _every_token, _causal, _gradients
)
