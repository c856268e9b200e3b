"""`add_lora(encoder, names, rank, alpha)`: LoRA at chosen layers of a real architecture.

Oracle: `peft`'s `get_peft_model` with the same target modules.
"""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor, nn

from autograder.exercise import Case, Draw
from autograder.given.fine_tuning import tiny_encoder
from autograder.lessons.fine_tuning.classifier import batch
from autograder.lessons.sheet import exercise
from autograder.wire import Student, Value

Build = tuple[int, int, tuple[str, ...], int, float]
"""Width and layers of the tiny encoder; names of the layers to wrap; rank; alpha."""


def _wrapped(student: Student, width: int, layers: int, *lora: Value) -> tuple[Value, Value]:
    """A handle to the wrapped encoder, and what `add_lora` returned."""
    encoder = student.new("tiny_encoder", width, layers, 2)
    return encoder, student.call("add_lora", encoder, *lora)


def count(student: Student, *build: Value) -> Value:
    """What `add_lora` returns."""
    return _wrapped(student, *build)[1]


def places(student: Student, *build: Value) -> Value:
    """The wrapped layers, by name, in order."""
    encoder, _ = _wrapped(student, *build)
    return sorted(name[:-2] for name in student.state(encoder) if name.endswith(".a"))


def hidden(student: Student, ids: Tensor, mask: Tensor, *build: Value) -> Value:
    """The last hidden state of the wrapped encoder."""
    encoder, _ = _wrapped(student, *build)
    return student.method(encoder, "__call__", ids, mask)["last_hidden_state"]


def tuned(student: Student, ids: Tensor, mask: Tensor, lora: Value, *build: Value) -> Value:
    """The same when `a` and `b` of the wrapped layers hold the tensors `lora`."""
    encoder, _ = _wrapped(student, *build)
    student.load_state(encoder, student.state(encoder) | lora)
    return student.method(encoder, "__call__", ids, mask)["last_hidden_state"]


def trained(student: Student, ids: Tensor, mask: Tensor, *build: Value) -> Value:
    """Names of the parameters with a gradient, when a head stands on the wrapped encoder."""
    encoder, _ = _wrapped(student, *build)
    model = student.new("SentenceClassifier", encoder, 3)
    student.method(model, "logits", ids, mask)
    return sorted(name for name, grad in student.grads(model).items() if grad is not None)


def wrapped_by_peft(encoder: Any, names: list[str], rank: int, alpha: float) -> Any:
    """The encoder with `peft`'s LoRA at the layers with these names."""
    config = LoraConfig(r=rank, lora_alpha=alpha, target_modules=names)  # type: ignore[arg-type]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # peft reads a name transformers will drop
        return get_peft_model(encoder, config)


def _peft(build: Build) -> Any:
    """`peft`'s encoder, or the frozen encoder where nothing in it has one of the names.

    `peft` takes names of blocks for mistakes, so those are left out.
    """
    width, layers, names, rank, alpha = build
    encoder = tiny_encoder(width, layers, 2)
    linear = {
        path.rpartition(".")[2]
        for path, module in encoder.named_modules()
        if isinstance(module, nn.Linear)
    }
    if not (known := [name for name in names if name in linear]):
        return encoder.requires_grad_(False)
    return wrapped_by_peft(encoder, known, rank, alpha)


@cache
def _peft_places(build: Build) -> list[str]:
    found = [name for name, _ in _peft(build).named_modules() if name.endswith("lora_A")]
    return sorted(name.removeprefix("base_model.model.").removesuffix(".lora_A") for name in found)


@cache
def _trainable(build: Build) -> int:
    return sum(p.numel() for p in _peft(build).parameters() if p.requires_grad)


def _args(build: Build) -> tuple[Value, ...]:
    width, layers, names, *rest = build
    return (width, layers, list(names), *rest)


def _lora(draw: Draw, build: Build) -> tuple[dict[str, Tensor], Any]:
    """Random `a` and `b` by their names in the exercise, and `peft`'s encoder with them."""
    encoder, generator, values = _peft(build), draw.torch(), {}
    for name, parameter in encoder.named_parameters():
        if ".lora_" in name:
            place, letter = name.removeprefix("base_model.model.").split(".lora_")
            value = torch.randn(parameter.shape, generator=generator)
            parameter.data.copy_(value)
            values[f"{place}.{letter[0].lower()}"] = value
    return values, encoder


def _builds(draw: Draw) -> list[Build]:
    """Also names of blocks, parts of names, and names that nothing has."""
    every = ("query", "key", "value", "dense")
    visible: list[Build] = [
        (8, 2, ("query", "value"), 2, 4.0), (8, 1, every, 3, 3.0),
        (4, 2, ("ey", "value", "output", "self"), 1, 5.0), (4, 1, ("quer",), 2, 4.0),
    ]  # fmt: skip
    hidden: list[Build] = [
        (12, 3, ("key",), 4, 8.0), (8, 2, every, 2, 2.0),
        (8, 2, ("layer", "uery", "dense", "intermediate"), 3, 1.0), (4, 1, ("self.value",), 2, 4.0),
    ]  # fmt: skip
    return draw.size(visible, hidden)


def _shown(build: Build) -> str:
    _, layers, names, rank, alpha = build
    return f"add_lora(an encoder of {layers} layers, {list(names)}, {rank}, {alpha:g})"


def _places(draw: Draw) -> list[Case]:
    return [
        Case(_args(b), _peft_places(b), places, f"where {_shown(b)} puts LoRA")
        for b in _builds(draw)
    ]


def _count(draw: Draw) -> list[Case]:
    return [Case(_args(b), _trainable(b), count, _shown(b)) for b in _builds(draw)]


def _same(draw: Draw) -> list[Case]:
    cases = []
    ids, mask = batch(draw, draw.size((4, 2), (3, 5, 1)))
    for build in _builds(draw):
        expected = tiny_encoder(*build[:2], 2)(ids, mask).last_hidden_state.detach()
        shown = f"the encoder's output after {_shown(build)}"
        cases.append(Case((ids, mask, *_args(build)), expected, hidden, shown))
    for build in _builds(draw)[1:3]:
        lora, encoder = _lora(draw, build)
        expected = encoder(ids, mask).last_hidden_state.detach()
        shown = f"the encoder's output after {_shown(build)}, with other a and b"
        cases.append(Case((ids, mask, lora, *_args(build)), expected, tuned, shown, tolerance=1e-4))
    return cases


def _gradients(draw: Draw) -> list[Case]:
    """The pooler lies beside the way to the head, so nothing in it gets a gradient."""
    cases = []
    for build in _builds(draw):
        inside = [p for p in _peft_places(build) if not p.startswith("pooler.")]
        wrapped = [f"encoder.{place}.{part}" for place in inside for part in "ab"]
        expected = sorted([*wrapped, "head.bias", "head.weight"])
        args = (*batch(draw, draw.size((4, 2), (3, 5, 1))), *_args(build))
        cases.append(Case(args, expected, trained, f"what trains after {_shown(build)}"))
    return cases


ADD_LORA = exercise(__file__, "add_lora", _places, _same, _count, _gradients)
