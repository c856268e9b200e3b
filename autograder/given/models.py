"""The small models and tokenizers that the lessons open: the shipped ones, else a stand-in."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from typing import Any

END_OF_TEXT = "<|endoftext|>"
"""The token between two texts: a model has read it before the first word of each."""
STAND_IN_VOCABULARY = 257
"""Tokens of the stand-in: one for each byte, and one for the end of a text."""
STAND_IN_NOTE = (
    "The shipped model is not part of this installation. A small Llama with random weights "
    "stands in: every exercise works, but its attention heads have learned nothing."
)


@cache
def load(name: str) -> Any:
    """The language model `name` ("base"), or a stand-in: float32, ready to run, loaded once."""
    from transformers import AutoModelForCausalLM

    folder = checkpoint(name)
    return stand_in() if folder is None else opened(AutoModelForCausalLM, folder)


def opened(kind: Any, place: str | Path, **options: Any) -> Any:
    """A model of the class `kind` of `transformers`, by folder or name: float32, ready to run."""
    import torch
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # nbgrader fails stderr
    return kind.from_pretrained(place, dtype=torch.float32, **options).eval()


@cache
def tokenizer(name: str) -> Any:
    """The tokenizer of the model `name`, or a stand-in: opened by `transformers`, loaded once."""
    from transformers import AutoTokenizer

    folder = checkpoint(name)
    return stand_in_tokenizer() if folder is None else AutoTokenizer.from_pretrained(folder)


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
        vocab_size=STAND_IN_VOCABULARY, hidden_size=96, intermediate_size=256,
        num_hidden_layers=4, num_attention_heads=6, num_key_value_heads=2,
        max_position_embeddings=256, tie_word_embeddings=True,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return LlamaForCausalLM(config).eval()  # type: ignore[no-untyped-call]


def stand_in_tokenizer() -> Any:
    """A tokenizer of STAND_IN_VOCABULARY tokens: every byte, and the end of a text."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = [*sorted(pre_tokenizers.ByteLevel.alphabet()), END_OF_TEXT]
    whole = Tokenizer(models.BPE({letter: i for i, letter in enumerate(letters)}, []))
    whole.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    whole.decoder = decoders.ByteLevel()
    marks = dict.fromkeys(("bos_token", "eos_token", "pad_token"), END_OF_TEXT)
    return PreTrainedTokenizerFast(tokenizer_object=whole, **marks)  # type: ignore[no-untyped-call]
