"""Other correct ways to write measures and the probe of lesson 09, each standing alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.given import fine_tuning as given


def accuracy_mean(predicted: Tensor, labels: Tensor) -> float:
    return (predicted == labels).float().mean().item()


def accuracy_loop(predicted: Tensor, labels: Tensor) -> float:
    right = 0
    for guess, label in zip(predicted.tolist(), labels.tolist(), strict=True):
        right += guess == label
    return right / len(labels)


def accuracy_tensor(predicted: Tensor, labels: Tensor) -> Tensor:
    return predicted.eq(labels).sum() / predicted.numel()


def accuracy_nonzero(predicted: Tensor, labels: Tensor) -> float:
    return 1 - int(torch.count_nonzero(predicted - labels)) / len(labels)


def matrix_bincount(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    return torch.bincount(labels * classes + predicted, minlength=classes**2).view(classes, -1)


def matrix_one_hot(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    return F.one_hot(labels, classes).T @ F.one_hot(predicted, classes)


def matrix_put(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    counts = torch.zeros(classes, classes, dtype=torch.long)
    return counts.index_put_((labels, predicted), torch.tensor(1), accumulate=True)


def matrix_pairs(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    rows = [
        [int(((labels == i) & (predicted == j)).sum()) for j in range(classes)]
        for i in range(classes)
    ]
    return torch.tensor(rows)


def f1_loop(predicted: Tensor, labels: Tensor, classes: int) -> float:
    scores = []
    for c in range(classes):
        hits = sum(p == y == c for p, y in zip(predicted.tolist(), labels.tolist(), strict=True))
        marked, real = predicted.tolist().count(c), labels.tolist().count(c)
        scores.append(2 * hits / (marked + real) if marked + real else 0.0)
    return math.fsum(scores) / classes


def f1_harmonic(predicted: Tensor, labels: Tensor, classes: int) -> float:
    total = 0.0
    for c in range(classes):
        named, real = predicted == c, labels == c
        hits = int((named & real).sum())
        if hits:
            precision, recall = hits / int(named.sum()), hits / int(real.sum())
            total += 2 * precision * recall / (precision + recall)
    return total / classes


def f1_matrix(predicted: Tensor, labels: Tensor, classes: int) -> float:
    counts = given.confusion_matrix(predicted, labels, classes).double()
    doubled = 2 * counts.diagonal()
    return float((doubled / (counts.sum(0) + counts.sum(1)).clamp_min(1)).mean())


def f1_one_hot(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    named = F.one_hot(predicted, classes).float()
    real = F.one_hot(labels, classes).float()
    return (2 * (named * real).sum(0) / (named + real).sum(0)).nan_to_num(0.0).mean()


def probe_lbfgs(
    features: Tensor, labels: Tensor, classes: int, decay: float
) -> tuple[Tensor, Tensor]:
    layer = nn.Linear(features.shape[1], classes)
    optimizer = torch.optim.LBFGS(layer.parameters(), max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = F.cross_entropy(layer(features), labels)
        loss = loss + decay / 2 * layer.weight.pow(2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return layer.weight.detach(), layer.bias.detach()


def probe_adam(
    features: Tensor, labels: Tensor, classes: int, decay: float
) -> tuple[Tensor, Tensor]:
    weight = torch.zeros(classes, features.shape[1], requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    optimizer = torch.optim.Adam([weight, bias], lr=0.05)
    for _ in range(500):
        optimizer.zero_grad()
        loss = F.cross_entropy(features @ weight.T + bias, labels)
        (loss + 0.5 * decay * (weight**2).sum()).backward()
        optimizer.step()
    return weight, bias


def probe_by_hand(
    features: Tensor, labels: Tensor, classes: int, decay: float
) -> tuple[Tensor, Tensor]:
    weight, bias = torch.zeros(classes, features.shape[1]), torch.zeros(classes)
    goal = F.one_hot(labels, classes).float()
    rate = 0.15 / max(1.0, decay)
    for _ in range(3000):
        error = (torch.softmax(features @ weight.T + bias, dim=-1) - goal) / len(labels)
        weight = weight - rate * (error.T @ features + decay * weight)
        bias = bias - rate * error.sum(dim=0)
    return weight, bias


def probe_sgd_decay(
    features: Tensor, labels: Tensor, classes: int, decay: float
) -> tuple[Tensor, Tensor]:
    layer = nn.Linear(features.shape[1], classes)
    groups = [{"params": [layer.weight], "weight_decay": decay}, {"params": [layer.bias]}]
    optimizer = torch.optim.SGD(groups, lr=0.1, momentum=0.9)
    for _ in range(1500):
        optimizer.zero_grad()
        F.cross_entropy(layer(features), labels).backward()
        optimizer.step()
    return layer.weight, layer.bias


def sample_list(labels: Tensor, per_class: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    taken: dict[int, int] = {}
    chosen = []
    for place in torch.randperm(len(labels), generator=generator).tolist():
        label = int(labels[place])
        if taken.get(label, 0) < per_class:
            taken[label] = taken.get(label, 0) + 1
            chosen.append(place)
    return torch.tensor(chosen)


def sample_multinomial(labels: Tensor, per_class: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    chosen = [
        torch.multinomial((labels == c).float(), per_class, generator=generator)
        for c in labels.unique()
    ]
    return torch.cat(chosen).sort().values


def sample_python(labels: Tensor, per_class: int, seed: int) -> Tensor:
    import random

    rng = random.Random(seed)
    places: dict[int, list[int]] = {}
    for place, label in enumerate(labels.tolist()):
        places.setdefault(label, []).append(place)
    return torch.tensor([i for each in places.values() for i in rng.sample(each, per_class)])


VARIANTS: dict[str, tuple[Callable[..., Any], ...]] = {
    "accuracy": (accuracy_mean, accuracy_loop, accuracy_tensor, accuracy_nonzero),
    "confusion_matrix": (matrix_bincount, matrix_one_hot, matrix_put, matrix_pairs),
    "macro_f1": (f1_loop, f1_harmonic, f1_matrix, f1_one_hot),
    "fit_probe": (probe_lbfgs, probe_adam, probe_by_hand, probe_sgd_decay),
    "balanced_sample": (sample_list, sample_multinomial, sample_python),
}
