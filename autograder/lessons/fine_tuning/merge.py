"""`merge_lora(layer)`: the trained difference added to the weight, once and for all.

Oracle: `peft`'s `merge` on a layer with the same weights.
"""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.lessons.fine_tuning.lora import State, by_peft, new, state_of
from autograder.lessons.sheet import exercise
from autograder.wire import Student, Value


def _loaded(student: Student, state: Value, alpha: float) -> Value:
    """A handle to the given LoRA layer with the weights `state`."""
    outputs, inputs = state["base.weight"].shape
    layer = new(student, inputs, outputs, len(state["a"]), alpha, "base.bias" in state)
    student.load_state(layer, state)
    return layer


def weights(student: Student, state: Value, alpha: float) -> Value:
    """The merged layer's tensors by name."""
    return student.state(student.new("merge_lora", _loaded(student, state, alpha)))


def outputs(student: Student, state: Value, alpha: float, x: Tensor) -> Value:
    """The merged layer's output."""
    merged = student.new("merge_lora", _loaded(student, state, alpha))
    return student.method(merged, "__call__", x)


def untouched(student: Student, state: Value, alpha: float) -> Value:
    """The tensors of the LoRA layer after it was merged."""
    layer = _loaded(student, state, alpha)
    student.new("merge_lora", layer)
    return student.state(layer)


def _state(draw: Draw, bias: bool = True) -> tuple[State, float]:
    inputs, size, rank, alpha = draw.size((5, 3, 2, 6.0), (6, 8, 3, 4.5))
    return state_of(draw, inputs, size, rank, bias), alpha


def _weights(draw: Draw, bias: bool) -> list[Case]:
    state, alpha = _state(draw, bias)
    layer = by_peft(state, alpha)
    layer.merge()
    expected = dict(layer.base_layer.state_dict())
    return [Case((state, alpha), expected, weights, "the tensors of merge_lora(layer)")]


def _outputs(draw: Draw) -> list[Case]:
    state, alpha = _state(draw)
    x = torch.randn(4, state["a"].shape[1], generator=draw.torch())
    expected = by_peft(state, alpha)(x).detach()
    return [Case((state, alpha, x), expected, outputs, "merge_lora(layer)(x)")]


def _untouched(draw: Draw) -> list[Case]:
    state, alpha = _state(draw)
    return [Case((state, alpha), state, untouched, "the LoRA layer after merge_lora(layer)")]


_with_bias, _without_bias = partial(_weights, bias=True), partial(_weights, bias=False)
MERGE_LORA = exercise(__file__, "merge_lora", _with_bias, _without_bias, _outputs, _untouched)
