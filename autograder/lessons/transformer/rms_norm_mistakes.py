"""How `RMSNorm` usually goes wrong."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from autograder.exercise import Mistake


class NormEpsOutside(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(width)), eps

    def forward(self, x: Tensor) -> Tensor:
        return x / (x.pow(2).mean(-1, keepdim=True).sqrt() + self.eps) * self.weight


class NormEpsSquared(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(width)), eps

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt((x + self.eps).pow(2).mean(-1, keepdim=True)) * self.weight


class NormNoEps(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        return x / x.pow(2).mean(-1, keepdim=True).sqrt() * self.weight


class NormOwnEps(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.weight


class NormCentred(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(width)), eps

    def forward(self, x: Tensor) -> Tensor:
        x = x - x.mean(-1, keepdim=True)
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


class NormSum(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(width)), eps

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.pow(2).sum(-1, keepdim=True) + self.eps) * self.weight


class NormNoRoot(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(width)), eps

    def forward(self, x: Tensor) -> Tensor:
        return x / (x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


class NormMeanSize(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(width)), eps

    def forward(self, x: Tensor) -> Tensor:
        return x / (x.abs().mean(-1, keepdim=True) + self.eps) * self.weight


class NormWholeTensor(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(width)), eps

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.pow(2).mean() + self.eps) * self.weight


class NormOverTokens(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(width)), eps

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.pow(2).mean(-2, keepdim=True) + self.eps) * self.weight


class NormNoWeight(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(width)), eps

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)


class NormWeightFirst(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(width)), eps

    def forward(self, x: Tensor) -> Tensor:
        x = x * self.weight
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)


class NormZeros(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.zeros(width)), eps

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


class NormBias(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(width)), nn.Parameter(torch.zeros(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        size = torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)
        return x * size * self.weight + self.bias


class NormPlainTensor(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight, self.eps = torch.ones(width), eps

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


MISTAKES = (
    Mistake(
        "eps outside",
        NormEpsOutside,
        "eps is added after the root. Add it to the mean of the squares, then take the root.",
        ("eps",),
    ),
    Mistake(
        "eps squared",
        NormEpsSquared,
        "eps is added to the numbers before they are squared. Add it to the mean of the squares.",
        ("eps",),
    ),
    Mistake(
        "no eps",
        NormNoEps,
        "eps is not used, so a vector of zeros is divided by zero. Add eps to the mean of the "
        "squares.",
        ("eps",),
    ),
    Mistake(
        "own eps", NormOwnEps, "eps is fixed in the code. Use the one that is given.", ("eps",)
    ),
    Mistake(
        "centred",
        NormCentred,
        "it subtracts the mean first, as LayerNorm does. RMSNorm only divides.",
        ("one vector",),
    ),
    Mistake(
        "sum for mean",
        NormSum,
        "it takes the sum of the squares. Take their mean, so that wide vectors do not shrink.",
        ("one vector",),
    ),
    Mistake(
        "no root",
        NormNoRoot,
        "it divides by the mean of the squares. Divide by its root.",
        ("one vector",),
    ),
    Mistake(
        "mean size",
        NormMeanSize,
        "it divides by the mean of the absolute values. Square, take the mean, then the root.",
        ("one vector",),
    ),
    Mistake(
        "whole tensor",
        NormWholeTensor,
        "all vectors are divided by one number. Take the mean along the last dimension and keep "
        "that dimension.",
        ("many vectors",),
    ),
    Mistake(
        "over tokens",
        NormOverTokens,
        "the mean is not taken over the numbers of one vector. Take it along the last dimension.",
        ("one vector",),
    ),
    Mistake(
        "no weight",
        NormNoWeight,
        "the weight has no effect. Multiply by it at the end.",
        ("weights",),
    ),
    Mistake(
        "weight first",
        NormWeightFirst,
        "the weight is applied before the size is measured. Divide first, then multiply.",
        ("weights",),
    ),
    Mistake(
        "zeros",
        NormZeros,
        "the weight starts at 0, so a new model gives 0 everywhere. Start it at 1.",
        ("start",),
    ),
    Mistake("bias", NormBias, "it has a bias. RMSNorm has a weight only.", ("start",)),
    Mistake(
        "plain tensor",
        NormPlainTensor,
        "the weight is a plain tensor, which a module neither saves nor trains. Wrap it in "
        "nn.Parameter.",
        ("start",),
    ),
)
