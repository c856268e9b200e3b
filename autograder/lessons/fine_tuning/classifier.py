"""`SentenceClassifier(encoder, classes)`: an encoder, mean pooling, and a linear head.

Oracle: transformers' `BertModel` on each text by itself without padding, `torch`'s mean and
linear layer, and its cross-entropy.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.exercise import Case, Draw
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


def _head(draw: Draw, width: int, classes: int) -> tuple[Tensor, Tensor]:
    random = draw.torch()
    return torch.randn(classes, width, generator=random), torch.randn(classes, generator=random)


def oracle(
    ids: Tensor, mask: Tensor, width: int, layers: int, seed: int, weight: Tensor, bias: Tensor
) -> Tensor:
    """Logits of each text by itself, (B, classes)."""
    encoder = tiny_encoder(width, layers, seed)
    rows = []
    for row, kept in zip(ids, mask.bool(), strict=True):
        hidden = encoder(input_ids=row[kept][None]).last_hidden_state
        rows.append(F.linear(hidden.mean(dim=1), weight, bias))
    return torch.cat(rows).detach()


def built(
    student: Student, width: int, layers: int, seed: int, weight: Tensor, bias: Tensor
) -> Value:
    """A handle to the learner's classifier with the given head."""
    model = student.new(NAME, student.new("tiny_encoder", width, layers, seed), len(bias))
    head = {"head.weight": weight, "head.bias": bias}
    student.load_state(model, student.state(model) | head)
    return model


def names(student: Student, width: int, layers: int, classes: int) -> Value:
    """Shapes of the head, and whether the encoder belongs to the module."""
    model = student.new(NAME, student.new("tiny_encoder", width, layers, 1), classes)
    shapes = {name: tuple(value.shape) for name, value in student.state(model).items()}
    head = {name: shape for name, shape in shapes.items() if not name.startswith("encoder.")}
    return {"encoder inside": len(head) < len(shapes), **head}


def logits(student: Student, ids: Tensor, mask: Tensor, *build: Value) -> Value:
    """What `logits` returns."""
    return student.method(built(student, *build), "logits", ids, mask)


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
    width, classes = draw.size((8, 3), (12, 5))
    expected = {"encoder inside": True, "head.weight": (classes, width), "head.bias": (classes,)}
    shown = f"the parameters of {NAME}(encoder, {classes})"
    return [Case((width, 1, classes), expected, names, shown)]


def _logits_case(draw: Draw, lengths: tuple[int, ...], width: int, classes: int) -> Case:
    ids, mask = batch(draw, lengths)
    args = (ids, mask, width, draw.size(1, 2), draw.size(3, 5), *_head(draw, width, classes))
    shown = f"{NAME}(encoder, {classes}).logits(input_ids of shape {tuple(ids.shape)}, mask)"
    return Case(args, oracle(*args), logits, shown, tolerance=1e-4)


def _one_text(draw: Draw) -> list[Case]:
    return [_logits_case(draw, *draw.size(((5,), 8, 3), ((7,), 12, 4)))]


def _padding(draw: Draw) -> list[Case]:
    return [_logits_case(draw, *draw.size(((3, 6, 2), 8, 4), ((5, 2, 7, 4), 12, 3)))]


def _loss(draw: Draw) -> list[Case]:
    lengths, width, classes = draw.size(((4, 4, 4), 8, 3), ((6, 6), 12, 5))
    ids, mask = batch(draw, lengths)
    labels = torch.randint(classes, (len(lengths),), generator=draw.torch())
    build = (width, 1, 3, *_head(draw, width, classes))
    scores = oracle(ids, mask, *build)
    expected = [{"logits": scores}, {"loss": F.cross_entropy(scores, labels), "logits": scores}]
    shown = f"{NAME}(encoder, {classes}) without labels, then with labels"
    return [Case((ids, mask, labels, *build), expected, forward, shown, tolerance=1e-4)]


def _gradients(draw: Draw) -> list[Case]:
    lengths, width, classes = draw.size(((4, 2), 8, 3), ((6, 3, 5), 12, 5))
    args = (*batch(draw, lengths), width, 2, 4, *_head(draw, width, classes))
    shown = f"which parts of {NAME}(encoder, {classes}) get gradients"
    return [Case(args, dict.fromkeys(PARTS, True), reached, shown)]


SENTENCE_CLASSIFIER = exercise(__file__, NAME, _parameters, _one_text, _padding, _loss, _gradients)
