"""How a LoRA layer goes wrong."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from autograder.exercise import Mistake


class NoScale(nn.Module):
    def __init__(self, base: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, base.in_features) / rank)
        self.b = nn.Parameter(torch.zeros(base.out_features, rank))
        self.scale = 1.0

    def forward(self, x: Tensor) -> Any:
        return self.base(x) + self.scale * (x @ self.a.T @ self.b.T)


class AlphaOnly(nn.Module):
    def __init__(self, base: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, base.in_features) / rank)
        self.b = nn.Parameter(torch.zeros(base.out_features, rank))
        self.scale = alpha

    def forward(self, x: Tensor) -> Any:
        return self.base(x) + self.scale * (x @ self.a.T @ self.b.T)


class ScaleTurned(nn.Module):
    def __init__(self, base: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, base.in_features) / rank)
        self.b = nn.Parameter(torch.zeros(base.out_features, rank))
        self.scale = rank / alpha

    def forward(self, x: Tensor) -> Any:
        return self.base(x) + self.scale * (x @ self.a.T @ self.b.T)


class ScaleRoot(nn.Module):
    def __init__(self, base: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, base.in_features) / rank)
        self.b = nn.Parameter(torch.zeros(base.out_features, rank))
        self.scale = alpha / rank**0.5

    def forward(self, x: Tensor) -> Any:
        return self.base(x) + self.scale * (x @ self.a.T @ self.b.T)


class BothRandom(nn.Module):
    def __init__(self, base: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, base.in_features) / rank)
        self.b = nn.Parameter(torch.randn(base.out_features, rank))
        self.scale = alpha / rank

    def forward(self, x: Tensor) -> Any:
        return self.base(x) + self.scale * (x @ self.a.T @ self.b.T)


class BothZero(nn.Module):
    def __init__(self, base: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.a = nn.Parameter(torch.zeros(rank, base.in_features))
        self.b = nn.Parameter(torch.zeros(base.out_features, rank))
        self.scale = alpha / rank

    def forward(self, x: Tensor) -> Any:
        return self.base(x) + self.scale * (x @ self.a.T @ self.b.T)


class Swapped(nn.Module):
    def __init__(self, base: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.a = nn.Parameter(torch.zeros(rank, base.in_features))
        self.b = nn.Parameter(torch.randn(base.out_features, rank))
        self.scale = alpha / rank

    def forward(self, x: Tensor) -> Any:
        return self.base(x) + self.scale * (x @ self.a.T @ self.b.T)


class NotFrozen(nn.Module):
    def __init__(self, base: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.base = base
        self.a = nn.Parameter(torch.randn(rank, base.in_features) / rank)
        self.b = nn.Parameter(torch.zeros(base.out_features, rank))
        self.scale = alpha / rank

    def forward(self, x: Tensor) -> Any:
        return self.base(x) + self.scale * (x @ self.a.T @ self.b.T)


class AllFrozen(nn.Module):
    def __init__(self, base: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, base.in_features), requires_grad=False)
        self.b = nn.Parameter(torch.zeros(base.out_features, rank), requires_grad=False)
        self.scale = alpha / rank

    def forward(self, x: Tensor) -> Any:
        return self.base(x) + self.scale * (x @ self.a.T @ self.b.T)


class NoBase(nn.Module):
    def __init__(self, base: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, base.in_features) / rank)
        self.b = nn.Parameter(torch.zeros(base.out_features, rank))
        self.scale = alpha / rank

    def forward(self, x: Tensor) -> Any:
        return self.scale * (x @ self.a.T @ self.b.T)


class Turned(nn.Module):
    def __init__(self, base: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(base.in_features, rank) / rank)
        self.b = nn.Parameter(torch.zeros(rank, base.out_features))
        self.scale = alpha / rank

    def forward(self, x: Tensor) -> Any:
        return self.base(x) + self.scale * (x @ self.a @ self.b)


MISTAKES = (
    Mistake(
        "no scale",
        NoScale,
        "the difference is not scaled. Multiply it by alpha / rank.",
        ("scale",),
    ),
    Mistake(
        "alpha only",
        AlphaOnly,
        "the difference is multiplied by alpha alone. Divide alpha by the rank.",
        ("output",),
    ),
    Mistake(
        "scale turned over",
        ScaleTurned,
        "the scale is upside down: it is alpha / rank.",
        ("scale",),
    ),
    Mistake(
        "root of the rank",
        ScaleRoot,
        "alpha is divided by the root of the rank, which is another method (rsLoRA). Divide by "
        "the rank.",
        ("output",),
    ),
    Mistake(
        "b random",
        BothRandom,
        "`b` starts random, so the new layer already differs from its base. Start `b` at 0.",
        ("beginning",),
    ),
    Mistake(
        "a zero",
        BothZero,
        "`a` and `b` both start at 0. Then the gradient of each is 0 and nothing is ever "
        "learned: start `a` random.",
        ("beginning",),
    ),
    Mistake(
        "zeros in a",
        Swapped,
        "`a` starts at 0 and `b` random. That gives the same output, but LoRA does it the other "
        "way round: `a` random, `b` 0.",
        ("beginning",),
    ),
    Mistake(
        "base trains",
        NotFrozen,
        "the base gets gradients too. Switch them off for its parameters.",
        ("gradients",),
    ),
    Mistake(
        "nothing trains",
        AllFrozen,
        "`a` and `b` get no gradients. They are what is trained.",
        ("gradients",),
    ),
    Mistake(
        "no base",
        NoBase,
        "the output is the difference alone. Add the output of the base.",
        ("beginning", "output"),
    ),
    Mistake(
        "shapes turned",
        Turned,
        "`a` and `b` lie on their sides. Keep them as nn.Linear keeps weights: (out, in), so "
        "`a` is (rank, in) and `b` is (out, rank).",
        ("parameters",),
    ),
)
