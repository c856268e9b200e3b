"""`merge_lora(layer)`: the trained difference added to the weight, once and for all.

Oracle: `peft`'s `merge` on a layer with the same weights.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage
from autograder.lessons.fine_tuning.lora import by_peft, state_of
from autograder.wire import Student, Value

MERGED = 1e-5
"""Share of the largest number by which merged and unmerged outputs may differ."""


def _loaded(student: Student, state: Value, alpha: float) -> Value:
    """A handle to the given LoRA layer with the weights `state`."""
    outputs, inputs = state["base.weight"].shape
    base = student.new("linear", inputs, outputs, "base.bias" in state)
    layer = student.new("LoRALinear", base, len(state["a"]), alpha)
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


def _merged(state: dict[str, Tensor], alpha: float) -> Any:
    layer = by_peft(state, alpha)
    layer.merge()
    return layer.base_layer


def _state(draw: Draw, bias: bool = True) -> tuple[dict[str, Tensor], float]:
    inputs, size, rank, alpha = draw.size((5, 3, 2, 6.0), (6, 8, 3, 4.5))
    return state_of(draw, inputs, size, rank, bias), alpha


def _cases(draw: Draw, bias: bool) -> list[Case]:
    state, alpha = _state(draw, bias)
    expected = {name: value.detach() for name, value in _merged(state, alpha).state_dict().items()}
    return [Case((state, alpha), expected, weights, "the tensors of merge_lora(layer)")]


def _with_bias(draw: Draw) -> list[Case]:
    return _cases(draw, bias=True)


def _without_bias(draw: Draw) -> list[Case]:
    return _cases(draw, bias=False)


def _outputs(draw: Draw) -> list[Case]:
    state, alpha = _state(draw)
    x = torch.randn(4, state["a"].shape[1], generator=draw.torch())
    expected = by_peft(state, alpha)(x).detach()
    return [Case((state, alpha, x), expected, outputs, "merge_lora(layer)(x)", tolerance=MERGED)]


def _untouched(draw: Draw) -> list[Case]:
    state, alpha = _state(draw)
    return [Case((state, alpha), state, untouched, "the LoRA layer after merge_lora(layer)")]


def merge_unscaled(layer: Any) -> nn.Linear:
    merged = nn.Linear(layer.base.in_features, layer.base.out_features, layer.base.bias is not None)
    with torch.no_grad():
        merged.weight.copy_(layer.base.weight + layer.b @ layer.a)
        if layer.base.bias is not None:
            merged.bias.copy_(layer.base.bias)
    return merged


def merge_in_place(layer: Any) -> nn.Linear:
    with torch.no_grad():
        layer.base.weight += layer.scale * layer.b @ layer.a
    return layer.base


def merge_base_only(layer: Any) -> nn.Linear:
    merged = nn.Linear(layer.base.in_features, layer.base.out_features, layer.base.bias is not None)
    merged.load_state_dict(layer.base.state_dict())
    return merged


def merge_difference_only(layer: Any) -> nn.Linear:
    merged = nn.Linear(layer.base.in_features, layer.base.out_features, layer.base.bias is not None)
    with torch.no_grad():
        merged.weight.copy_(layer.scale * layer.b @ layer.a)
        if layer.base.bias is not None:
            merged.bias.copy_(layer.base.bias)
    return merged


def merge_bias_forgotten(layer: Any) -> nn.Linear:
    merged = nn.Linear(layer.base.in_features, layer.base.out_features, bias=False)
    with torch.no_grad():
        merged.weight.copy_(layer.base.weight + layer.scale * layer.b @ layer.a)
    return merged


def merge_new_bias(layer: Any) -> nn.Linear:
    merged = nn.Linear(layer.base.in_features, layer.base.out_features)
    with torch.no_grad():
        merged.weight.copy_(layer.base.weight + layer.scale * layer.b @ layer.a)
        merged.bias.zero_()
        if layer.base.bias is not None:
            merged.bias.copy_(layer.base.bias)
    return merged


def merge_subtracted(layer: Any) -> nn.Linear:
    merged = nn.Linear(layer.base.in_features, layer.base.out_features, layer.base.bias is not None)
    with torch.no_grad():
        merged.weight.copy_(layer.base.weight - layer.scale * layer.b @ layer.a)
        if layer.base.bias is not None:
            merged.bias.copy_(layer.base.bias)
    return merged


def merge_returns_layer(layer: Any) -> Any:
    return layer


MERGE_LORA = Exercise(
    name="merge_lora",
    title="One layer again",
    difficulty=3,
    minutes=12,
    forbids=("autograder.given.fine_tuning.merge_lora", "peft.*"),
    stages=(
        Stage(
            "weights",
            1,
            "a new nn.Linear: weight plus alpha / rank x b @ a, and the bias.",
            _with_bias,
        ),
        Stage("without bias", 1, "a base without bias gives a layer without bias.", _without_bias),
        Stage("outputs", 1, "merged and unmerged give the same.", _outputs, needs=("weights",)),
        Stage(
            "layer untouched",
            1,
            "the LoRA layer can still be used, and trained on, after merging.",
            _untouched,
            needs=("weights",),
        ),
    ),
    mistakes=(
        Mistake(
            "not scaled",
            merge_unscaled,
            "the difference is added without its scale. Multiply b @ a by `layer.scale`.",
            ("weights", "without bias"),
        ),
        Mistake(
            "in place",
            merge_in_place,
            "the base itself is changed, so the LoRA layer now adds the difference twice. Make a "
            "new layer.",
            ("layer untouched",),
        ),
        Mistake(
            "base only",
            merge_base_only,
            "this is the base alone: what was trained is lost. Add the scaled b @ a.",
            ("weights", "without bias"),
        ),
        Mistake(
            "difference only",
            merge_difference_only,
            "the weight is the difference alone. Add it to the weight of the base.",
            ("weights", "without bias"),
        ),
        Mistake(
            "bias forgotten",
            merge_bias_forgotten,
            "the bias of the base is lost. Copy it where there is one.",
            ("weights",),
        ),
        Mistake(
            "bias added",
            merge_new_bias,
            "a base without bias got one. Give the new layer a bias only where the base has one.",
            ("without bias",),
        ),
        Mistake(
            "subtracted",
            merge_subtracted,
            "the difference is subtracted. Add it, as the LoRA layer does.",
            ("weights", "without bias"),
        ),
        Mistake(
            "not merged",
            merge_returns_layer,
            "this is still the LoRA layer. Return a plain nn.Linear with the sum as its weight.",
            ("weights", "without bias"),
        ),
    ),
)
