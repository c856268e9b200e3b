"""The parts of lesson 04, written with the field's libraries: a Llama that runs real weights.

A learner who is stuck goes on with these (`given.RMSNorm`), and later lessons build on them. Names
of parameters are those of transformers' Llama, so that its weights load as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.given.attention import GroupedQueryAttention
from autograder.given.parts import PARTS, own_answers
from autograder.given.workbench import (
    CountingModel,
    checkpoint_folder,
    default_device,
    digests,
    generator,
    llama_config,
    pick_drawn,
    pick_rank,
    trace,
    write_checkpoint,
)

__all__ = [
    *PARTS["transformer"], "CountingModel", "GroupedQueryAttention", "RMSNorm",
    "checkpoint_folder", "default_device", "digests", "generator", "llama_config", "pick_drawn",
    "pick_rank", "trace", "write_checkpoint",
]  # fmt: skip


class RMSNorm(nn.Module):
    """Every vector (..., width) at the same size, then each of its numbers by its own weight."""

    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """(..., width) gives (..., width)."""
        return F.rms_norm(x, x.shape[-1:], self.weight, self.eps)


own_answers(__name__)
if TYPE_CHECKING:
    # The course's own answers are here by name, with the types that a notebook gives them.
    def __getattr__(name: str) -> Any: ...
