"""`fine_tune(model, examples, epochs, learning_rate, batch_size)`: train every weight.

Judged by mechanism and outcome on a tiny encoder. Oracle: bounds from both sides. Adam moves a
weight by about the learning rate at most in one step (Kingma and Ba, 2015, section 2.1), so how
far weights went tells what was asked for.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.given.fine_tuning import collate
from autograder.lessons.fine_tuning.classifier import built, little_rubbish, occurring
from autograder.lessons.sheet import exercise
from autograder.wire import Student, Value

WIDTH, LAYERS, CLASSES = 16, 2, 3
PARTS = ("encoder.embeddings", "encoder.encoder.layer.0", "encoder.encoder.layer.1", "head")
NEAR, FAR = 0.25, 1.3
"""The farthest weight has gone this much of learning rate x steps. With a rate that falls in a
straight line to 0 it is about a half, with a constant one about 1."""
LEARNED, TOO_GOOD = 0.5, 1e-4
"""Share of the first loss that is left after training, at most; and a loss that is not earned."""
CLOSE = 0.2
"""How closely two runs with other seeds agree in how far weights go."""

Example = dict[str, list[int] | int]


def examples(draw: Draw, count: int) -> list[Example]:
    """Texts of 2 to 6 ids; those of class c are made of ids from 1 + 12 c on."""
    random = draw.random()
    made: list[Example] = []
    for i in range(count):
        label = i % CLASSES
        ids = [1 + 12 * label + random.randrange(12) for _ in range(random.randint(2, 6))]
        made.append({"input_ids": ids, "attention_mask": [1] * len(ids), "labels": label})
    return made


def _trained(student: Student, *args: Value) -> tuple[Value, dict[str, Tensor], dict[str, Tensor]]:
    """The model after `fine_tune`, and its weights before and after."""
    # A small head: nearly even chances, and gradients for the encoder.
    weight = 0.1 * torch.randn(CLASSES, WIDTH, generator=torch.Generator().manual_seed(7))
    model = built(student, WIDTH, LAYERS, 7, weight, torch.zeros(CLASSES))
    before = student.state(model)
    with little_rubbish():
        student.call("fine_tune", model, *args)
    return model, before, student.state(model)


def moved(student: Student, *args: Value) -> Value:
    """Which parts of the model have other weights after training."""
    _, before, after = _trained(student, *args)
    changed = [name for name in before if not torch.equal(before[name], after[name])]
    return occurring(PARTS, changed)


def moved_above(student: Student, *args: Value) -> Value:
    """Which parts have other weights after training on a frozen encoder."""
    encoder = student.new("tiny_encoder", WIDTH, LAYERS, 7)
    student.method(encoder, "requires_grad_", False)
    model = student.new("SentenceClassifier", encoder, CLASSES)
    before = student.state(model)
    with little_rubbish():
        student.call("fine_tune", model, *args)
    after = student.state(model)
    return occurring(PARTS, [name for name in before if not torch.equal(before[name], after[name])])


def distance(student: Student, *args: Value) -> Value:
    """How far the head's farthest weight went, in learning rates."""
    _, before, after = _trained(student, *args)
    gone = (after["head.weight"] - before["head.weight"]).abs().max()
    return float(gone) / float(args[2])


def left(student: Student, batch: Value, *args: Value) -> Value:
    """The loss on the training examples after training."""
    model, *_ = _trained(student, batch, *args)
    return student.method(model, "__call__", *collate(batch).values())["loss"]


def _in_bounds(got: Value, expected: Value) -> str | None:
    if NEAR * expected <= got <= FAR * expected:
        return None
    way = "not far enough" if got < expected else "too far"
    return (
        f"The weights went {way}: {got:.1f} learning rates in {expected:.0f} steps. Between "
        f"{NEAR:g} and {FAR:g} a step are expected."
    )


def _learned(got: Value, expected: Value) -> str | None:
    loss, goal = float(got), LEARNED * expected
    if loss < TOO_GOOD:
        return f"A loss of {loss:.2g} is too good: did it train longer than asked?"
    if loss <= goal:
        return None
    return f"The loss went from {expected:.2f} to {loss:.2f}; at most {goal:.2f} is expected."


def _moves(draw: Draw) -> list[Case]:
    args = (examples(draw, draw.size(6, 9)), 1, 1e-3, 3)
    above = {part: part == "head" for part in PARTS}
    return [
        Case(args, dict.fromkeys(PARTS, True), moved, _shown(*args)),
        Case(args, above, moved_above, f"{_shown(*args)} that is frozen"),
    ]


def _settings(draw: Draw) -> list[Case]:
    count, *settings = draw.size(
        (16, (1, 1e-4, 2), (4, 1e-3, 6), (2, 1e-4, 3), (3, 1e-4, 32)),
        (15, (5, 1e-4, 15), (2, 1e-3, 4), (1, 1e-4, 2), (4, 1e-3, 40)),
    )
    batch = examples(draw, count)
    cases = []
    for epochs, rate, size in settings:
        args, steps = (batch, epochs, rate, size), epochs * math.ceil(count / size)
        case = Case(args, steps, distance, _shown(*args), tolerance=CLOSE, accepts=_in_bounds)
        cases.append(case)
    return cases


def _learns(draw: Draw) -> list[Case]:
    args = (examples(draw, draw.size(12, 15)), 12, 1e-2, 8)
    first = math.log(CLASSES)
    return [Case(args, first, left, _shown(*args), tolerance=CLOSE, accepts=_learned)]


def _shown(batch: list[Example], epochs: int, rate: float, size: int) -> str:
    return f"fine_tune(model, {len(batch)} examples, {epochs}, {rate:g}, {size}) on a tiny encoder"


FINE_TUNE = exercise(__file__, "fine_tune", _moves, _settings, _learns)
