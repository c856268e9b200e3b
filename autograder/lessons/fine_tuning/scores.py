"""`accuracy`, `confusion_matrix` and `macro_f1`: what a classifier gets right, and where not.

Oracle: scikit-learn's functions of the same names.
"""

from __future__ import annotations

import torch
from sklearn import metrics
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise

Sizes = tuple[int, int]
"""Number of examples and of classes."""
FEW = (torch.tensor([0, 1, 1, 2]), torch.tensor([0, 1, 2, 2]))


def _answers(
    draw: Draw, visible: Sizes, hidden: Sizes, uneven: bool = False
) -> tuple[Tensor, Tensor, int]:
    """Predictions, about half of them right, labels, and how many classes; each class occurs."""
    count, classes = draw.size(visible, hidden)
    generator = draw.torch()
    shares = torch.ones(classes)
    shares[0] = 4 if uneven else 1  # times as often as each other class
    labels = torch.multinomial(shares, count, replacement=True, generator=generator)
    labels[:classes] = torch.arange(classes)
    guesses = torch.multinomial(shares, count, replacement=True, generator=generator)
    keep = torch.rand(count, generator=generator) < 0.5
    predicted = torch.where(keep, labels, guesses)
    predicted[:classes] = (torch.arange(classes) + 1) % classes
    predicted[classes : 2 * classes] = labels[classes : 2 * classes] = torch.arange(classes)
    return predicted, labels, classes


def _accuracy_case(predicted: Tensor, labels: Tensor) -> Case:
    return Case((predicted, labels), float(metrics.accuracy_score(labels, predicted)))


def _matrix_case(predicted: Tensor, labels: Tensor, classes: int) -> Case:
    counts = metrics.confusion_matrix(labels, predicted, labels=range(classes))
    return Case((predicted, labels, classes), torch.from_numpy(counts))


def _f1_case(predicted: Tensor, labels: Tensor, classes: int) -> Case:
    every = range(classes)
    score = metrics.f1_score(labels, predicted, labels=every, average="macro", zero_division=0.0)
    return Case((predicted, labels, classes), float(score))


def _accuracy_few(draw: Draw) -> list[Case]:
    return [_accuracy_case(*FEW), _accuracy_case(*_answers(draw, (9, 3), (14, 4))[:2])]


def _accuracy_ends(draw: Draw) -> list[Case]:
    _, labels, _ = _answers(draw, (7, 3), (11, 5))
    return [_accuracy_case(labels, labels), _accuracy_case(labels + 1, labels)]


def _matrix_few(draw: Draw) -> list[Case]:
    return [_matrix_case(*FEW, 3), _matrix_case(*_answers(draw, (6, 2), (9, 3))[:2], 4)]


def _matrix_many(draw: Draw) -> list[Case]:
    return [_matrix_case(*_answers(draw, (30, 4), (50, 5)))]


def _matrix_absent(draw: Draw) -> list[Case]:
    predicted, labels, classes = _answers(draw, (12, 3), (20, 4))
    return [_matrix_case(predicted, labels, classes + 2)]


def _f1_even(draw: Draw) -> list[Case]:
    return [_f1_case(*_answers(draw, (31, 4), (36, 5)))]


def _f1_uneven(draw: Draw) -> list[Case]:
    return [_f1_case(*_answers(draw, (40, 4), (60, 5), uneven=True))]


def _f1_never(draw: Draw) -> list[Case]:
    predicted, labels, classes = _answers(draw, (24, 4), (30, 5))
    never = torch.where(predicted == 1, 0, predicted)
    absent = torch.where(labels == 1, 2, labels)
    return [_f1_case(never, labels, classes), _f1_case(never, absent, classes)]


ACCURACY = exercise(__file__, "accuracy", _accuracy_few, _accuracy_ends)
CONFUSION_MATRIX = exercise(__file__, "confusion_matrix", _matrix_few, _matrix_many, _matrix_absent)
MACRO_F1 = exercise(__file__, "macro_f1", _f1_even, _f1_uneven, _f1_never)
