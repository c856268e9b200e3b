"""The parts of lesson 03, written with the field's libraries.

A learner who is stuck goes on with these (`given.split_heads`), and later lessons build on them.
Names, shapes and masks are those of the exercises: a mask is True where a query may look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.given.parts import PARTS, own_answers

__all__ = [*PARTS["attention"], "scaled_dot_product_attention", "softmax"]


def softmax(x: Tensor, dim: int) -> Tensor:
    """Weights that are positive and sum to one along `dim`."""
    return torch.softmax(x, dim)


def scaled_dot_product_attention(
    q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None
) -> Tensor:
    """(..., T, D), (..., S, D), (..., S, V) give (..., T, V)."""
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)


own_answers(__name__)
if TYPE_CHECKING:
    # The course's own answers are here by name, with the types that a notebook gives them.
    def __getattr__(name: str) -> Any: ...
