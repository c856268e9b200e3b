"""How accuracy, the confusion matrix and macro-F1 go wrong."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.exercise import Mistake


def accuracy_count(predicted: Tensor, labels: Tensor) -> float:
    return float((predicted == labels).sum())


def accuracy_percent(predicted: Tensor, labels: Tensor) -> float:
    return 100 * float((predicted == labels).float().mean())


def accuracy_error(predicted: Tensor, labels: Tensor) -> float:
    return float((predicted != labels).float().mean())


def accuracy_floor(predicted: Tensor, labels: Tensor) -> float:
    return float((predicted == labels).sum() // len(labels))


def accuracy_classes(predicted: Tensor, labels: Tensor) -> float:
    return float((predicted == labels).sum() / len(labels.unique()))


def accuracy_sets(predicted: Tensor, labels: Tensor) -> float:
    found = [bool((labels == each).any()) for each in predicted.unique()]
    return sum(found) / len(found)


def accuracy_recall(predicted: Tensor, labels: Tensor) -> float:
    shares = [(predicted[labels == c] == c).float().mean() for c in labels.unique()]
    return float(torch.stack(shares).mean())


ACCURACY = (
    Mistake(
        "count",
        accuracy_count,
        "this is the number of right answers. Divide it by the number of all answers.",
        ("some right", "all and none"),
    ),
    Mistake(
        "percent",
        accuracy_percent,
        "this is a percentage. Return a share between 0 and 1.",
        ("some right", "all and none"),
    ),
    Mistake(
        "error rate",
        accuracy_error,
        "this is the share of wrong answers. Count those that are equal to the label.",
        ("some right", "all and none"),
    ),
    Mistake(
        "whole numbers",
        accuracy_floor,
        "`//` cuts off the fraction, so the result is 0 unless all are right. Use `/`.",
        ("some right",),
    ),
    Mistake(
        "divided by classes",
        accuracy_classes,
        "the right answers are divided by the number of classes. Divide by the number of answers.",
        ("some right", "all and none"),
    ),
    Mistake(
        "places ignored",
        accuracy_sets,
        "this asks which classes occur anywhere. Compare each prediction with the label in the "
        "same place.",
        ("some right", "all and none"),
    ),
    Mistake(
        "mean recall",
        accuracy_recall,
        "this is the mean over classes of each class's share. Accuracy is one share over all "
        "answers.",
        ("some right",),
    ),
)


def matrix_turned(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    return torch.bincount(predicted * classes + labels, minlength=classes**2).view(classes, classes)


def matrix_once(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    counts = torch.zeros(classes, classes, dtype=torch.long)
    counts[labels, predicted] += 1
    return counts


def matrix_small(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    size = int(max(predicted.max(), labels.max())) + 1
    return torch.bincount(labels * size + predicted, minlength=size**2).view(size, size)


def matrix_shares(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    flat = torch.bincount(labels * classes + predicted, minlength=classes**2).view(classes, classes)
    return flat / flat.sum(dim=1, keepdim=True).clamp_min(1)


def matrix_right(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    right = labels[labels == predicted]
    return torch.diag(torch.bincount(right, minlength=classes))


def matrix_wrong(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    wrong = labels != predicted
    flat = torch.bincount(labels[wrong] * classes + predicted[wrong], minlength=classes**2)
    return flat.view(classes, classes)


def matrix_both(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    flat = torch.bincount(labels * classes + predicted, minlength=classes**2).view(classes, classes)
    return flat + flat.T


CONFUSION_MATRIX = (
    Mistake(
        "turned",
        matrix_turned,
        "rows and columns are exchanged. Rows are true classes, columns are predicted ones.",
        ("a few", "many", "absent classes"),
    ),
    Mistake(
        "counted once",
        matrix_once,
        "adding through a tensor index counts a pair that occurs several times only once. Count "
        "each occurrence.",
        ("a few", "many", "absent classes"),
    ),
    Mistake(
        "as large as needed",
        matrix_small,
        "the matrix is only as large as the classes that occur. It must be classes x classes.",
        ("a few", "absent classes"),
    ),
    Mistake(
        "shares",
        matrix_shares,
        "these are shares of each row. Return the counts.",
        ("a few", "many", "absent classes"),
    ),
    Mistake(
        "only the right ones",
        matrix_right,
        "only right answers are counted. The wrong ones belong beside the diagonal.",
        ("a few", "many", "absent classes"),
    ),
    Mistake(
        "only the wrong ones",
        matrix_wrong,
        "only wrong answers are counted. The right ones belong on the diagonal.",
        ("a few", "many", "absent classes"),
    ),
    Mistake(
        "both ways",
        matrix_both,
        "every pair is counted both ways. Count it once: in the row of the true class.",
        ("a few", "many", "absent classes"),
    ),
)


def f1_micro(predicted: Tensor, labels: Tensor, classes: int) -> float:
    return float((predicted == labels).float().mean())


def f1_weighted(predicted: Tensor, labels: Tensor, classes: int) -> float:
    total = 0.0
    for c in range(classes):
        hits = int(((predicted == c) & (labels == c)).sum())
        marked = int((predicted == c).sum()) + int((labels == c).sum())
        total += (2 * hits / marked if marked else 0.0) * int((labels == c).sum())
    return total / len(labels)


def f1_precision(predicted: Tensor, labels: Tensor, classes: int) -> float:
    shares = []
    for c in range(classes):
        hits, marked = int(((predicted == c) & (labels == c)).sum()), int((predicted == c).sum())
        shares.append(hits / marked if marked else 0.0)
    return sum(shares) / classes


def f1_recall(predicted: Tensor, labels: Tensor, classes: int) -> float:
    shares = []
    for c in range(classes):
        hits, real = int(((predicted == c) & (labels == c)).sum()), int((labels == c).sum())
        shares.append(hits / real if real else 0.0)
    return sum(shares) / classes


def f1_of_means(predicted: Tensor, labels: Tensor, classes: int) -> float:
    precision = recall = 0.0
    for c in range(classes):
        hits = int(((predicted == c) & (labels == c)).sum())
        marked, real = int((predicted == c).sum()), int((labels == c).sum())
        precision += hits / marked / classes if marked else 0.0
        recall += hits / real / classes if real else 0.0
    return 2 * precision * recall / (precision + recall)


def f1_plain_mean(predicted: Tensor, labels: Tensor, classes: int) -> float:
    total = 0.0
    for c in range(classes):
        hits = int(((predicted == c) & (labels == c)).sum())
        marked, real = int((predicted == c).sum()), int((labels == c).sum())
        total += ((hits / marked if marked else 0.0) + (hits / real if real else 0.0)) / 2
    return total / classes


def f1_skipped(predicted: Tensor, labels: Tensor, classes: int) -> float:
    scores = []
    for c in range(classes):
        hits = int(((predicted == c) & (labels == c)).sum())
        if hits:
            scores.append(2 * hits / int((predicted == c).sum() + (labels == c).sum()))
    return sum(scores) / len(scores)


def f1_nan(predicted: Tensor, labels: Tensor, classes: int) -> float:
    total = torch.tensor(0.0)
    for c in range(classes):
        hits = ((predicted == c) & (labels == c)).sum()
        precision, recall = hits / (predicted == c).sum(), hits / (labels == c).sum()
        total = total + 2 * precision * recall / (precision + recall)
    return float(total / classes)


MACRO_F1 = (
    Mistake(
        "micro",
        f1_micro,
        "this is the accuracy, which is what micro-F1 comes to here: frequent classes count more. "
        "Compute F1 for each class first, then take the mean.",
        ("even classes",),
    ),
    Mistake(
        "weighted",
        f1_weighted,
        "the classes are weighted by how often they occur. In the macro mean each counts once.",
        ("even classes",),
    ),
    Mistake(
        "precision",
        f1_precision,
        "this is the mean precision. F1 also needs the recall: how many of the class are found.",
        ("even classes",),
    ),
    Mistake(
        "recall",
        f1_recall,
        "this is the mean recall. F1 also needs the precision: how many of those named are right.",
        ("even classes",),
    ),
    Mistake(
        "F1 of means",
        f1_of_means,
        "precision and recall are averaged over classes first. Compute F1 for each class, then "
        "take the mean of these.",
        ("even classes",),
    ),
    Mistake(
        "plain mean of two",
        f1_plain_mean,
        "F1 is the harmonic mean of precision and recall, 2PR / (P + R), not their plain mean.",
        ("even classes",),
    ),
    Mistake(
        "empty classes skipped",
        f1_skipped,
        "classes without a hit are left out of the mean. They count with F1 0: divide by the "
        "number of classes.",
        ("a class without a hit",),
    ),
    Mistake(
        "nan",
        f1_nan,
        "a class without a hit gives 0 / 0, which is nan. Its F1 is 0.",
        ("a class without a hit",),
    ),
)
