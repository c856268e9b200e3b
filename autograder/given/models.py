"""The small models that the lessons open, by name: the shipped ones, else a stand-in."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

STAND_IN_SEED = 0
STAND_IN_NOTE = (
    "The shipped model is not part of this installation. A small Llama with random weights "
    "stands in: every exercise works, but its attention heads have learned nothing."
)


@cache
def load(name: str) -> Any:
    """The causal language model `name` ("base"), in float32, ready to run; loaded once.

    Where no checkpoint is shipped it is a small randomly initialised Llama of the same kind.
    """
    import torch
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    folder = checkpoint(name)
    if folder is None:
        return stand_in()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # nbgrader fails stderr
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    model.eval()  # type: ignore[no-untyped-call]
    return model


def checkpoint(name: str) -> str | None:
    """The folder of a shipped checkpoint, or None."""
    try:
        return str(importlib.import_module("tinyworld").path(name))
    except (ImportError, AttributeError, FileNotFoundError):
        return None


def stand_in() -> Any:
    """A Llama with random weights: 4 layers, 6 heads over 2 key/value heads, 96 wide."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=512,
        hidden_size=96,
        intermediate_size=256,
        num_hidden_layers=4,
        num_attention_heads=6,
        num_key_value_heads=2,
        max_position_embeddings=256,
        tie_word_embeddings=True,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(STAND_IN_SEED)
        model = LlamaForCausalLM(config)
    model.eval()  # type: ignore[no-untyped-call]
    return model
