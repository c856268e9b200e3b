"""`generate(model, ids, max_new_tokens, choose, stop)`: a model writes, with a cache.

Oracle: transformers' own `generate`. The work is counted by a model whose next token is the number
of positions that it was handed so far.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.lessons.transformer import oracle as llama
from autograder.lessons.transformer.choices import counted
from autograder.lessons.transformer.oracle import Fields, State
from autograder.wire import Student, Value, is_tensor

NAME = "generate"
VOCABULARY = 400
"""Tokens of the counting model: more than the positions that any wrong way hands to it."""


def counting_program(student: Student, ids: Tensor, count: int) -> Value:
    """What the counting model writes, and what it was handed: new and cached positions per call."""
    model = student.new("CountingModel", VOCABULARY)
    written = student.call(NAME, model, ids, count, student.new("pick_rank", 0), None)
    return {"work": student.method(model, "work"), "ids": written}


def model_program(
    student: Student, some: Fields, state: State, ids: Tensor, count: int, rank: int, stop: Value
) -> Value:
    """What a real model writes when each token is `rank` places below the likeliest."""
    model = llama.new(student, "TinyLlama", some, state)
    return student.call(NAME, model, ids, count, student.new("pick_rank", rank), stop)


def right_work(got: Value, expected: Value) -> str | None:
    """None where every position was handed over once, and the text shows it."""
    for number, (have, want) in enumerate(zip(got["work"], expected["work"], strict=False), 1):
        if tuple(have) != want:
            return (
                f"Call {number} handed {counted(have[0], 'position')} to the model, with {have[1]} "
                f"in the cache; expected {counted(want[0], 'position')} with {want[1]} in the "
                "cache."
            )
    if len(got["work"]) != len(expected["work"]):
        have, want = len(got["work"]), len(expected["work"])
        return f"The model was called {have} times; expected {want} for {want} new tokens."
    ids, wanted = got["ids"], expected["ids"]
    if not is_tensor(ids) or ids.shape != wanted.shape:
        shape = getattr(ids, "shape", None)
        return (
            f"Wrong shape: got {tuple(shape) if shape is not None else 'no tensor'}, expected "
            f"{tuple(wanted.shape)}: the prompt with the new tokens behind it."
        )
    return None if torch.equal(ids, wanted) else "The text is not the prompt with the new tokens."


@torch.no_grad()
def by_rank(model: Any, ids: Tensor, count: int, rank: int) -> Tensor:
    """What transformers' Llama writes, read anew for each token, `rank` below the likeliest."""
    for _ in range(count):
        chosen = model(ids).logits[:, -1].sort(dim=-1, descending=True).indices[:, rank]
        ids = torch.cat([ids, chosen[:, None]], dim=1)
    return ids


def _counting(draw: Draw, batch: int, tokens: int, count: int) -> Case:
    """Every position is handed over once: the whole prompt, then each new token but the last."""
    ids = torch.randint(9, (batch, tokens), generator=draw.torch())
    new = torch.arange(tokens, tokens + count).expand(batch, count)
    work = [(tokens, 0), *((1, tokens + i) for i in range(count - 1))]
    expected = {"work": work, "ids": torch.cat([ids, new], dim=1)}
    what = f"{NAME}(a model that counts, ids of shape {(batch, tokens)}, {count}, ...)"
    return Case((ids, count), expected, counting_program, what, accepts=right_work)


def _one_token(draw: Draw) -> list[Case]:
    return [_counting(draw, *draw.size((1, 4), (2, 3)), count=1)]


def _work(draw: Draw) -> list[Case]:
    return [_counting(draw, *draw.size((1, 5, 4), (2, 7, 6)))]


def _case(
    draw: Draw, some: Fields, ids: Tensor, count: int, rank: int = 0, stop: int | None = None
) -> Case:
    state = llama.random_state(draw, some)
    model = llama.oracle(some, state)
    if rank == 0:
        expected, how = llama.written(model, ids, count, stop), "the likeliest token"
    else:
        expected = by_rank(model, ids, count, rank)
        how = f"the token {rank} below the likeliest"
    what = f"{NAME}(model, ids of shape {tuple(ids.shape)}, {count}, {how}, stop={stop})"
    return Case((some, state, ids, count, rank, stop), expected, model_program, what)


@cache
def _like_transformers(draw: Draw) -> list[Case]:
    some = llama.fields(tie_word_embeddings=draw.size(False, True), theta=draw.size(1e4, 500.0))
    ids = llama.random_ids(draw, some, *draw.size((2, 3), (3, 4)))
    return [_case(draw, some, ids, draw.size(8, 11))]


@cache
def _choice(draw: Draw) -> list[Case]:
    ids = llama.random_ids(draw, llama.fields(), *draw.size((1, 4), (2, 3)))
    return [_case(draw, llama.fields(), ids, draw.size(6, 7), rank=draw.size(1, 2))]


@cache
def _stop(draw: Draw) -> list[Case]:
    """One text ends before its time; one of two ends first; one has the stop in its prompt."""
    some, count = llama.fields(), 9
    ids = llama.random_ids(draw, some, 2, draw.size(3, 4))
    model = llama.oracle(some, llama.random_state(draw, some))
    new = llama.written(model, ids, count)[:, ids.shape[1] :]
    uneven = next((t for t in new[0, 1:-2].tolist() if t not in new[1]), int(new[0, 1]))
    return [
        _case(draw, some, ids[1:], count, stop=int(new[1, draw.size(2, 3)])),
        _case(draw, some, ids, count, stop=uneven),
        _case(draw, some, ids[:1], 3, stop=int(ids[0, 0])),
    ]


GENERATE = exercise(__file__, NAME, _one_token, _work, _like_transformers, _choice, _stop)
