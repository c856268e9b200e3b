"""`rotary_embedding(x, positions, theta)`: a position as a turn of the vector.

Oracle: the rotary functions of transformers' Llama.
"""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding, apply_rotary_pos_emb

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise


@cache
def config_of(width: int, heads: int, kv_heads: int, theta: float) -> LlamaConfig:
    """The configuration of a Llama whose attention has these sizes."""
    config = LlamaConfig(
        hidden_size=width,
        num_attention_heads=heads,
        num_key_value_heads=kv_heads,
        rope_parameters={"rope_type": "default", "rope_theta": theta},
    )
    config._attn_implementation = "eager"
    return config


def rotated_by_llama(x: Tensor, positions: Tensor, theta: float) -> Tensor:
    """What transformers' Llama makes of queries `x` (B, H, T, D)."""
    turns = LlamaRotaryEmbedding(config_of(x.shape[-1], 1, 1, theta))(x, positions[None])
    return apply_rotary_pos_emb(x, x, *turns)[0]


def _case(
    draw: Draw, sizes: tuple[int, int, int], positions: list[int], theta: float | None = 1e4
) -> Case:
    """Without a theta the argument is left out."""
    batch, heads, size = sizes
    x = torch.randn(batch, heads, len(positions), size, generator=draw.torch())
    at, given = torch.tensor(positions), () if theta is None else (theta,)
    base = "" if theta is None else f", {theta:g}"
    shown = f"rotary_embedding(x of shape {tuple(x.shape)}, tensor({positions}){base})"
    return Case((x, at, *given), rotated_by_llama(x, at, theta or 1e4), shown=shown)


def _position_zero(draw: Draw) -> list[Case]:
    sizes = draw.size(((1, 1, 4), (2, 3, 2), (3, 1, 6)), ((2, 3, 6), (1, 2, 2), (1, 1, 10)))
    return [_case(draw, each, [0]) for each in sizes]


def _one_pair(draw: Draw) -> list[Case]:
    return [
        _case(draw, (1, 1, 2), draw.size([0, 1, 2], [0, 1, 2, 3, 4])),
        _case(draw, draw.size((2, 3, 2), (3, 2, 2)), [0, 1]),
        _case(draw, (2, 1, 2), list(range(draw.size(8, 7)))),
    ]


def _all_pairs(draw: Draw) -> list[Case]:
    return [
        _case(draw, *draw.size(((2, 3, 8), [0, 1, 2, 3]), ((3, 2, 12), [0, 1, 2, 3, 4]))),
        _case(draw, *draw.size(((1, 2, 6), [0, 1, 2, 3, 4]), ((2, 1, 10), [0, 1, 2])), None),
        _case(draw, (4, 4, 4), [0, 1, 2, 3]),
    ]


def _any_position(draw: Draw) -> list[Case]:
    return [
        _case(draw, *draw.size(((2, 3, 4), [7, 3, 3, 20, 11]), ((3, 2, 6), [40, 5, 17]))),
        _case(draw, (1, 2, 4), [draw.size(5, 9)]),
        _case(draw, (2, 1, 4), draw.size([2100, 64, 0, 300, 1030], [1025, 129, 2060, 512, 0])),
        _case(draw, (1, 1, 6), draw.size([6, 7, 8, 9], [3, 4, 5])),
    ]


def _any_theta(draw: Draw) -> list[Case]:
    return [
        _case(draw, (2, 3, 8), [0, 1, 5, 9], draw.size(500.0, 1e6)),
        _case(draw, (1, 2, 6), [4, 2, 70], draw.size(5e5, 100.0)),
        _case(draw, (2, 1, 4), [0, 1, 2], draw.size(3.0, 7.0)),
    ]


ROTARY_EMBEDDING = exercise(
    __file__, "rotary_embedding", _position_zero, _one_pair, _all_pairs, _any_position, _any_theta
)
