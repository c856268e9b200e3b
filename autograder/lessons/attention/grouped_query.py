"""`GroupedQueryAttention(width, heads, kv_heads, theta)`: Llama's attention, with its cache.

Oracle: transformers' `LlamaAttention`, with random weights of several sizes and with one layer of
the shipped model.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache, LlamaConfig
from transformers.models.llama.modeling_llama import LlamaAttention, LlamaRotaryEmbedding

from autograder.exercise import Case, Draw
from autograder.given import models
from autograder.given.heads import layer_state
from autograder.lessons.attention.multi_head import sizes_program
from autograder.lessons.attention.rotary import config_of
from autograder.lessons.sheet import exercise
from autograder.wire import Student, Value

NAME = "GroupedQueryAttention"
Sizes = tuple[int, int, int] | tuple[int, int, int, float]
"""The arguments of the class: width, heads, key/value heads, and theta where it is given."""
State = dict[str, Tensor]
Pair = tuple[Tensor, Tensor]
"""Keys and values, each (B, kv_heads, S, D)."""
DEFAULT_THETA = 10000.0


def sizes_of(config: Any) -> Sizes:
    """The sizes of a loaded model's attention."""
    theta = float(config.rope_parameters["rope_theta"])
    return config.hidden_size, config.num_attention_heads, config.num_key_value_heads, theta


def random_state(draw: Draw, sizes: Sizes) -> State:
    """Weights for all four projections, drawn so that outputs are near 1."""
    state, generator = LlamaAttention(_config(sizes), 0).state_dict(), draw.torch()
    return {
        name: torch.randn(weight.shape, generator=generator) * sizes[0] ** -0.5
        for name, weight in state.items()
    }


def _config(sizes: Sizes) -> LlamaConfig:
    return config_of(*sizes) if len(sizes) == 4 else config_of(*sizes, DEFAULT_THETA)


def by_llama(
    sizes: Sizes, state: State, x: Tensor, before: Pair | None = None
) -> tuple[Tensor, Pair]:
    """Output of `LlamaAttention` for the whole of `x`, and the keys and values it caches.

    before: keys and values of earlier tokens
    """
    config = _config(sizes)
    attention, past = LlamaAttention(config, 0), DynamicCache(config=config)
    layer: Any = past.layers[0]
    attention.load_state_dict(state)
    if before is not None:
        past.update(*before, 0)
    start = 0 if before is None else before[0].shape[2]
    tokens = x.shape[1]
    turns = LlamaRotaryEmbedding(config)(x, torch.arange(start, start + tokens)[None])
    hidden = torch.full((tokens, start + tokens), float("-inf")).triu(start + 1)[None, None]
    with torch.no_grad():
        out = attention(x, turns, hidden, past_key_values=past)[0]
    return out, (layer.keys, layer.values)


def whole_program(student: Student, sizes: Sizes, state: Value, x: Tensor) -> Value:
    """The output for all of `x` at once."""
    module = student.new(NAME, *sizes)
    student.load_state(module, state)
    result = student.method(module, "__call__", x)
    return result[0] if _is_pair(result) else result


def steps_program(
    student: Student, sizes: Sizes, state: Value, x: Tensor, cuts: list[int]
) -> Value:
    """The outputs for `x` cut into parts of `cuts` tokens, the cache handed on from each."""
    results = list(_results(student, sizes, state, x, cuts))
    return [result[0] for result in results] if _is_pair(results[-1]) else results[-1]


def later_program(student: Student, sizes: Sizes, state: Value, x: Tensor, before: Value) -> Value:
    """The output for `x` behind a cache that comes from elsewhere."""
    module = student.new(NAME, *sizes)
    student.load_state(module, state)
    result = student.method(module, "__call__", x, before)
    return result[0] if _is_pair(result) else result


def contents_program(student: Student, sizes: Sizes, state: Value, x: Tensor) -> Value:
    """The keys and the values in the cache after `x`."""
    module = student.new(NAME, *sizes)
    student.load_state(module, state)
    result = student.method(module, "__call__", x)
    past = result[1] if _is_pair(result) else result
    return {"keys": past[0], "values": past[1]} if _is_pair(past) else past


def cache_program(
    student: Student, sizes: Sizes, state: Value, x: Tensor, cuts: list[int]
) -> Value:
    """The shapes of the keys and values in the cache after `x` in parts of `cuts` tokens."""
    *_, last = _results(student, sizes, state, x, cuts)
    past = last[1] if _is_pair(last) else last
    return [tuple(getattr(part, "shape", ())) for part in past] if _is_pair(past) else past


def _results(
    student: Student, sizes: Sizes, state: Value, x: Tensor, cuts: list[int]
) -> Iterator[Value]:
    """What each call returns; a result that is no pair has no cache to hand on and is the last."""
    module = student.new(NAME, *sizes)
    student.load_state(module, state)
    past: Value = None
    for part in torch.split(x, cuts, dim=1):
        result = student.method(module, "__call__", part, past)
        yield result
        if not _is_pair(result):
            return
        past = result[1]


def _is_pair(value: Value) -> bool:
    return type(value) in (tuple, list) and len(value) == 2


def _parameters(draw: Draw) -> list[Case]:
    return [
        _shapes(draw, draw.size((12, 6, 2, 10000.0), (24, 4, 1, 500.0))),
        _shapes(draw, draw.size((12, 3, 3), (16, 2, 2))),
        _shapes(draw, draw.size((8, 2, 1), (12, 6, 3))),
    ]


def _shapes(draw: Draw, sizes: Sizes) -> Case:
    shapes = {name: tuple(weight.shape) for name, weight in random_state(draw, sizes).items()}
    return Case((NAME, *sizes), shapes, sizes_program, f"the parameters of {NAME}{sizes}")


def _whole(draw: Draw, sizes: Sizes, batch: int, tokens: int) -> Case:
    x = torch.randn(batch, tokens, sizes[0], generator=draw.torch())
    state = random_state(draw, sizes)
    shown = f"{NAME}{sizes}(x of shape {tuple(x.shape)})"
    return Case((sizes, state, x), by_llama(sizes, state, x)[0], whole_program, shown)


def _one_token(draw: Draw) -> list[Case]:
    return [
        _whole(draw, draw.size((16, 4, 2, 10000.0), (24, 6, 2, 500.0)), 1, 1),
        _whole(draw, draw.size((12, 6, 3), (16, 4, 2)), draw.size(3, 2), 1),
    ]


def _full_pass(draw: Draw) -> list[Case]:
    small, other = draw.size(
        ((16, 4, 2, 10000.0), (24, 6, 3, 100.0)), ((24, 6, 2, 5000.0), (24, 4, 4, 1e6))
    )
    alone: Sizes = draw.size((12, 3, 1), (8, 4, 1))  # one key/value head, and theta left out
    single: Sizes = draw.size((4, 1, 1, 10000.0), (6, 1, 1, 500.0))
    return [
        _whole(draw, small, *draw.size((2, 5), (3, 4))),
        _whole(draw, other, 1, 6),
        _whole(draw, alone, *draw.size((2, 4), (1, 5))),
        _whole(draw, single, *draw.size((1, 3), (2, 3))),
    ]


def _small_cache(draw: Draw) -> list[Case]:
    sizes = draw.size((16, 4, 2, 10000.0), (24, 6, 2, 500.0))
    x = torch.randn(draw.size(2, 3), draw.size(5, 4), sizes[0], generator=draw.torch())
    state, cuts = random_state(draw, sizes), [x.shape[1] - 2, 2]
    shown = f"{NAME}{sizes}(x, cache) in calls of {cuts} tokens, the shapes of the cache"
    shapes = [tuple(kept.shape) for kept in by_llama(sizes, state, x)[1]]
    return [
        Case((sizes, state, x, cuts), shapes, cache_program, shown),
        _contents(draw, sizes, x.shape[0], x.shape[1]),
        _contents(draw, draw.size((12, 3, 1, 500.0), (8, 4, 1, 10000.0)), 1, 3),
    ]


def _contents(draw: Draw, sizes: Sizes, batch: int, tokens: int) -> Case:
    """The keys, turned, and the values, plain, that one call leaves in the cache."""
    x = torch.randn(batch, tokens, sizes[0], generator=draw.torch())
    state = random_state(draw, sizes)
    keys, values = by_llama(sizes, state, x)[1]
    shown = f"the cache that {NAME}{sizes}(x of shape {tuple(x.shape)}) returns"
    return Case((sizes, state, x), {"keys": keys, "values": values}, contents_program, shown)


def _steps(draw: Draw, batch: int, sizes: Sizes, state: State, cuts: list[int]) -> Case:
    x = torch.randn(batch, sum(cuts), sizes[0], generator=draw.torch())
    expected = list(torch.split(by_llama(sizes, state, x)[0], cuts, dim=1))
    shown = f"{NAME}{sizes}(x, cache) in calls of {cuts} tokens; [i] is the output of call i"
    return Case((sizes, state, x, cuts), expected, steps_program, shown)


def _later(draw: Draw, sizes: Sizes, batch: int, cached: int, tokens: int) -> Case:
    """A few tokens behind many: their keys and values are drawn, not computed."""
    width, _, kv_heads, *_ = sizes
    generator, shape = draw.torch(), (batch, kv_heads, cached, width // sizes[1])
    x = torch.randn(batch, tokens, width, generator=generator)
    keys, values = torch.randn(2, *shape, generator=generator)
    state = random_state(draw, sizes)
    expected = by_llama(sizes, state, x, (keys, values))[0]
    shown = f"{NAME}{sizes}(x, cache) for {tokens} tokens with {cached} in the cache"
    return Case((sizes, state, x, (keys, values)), expected, later_program, shown)


def _step_by_step(draw: Draw) -> list[Case]:
    sizes = draw.size((16, 4, 2, 10000.0), (24, 6, 2, 500.0))
    parts = draw.size(([1, 1, 1, 1], [3, 1, 2]), ([2, 1, 3, 1], [1, 4, 1]))
    alone: Sizes = draw.size((12, 3, 1), (8, 4, 1))
    many: Sizes = (8, 2, 2, 10000.0)  # pairs so slow that 2,100 positions are exact enough
    return [
        *(_steps(draw, 2, sizes, random_state(draw, sizes), cuts) for cuts in parts),
        _steps(draw, 1, alone, random_state(draw, alone), draw.size([2, 1, 1], [1, 1, 2])),
        _later(draw, many, draw.size(1, 2), draw.size(2100, 2060), 2),
    ]


@cache
def _shipped(last: bool) -> tuple[Sizes, State]:
    model = models.load("base")
    return sizes_of(model.config), layer_state(model, -1 if last else 0)


def _shipped_layer(draw: Draw) -> list[Case]:
    return [_steps(draw, 1, *_shipped(draw.hidden), draw.size([6, 1, 1, 2], [9, 1, 3, 1]))]


GROUPED_QUERY_ATTENTION = exercise(
    __file__, NAME, _parameters, _one_token, _full_pass, _small_cache, _step_by_step, _shipped_layer
)
