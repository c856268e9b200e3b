"""Looking into a model: the attention of every head, the weights of one layer, text to look at."""

from __future__ import annotations

import zlib
from typing import Any

import torch
from torch import Tensor

from autograder.given import models


@torch.no_grad()
def attention_maps(model: Any, ids: Tensor) -> Tensor:
    """The attention weights of every head for the sequence `ids` (T,): (layers, heads, T, T).

    Only transformers' plain ("eager") attention hands its weights out, so the model is switched
    to it for this one pass.
    """
    before = model.config._attn_implementation
    model.set_attn_implementation("eager")
    try:
        attentions = model(ids[None], output_attentions=True).attentions
    finally:
        model.set_attn_implementation(before)
    return torch.cat(attentions)  # one (1, heads, T, T) for each layer


def layer_state(model: Any, layer: int) -> dict[str, Tensor]:
    """The attention weights of one layer by the names of the exercise: `q_proj.weight`, ..."""
    attention = model.model.layers[layer].self_attn
    projections = ("q_proj", "k_proj", "v_proj", "o_proj")
    return {f"{p}.weight": getattr(attention, p).weight.detach().clone() for p in projections}


def repeated_ids(vocabulary: int, length: int, repeats: int = 2, seed: int = 0) -> Tensor:
    """`length` different tokens in random order, `repeats` times over: (repeats * length,).

    >>> repeated_ids(vocabulary=100, length=3).shape
    torch.Size([6])
    """
    generator = torch.Generator().manual_seed(seed)
    return torch.randperm(vocabulary, generator=generator)[:length].repeat(repeats)


def sentence_ids(text: str, name: str = "base") -> tuple[Tensor, list[str]]:
    """The ids (T,) of `text` for the model `name`, and a label for each token.

    The stand-in's tokens are bytes, too many for a picture: each word gets an id from its letters.
    """
    if models.checkpoint(name) is None:
        words = text.split()
        size = models.load(name).config.vocab_size
        return torch.tensor([zlib.crc32(word.encode()) % size for word in words]), words
    tokenizer = models.tokenizer(name)
    ids = tokenizer(text)["input_ids"]
    return torch.tensor(ids), [tokenizer.decode([i]) for i in ids]
