"""`merge_lora(layer)`: the trained difference added to the weight, once and for all.

Oracle: `peft`'s `merge` on a layer with the same weights.
"""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.lessons.fine_tuning.lora import (
    State,
    by_peft,
    gradients_by_peft,
    new,
    state_of,
)
from autograder.lessons.sheet import exercise
from autograder.wire import Student, Value


def _loaded(student: Student, state: Value, alpha: float) -> Value:
    """A handle to the given LoRA layer with the weights `state`."""
    outputs, inputs = state["base.weight"].shape
    layer = new(student, inputs, outputs, len(state["a"]), alpha, "base.bias" in state)
    student.load_state(layer, student.state(layer) | state)
    return layer


def weights(student: Student, states: Value, alpha: float) -> Value:
    """The merged layer's tensors by name, for each of the weights that one layer has in turn."""
    layer = _loaded(student, states[0], alpha)
    found = []
    for state in states:
        student.load_state(layer, student.state(layer) | state)
        found.append(student.state(student.new("merge_lora", layer)))
    return found


def outputs(student: Student, state: Value, alpha: float, x: Tensor) -> Value:
    """The merged layer's output."""
    merged = student.new("merge_lora", _loaded(student, state, alpha))
    return student.method(merged, "__call__", x)


def untouched(student: Student, state: Value, alpha: float, x: Tensor) -> Value:
    """The LoRA layer's tensors after merging, also when the merged layer changes; its gradients."""
    layer = _loaded(student, state, alpha)
    merged = student.new("merge_lora", layer)
    after = student.state(layer)
    student.load_state(merged, {n: value + 1 for n, value in student.state(merged).items()})
    later = student.state(layer)
    student.method(layer, "__call__", x)
    known = [{name: found.get(name) for name in state} for found in (after, later)]
    return {"after": known[0], "later": known[1], "gradients": student.grads(layer)}


def _states(draw: Draw) -> list[tuple[State, float]]:
    """Weights and alpha; also of a square layer, and of rank 1."""
    sizes = draw.size(
        ((5, 3, 2, 6.0), (4, 4, 3, 1.5), (3, 6, 1, 2.0)),
        ((6, 8, 3, 4.5), (5, 5, 4, 2.0), (7, 2, 1, 0.5)),
    )
    return [(state_of(draw, ins, outs, rank), alpha) for ins, outs, rank, alpha in sizes]


def _without(state: State) -> State:
    return {name: value for name, value in state.items() if name != "base.bias"}


def _merged(state: State, alpha: float) -> State:
    layer = by_peft(state, alpha)
    layer.merge()
    return dict(layer.base_layer.state_dict())


def _weights(draw: Draw, bias: bool) -> list[Case]:
    """Also of a layer that was merged before, and trained on since."""
    cases = []
    for i, (whole, alpha) in enumerate(_states(draw)):
        state = whole if bias else _without(whole)
        states = [state, {name: 1 - value for name, value in state.items()}]
        asked = states if i == 1 else states[:1]
        shown = f"{SHOWN}, and once more when its weights have changed" if i == 1 else SHOWN
        expected = [_merged(each, alpha) for each in asked]
        cases.append(Case((asked, alpha), expected, weights, shown))
    return cases


def _outputs(draw: Draw) -> list[Case]:
    cases = []
    leading: tuple[tuple[int, ...], ...] = ((4,), (), (2, 1, 3))
    for (state, alpha), sizes in zip(_states(draw), leading, strict=True):
        x = torch.randn(*sizes, state["a"].shape[1], generator=draw.torch())
        expected = by_peft(state, alpha)(x).detach()
        cases.append(Case((state, alpha, x), expected, outputs, "merge_lora(layer)(x)"))
    return cases


def _untouched(draw: Draw) -> list[Case]:
    cases = []
    for i, (whole, alpha) in enumerate(_states(draw)):
        x = torch.randn(4, whole["a"].shape[1], generator=draw.torch())
        state = _without(whole) if i == 1 else whole
        grads = gradients_by_peft(by_peft(state, alpha), x)
        expected = {"after": state, "later": state, "gradients": grads}
        shown = "the LoRA layer after merge_lora(layer), when the merged layer is changed"
        cases.append(Case((state, alpha, x), expected, untouched, shown))
    return cases


SHOWN = "the tensors of merge_lora(layer)"
_with_bias, _without_bias = partial(_weights, bias=True), partial(_weights, bias=False)
MERGE_LORA = exercise(__file__, "merge_lora", _with_bias, _without_bias, _outputs, _untouched)
