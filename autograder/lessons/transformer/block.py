"""`Block(config)`: attention and a feed-forward part, each added to what came in.

Oracle: transformers' `LlamaDecoderLayer`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache, LlamaConfig
from transformers.models.llama.modeling_llama import LlamaDecoderLayer, LlamaRotaryEmbedding

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.transformer import oracle as llama
from autograder.lessons.transformer.oracle import Fields, State
from autograder.wire import Student, Value, is_tensor

NAME = "Block"
FIRST = "model.layers.0."
WIDE = llama.fields(hidden_size=24, intermediate_size=20, num_attention_heads=6)
SILENT = {"attention": "self_attn.o_proj.weight", "feed-forward": "mlp.down_proj.weight"}
"""The matrix of each part that makes it add nothing when it is zero."""


def block_state(draw: Draw, some: Fields, *silent: str) -> State:
    """Random weights of one block; the parts `silent` add nothing."""
    whole = llama.random_state(draw, some)
    state = {n.removeprefix(FIRST): w for n, w in whole.items() if n.startswith(FIRST)}
    for part in silent:
        state[SILENT[part]] = torch.zeros_like(state[SILENT[part]])
    return state


def by_llama(some: Fields, state: State, x: Tensor) -> Tensor:
    """What transformers' layer gives for the whole of `x`."""
    return by_llama_with_cache(some, state, x)[0]


def by_llama_with_cache(some: Fields, state: State, x: Tensor) -> tuple[Tensor, list[Tensor]]:
    """The same, and the keys and values that it keeps."""
    config = LlamaConfig(**{**some, "attn_implementation": "eager"})
    layer: Any = LlamaDecoderLayer(config, 0)
    layer.load_state_dict(state)
    tokens, kept = x.shape[1], DynamicCache()
    turns = LlamaRotaryEmbedding(config)(x, torch.arange(tokens)[None])
    hidden = torch.full((tokens, tokens), float("-inf")).triu(1)[None, None]
    with torch.no_grad():
        out: Tensor = layer(
            x, attention_mask=hidden, position_embeddings=turns, past_key_values=kept
        )
    only: Any = kept.layers[0]
    return out, [only.keys, only.values]


def parameters_program(student: Student, some: Fields) -> Value:
    """The shapes of the tensors of a new block, by name."""
    return llama.tensor_shapes(student.state(llama.new(student, NAME, some)))


def steps_program(
    student: Student, some: Fields, state: State, x: Tensor, cuts: list[int], whole: bool = True
) -> Value:
    """The outputs for `x` in calls of `cuts` tokens, and the last cache.

    Without `whole` only how many positions the cache has.
    """
    outputs, past = llama.in_parts(student, llama.new(student, NAME, some, state), x, cuts)
    if outputs is None:
        return past
    if whole:
        return {"outputs": outputs, "cache": past}
    return {"outputs": outputs, "positions in the cache": _positions(past)}


def _positions(past: Value) -> Value:
    """How many positions the keys in a cache have; without keys, what is there instead."""
    keys = past[0] if type(past) in (tuple, list) and past else past
    return keys.shape[2] if is_tensor(keys) and keys.dim() == 4 else past


def _case(
    draw: Draw, some: Fields, cuts: list[int], *silent: str, size: float = 1.0, batch: int = 0
) -> Case:
    """The cache is what the attention gives, so it is compared where the attention is looked at."""
    shape = (batch or draw.size(2, 3), sum(cuts), some["hidden_size"])
    x = torch.randn(shape, generator=draw.torch()) * size
    state, whole = block_state(draw, some, *silent), "attention" not in silent
    out, kept = by_llama_with_cache(some, state, x)
    outputs = list(torch.split(out, cuts, dim=1))
    cache = {"cache": kept} if whole else {"positions in the cache": sum(cuts)}
    calls = f"x of shape {tuple(x.shape)}" if len(cuts) == 1 else f"x in calls of {cuts} tokens"
    what = f"{NAME}(config)({calls}); {llama.shown(some)}"
    args = (some, state, x, cuts, whole)
    return Case(args, {"outputs": outputs, **cache}, steps_program, what)


ONE_HEAD = llama.fields(num_attention_heads=1, num_key_value_heads=1, intermediate_size=16)
ONE_SHARED = llama.fields(num_key_value_heads=1, intermediate_size=8)


def _parameters(draw: Draw) -> list[Case]:
    cases = []
    for some in draw.size((llama.fields(), ONE_SHARED), (WIDE, ONE_HEAD)):
        shapes = llama.tensor_shapes(block_state(draw, some))
        cases.append(Case((some,), shapes, parameters_program, f"the tensors of {NAME}(config)"))
    return cases


def _attention(draw: Draw) -> list[Case]:
    some, silent = llama.fields(), "feed-forward"
    cases = [_case(draw, some, [draw.size(4, 5)], silent)]
    return [*cases, _case(draw, some, [1], silent), _case(draw, some, [3], silent, batch=1)]


def _feed_forward(draw: Draw) -> list[Case]:
    some, silent = llama.fields(), "attention"
    cases = [_case(draw, some, [draw.size(3, 4)], silent)]
    return [*cases, _case(draw, some, [1], silent), _case(draw, some, [5], silent, batch=1)]


def _whole(draw: Draw) -> list[Case]:
    """Also: as many texts as tokens, one token, a long text, large vectors."""
    some = draw.size(llama.fields(), WIDE)
    return [
        _case(draw, some, [draw.size(5, 6)]), _case(draw, some, [4], batch=4),
        _case(draw, some, [1], batch=1), _case(draw, some, [draw.size(70, 90)], batch=1),
        _case(draw, some, [3], size=50.0),
    ]  # fmt: skip


def _settings(draw: Draw) -> list[Case]:
    changes: tuple[Fields, ...] = draw.size(
        ({"theta": 50.0}, {"num_key_value_heads": 4}, {"num_key_value_heads": 1}),
        ({"theta": 300.0, "num_key_value_heads": 1}, {"theta": 1e6, "rms_norm_eps": 1e-3}),
    )
    some = [llama.fields(**each) for each in changes]
    cases = [_case(draw, each, [draw.size(6, 7)]) for each in (*some, ONE_HEAD, ONE_SHARED)]
    eps = llama.fields(rms_norm_eps=draw.size(0.1, 0.02))
    return [*cases, _case(draw, eps, [3], size=0.1), _case(draw, eps, [3], "attention", size=0.1)]


def _step_by_step(draw: Draw) -> list[Case]:
    """Also: one text, one key/value head, more than 64 positions."""
    calls = draw.size(([1, 1, 1], [3, 1, 2]), ([2, 1, 3], [1, 4, 1]))
    cases = [_case(draw, llama.fields(), cuts) for cuts in calls]
    long = _case(draw, WIDE, [66, 1, 3], batch=1)
    return [*cases, _case(draw, ONE_SHARED, [2, 2, 1], batch=1), long]


BLOCK = exercise(
    __file__, NAME, _parameters, _attention, _feed_forward, _whole, _settings, _step_by_step
)
