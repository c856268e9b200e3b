"""`SentenceClassifier(encoder, classes)`: an encoder, mean pooling, and a linear head.

Oracle: transformers' `BertModel` on each text by itself without padding, `torch`'s mean and
linear layer, and its cross-entropy.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.exercise import Case, Draw, Program
from autograder.given.fine_tuning import tiny_encoder
from autograder.lessons.sheet import exercise
from autograder.wire import Student, Value

NAME = "SentenceClassifier"
PARTS = ("head.weight", "head.bias", "encoder.embeddings.word", "encoder.encoder.layer.0.")


def batch(draw: Draw, lengths: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """Random ids of the 50 that the tiny encoder knows, padded with 0 on the right; their mask."""
    ids = torch.randint(1, 50, (len(lengths), max(lengths)), generator=draw.torch())
    mask = (torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]).long()
    return ids * mask, mask


def odd_batch(draw: Draw, lengths: tuple[int, ...], size: int) -> tuple[Tensor, Tensor]:
    """Texts in which 0 is a token, padded to `size` with ids that are tokens elsewhere."""
    ids = torch.randint(1, 50, (len(lengths), size), generator=draw.torch())
    ids[:, 0] = 0
    return ids, (torch.arange(size) < torch.tensor(lengths)[:, None]).long()


def _head(draw: Draw, width: int, classes: int) -> tuple[Tensor, Tensor]:
    random = draw.torch()
    return torch.randn(classes, width, generator=random), torch.randn(classes, generator=random)


@cache
def _encoder(width: int, layers: int, seed: int, *positions: int) -> Any:
    return tiny_encoder(width, layers, seed, *positions)


def oracle(
    ids: Tensor,
    mask: Tensor,
    width: int,
    layers: int,
    seed: int,
    weight: Tensor,
    bias: Tensor,
    *positions: int,
) -> Tensor:
    """Logits of each text by itself, (B, classes)."""
    encoder = _encoder(width, layers, seed, *positions)
    rows = []
    for row, kept in zip(ids, mask.bool(), strict=True):
        hidden = encoder(input_ids=row[kept][None]).last_hidden_state
        rows.append(F.linear(hidden.mean(dim=1), weight, bias))
    return torch.cat(rows).detach()


@contextmanager
def little_rubbish() -> Iterator[None]:
    """For the Trainer: accelerate collects garbage first, here only among what is new."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def built(
    student: Student,
    width: int,
    layers: int,
    seed: int,
    weight: Tensor,
    bias: Tensor,
    *positions: int,
) -> Value:
    """A handle to the learner's classifier with the given head."""
    encoder = student.new("tiny_encoder", width, layers, seed, *positions)
    model = student.new(NAME, encoder, len(bias))
    head = {"head.weight": weight, "head.bias": bias}
    student.load_state(model, student.state(model) | head)
    return model


def names(student: Student, width: int, layers: int, classes: int) -> Value:
    """Shapes of the head's parameters, and whether the encoder in the module is the one given."""
    encoder = student.new("tiny_encoder", width, layers, 1)
    model = student.new(NAME, encoder, classes)
    head = [name for name in student.grads(model) if not name.startswith("encoder.")]
    shapes = {name: tuple(student.state(model)[name].shape) for name in head}
    student.load_state(encoder, {n: value + 1 for n, value in student.state(encoder).items()})
    inside, given = student.state(model), student.state(encoder)
    same = all(_equal(inside.get(f"encoder.{name}"), value) for name, value in given.items())
    return {"encoder inside": same, **shapes}


def _equal(one: Value, other: Value) -> bool:
    return isinstance(one, Tensor) and torch.equal(one, other)


def logits(student: Student, ids: Tensor, mask: Tensor, *build: Value) -> Value:
    """What `logits` returns."""
    return student.method(built(student, *build), "logits", ids, mask)


def both(student: Student, ids: Tensor, mask: Tensor, *build: Value) -> Value:
    """What `logits` returns, and the logits of the whole module where it has them."""
    model = built(student, *build)
    alone = student.method(model, "logits", ids, mask)
    whole = student.method(model, "__call__", ids, mask)
    return [alone, whole.get("logits", alone) if isinstance(whole, dict) else alone]


def after_loading(
    student: Student, ids: Tensor, mask: Tensor, state: Value, *build: Value
) -> Value:
    """Logits of a classifier at rest, before and after its encoder gets other weights."""
    model = built(student, *build)
    student.method(model, "eval")
    before = student.method(model, "logits", ids, mask)
    student.load_state(model, student.state(model) | state)
    return [before, student.method(model, "logits", ids, mask)]


def moved(student: Student, examples: Value, *build: Value) -> Value:
    """Which parts have other weights after the Trainer has trained the classifier."""
    model = built(student, *build)
    before = student.state(model)
    with little_rubbish():
        student.call("fine_tune", model, examples, 1, 1e-3, 2)
    after = student.state(model)
    return occurring(PARTS, [name for name in before if not torch.equal(before[name], after[name])])


def forward(student: Student, ids: Tensor, mask: Tensor, labels: Tensor, *build: Value) -> Value:
    """What the module returns without labels and with them."""
    model = built(student, *build)
    return [student.method(model, "__call__", ids, mask, *more) for more in ((), (labels,))]


def reached(student: Student, ids: Tensor, mask: Tensor, *build: Value) -> Value:
    """Whether gradients reach the head, the first and the last layer of the encoder."""
    model = built(student, *build)
    student.method(model, "logits", ids, mask)
    grads = student.grads(model)
    alive = [n for n, grad in grads.items() if grad is not None and bool(grad.abs().sum() > 0)]
    return occurring(PARTS, alive)


def occurring(parts: tuple[str, ...], names: list[str]) -> dict[str, bool]:
    """For each part of a model, whether one of the names lies in it."""
    return {part: any(name.startswith(part) for name in names) for part in parts}


def _parameters(draw: Draw) -> list[Case]:
    cases = []
    for width, classes in draw.size(((8, 3), (12, 2), (4, 4)), ((12, 5), (16, 2), (8, 8))):
        shapes = {"head.weight": (classes, width), "head.bias": (classes,)}
        shown = f"the parameters of {NAME}(encoder, {classes})"
        cases.append(Case((width, 1, classes), {"encoder inside": True, **shapes}, names, shown))
    return cases


def _logits_case(
    draw: Draw,
    texts: tuple[Tensor, Tensor],
    width: int,
    classes: int,
    program: Program = logits,
    positions: tuple[int, ...] = (),
) -> Case:
    head = _head(draw, width, classes)
    args: tuple[Any, ...] = (*texts, width, draw.size(1, 2), draw.size(3, 5), *head, *positions)
    expected = oracle(*args)
    shown = f"{NAME}(encoder, {classes}).logits(input_ids of shape {tuple(texts[0].shape)}, mask)"
    wanted = expected if program is logits else [expected, expected]
    return Case(args, wanted, program, shown, tolerance=1e-4)


def _one_text(draw: Draw) -> list[Case]:
    """One text, texts of one length, a text of one token, and the longest there is.

    The last is longer than the lengths at which texts are usually cut: 64, 128 and 256 tokens.
    """
    sizes = draw.size(
        (((5,), 8, 3), ((4, 4, 4, 4), 8, 4), ((1,), 12, 2), ((32,), 8, 3)),
        (((7,), 12, 4), ((3, 3, 3), 8, 3), ((1, 1), 8, 2), ((31,), 8, 5)),
    )
    cases = [_logits_case(draw, batch(draw, n), width, classes) for n, width, classes in sizes]
    long = batch(draw, (draw.size(300, 270),))
    return [*cases, _logits_case(draw, long, 8, 3, positions=(300,))]


def _padding(draw: Draw) -> list[Case]:
    """Among others one text alone that is padded, and padding with an id that is not 0."""
    lengths, width, classes = draw.size(((3, 6, 2), 8, 4), ((5, 2, 7, 4), 12, 3))
    some, one = draw.size(((2, 4), (3,)), ((1, 5, 3), (4,)))
    return [
        _logits_case(draw, batch(draw, lengths), width, classes),
        _logits_case(draw, odd_batch(draw, some, 6), 8, 3, both),
        _logits_case(draw, odd_batch(draw, one, 5), 8, 2, both),
    ]


def _loss_case(draw: Draw, lengths: tuple[int, ...], labels: Tensor, classes: int) -> Case:
    width, (ids, mask) = draw.size(8, 12), batch(draw, lengths)
    weight, bias = _head(draw, width, classes)
    if len(lengths) == 2:  # logits so far apart that exp overflows
        weight = 200 * weight
    build = (width, 1, 3, weight, bias)
    scores = oracle(ids, mask, *build)
    expected = [{"logits": scores}, {"loss": F.cross_entropy(scores, labels), "logits": scores}]
    shown = f"{NAME}(encoder, {classes}) without labels, then with labels {labels.tolist()}"
    return Case((ids, mask, labels, *build), expected, forward, shown, tolerance=1e-4)


def _loss(draw: Draw) -> list[Case]:
    """Several labels, 0 among them; all of them 0; one text; large logits."""
    sizes = draw.size(
        (((4, 4, 4), (2, 0, 1), 3), ((3, 3, 3), (0, 0, 0), 4), ((5,), (1,), 2)),
        (((6, 6, 6, 6), (4, 0, 3, 0), 5), ((2, 2, 2), (0, 0, 0), 2), ((3,), (0,), 3)),
    )
    cases = [_loss_case(draw, n, torch.tensor(labels), classes) for n, labels, classes in sizes]
    return [*cases, _loss_case(draw, (4, 4), torch.tensor(draw.size((0, 2), (1, 0))), 3)]


def _gradients(draw: Draw) -> list[Case]:
    """Gradients of the logits; weights that change; and the Trainer, which goes by the loss."""
    lengths, width, classes = draw.size(((4, 2), 8, 3), ((6, 3, 5), 12, 5))
    (ids, mask), every = batch(draw, lengths), dict.fromkeys(PARTS, True)
    build, head = (width, 2, 4), _head(draw, width, classes)
    other = {f"encoder.{n}": value for n, value in _encoder(width, 2, 9).state_dict().items()}
    whole = batch(draw, (3, 3, 3))  # without padding, which has a stage of its own
    expected = [oracle(*whole, width, 2, seed, *head) for seed in (4, 9)]
    texts = [row[kept.bool()].tolist() for row, kept in zip(ids, mask, strict=True)]
    examples = [
        {"input_ids": text, "attention_mask": [1] * len(text), "labels": i}
        for i, text in enumerate(texts)
    ]
    model = f"{NAME}(encoder, {classes})"
    changed = f"{model}.logits(input_ids, mask) before and after its encoder gets other weights"
    trained = f"which parts of {model} the Trainer changes"
    return [
        Case((ids, mask, *build, *head), every, reached, f"which parts of {model} get gradients"),
        Case((*whole, other, *build, *head), expected, after_loading, changed, tolerance=1e-4),
        Case((examples, *build, 0.1 * head[0], head[1]), every, moved, trained),
    ]


SENTENCE_CLASSIFIER = exercise(__file__, NAME, _parameters, _one_text, _padding, _loss, _gradients)
