"""`fine_tune(model, examples, epochs, learning_rate, batch_size)`: train every weight.

Judged by the weights it leaves in a tiny encoder, and by the loss that the judge computes with
them; nothing that the learner's process says of itself counts. Oracle: bounds from both sides. Adam
moves a weight by about the learning rate at most in one step (Kingma and Ba, 2015, section 2.1), so
how far weights went tells what was asked for.

Which examples were in one step shows where each has tokens of its own and one epoch is asked for.
The vector of such a token has a gradient in one step only, and Adam's way from there on depends on
the number of that step, not on the size of the gradient. So what was in one step has gone equally
far. All labels are equal there, so the bias of the head is pushed one way in every step, and has
gone the sum of all learning rates; a token's vector gets as far only where its gradient was never
set to zero. Neither depends on how the learning rate falls.

Dropout is 0 in this encoder: nothing here asks for `train()` or `eval()`, and the stub does not.
"""

from __future__ import annotations

import math
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.given.fine_tuning import collate, mean_pool, tiny_encoder
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
WORDS = "encoder.embeddings.word_embeddings.weight"
OWN_TOKENS = 3
"""Tokens of each example that no other example has."""
USED, TOGETHER = 0.015, 0.03
"""A token's vector that was in a step goes farther, in learning rates; vectors whose tokens were in
one step go equally far within this."""
ALWAYS, MOST = 0.9, 1.05
"""Share of the sum of all learning rates that a token's vector goes only if its gradient stays; and
what that sum is at most, in learning rates a step."""

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
    """The loss on the training examples after training, computed here from the weights."""
    _, _, after = _trained(student, batch, *args)
    inside = {n.removeprefix("encoder."): v for n, v in after.items() if n.startswith("encoder.")}
    encoder = tiny_encoder(WIDTH, LAYERS, 7)
    encoder.load_state_dict(inside)
    ids, mask, labels = collate(batch).values()
    with torch.no_grad():
        pooled = mean_pool(encoder(ids, mask).last_hidden_state, mask)
        logits = F.linear(pooled, after["head.weight"], after["head.bias"])
        return float(F.cross_entropy(logits, labels))


def together(student: Student, batch: Value, *args: Value) -> Value:
    """How many examples each step used, the most first, by how far their tokens' vectors went.

    Also how many examples no step used; and how far the farthest of these vectors and the farthest
    bias of the head went, in learning rates.
    """
    _, before, after = _trained(student, batch, *args)
    gone = {name: (after[name] - before[name]).abs() / args[1] for name in (WORDS, "head.bias")}
    ways = sorted(float(gone[WORDS][example["input_ids"]].median()) for example in batch)
    used = [way for way in ways if way > USED]
    starts = [i + 1 for i, (one, other) in enumerate(pairwise(used)) if other - one > TOGETHER]
    sizes = [end - start for start, end in pairwise([0, *starts, len(used)])]
    return {
        "steps": sorted(sizes, reverse=True),
        "unused": len(ways) - len(used),
        "farthest": ways[-1],
        "bias": float(gone["head.bias"].max()),
    }


def _in_bounds(got: Value, expected: Value) -> str | None:
    if NEAR * expected <= got <= FAR * expected:
        return None
    way = "not far enough" if got < expected else "too far"
    return (
        f"The weights went {way}: {got:.1f} learning rates in {expected:.0f} steps. Between "
        f"{NEAR:g} and {FAR:g} a step are expected."
    )


def _as_asked(got: Value, expected: Value) -> str | None:
    steps, asked = got["steps"], expected["steps"]
    if got["unused"]:
        return f"{got['unused']} of the {sum(asked)} examples were in no step: an epoch uses all."
    if steps != asked:
        return f"The examples in each step were {_listed(steps)}; asked for are {_listed(asked)}."
    if got["farthest"] > ALWAYS * got["bias"]:
        return "Gradients of earlier steps were used again: set them to zero in every step."
    if got["bias"] > MOST * len(asked):
        return (
            f"The weights went too far: {got['bias']:.1f} learning rates in {len(asked)} steps. "
            "Was every example used once?"
        )
    return None


def _listed(sizes: list[int]) -> str:
    return ", ".join(map(str, sizes))


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
    """First one batch an epoch, so that only the epochs and the rate tell; then the batches."""
    count, first, *others = draw.size(
        (16, (12, 1e-3, 32), (1, 1e-4, 2), (4, 1e-3, 6), (2, 1e-4, 3)),
        (15, (14, 1e-3, 40), (5, 1e-4, 15), (2, 1e-3, 4), (1, 1e-4, 2)),
    )
    batch = examples(draw, count)
    return [
        _distance_case(batch, *first),
        _one_epoch(*draw.size((14, 3), (16, 3))),
        *(_distance_case(batch, *each) for each in others),
    ]


def _distance_case(batch: list[Example], epochs: int, rate: float, size: int) -> Case:
    args, steps = (batch, epochs, rate, size), epochs * math.ceil(len(batch) / size)
    return Case(args, steps, distance, _shown(*args), tolerance=CLOSE, accepts=_in_bounds)


def _one_epoch(count: int, size: int) -> Case:
    """One epoch on examples of class 0 that share no token."""
    own: list[Example] = [
        {
            "input_ids": list(range(1 + OWN_TOKENS * i, 1 + OWN_TOKENS * (i + 1))),
            "attention_mask": [1] * OWN_TOKENS,
            "labels": 0,
        }
        for i in range(count)
    ]
    whole, rest = divmod(count, size)
    expected = {"steps": [size] * whole + [rest] * (rest > 0), "unused": 0}
    args = (own, 1, 1e-4, size)
    return Case(args, expected, together, _shown(*args), tolerance=CLOSE, accepts=_as_asked)


def _learns(draw: Draw) -> list[Case]:
    """All examples in one step, so that no order that training draws decides."""
    args = (examples(draw, draw.size(12, 15)), 20, 1e-2, 16)
    first = math.log(CLASSES)
    return [Case(args, first, left, _shown(*args), tolerance=CLOSE, accepts=_learned)]


def _shown(batch: list[Example], epochs: int, rate: float, size: int) -> str:
    return f"fine_tune(model, {len(batch)} examples, {epochs}, {rate:g}, {size}) on a tiny encoder"


FINE_TUNE = exercise(__file__, "fine_tune", _moves, _settings, _learns)
