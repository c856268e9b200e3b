"""The first weights: output projections of zero, and one pair of heads that already copies.

Two things keep a small model from learning to copy for thousands of steps. Random output
projections write ten times more into the residual stream than the embeddings do; here they start
at zero. And the circuit that copies (Olsson and others, 2022, "In-context Learning and Induction
Heads") gives no gradient until both of its heads exist; here both exist from the start:

- Head 0 of layer 0 looks one token back and writes what it finds into directions of its own.
- Heads 0 and 1 of layer 1 look for the place where those directions hold the current token, and
  pass on what stands there.

Everything is trained afterwards; nothing is frozen. Starting from structured attention weights was
proposed by Trockman and Kolter (2023, "Mimetic Initialization of Self-Attention Layers").
"""

from typing import Any

import torch
from torch import Tensor
from transformers import LlamaForCausalLM

CONSTANT = 4.0
"""Entry 0 of every embedding, in standard deviations: what a head can rely on at any token."""
SHARPNESS = 5.0
"""Length of query and key of the head that looks back, per frequency."""
MATCH = 3.0
"""Scale of query and key of the heads that search."""
WRITTEN = 3.0
"""Scale of what the copying heads write, in standard deviations of the embedding."""
SLOW_FROM = 5
"""First rotary frequency that turns slowly enough to compare contents over a whole row."""


def prepare(model: LlamaForCausalLM, seed: int) -> LlamaForCausalLM:
    """Change the random weights of a new model into first weights; needs two layers or more."""
    with torch.no_grad():
        for layer in _layers(model):
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        if len(_layers(model)) > 1:
            _copying_heads(model, torch.Generator().manual_seed(seed))
    return model


def _layers(model: LlamaForCausalLM) -> Any:
    return model.model.layers


def _subspaces(width: int, head: int, generator: torch.Generator) -> list[Tensor]:
    """Three orthonormal bases, (head, width) each, with nothing in the constant entry."""
    random = torch.randn(width - 1, 3 * head, generator=generator)
    basis = torch.linalg.qr(random)[0].T  # (3·head, width - 1)
    return list(torch.split(torch.nn.functional.pad(basis, (1, 0)), head))


def _copying_heads(model: LlamaForCausalLM, generator: torch.Generator) -> None:
    first, second = (_layers(model)[i].self_attn for i in (0, 1))
    head, deviation = first.head_dim, model.config.initializer_range
    content, written, passed = _subspaces(model.config.hidden_size, head, generator)
    slow = torch.arange(head) % (head // 2) >= SLOW_FROM
    content, written = content * slow[:, None], written * slow[:, None]
    embedding = model.model.embed_tokens.weight
    embedding[:, 0] = CONSTANT * deviation
    embedding -= embedding @ written.T @ written
    _look_back(first, head)
    first.v_proj.weight[:head] = content
    first.o_proj.weight[:, :head] = WRITTEN * deviation * written.T
    second.k_proj.weight[:head] = MATCH * written
    second.v_proj.weight[:head] = passed
    for i in range(second.num_key_value_groups):
        second.q_proj.weight[i * head : (i + 1) * head] = MATCH * content
        second.o_proj.weight[:, i * head : (i + 1) * head] = WRITTEN * deviation * passed.T


def _look_back(attention: Any, head: int) -> None:
    """Head 0 scores a key by cos(θ · (distance - 1)), summed over the fastest frequencies."""
    half = head // 2
    theta = _frequencies(attention.config, half)
    width = attention.config.hidden_size
    constant = CONSTANT / (1 + CONSTANT**2 / width) ** 0.5  # after the norm
    length = SHARPNESS / constant * (torch.arange(half) < head // 4)
    attention.q_proj.weight[:head] = 0
    attention.k_proj.weight[:head] = 0
    attention.q_proj.weight[:half, 0] = length
    attention.k_proj.weight[:half, 0] = length * theta.cos()
    attention.k_proj.weight[half:head, 0] = length * theta.sin()


def _frequencies(config: Any, half: int) -> Tensor:
    base: float = config.rope_parameters["rope_theta"]
    return base ** (-torch.arange(half) / half)
