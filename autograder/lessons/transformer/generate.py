"""`generate(model, ids, max_new_tokens, choose, stop)`: a model writes, with a cache.

Oracle: transformers' own `generate`. The work is counted by a model whose next token is the number
of positions that it was handed so far. Where a text ends is set by a Llama that walks through its
tokens in a circle.
"""

from __future__ import annotations

import itertools
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
SIZE, LARGE = 20, 300
"""Tokens of the walking models; those of the large one do not fit into a byte."""
Rank = int | Tensor
"""How many places below the likeliest; or (B, V), True at the place that each row takes."""


def counting_program(student: Student, ids: Tensor, count: int) -> Value:
    """What the counting model writes, and what it was handed: new and cached positions per call.

    Its vocabulary is larger than the number of positions that any wrong way hands to it.
    """
    vocabulary = (ids.shape[1] + count) * (count + 1)
    model = student.new("CountingModel", vocabulary)
    written = student.call(NAME, model, ids, count, student.new("pick_rank", 0), None)
    return {"work": student.method(model, "work"), "ids": written}


def model_program(
    student: Student, some: Fields, state: State, ids: Tensor, count: int, rank: Rank, stop: Value
) -> Value:
    """What a real model writes when each token is `rank` places below the likeliest.

    Only logits (B, V) can be asked for the places of a table (B, V).
    """
    model = llama.new(student, "TinyLlama", some, state)
    return student.call(NAME, model, ids, count, student.new("pick_rank", rank), stop)


def drawn_program(
    student: Student, some: Fields, state: State, ids: Tensor, count: int, seed: int
) -> Value:
    """What a real model writes when each token is drawn, from one list of random numbers."""
    model = llama.new(student, "TinyLlama", some, state)
    return student.call(NAME, model, ids, count, student.new("pick_drawn", seed), None)


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
def by_rank(model: Any, ids: Tensor, count: int, rank: Rank) -> Tensor:
    """What transformers' Llama writes, read anew for each token, `rank` below the likeliest."""
    for _ in range(count):
        chosen = model(ids).logits[:, -1].sort(dim=-1, descending=True).indices[..., rank]
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
    return [_counting(draw, *shape, count=1) for shape in draw.size(ONE_VISIBLE, ONE_HIDDEN)]


def _work(draw: Draw) -> list[Case]:
    return [_counting(draw, *sizes) for sizes in draw.size(WORK_VISIBLE, WORK_HIDDEN)]


ONE_VISIBLE, ONE_HIDDEN = ((1, 4), (3, 2), (2, 1)), ((2, 3), (1, 5), (4, 1))
"""Texts and tokens of the prompts for one token."""
WORK_VISIBLE = ((1, 5, 4), (3, 2, 3), (2, 1, 2), (1, 70, 3), (1, 1030, 2))
WORK_HIDDEN = ((2, 7, 6), (1, 3, 4), (1, 1, 3), (2, 90, 2), (1, 1040, 2))
"""Texts, tokens of the prompt, new tokens."""


def _case(
    some: Fields, state: State, ids: Tensor, count: int, rank: Rank = 0, stop: int | None = None
) -> Case:
    model = llama.oracle(some, state)
    if type(rank) is int and rank == 0:
        expected, how = llama.written(model, ids, count, stop), "the likeliest token"
    else:
        expected = by_rank(model, ids, count, rank)
        below = f"{rank}" if type(rank) is int else "1, 2, ... places, another in each text,"
        how = f"the token {below} below the likeliest"
    what = f"{NAME}(model, ids of shape {tuple(ids.shape)}, {count}, {how}, stop={stop})"
    return Case((some, state, ids, count, rank, stop), expected, model_program, what)


def _like_transformers(draw: Draw) -> list[Case]:
    some = llama.fields(tie_word_embeddings=draw.size(False, True), theta=draw.size(1e4, 500.0))
    wide = llama.fields(vocab_size=LARGE, num_hidden_layers=1)
    sizes = draw.size(((2, 3, 8), (1, 1, 5)), ((3, 4, 11), (1, 2, 6)))
    long = (wide, (1, draw.size(70, 100), 4))
    cases = []
    for each, (batch, tokens, count) in (*((some, size) for size in sizes), long):
        ids = llama.random_ids(draw, each, batch, tokens)
        cases.append(_case(each, llama.random_state(draw, each), ids, count))
    return cases


def _choice(draw: Draw) -> list[Case]:
    """Logits so far apart that most chances are 0; ranks that differ; tokens drawn by chance."""
    some = llama.fields()
    state = llama.random_state(draw, some)
    apart = {**state, "lm_head.weight": state["lm_head.weight"] * 500}
    ids = llama.random_ids(draw, some, *draw.size((1, 4), (2, 3)))
    cases = [_case(some, state, ids, draw.size(6, 7), rank=draw.size(1, 2))]
    for weights, batch in ((state, 1), (state, 3), (apart, 2)):
        ids = llama.random_ids(draw, some, batch, draw.size(3, 4))
        table = torch.zeros(batch, some["vocab_size"], dtype=torch.bool)
        table[torch.arange(batch), torch.arange(batch) + draw.size(1, 2)] = True
        cases.append(_case(some, weights, ids, draw.size(5, 6), rank=table))
    return [*cases, *(_drawn(draw, some, state, batch) for batch in (1, 3))]


def _drawn(draw: Draw, some: Fields, state: State, batch: int) -> Case:
    """A text that is drawn: who asks twice for a token uses up random numbers of the next.

    The seed is one with which slightly other logits give the same text: rounding decides nothing.
    """
    model, count = llama.oracle(some, state), draw.size(8, 9)
    ids = llama.random_ids(draw, some, batch, draw.size(3, 5))
    for seed in itertools.count(draw.random().randrange(10**6)):
        first, *others = (llama.drawn(model, ids, count, seed, t) for t in (1.0, 0.999, 1.001))
        if all(torch.equal(first, other) for other in others):
            break
    what = f"{NAME}(model, ids of shape {tuple(ids.shape)}, {count}, each token drawn by chance)"
    return Case((some, state, ids, count, seed), first, drawn_program, what)


def circle(draw: Draw, size: int) -> tuple[Fields, State, list[int]]:
    """A Llama that walks through its `size` tokens in a circle, and the circle.

    Its block adds nothing, its head asks for the token before: no text is left to luck.
    """
    some = llama.fields(vocab_size=size, num_hidden_layers=1)
    state = llama.random_state(draw, some)
    for name, weight in state.items():
        if weight.dim() == 1:
            state[name] = torch.ones_like(weight)
        elif name.endswith(("o_proj.weight", "down_proj.weight")):
            state[name] = torch.zeros_like(weight)
    rows = torch.nn.functional.normalize(state["model.embed_tokens.weight"], dim=-1)
    order = torch.randperm(size, generator=draw.torch())
    head = torch.empty_like(rows)
    head[order.roll(-1)] = 10 * rows[order]
    state |= {"model.embed_tokens.weight": rows, "lm_head.weight": head}
    return some, state, order.tolist()


Prompt = tuple[int, tuple[int, ...]]
"""How many new tokens it takes to `stop`, and where the prompt, of four tokens, holds it before."""


def _walk(draw: Draw, prompts: tuple[Prompt, ...], count: int, stop: int, size: int = SIZE) -> Case:
    """Texts that come to `stop` after just so many new tokens."""
    some, state, order = circle(draw, size)
    ids = torch.randint(size - 1, (len(prompts), 4), generator=draw.torch())
    ids += (ids >= stop).long()  # no stop by chance
    for row, (steps, places) in enumerate(prompts):
        ids[row, list(places)] = stop
        ids[row, -1] = order[(order.index(stop) - steps) % size]
    return _case(some, state, ids, count, stop=stop)


AT_ITS_END: Prompt = (SIZE, ())
"""A prompt whose last token is `stop`: it takes the whole circle to come to it again."""
EARLY: tuple[tuple[tuple[Prompt, ...], int], ...] = (
    (((3, ()),), 8), (((2, ()), (5, ()), (4, ())), 9), (((1, ()), (9, ())), 6), (((4, ()),), 4),
)  # fmt: skip
"""Texts and most new tokens: alone, some later than others, one never, just at the end."""
HELD: tuple[tuple[Prompt, ...], ...] = (
    ((7, (0,)),), (AT_ITS_END,), ((8, (1,)), AT_ITS_END, (6, (0, 2)), (3, (2,))),
)  # fmt: skip
"""Texts whose prompts hold `stop`, at every place."""


def _stop(draw: Draw) -> list[Case]:
    """Texts end before their time, one after the other, or not; prompts hold the stop."""
    later, stop = draw.size(0, 1), draw.random().randrange(1, SIZE)
    some = llama.fields()
    state, ids = llama.random_state(draw, some), llama.random_ids(draw, some, 1, 4)
    new = llama.written(llama.oracle(some, state), ids, 4)[:, ids.shape[1] :]
    early = [
        (tuple((steps + later, places) for steps, places in prompts), count + later)
        for prompts, count in EARLY
    ]
    return [
        _case(some, state, ids, 9, stop=int(new[0, draw.size(2, 3)])),
        *(_walk(draw, prompts, count, stop) for prompts, count in early),
        *(_walk(draw, prompts, 5, stop) for prompts in HELD),
        _walk(draw, early[1][0], 8, 0),
        _walk(draw, early[1][0], 8, draw.size(280, 299), LARGE),
    ]


GENERATE = exercise(__file__, NAME, _one_token, _work, _like_transformers, _choice, _stop)
