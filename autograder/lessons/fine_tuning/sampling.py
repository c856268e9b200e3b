"""`balanced_sample(labels, per_class, seed)`: a smaller training set that holds every class alike.

Oracle: the properties of sampling without replacement, counted; chances from the binomial law.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage
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
    problems = [_problem(sample, *expected) for sample in got]
    return next((problem for problem in problems if problem), None)


def _repeatable(got: Value, expected: Value) -> str | None:
    one, again, other = (sample.sort().values.tolist() for sample in got)
    if one != again:
        return "The same seed gave two different samples."
    if one == other:
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


def _cases_balanced(draw: Draw) -> list[Case]:
    labels, per_class = _labels(draw, *draw.size((3, 4), (5, 6))), draw.size(2, 3)
    args = (labels, per_class, list(range(SOME)))
    return [Case(args, (labels, per_class), several, _shown(per_class), accepts=_balanced)]


def _cases_repeatable(draw: Draw) -> list[Case]:
    labels, per_class = _labels(draw, *draw.size((4, 9), (3, 12))), draw.size(4, 5)
    args = (labels, per_class, [5, 5, 6])
    return [Case(args, None, several, _shown(per_class), accepts=_repeatable)]


def _cases_fair(draw: Draw) -> list[Case]:
    labels, per_class = _labels(draw, *draw.size((2, 6), (3, 7))), 3
    args = (labels, per_class, list(range(SEEDS)))
    return [Case(args, (labels, per_class), several, _shown(per_class), accepts=_fair)]


def _shown(per_class: int) -> str:
    return f"balanced_sample(labels, {per_class}, seed) for several seeds"


def sample_first(labels: Tensor, per_class: int, seed: int) -> Tensor:
    return torch.cat([(labels == c).nonzero().flatten()[:per_class] for c in labels.unique()])


def sample_unbalanced(labels: Tensor, per_class: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    count = per_class * len(labels.unique())
    return torch.randperm(len(labels), generator=generator)[:count]


def sample_repeated(labels: Tensor, per_class: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    chosen = []
    for c in labels.unique():
        places = (labels == c).nonzero().flatten()
        chosen.append(places[torch.randint(len(places), (per_class,), generator=generator)])
    return torch.cat(chosen)


def sample_fixed_seed(labels: Tensor, per_class: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    chosen = []
    for c in labels.unique():
        places = (labels == c).nonzero().flatten()
        chosen.append(places[torch.randperm(len(places), generator=generator)[:per_class]])
    return torch.cat(chosen)


def sample_within_class(labels: Tensor, per_class: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    counts = torch.bincount(labels)
    return torch.cat(
        [torch.randperm(int(counts[c]), generator=generator)[:per_class] for c in labels.unique()]
    )


def sample_labels(labels: Tensor, per_class: int, seed: int) -> Tensor:
    return labels.unique().repeat_interleave(per_class)


def sample_mask(labels: Tensor, per_class: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    mask = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique():
        places = (labels == c).nonzero().flatten()
        mask[places[torch.randperm(len(places), generator=generator)[:per_class]]] = True
    return mask


def sample_neighbours(labels: Tensor, per_class: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    chosen = []
    for c in labels.unique():
        places = (labels == c).nonzero().flatten()
        start = int(torch.randint(len(places) - per_class + 1, (1,), generator=generator))
        chosen.append(places[start : start + per_class])
    return torch.cat(chosen)


BALANCED_SAMPLE = Exercise(
    name="balanced_sample",
    title="A smaller training set",
    difficulty=2,
    minutes=10,
    forbids=("autograder.given.fine_tuning.balanced_sample",),
    stages=(
        Stage("balanced", 1, "the same number of each class, none of them twice.", _cases_balanced),
        Stage(
            "repeatable",
            1,
            "the same seed gives the same sample, another seed another one.",
            _cases_repeatable,
            needs=("balanced",),
        ),
        Stage(
            "fair",
            1,
            "over many seeds each example of a class is chosen about as often as the others.",
            _cases_fair,
            needs=("repeatable",),
        ),
    ),
    mistakes=(
        Mistake(
            "first ones",
            sample_first,
            "it takes the first examples of each class whatever the seed is. Shuffle them with a "
            "generator that starts from `seed`.",
            ("repeatable",),
        ),
        Mistake(
            "not balanced",
            sample_unbalanced,
            "it samples from all examples at once, so classes come by chance. Sample from each "
            "class by itself.",
            ("balanced",),
        ),
        Mistake(
            "with replacement",
            sample_repeated,
            "it draws with replacement, so an example can come twice. Shuffle the places of a "
            "class and take the first of them.",
            ("balanced",),
        ),
        Mistake(
            "seed ignored",
            sample_fixed_seed,
            "it always starts from the same seed. Use the `seed` that you are given.",
            ("repeatable",),
        ),
        Mistake(
            "places within the class",
            sample_within_class,
            "the numbers count within each class. Translate them into places in `labels`.",
            ("balanced",),
        ),
        Mistake(
            "labels for places",
            sample_labels,
            "it returns labels. Return the places where the chosen examples stand.",
            ("balanced",),
        ),
        Mistake(
            "mask",
            sample_mask,
            "it returns a mask. Return the places as whole numbers.",
            ("balanced",),
        ),
        Mistake(
            "neighbours",
            sample_neighbours,
            "it takes neighbours from a random start, so examples at the ends of a class are "
            "rare. Shuffle the places of the class instead.",
            ("fair",),
        ),
    ),
)
