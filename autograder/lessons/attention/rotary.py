"""`rotary_embedding(x, positions, theta)`: a position as a turn of the vector.

Oracle: the rotary functions of transformers' Llama.
"""

from __future__ import annotations

import torch
from torch import Tensor
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding, apply_rotary_pos_emb

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage

THETA = 10000.0


def rotated_by_llama(x: Tensor, positions: Tensor, theta: float) -> Tensor:
    """What transformers' Llama makes of queries `x` (B, H, T, D)."""
    size = x.shape[-1]
    config = LlamaConfig(
        hidden_size=size,
        num_attention_heads=1,
        rope_parameters={"rope_type": "default", "rope_theta": theta},
    )
    cos, sin = LlamaRotaryEmbedding(config)(x, positions[None])
    turned: Tensor = apply_rotary_pos_emb(x, x, cos, sin)[0]
    return turned


def _case(
    draw: Draw, sizes: tuple[int, int, int], positions: list[int], theta: float = THETA
) -> Case:
    """`sizes` are batch, heads and D."""
    batch, heads, size = sizes
    x = torch.randn(batch, heads, len(positions), size, generator=draw.torch())
    at = torch.tensor(positions)
    shown = f"rotary_embedding(x of shape {tuple(x.shape)}, tensor({positions}), {theta:g})"
    return Case((x, at, theta), rotated_by_llama(x, at, theta), shown=shown)


def _position_zero(draw: Draw) -> list[Case]:
    return [_case(draw, draw.size((1, 1, 4), (2, 3, 6)), [0])]


def _one_pair(draw: Draw) -> list[Case]:
    return [_case(draw, (1, 1, 2), draw.size([0, 1, 2], [0, 1, 2, 3, 4]))]


def _all_pairs(draw: Draw) -> list[Case]:
    return [_case(draw, *draw.size(((2, 3, 8), [0, 1, 2, 3]), ((3, 2, 12), [0, 1, 2, 3, 4])))]


def _any_position(draw: Draw) -> list[Case]:
    return [_case(draw, *draw.size(((2, 3, 4), [7, 3, 3, 20, 11]), ((3, 2, 6), [40, 5, 17])))]


def _any_theta(draw: Draw) -> list[Case]:
    return [_case(draw, (2, 3, 8), [0, 1, 5, 9], draw.size(500.0, 1e6))]


def rotary_interleaved(x: Tensor, positions: Tensor, theta: float = 10000.0) -> Tensor:
    size = x.shape[-1]
    angles = positions[:, None] * theta ** (-torch.arange(0, size, 2) / size)
    cos, sin = angles.cos(), angles.sin()
    a, b = x[..., 0::2], x[..., 1::2]
    return torch.stack([a * cos - b * sin, a * sin + b * cos], dim=-1).flatten(-2)


def rotary_from_zero(x: Tensor, positions: Tensor, theta: float = 10000.0) -> Tensor:
    size = x.shape[-1]
    angles = torch.arange(x.shape[-2])[:, None] * theta ** (-torch.arange(0, size, 2) / size)
    cos, sin = angles.cos(), angles.sin()
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)


def rotary_from_one(x: Tensor, positions: Tensor, theta: float = 10000.0) -> Tensor:
    size = x.shape[-1]
    angles = (positions[:, None] + 1) * theta ** (-torch.arange(0, size, 2) / size)
    cos, sin = angles.cos(), angles.sin()
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)


def rotary_backward(x: Tensor, positions: Tensor, theta: float = 10000.0) -> Tensor:
    size = x.shape[-1]
    angles = positions[:, None] * theta ** (-torch.arange(0, size, 2) / size)
    cos, sin = angles.cos(), angles.sin()
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos + b * sin, b * cos - a * sin], dim=-1)


def rotary_no_minus(x: Tensor, positions: Tensor, theta: float = 10000.0) -> Tensor:
    size = x.shape[-1]
    angles = positions[:, None] * theta ** (-torch.arange(0, size, 2) / size)
    cos, sin = angles.cos(), angles.sin()
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos + b * sin, a * sin + b * cos], dim=-1)


def rotary_own_theta(x: Tensor, positions: Tensor, theta: float = 10000.0) -> Tensor:
    size = x.shape[-1]
    angles = positions[:, None] * 10000.0 ** (-torch.arange(0, size, 2) / size)
    cos, sin = angles.cos(), angles.sin()
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)


def rotary_half_exponent(x: Tensor, positions: Tensor, theta: float = 10000.0) -> Tensor:
    size = x.shape[-1]
    angles = positions[:, None] * theta ** (-torch.arange(size // 2) / size)
    cos, sin = angles.cos(), angles.sin()
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)


def rotary_positive_exponent(x: Tensor, positions: Tensor, theta: float = 10000.0) -> Tensor:
    size = x.shape[-1]
    angles = positions[:, None] * theta ** (torch.arange(0, size, 2) / size)
    cos, sin = angles.cos(), angles.sin()
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)


def rotary_one_speed(x: Tensor, positions: Tensor, theta: float = 10000.0) -> Tensor:
    angles = positions[:, None].float()
    cos, sin = angles.cos(), angles.sin()
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)


def rotary_too_many_speeds(x: Tensor, positions: Tensor, theta: float = 10000.0) -> Tensor:
    size = x.shape[-1]
    angles = positions[:, None] * theta ** (-2 * torch.arange(size) / size)
    a, b = x.chunk(2, dim=-1)
    return x * angles.cos() + torch.cat([-b, a], dim=-1) * angles.sin()


def rotary_swapped(x: Tensor, positions: Tensor, theta: float = 10000.0) -> Tensor:
    size = x.shape[-1]
    angles = positions[:, None] * theta ** (-torch.arange(0, size, 2) / size)
    cos, sin = angles.sin(), angles.cos()
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)


def rotary_added(x: Tensor, positions: Tensor, theta: float = 10000.0) -> Tensor:
    size = x.shape[-1]
    angles = positions[:, None] * theta ** (-torch.arange(0, size, 2) / size)
    return x + torch.cat([angles.sin(), angles.cos()], dim=-1)


ROTARY_EMBEDDING = Exercise(
    name="rotary_embedding",
    title="A position as a turn",
    difficulty=4,
    minutes=18,
    forbids=(
        "transformers.models.llama.modeling_llama.apply_rotary_pos_emb",
        "transformers.models.llama.modeling_llama.rotate_half",
        "autograder.given.attention.rotary_embedding",
    ),
    stages=(
        Stage("position zero", 1, "at position 0 nothing is turned.", _position_zero),
        Stage(
            "one pair",
            1,
            "D = 2: at position p the one pair of numbers is turned by p radians.",
            _one_pair,
            needs=("position zero",),
        ),
        Stage(
            "all pairs",
            1,
            "number i is paired with number i + D/2, and pair i turns by p * theta^(-2i/D).",
            _all_pairs,
            needs=("one pair",),
        ),
        Stage(
            "any position",
            1,
            "the positions are those you are given, in any order.",
            _any_position,
            needs=("one pair",),
        ),
        Stage(
            "any theta",
            1,
            "the base theta is the one you are given.",
            _any_theta,
            needs=("all pairs",),
        ),
    ),
    mistakes=(
        Mistake(
            "interleaved",
            rotary_interleaved,
            "it pairs neighbours: 0 with 1, 2 with 3. Pair number i with number i + D/2, as "
            "Llama does.",
            ("all pairs", "any position"),
        ),
        Mistake(
            "from zero",
            rotary_from_zero,
            "it counts positions 0, 1, 2, ... by itself. Take those in `positions`.",
            ("any position", "any theta"),
        ),
        Mistake(
            "from one",
            rotary_from_one,
            "every position is one too many. Use `positions` as they are.",
            ("position zero",),
        ),
        Mistake(
            "backward",
            rotary_backward,
            "it turns the other way. A positive angle turns the first number toward the second: "
            "(1, 0) becomes (cos, sin).",
            ("one pair",),
        ),
        Mistake(
            "no minus",
            rotary_no_minus,
            "both sine terms are added, which is no rotation: lengths change. One of them is "
            "subtracted.",
            ("one pair",),
        ),
        Mistake(
            "own theta",
            rotary_own_theta,
            "theta is fixed at 10000. Use the argument.",
            ("any theta",),
        ),
        Mistake(
            "half exponent",
            rotary_half_exponent,
            "the exponent is -i/D. It is -2i/D, so that the speed of the slowest pair comes close "
            "to 1 / theta.",
            ("all pairs", "any position"),
        ),
        Mistake(
            "positive exponent",
            rotary_positive_exponent,
            "the exponent is positive, so later pairs turn faster. It is negative: they turn "
            "slower.",
            ("all pairs", "any position"),
        ),
        Mistake(
            "one speed",
            rotary_one_speed,
            "every pair turns at the same speed. Pair i turns by p * theta^(-2i/D).",
            ("all pairs", "any position"),
        ),
        Mistake(
            "too many speeds",
            rotary_too_many_speeds,
            "it makes D speeds, so the two numbers of a pair turn by different angles. There are "
            "D/2 speeds, one for each pair.",
            ("one pair",),
        ),
        Mistake(
            "swapped",
            rotary_swapped,
            "sine and cosine are swapped. At position 0 the cosine is 1 and the sine is 0.",
            ("position zero",),
        ),
        Mistake(
            "added",
            rotary_added,
            "it adds sines and cosines to the vector, as the first transformer did. Turn the "
            "pairs instead.",
            ("position zero",),
        ),
    ),
)
