"""The first weights: output projections of zero, and heads that already copy and already search.

Two things keep a small model from learning to copy for thousands of steps. Random output
projections write ten times more into the residual stream than the embeddings do; here they start
at zero. And a circuit of several heads gives no gradient until all of them exist (Olsson and
others, 2022, "In-context Learning and Induction Heads"); here two circuits exist from the start.

What came next, in the first key/value group:

- Head 0 of layer 0 looks one token back and writes what it finds into directions of its own.
- The heads of layer 1 look for the place where those directions hold the current token, and pass
  on what stands there.

What came soon after, in the second group; it binds a place to the person whose sentence names it:

- The first head of layer 0 averages the last few tokens into directions of its own.
- The heads of layer 1 look for places where those hold the current token: after an earlier `Ken`
  they find the words of that sentence, and pass them on to this `Ken`.
- The first head of layer 2 hands on what the last few tokens have found.

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
NEXT, SOON = 0, 1
"""The key/value groups of the two circuits."""
MATCH = {NEXT: 3.0, SOON: 1.5}
"""Scale of query and key of the heads that search."""


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
"""Stronger than `FEW_BACK`, because after two layers the constant is a smaller part of a token."""


@dataclass(frozen=True)
class Bases:
    """Directions of the residual stream, (head, width) each, orthogonal to each other."""

    content: Tensor
    """What a token is."""
    before: Tensor
    """What stood one token back."""
    around: Tensor
    """What stood a few tokens back."""
    passed: Tensor
    """What a search has found."""


def prepare(model: LlamaForCausalLM, seed: int) -> LlamaForCausalLM:
    """Change the random weights of a new model into first weights.

    The first circuit needs two layers; the second needs three, and two key/value groups.
    """
    with torch.no_grad():
        for layer in _layers(model):
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        if len(_layers(model)) > 1:
            _plant(model, torch.Generator().manual_seed(seed))
    return model


def _layers(model: LlamaForCausalLM) -> Any:
    return model.model.layers


def _bases(width: int, head: int, generator: torch.Generator) -> Bases:
    """Random bases with nothing in the constant entry; what is compared uses slow frequencies."""
    slow = torch.arange(head) % (head // 2) >= SLOW_FROM
    sizes = [int(slow.sum())] * 3 + [head]
    random = torch.randn(width - 1, sum(sizes), generator=generator)
    basis = torch.nn.functional.pad(torch.linalg.qr(random)[0].T, (1, 0))
    *compared, passed = torch.split(basis, sizes)
    content, before, around = (
        torch.zeros(head, width).masked_scatter_(slow[:, None], part) for part in compared
    )
    return Bases(content, before, around, passed)


def _plant(model: LlamaForCausalLM, generator: torch.Generator) -> None:
    attentions: list[Any] = [layer.self_attn for layer in _layers(model)]
    deviation = model.config.initializer_range
    bases = _bases(model.config.hidden_size, attentions[0].head_dim, generator)
    embedding = model.model.embed_tokens.weight
    embedding[:, 0] = CONSTANT * deviation
    for basis in (bases.before, bases.around):
        embedding -= embedding @ basis.T @ basis
    _by_distance(attentions[0], NEXT, ONE_BACK)
    _carry(attentions[0], NEXT, 1, bases.content, bases.before, deviation)
    _search(attentions[1], NEXT, bases.content, bases.before)
    _carry(attentions[1], NEXT, 2, bases.passed, bases.passed, deviation)
    if len(attentions) < 3 or attentions[0].k_proj.out_features < 2 * attentions[0].head_dim:
        return
    _by_distance(attentions[0], SOON, FEW_BACK)
    _carry(attentions[0], SOON, 1, bases.content, bases.around, deviation)
    _search(attentions[1], SOON, bases.content, bases.around)
    _carry(attentions[1], SOON, 2, bases.passed, bases.passed, deviation)
    _by_distance(attentions[2], SOON, FOUND)
    _carry(attentions[2], SOON, 1, bases.passed, bases.passed, 2 * deviation)


def _rows(attention: Any, group: int, heads: int) -> list[slice]:
    """The rows of the first query heads of a group."""
    size, first = attention.head_dim, group * attention.num_key_value_groups
    heads = min(heads, attention.num_key_value_groups)
    return [slice(i * size, (i + 1) * size) for i in range(first, first + heads)]


def _own(attention: Any, group: int) -> slice:
    """The rows of a group's key and value."""
    return slice(group * attention.head_dim, (group + 1) * attention.head_dim)


def _carry(
    attention: Any, group: int, heads: int, read: Tensor, write: Tensor, deviation: float
) -> None:
    """Let the first heads of a group read what lies in some directions, and write it in others."""
    attention.v_proj.weight[_own(attention, group)] = read
    for rows in _rows(attention, group, heads):
        attention.o_proj.weight[:, rows] = WRITTEN * deviation * write.T


def _search(attention: Any, group: int, asked: Tensor, held: Tensor) -> None:
    """Let a group look for places that hold in `held` what the current token has in `asked`."""
    attention.k_proj.weight[_own(attention, group)] = MATCH[group] * held
    for rows in _rows(attention, group, attention.num_key_value_groups):
        attention.q_proj.weight[rows] = MATCH[group] * asked


def _by_distance(attention: Any, group: int, look: Look) -> None:
    """Let the first head of a group score a key by its distance alone."""
    half = attention.head_dim // 2
    theta = _frequencies(attention.config, half)
    constant = CONSTANT / (1 + CONSTANT**2 / attention.config.hidden_size) ** 0.5  # after the norm
    used = torch.zeros(half).index_fill_(0, torch.tensor([*look.frequencies]), 1.0)
    length = (look.strength * attention.head_dim**0.5) ** 0.5 / constant * used
    (query,), key = _rows(attention, group, 1), _own(attention, group)
    attention.q_proj.weight[query] = 0
    attention.k_proj.weight[key] = 0
    attention.q_proj.weight[query][:half, 0] = length
    attention.k_proj.weight[key][:half, 0] = length * (theta * look.centre).cos()
    attention.k_proj.weight[key][half:, 0] = length * (theta * look.centre).sin()


def _frequencies(config: Any, half: int) -> Tensor:
    base: float = config.rope_parameters["rope_theta"]
    return base ** (-torch.arange(half) / half)
