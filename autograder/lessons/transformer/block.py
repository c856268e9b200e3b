"""`Block(config)`: attention and a feed-forward part, each added to what came in.

Oracle: transformers' `LlamaDecoderLayer`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from torch import Tensor
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaDecoderLayer, LlamaRotaryEmbedding

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.transformer.oracle import (
    Fields,
    State,
    fields,
    random_state,
    shown,
    tensor_shapes,
)
from autograder.wire import Student, Value, is_tensor

NAME = "Block"
FIRST = "model.layers.0."
SILENT = {"attention": "self_attn.o_proj.weight", "feed-forward": "mlp.down_proj.weight"}
"""The matrix of each part that makes it add nothing when it is zero."""


def block_state(draw: Draw, some: Fields, silent: str = "") -> State:
    """Random weights of one block; the part `silent` adds nothing."""
    whole = random_state(draw, some)
    state = {n.removeprefix(FIRST): w for n, w in whole.items() if n.startswith(FIRST)}
    if silent:
        state[SILENT[silent]] = torch.zeros_like(state[SILENT[silent]])
    return state


def by_llama(some: Fields, state: State, x: Tensor) -> Tensor:
    """What transformers' layer gives for the whole of `x`."""
    config = LlamaConfig(**some)
    config._attn_implementation = "eager"
    layer: Any = LlamaDecoderLayer(config, 0)
    layer.load_state_dict(state)
    tokens = x.shape[1]
    turns = LlamaRotaryEmbedding(config)(x, torch.arange(tokens)[None])
    hidden = torch.full((tokens, tokens), float("-inf")).triu(1)[None, None]
    with torch.no_grad():
        out: Tensor = layer(x, attention_mask=hidden, position_embeddings=turns)
    return out


def parameters_program(student: Student, some: Fields) -> Value:
    """The shapes of the tensors of a new block, by name."""
    config = student.new("llama_config", some)
    return tensor_shapes(student.state(student.new(NAME, config)))


def steps_program(
    student: Student, some: Fields, state: State, x: Tensor, cuts: list[int]
) -> Value:
    """The outputs for `x` cut into parts of `cuts` tokens, the cache handed on from each.

    With them comes how many positions the last cache holds.
    """
    block = student.new(NAME, student.new("llama_config", some))
    student.load_state(block, state)
    outputs, past = [], None
    for part in torch.split(x, cuts, dim=1):
        result = student.method(block, "__call__", part, past)
        if type(result) not in (tuple, list) or len(result) != 2:
            return result
        outputs.append(result[0])
        past = result[1]
    return {"outputs": outputs, "positions in the cache": _positions(past)}


def _positions(past: Value) -> Value:
    """How many positions the keys in a cache have; without keys, what is there instead."""
    keys = past[0] if type(past) in (tuple, list) and past else past
    return keys.shape[2] if is_tensor(keys) and keys.dim() == 4 else past


def _case(draw: Draw, some: Fields, cuts: list[int], silent: str = "", size: float = 1.0) -> Case:
    x = torch.randn(draw.size(2, 3), sum(cuts), some["hidden_size"], generator=draw.torch()) * size
    state = block_state(draw, some, silent)
    outputs = list(torch.split(by_llama(some, state, x), cuts, dim=1))
    expected = {"outputs": outputs, "positions in the cache": sum(cuts)}
    calls = f"x of shape {tuple(x.shape)}" if len(cuts) == 1 else f"x in calls of {cuts} tokens"
    what = f"{NAME}(config)({calls}); {shown(some)}"
    return Case((some, state, x, cuts), expected, steps_program, what)


def _parameters(draw: Draw) -> list[Case]:
    some = draw.size(fields(), fields(hidden_size=24, intermediate_size=20, num_attention_heads=6))
    shapes = tensor_shapes(block_state(draw, some))
    return [Case((some,), shapes, parameters_program, f"the tensors of {NAME}(config)")]


@cache
def _attention(draw: Draw) -> list[Case]:
    return [_case(draw, fields(), [draw.size(4, 5)], silent="feed-forward")]


@cache
def _feed_forward(draw: Draw) -> list[Case]:
    return [_case(draw, fields(), [draw.size(3, 4)], silent="attention")]


@cache
def _whole(draw: Draw) -> list[Case]:
    wide = fields(hidden_size=24, intermediate_size=20, num_attention_heads=6)
    return [_case(draw, draw.size(fields(), wide), [draw.size(5, 6)])]


@cache
def _settings(draw: Draw) -> list[Case]:
    one, other = draw.size(
        (fields(theta=50.0), fields(num_key_value_heads=4)),
        (fields(theta=300.0, num_key_value_heads=1), fields(theta=1e6, rms_norm_eps=1e-3)),
    )
    eps = fields(rms_norm_eps=draw.size(0.1, 0.02))
    cases = [_case(draw, some, [draw.size(6, 7)]) for some in (one, other)]
    return [*cases, _case(draw, eps, [3], size=0.1)]


@cache
def _step_by_step(draw: Draw) -> list[Case]:
    return [
        _case(draw, fields(), cuts)
        for cuts in draw.size(([1, 1, 1], [3, 1, 2]), ([2, 1, 3], [1, 4, 1]))
    ]


BLOCK = exercise(
    __file__, NAME, _parameters, _attention, _feed_forward, _whole, _settings, _step_by_step
)
