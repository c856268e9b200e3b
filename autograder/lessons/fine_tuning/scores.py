"""`accuracy`, `confusion_matrix` and `macro_f1`: what a classifier gets right, and where not.

Oracle: scikit-learn's functions of the same names.
"""

from __future__ import annotations

import warnings

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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # scikit-learn's about a single class
        counts = metrics.confusion_matrix(labels, predicted, labels=range(classes))
    return Case((predicted, labels, classes), torch.from_numpy(counts))


def _f1_case(predicted: Tensor, labels: Tensor, classes: int) -> Case:
    every = range(classes)
    score = metrics.f1_score(labels, predicted, labels=every, average="macro", zero_division=0.0)
    return Case((predicted, labels, classes), float(score))


def _skipping(predicted: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """The same where class 1 does not occur: those after it are one higher."""
    return predicted + (predicted > 0), labels + (labels > 0)


def _accuracy_few(draw: Draw) -> list[Case]:
    """Also a share without an end, most of them wrong, and numbers of classes beyond 255."""
    sevenths = torch.tensor([2, 0, 1, 2, 0, 0, 2]), torch.tensor([2, 0, 0, 1, 2, 1, 0])
    several = _answers(draw, (9, 3), (14, 4))[:2]
    wide = [classes * 300 for classes in _answers(draw, (11, 3), (13, 3))[:2]]
    cases = [FEW, several, sevenths, _skipping(*several), (wide[0], wide[1])]
    return [_accuracy_case(*each) for each in cases]


def _accuracy_ends(draw: Draw) -> list[Case]:
    """Also one answer, and answers that are all the same or all 0."""
    _, labels, _ = _answers(draw, (7, 3), (11, 5))
    one, zeros = labels[1:2], torch.zeros_like(labels)
    pairs = [(labels, labels), (labels + 1, labels), (one, one), (one + 1, one)]
    return [_accuracy_case(*each) for each in (*pairs, (zeros, zeros), (zeros, zeros + 2))]


def _matrix_few(draw: Draw) -> list[Case]:
    """Also one answer, one class, and two."""
    one = torch.tensor([draw.size(2, 1)]), torch.tensor([draw.size(0, 3)])
    zeros = torch.zeros(draw.size(3, 5), dtype=torch.long)
    return [
        _matrix_case(*FEW, 3),
        _matrix_case(*_answers(draw, (6, 2), (9, 3))[:2], 4),
        _matrix_case(*one, 4),
        _matrix_case(*_answers(draw, (7, 2), (9, 2))),
        _matrix_case(zeros, zeros, 1),
    ]


def _matrix_many(draw: Draw) -> list[Case]:
    """Also a pair that comes more than 255 times, and more than 10 and more than 256 classes."""
    predicted, labels, classes = _answers(draw, (10, 3), (12, 4))
    often = torch.tensor(draw.size(300, 600))
    predicted = torch.cat([predicted, torch.tensor([1]).repeat_interleave(often)])
    labels = torch.cat([labels, torch.tensor([2]).repeat_interleave(often)])
    return [
        _matrix_case(*_answers(draw, (30, 4), (50, 5))),
        _matrix_case(predicted, labels, classes),
        _matrix_case(*_answers(draw, (40, 12), (60, 13))),
        _matrix_case(*_answers(draw, (700, 300), (800, 310))),
    ]


def _matrix_absent(draw: Draw) -> list[Case]:
    """The last classes; one between the others; one that is only predicted, one that never is."""
    predicted, labels, classes = _answers(draw, (12, 3), (20, 4))
    skipped = _skipping(predicted, labels)
    return [
        _matrix_case(predicted, labels, classes + 2),
        _matrix_case(*skipped, classes + 2),
        _matrix_case(predicted, torch.where(labels == 1, 0, labels), classes + 1),
        _matrix_case(torch.where(predicted == 1, 2, predicted), labels, classes + 1),
    ]


def _f1_even(draw: Draw) -> list[Case]:
    """Also two classes."""
    return [
        _f1_case(*_answers(draw, (31, 4), (36, 5))),
        _f1_case(*FEW, 3),
        _f1_case(*_answers(draw, (9, 2), (13, 2))),
    ]


def _f1_uneven(draw: Draw) -> list[Case]:
    return [
        _f1_case(*_answers(draw, (40, 4), (60, 5), uneven=True)),
        _f1_case(*_answers(draw, (17, 3), (25, 3), uneven=True)),
        _f1_case(*_answers(draw, (300, 3), (400, 3), uneven=True)),
    ]


def _f1_never(draw: Draw) -> list[Case]:
    """Never predicted; nowhere; only predicted; the last classes; all wrong; all right."""
    predicted, labels, classes = _answers(draw, (24, 4), (30, 5))
    never = torch.where(predicted == 1, 0, predicted)
    absent = torch.where(labels == 1, 2, labels)
    return [
        _f1_case(never, labels, classes),
        _f1_case(never, absent, classes),
        _f1_case(predicted, absent, classes),
        _f1_case(predicted, labels, classes + 2),
        _f1_case(labels, labels, classes + 1),
        _f1_case((labels + 1) % classes, labels, classes),
        _f1_case(torch.tensor([1]), torch.tensor([1]), draw.size(3, 4)),
    ]


ACCURACY = exercise(__file__, "accuracy", _accuracy_few, _accuracy_ends)
CONFUSION_MATRIX = exercise(__file__, "confusion_matrix", _matrix_few, _matrix_many, _matrix_absent)
MACRO_F1 = exercise(__file__, "macro_f1", _f1_even, _f1_uneven, _f1_never)
