"""How `SwiGLU` usually goes wrong."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.exercise import Mistake


class GLUSwapped(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(width, inner, bias=False)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.up_proj(x)) * self.gate_proj(x))


class GLUSigmoid(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(width, inner, bias=False)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(torch.sigmoid(self.gate_proj(x)) * self.up_proj(x))


class GLURelu(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(width, inner, bias=False)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.relu(self.gate_proj(x)) * self.up_proj(x))


class GLUGelu(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(width, inner, bias=False)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.gelu(self.gate_proj(x)) * self.up_proj(x))


class GLUTanh(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(width, inner, bias=False)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(torch.tanh(self.gate_proj(x)) * self.up_proj(x))


class GLUSum(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(width, inner, bias=False)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) + self.up_proj(x))


class GLUNoUp(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(width, inner, bias=False)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)))


class GLUNoGate(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(width, inner, bias=False)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(self.gate_proj(x) * self.up_proj(x))


class GLUBothSides(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(width, inner, bias=False)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * F.silu(self.up_proj(x)))


class GLUAfterProduct(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(width, inner, bias=False)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x) * self.up_proj(x)))


class GLUResidual(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(width, inner, bias=False)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class GLUBias(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(width, inner)
        self.up_proj = nn.Linear(width, inner)
        self.down_proj = nn.Linear(inner, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class GLUOtherNames(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.w1 = nn.Linear(width, inner, bias=False)
        self.w2 = nn.Linear(inner, width, bias=False)
        self.w3 = nn.Linear(width, inner, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.w2(F.silu(self.w1(x)) * self.w3(x))


MISTAKES = (
    Mistake(
        "swapped",
        GLUSwapped,
        "gate and up are swapped: SiLU is applied to `up_proj`. Apply it to `gate_proj`.",
        ("one number",),
    ),
    Mistake(
        "sigmoid",
        GLUSigmoid,
        "the gate is a sigmoid. Multiply it by its own input too: silu(z) = z * sigmoid(z).",
        ("one number",),
    ),
    Mistake("relu", GLURelu, "the gate is a ReLU. Use SiLU, z * sigmoid(z).", ("one number",)),
    Mistake("gelu", GLUGelu, "the gate is a GELU. Use SiLU, z * sigmoid(z).", ("one number",)),
    Mistake("tanh", GLUTanh, "the gate is a tanh. Use SiLU, z * sigmoid(z).", ("one number",)),
    Mistake(
        "sum",
        GLUSum,
        "gate and up are added. Multiply them, number by number: that is what makes it a gate.",
        ("one number",),
    ),
    Mistake(
        "no up",
        GLUNoUp,
        "`up_proj` is not used. Multiply the gate by `up_proj(x)`.",
        ("one number",),
    ),
    Mistake(
        "no gate",
        GLUNoGate,
        "the gate is used as it is. Apply SiLU to it.",
        ("one number",),
    ),
    Mistake(
        "both sides",
        GLUBothSides,
        "SiLU is applied to both. `up_proj(x)` passes as it is.",
        ("one number",),
    ),
    Mistake(
        "after the product",
        GLUAfterProduct,
        "SiLU is applied to the product. Apply it to the gate alone, then multiply.",
        ("one number",),
    ),
    Mistake(
        "residual",
        GLUResidual,
        "its input is added to its output. The block does that, not the feed-forward part.",
        ("one number",),
    ),
    Mistake(
        "bias", GLUBias, "the three nn.Linear have a bias. Make them without.", ("parameters",)
    ),
    Mistake(
        "other names",
        GLUOtherNames,
        "the three matrices have names of their own. Call them gate_proj, up_proj and down_proj, "
        "or weights from elsewhere cannot be loaded.",
        ("parameters",),
    ),
)
