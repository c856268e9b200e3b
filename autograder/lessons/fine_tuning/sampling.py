"""`balanced_sample(labels, per_class, seed)`: a smaller training set that holds every class alike.

Oracle: the properties of sampling without replacement, counted; chances from the binomial law.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.wire import Student, Value

SEEDS = 300
"""Samples drawn to see whether every example gets its chance."""
SOME = 20
"""Samples drawn to see whether a place comes twice: with replacement, one does in all but 1 of
10,000 visible tests."""
SIGMAS = 6.0
"""How far a count may be from its mean; a right sampler is refused less than once in a million."""


def _labels(draw: Draw, classes: int, at_least: int) -> Tensor:
    generator = draw.torch()
    counts = torch.randint(at_least, at_least + 5, (classes,), generator=generator)
    labels = torch.arange(classes).repeat_interleave(counts)
    return labels[torch.randperm(len(labels), generator=generator)]


def several(student: Student, labels: Tensor, per_class: int, seeds: Sequence[int]) -> Value:
    """One sample for each seed."""
    return [student.call("balanced_sample", labels, per_class, seed) for seed in seeds]


def _problem(got: Value, labels: Tensor, per_class: int) -> str | None:
    if not isinstance(got, Tensor) or got.dim() != 1 or got.is_floating_point():
        return "It must return a tensor (K,) of whole numbers: places in `labels`."
    classes = labels.unique()
    if len(got) != per_class * len(classes):
        return f"It gave {len(got)} places; {len(classes)} classes x {per_class} are expected."
    if len(got.unique()) != len(got):
        return "Some place is chosen more than once."
    if not bool(((got >= 0) & (got < len(labels))).all()):
        return "Some number is not a place in `labels`."
    counts = torch.stack([(labels[got] == c).sum() for c in classes])
    if not bool((counts == per_class).all()):
        return f"Each class must come {per_class} times; the counts are {counts.tolist()}."
    return None


def _balanced(got: Value, expected: Value) -> str | None:
    return next(filter(None, (_problem(sample, *expected) for sample in got)), None)


def _repeatable(got: Value, expected: Value) -> str | None:
    samples = [sample.sort().values.tolist() for sample in got]
    for seed in set(expected):
        same = [each for each, by in zip(samples, expected, strict=True) if by == seed]
        if any(each != same[0] for each in same):
            return "The same seed gave two different samples."
    if any(samples.count(samples[i]) != expected.count(seed) for i, seed in enumerate(expected)):
        return "Two different seeds gave the same sample."
    return None


def _fair(got: Value, expected: Value) -> str | None:
    labels, per_class = expected
    chosen = torch.bincount(torch.cat(list(got)), minlength=len(labels)).float()
    share = per_class / torch.bincount(labels)[labels]
    far = (chosen - SEEDS * share).abs() > SIGMAS * (SEEDS * share * (1 - share)).sqrt()
    if not bool(far.any()):
        return None
    place = int(far.nonzero()[0])
    return (
        f"In {SEEDS} samples example {place} was chosen {int(chosen[place])} times; about "
        f"{float(SEEDS * share[place]):.0f} are expected."
    )


def _balanced_case(labels: Tensor, per_class: int, seeds: Sequence[int]) -> Case:
    args = (labels, per_class, list(seeds))
    return Case(args, (labels, per_class), several, _shown(per_class), accepts=_balanced)


def _cases_balanced(draw: Draw) -> list[Case]:
    """Also classes with gaps and large numbers, whole classes, one of each, and one class."""
    labels, per_class = _labels(draw, *draw.size((3, 4), (5, 6))), draw.size(2, 3)
    apart = torch.tensor(draw.size((0, 300, 7), (1000, 2, 500, 6, 257)))[labels]
    every = _labels(draw, *draw.size((3, 2), (4, 3)))
    least = int(every.bincount().min())
    return [
        _balanced_case(labels, per_class, range(SOME)),
        _balanced_case(apart, per_class, range(3)),
        _balanced_case(every, least, range(3)),
        _balanced_case(labels, 1, range(3)),
        _balanced_case(torch.full((draw.size(5, 7),), 3), 2, range(3)),
    ]


def _cases_seeded(draw: Draw) -> list[Case]:
    labels, per_class = _labels(draw, *draw.size((4, 9), (3, 12))), draw.size(4, 5)
    first = draw.size(5, 70)
    cases = []
    for seeds in ([first, first, first + 1], [0, 1, 2, 0, 1], [first, first + 256, first, 2**40]):
        shown = _shown(per_class)
        cases.append(Case((labels, per_class, seeds), seeds, several, shown, accepts=_repeatable))
    return cases


def _cases_fair(draw: Draw) -> list[Case]:
    labels, per_class = _labels(draw, *draw.size((2, 6), (3, 7))), 3
    args = (labels, per_class, list(range(SEEDS)))
    return [Case(args, (labels, per_class), several, _shown(per_class), accepts=_fair)]


def _shown(per_class: int) -> str:
    return f"balanced_sample(labels, {per_class}, seed) for several seeds"


BALANCED_SAMPLE = exercise(__file__, "balanced_sample", _cases_balanced, _cases_seeded, _cases_fair)
