"""Muon: momentum whose update is made orthogonal (K. Jordan and others, 2024).

The same as `torch.optim.Muon`, except that the precision of its products is chosen: PyTorch's own
always takes bfloat16, which on a CPU without fast 16-bit products takes twice as long as float32.
Source: kellerjordan.github.io/posts/muon.
"""

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

COEFFICIENTS = (3.4445, -4.775, 2.0315)
"""Of x, x³ and x⁵ in each iteration: singular values near 0 grow fastest."""
ITERATIONS = 5
MOMENTUM = 0.95
SMALLEST_NORM = 1e-7


def orthogonal(matrix: Tensor, precision: torch.dtype) -> Tensor:
    """`matrix` (M, N) with all singular values moved to between about 0.7 and 1.2."""
    wide = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
    x = wide.to(precision)
    x = x / x.norm().clamp(min=SMALLEST_NORM)
    first, third, fifth = COEFFICIENTS
    for _ in range(ITERATIONS):
        square = x @ x.T
        x = torch.addmm(
            x, torch.addmm(square, square, square, beta=third, alpha=fifth), x, beta=first
        )
    return (x.T if wide is not matrix else x).to(matrix.dtype)


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, made orthogonal, for matrices; weight decay apart from the gradient."""

    def __init__(
        self, matrices: Iterable[Tensor], lr: float, weight_decay: float, precision: torch.dtype
    ) -> None:
        super().__init__(matrices, {"lr": lr, "weight_decay": weight_decay})
        self.precision = precision

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:  # type: ignore[override]
        """Change every matrix that has a gradient."""
        for group in self.param_groups:
            for matrix in group["params"]:
                if matrix.grad is not None:
                    self._change(matrix, matrix.grad, group["lr"], group["weight_decay"])

    def _change(self, matrix: Tensor, gradient: Tensor, rate: float, decay: float) -> None:
        state = self.state[matrix]
        if not state:
            state["momentum"] = torch.zeros_like(matrix)
        momentum = state["momentum"].lerp_(gradient, 1 - MOMENTUM)
        update = orthogonal(gradient.lerp(momentum, MOMENTUM), self.precision)
        rows, columns = matrix.shape
        matrix.mul_(1 - rate * decay)
        matrix.add_(update, alpha=-rate * math.sqrt(max(1.0, rows / columns)))
