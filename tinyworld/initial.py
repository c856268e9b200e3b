"""The first weights: output projections of zero, and heads that already copy.

Two things keep a small model from learning to copy for thousands of steps. Random output
projections write ten times more into the residual stream than the embeddings do; here they start
at zero. And the circuit that copies gives no gradient until both of its heads exist (Olsson and
others, 2022, "In-context Learning and Induction Heads"); here both exist from the start, in the
first key/value group:

- Head 0 of layer 0 looks one token back and writes what it finds into directions of its own.
- The heads of layer 1 look for the place where those directions hold the current token, and pass
  on what stands there.

Everything is trained afterwards; nothing is frozen. Starting from structured attention weights was
proposed by Trockman and Kolter (2023, "Mimetic Initialization of Self-Attention Layers").
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import LlamaForCausalLM

CONSTANT = 4.0
"""Entry 0 of every embedding, in standard deviations: what a head can rely on at any token."""
WRITTEN = 3.0
"""Scale of what these heads write, in standard deviations of the embedding."""
SLOW_FROM = 5
"""First rotary frequency that turns slowly enough to compare contents over a whole row."""
MATCH = 3.0
"""Scale of query and key of the heads that search."""
GROUP = 0
"""The key/value group of the circuit."""


@dataclass(frozen=True)
class Look:
    """Where a head looks that goes by distance alone: score ∝ Σ cos(θ · (distance - centre))."""

    centre: float
    """Tokens back."""
    strength: float
    """Score that each of the frequencies adds at the centre."""
    frequencies: Iterable[int]


ONE_BACK = Look(1.0, 4.4, range(8))
FEW_BACK = Look(4.0, 0.7, range(1, 5))
FOUND = Look(3.0, 5.0, range(1, 5))
"""Stronger than `FEW_BACK`, because in later layers the constant is a smaller part of a token."""


def prepare(model: LlamaForCausalLM, seed: int) -> LlamaForCausalLM:
    """Change the random weights of a new model into first weights.

    The circuit needs two layers.
    """
    with torch.no_grad():
        for layer in layers(model):
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        if len(layers(model)) > 1:
            _plant(model, torch.Generator().manual_seed(seed))
    return model


def layers(model: LlamaForCausalLM) -> Any:
    """The model's layers."""
    return model.model.layers


def _bases(width: int, head: int, generator: torch.Generator) -> list[Tensor]:
    """Directions of the residual stream, (head, width) each, orthogonal to each other.

    What a token is, what stood before it, what a search has found. They have nothing in the
    constant entry; what is compared uses slow frequencies.
    """
    slow = torch.arange(head) % (head // 2) >= SLOW_FROM
    sizes = [int(slow.sum())] * 2 + [head]
    random = torch.randn(width - 1, sum(sizes), generator=generator)
    basis = torch.nn.functional.pad(torch.linalg.qr(random)[0].T, (1, 0))
    *compared, passed = torch.split(basis, sizes)
    spread = [torch.zeros(head, width).masked_scatter_(slow[:, None], part) for part in compared]
    return [*spread, passed]


def _plant(model: LlamaForCausalLM, generator: torch.Generator) -> None:
    first, second = (layers(model)[i].self_attn for i in (0, 1))
    width, deviation = model.config.hidden_size, model.config.initializer_range
    content, before, passed = _bases(width, first.head_dim, generator)
    embedding = model.model.embed_tokens.weight
    embedding[:, 0] = CONSTANT * deviation
    embedding -= embedding @ before.T @ before
    constant = CONSTANT / (1 + CONSTANT**2 / width) ** 0.5  # after the norm
    by_distance(first, GROUP, ONE_BACK, torch.eye(width)[0] / constant)
    _carry(first, 1, content, before, deviation)
    second.k_proj.weight[own(second, GROUP)] = MATCH * before
    for rows in heads_of(second, GROUP, second.num_key_value_groups):
        second.q_proj.weight[rows] = MATCH * content
    _carry(second, 2, passed, passed, deviation)


def heads_of(attention: Any, group: int, heads: int) -> list[slice]:
    """The rows of the first query heads of a key/value group."""
    size, first = attention.head_dim, group * attention.num_key_value_groups
    heads = min(heads, attention.num_key_value_groups)
    return [slice(i * size, (i + 1) * size) for i in range(first, first + heads)]


def own(attention: Any, group: int) -> slice:
    """The rows of a group's key and value."""
    return slice(group * attention.head_dim, (group + 1) * attention.head_dim)


def _carry(attention: Any, heads: int, read: Tensor, write: Tensor, deviation: float) -> None:
    """Let the first heads of the group read some directions, and write that in others."""
    attention.v_proj.weight[own(attention, GROUP)] = read
    for rows in heads_of(attention, GROUP, heads):
        attention.o_proj.weight[:, rows] = WRITTEN * deviation * write.T


def by_distance(attention: Any, group: int, look: Look, one: Tensor) -> None:
    """Let the first head of a group score a key by its distance alone.

    `one` (width,) is a direction in which every token that the layer reads has the product 1.
    """
    half = attention.head_dim // 2
    theta = _frequencies(attention.config, half)
    used = torch.zeros(half).index_fill_(0, torch.tensor([*look.frequencies]), 1.0)
    length = (look.strength * attention.head_dim**0.5) ** 0.5 * used
    query = attention.q_proj.weight[heads_of(attention, group, 1)[0]].zero_()
    key = attention.k_proj.weight[own(attention, group)].zero_()
    query[:half] = length[:, None] * one
    key[:half] = (length * (theta * look.centre).cos())[:, None] * one
    key[half:] = (length * (theta * look.centre).sin())[:, None] * one


def _frequencies(config: Any, half: int) -> Tensor:
    base: float = config.rope_parameters["rope_theta"]
    return base ** (-torch.arange(half) / half)
