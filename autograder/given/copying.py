"""A small Llama whose weights are set by hand, so that one known head copies.

Two heads do it together (Olsson et al., 2022, "In-context Learning and Induction Heads"). The
first looks one position back and writes down, beside each token, which one came before it. The
second, in a later layer, looks for the place where the token it stands on is written down as the
one before, and copies what stands there: what followed last time.

What a position knows stands in parts of the residual stream of its own: which token is here, which
was before, which is to come, and a constant 1. There is no feed-forward part.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import cycle, product
from typing import Any

import torch
from torch import Tensor

TOKENS = 32
"""Tokens of the vocabulary."""
HERE, BEFORE, NEXT = (slice(TOKENS * part, TOKENS * (part + 1)) for part in range(3))
ONE = 3 * TOKENS
"""Where in the residual stream these stand: a number for each token, and the constant."""
HEAD_SIZE = 64
PAIRS = HEAD_SIZE // 2
"""Numbers of a query that turn together; pair i is made of the numbers i and i + PAIRS."""
THETA = 1e8
"""So large that the second half of the pairs turns by less than 0.0001 a position: they tell what
a token is, wherever it stands. The first half tells where."""
SLOW = [*range(PAIRS // 2, PAIRS), *range(PAIRS + PAIRS // 2, HEAD_SIZE)]
SHARP = 40.0
"""Score of a match; softmax leaves nothing to what matches half."""
SHY = -4.0
"""What a head that looks for its twin gives to places near itself, so that it prefers the twin."""
HABITS = (0, 1, 3, "twin", "everywhere")
"""Where other heads look: a number counts back from the position itself."""


@cache
def copying_model(layers: int = 2, heads: int = 4, place: tuple[int, int] = (1, 2)) -> Any:
    """A LlamaForCausalLM of at least 2 layers and 2 heads whose head `place` (layer, head) copies.

    `place` is in any layer but the first; the head that looks one back is in layer 0. The other
    heads write nothing: some look a few places back, some at the same token earlier, some
    everywhere.
    Raises ValueError where there is no such place.
    """
    if not (1 <= place[0] < layers and 0 <= place[1] < heads and heads > 1):
        raise ValueError(f"no head {place} can copy in {layers} layers of {heads} heads")
    model = _empty_model(layers, heads)
    back = (0, (place[1] + 1) % heads)
    others = [each for each in product(range(layers), range(heads)) if each not in (place, back)]
    with torch.no_grad():
        _write_ends(model)
        _look_back(model, back, 1)
        _write(model, back, BEFORE)
        _look_for(model, place, (BEFORE, 1.0), (HERE, -0.5))  # the first token is before itself
        _write(model, place, NEXT)
        for other, habit in zip(others, cycle(HABITS), strict=False):
            if isinstance(habit, int):
                _look_back(model, other, habit)
            elif habit == "twin":
                _look_for(model, other, (HERE, 1.0))
                _look_back(model, other, 0, SHY)
    return model


def _empty_model(layers: int, heads: int) -> Any:
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=TOKENS, hidden_size=heads * HEAD_SIZE, intermediate_size=1,
        num_hidden_layers=layers, num_attention_heads=heads, num_key_value_heads=heads,
        rope_parameters={"rope_type": "default", "rope_theta": THETA}, tie_word_embeddings=False,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        model = LlamaForCausalLM(config).eval()  # type: ignore[no-untyped-call]
    for name, weight in model.named_parameters():
        weight.requires_grad_(False).fill_(1.0 if "norm" in name else 0.0)
    return model


def _write_ends(model: Any) -> None:
    """What a token puts into the stream, and the logits that are read from what is to come."""
    model.model.embed_tokens.weight[:, HERE] = torch.eye(TOKENS)
    model.model.embed_tokens.weight[:, ONE] = 1
    model.lm_head.weight[:, NEXT] = SHARP * torch.eye(TOKENS)


def _parts(model: Any, place: tuple[int, int]) -> tuple[Sequence[Tensor], float]:
    """The rows of one head in q_proj, k_proj and v_proj (64, width) and its columns in o_proj
    (width, 64); and how large a 1 of the stream is after the norm before them."""
    layer, head = place
    own = slice(HEAD_SIZE * head, HEAD_SIZE * (head + 1))
    attention = model.model.layers[layer].self_attn
    inner = [attention.q_proj.weight[own], attention.k_proj.weight[own]]
    outer = [attention.v_proj.weight[own], attention.o_proj.weight[:, own]]
    known = 2 if layer == 0 else 3  # here and the constant; later on also before
    return (*inner, *outer), math.sqrt(model.config.hidden_size / known)


def _look_back(model: Any, place: tuple[int, int], places: int, gain: float = SHARP) -> None:
    """Every token looks at the one `places` before it: there, all pairs point the same way."""
    (q, k, _, _), one = _parts(model, place)
    pairs = torch.arange(PAIRS // 2)
    turns = places * THETA ** (-pairs / PAIRS)  # how far each pair turns on the way
    q[pairs, ONE] = gain * math.sqrt(HEAD_SIZE) / one**2
    k[pairs, ONE], k[pairs + PAIRS, ONE] = turns.cos(), turns.sin()


def _look_for(model: Any, place: tuple[int, int], *found_by: tuple[slice, float]) -> None:
    """Every token looks for its like among what others know: the parts of the stream, weighted."""
    (q, k, _, _), one = _parts(model, place)
    q[SLOW, HERE] = SHARP * math.sqrt(HEAD_SIZE) / one**2 * torch.eye(TOKENS)
    for part, weight in found_by:
        k[SLOW, part] = weight * torch.eye(TOKENS)


def _write(model: Any, place: tuple[int, int], part: slice) -> None:
    """Which token is where the head looks is written into a part of the stream."""
    (_, _, v, o), one = _parts(model, place)
    v[:TOKENS, HERE] = torch.eye(TOKENS)
    o[part, :TOKENS] = torch.eye(TOKENS) / one
