"""How fitting a probe goes wrong. Each goes all the way to the minimum of the wrong sum."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.exercise import Mistake


def probe_no_decay(
    features: Tensor, labels: Tensor, classes: int, decay: float
) -> tuple[Tensor, Tensor]:
    weight = torch.zeros(classes, features.shape[1], requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    optimizer = torch.optim.Adam([weight, bias], lr=0.1)
    for _ in range(300):
        optimizer.zero_grad()
        F.cross_entropy(features @ weight.T + bias, labels).backward()
        optimizer.step()
    return weight, bias


def probe_bias_decayed(
    features: Tensor, labels: Tensor, classes: int, decay: float
) -> tuple[Tensor, Tensor]:
    weight = torch.zeros(classes, features.shape[1], requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        penalty = decay / 2 * (weight.square().sum() + bias.square().sum())
        total = F.cross_entropy(features @ weight.T + bias, labels) + penalty
        total.backward()
        return total

    optimizer.step(loss)
    return weight, bias


def probe_summed(
    features: Tensor, labels: Tensor, classes: int, decay: float
) -> tuple[Tensor, Tensor]:
    weight = torch.zeros(classes, features.shape[1], requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        total = F.cross_entropy(features @ weight.T + bias, labels, reduction="sum")
        total = total + decay / 2 * weight.square().sum()
        total.backward()
        return total

    optimizer.step(loss)
    return weight, bias


def probe_mean_penalty(
    features: Tensor, labels: Tensor, classes: int, decay: float
) -> tuple[Tensor, Tensor]:
    weight = torch.zeros(classes, features.shape[1], requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        penalty = decay / 2 * weight.square().mean()
        total = F.cross_entropy(features @ weight.T + bias, labels) + penalty
        total.backward()
        return total

    optimizer.step(loss)
    return weight, bias


def probe_whole_decay(
    features: Tensor, labels: Tensor, classes: int, decay: float
) -> tuple[Tensor, Tensor]:
    weight = torch.zeros(classes, features.shape[1], requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        penalty = decay * weight.square().sum()
        total = F.cross_entropy(features @ weight.T + bias, labels) + penalty
        total.backward()
        return total

    optimizer.step(loss)
    return weight, bias


def probe_squared(
    features: Tensor, labels: Tensor, classes: int, decay: float
) -> tuple[Tensor, Tensor]:
    weight = torch.zeros(classes, features.shape[1], requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        goal = F.one_hot(labels, classes).float()
        error = F.mse_loss(features @ weight.T + bias, goal)
        total = error + decay / 2 * weight.square().sum()
        total.backward()
        return total

    optimizer.step(loss)
    return weight, bias


def probe_softmax_twice(
    features: Tensor, labels: Tensor, classes: int, decay: float
) -> tuple[Tensor, Tensor]:
    weight = torch.zeros(classes, features.shape[1], requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        shares = torch.softmax(features @ weight.T + bias, dim=-1)
        total = F.cross_entropy(shares, labels) + decay / 2 * weight.square().sum()
        total.backward()
        return total

    optimizer.step(loss)
    return weight, bias


def probe_no_bias(
    features: Tensor, labels: Tensor, classes: int, decay: float
) -> tuple[Tensor, Tensor]:
    weight = torch.zeros(classes, features.shape[1], requires_grad=True)
    optimizer = torch.optim.LBFGS([weight], max_iter=300, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        total = F.cross_entropy(features @ weight.T, labels) + decay / 2 * weight.square().sum()
        total.backward()
        return total

    optimizer.step(loss)
    return weight, torch.zeros(classes)


def probe_untrained(
    features: Tensor, labels: Tensor, classes: int, decay: float
) -> tuple[Tensor, Tensor]:
    layer = nn.Linear(features.shape[1], classes)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer.weight, layer.bias


MISTAKES = (
    Mistake(
        "no decay",
        probe_no_decay,
        "the weights are not held back: add decay / 2 times the sum of their squares to the loss.",
        ("fit",),
    ),
    Mistake(
        "bias decayed",
        probe_bias_decayed,
        "the bias is decayed too. Only the squares of the weight belong in the penalty.",
        ("fit",),
    ),
    Mistake(
        "sum of losses",
        probe_summed,
        "the losses are added up over the examples, which makes the penalty small beside them. "
        "Take their mean.",
        ("fit",),
    ),
    Mistake(
        "mean of squares",
        probe_mean_penalty,
        "the penalty takes the mean of the squared weights. Take their sum.",
        ("fit",),
    ),
    Mistake(
        "not halved",
        probe_whole_decay,
        "the penalty is twice as strong as it should be: decay / 2 times the sum of squares.",
        ("fit",),
    ),
    Mistake(
        "squared error",
        probe_squared,
        "this fits numbers 0 and 1 by squared error. Use the cross-entropy of the logits.",
        ("fit",),
    ),
    Mistake(
        "softmax twice",
        probe_softmax_twice,
        "cross_entropy takes logits and does the softmax itself. Do not apply softmax before it.",
        ("fit",),
    ),
    Mistake(
        "no bias",
        probe_no_bias,
        "the bias stays 0. Let it learn as well: it carries how frequent each class is.",
        ("fit",),
    ),
    Mistake(
        "nothing learned",
        probe_untrained,
        "nothing is learned: all classes stay equally likely. Do the gradients reach the weight, "
        "and does the optimizer step?",
        ("fit",),
    ),
)
