"""How what `generate` writes usually goes wrong."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from autograder.exercise import Mistake


def generate_new_only(
    model: nn.Module,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    start = ids.shape[1]
    new, cache, ended = ids, None, torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        logits, cache = model(new, cache)
        token = choose(logits[:, -1])
        if stop is not None:
            token = token.masked_fill(ended, stop)
            ended = ended | (token == stop)
        new = token[:, None]
        ids = torch.cat([ids, new], dim=1)
        if ended.all():
            break
    return ids[:, start:]


def generate_one_too_few(
    model: nn.Module,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    new, cache, ended = ids, None, torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens - 1):
        logits, cache = model(new, cache)
        token = choose(logits[:, -1])
        if stop is not None:
            token = token.masked_fill(ended, stop)
            ended = ended | (token == stop)
        new = token[:, None]
        ids = torch.cat([ids, new], dim=1)
        if ended.all():
            break
    return ids


def generate_always_likeliest(
    model: nn.Module,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    new, cache, ended = ids, None, torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        logits, cache = model(new, cache)
        token = logits[:, -1].argmax(dim=-1)
        if stop is not None:
            token = token.masked_fill(ended, stop)
            ended = ended | (token == stop)
        new = token[:, None]
        ids = torch.cat([ids, new], dim=1)
        if ended.all():
            break
    return ids


def generate_chosen_once(
    model: nn.Module,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    new, cache, ended = ids, None, torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        logits, cache = model(new, cache)
        token = choose(logits[:, -1]) if new is ids else logits[:, -1].argmax(dim=-1)
        if stop is not None:
            token = token.masked_fill(ended, stop)
            ended = ended | (token == stop)
        new = token[:, None]
        ids = torch.cat([ids, new], dim=1)
        if ended.all():
            break
    return ids


def generate_stop_ignored(
    model: nn.Module,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    new, cache = ids, None
    for _ in range(max_new_tokens):
        logits, cache = model(new, cache)
        token = choose(logits[:, -1])
        new = token[:, None]
        ids = torch.cat([ids, new], dim=1)
    return ids


def generate_stop_at_first(
    model: nn.Module,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    new, cache, ended = ids, None, torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        logits, cache = model(new, cache)
        token = choose(logits[:, -1])
        if stop is not None:
            token = token.masked_fill(ended, stop)
            ended = ended | (token == stop)
        new = token[:, None]
        ids = torch.cat([ids, new], dim=1)
        if ended.any():
            break
    return ids


def generate_not_filled(
    model: nn.Module,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    new, cache, ended = ids, None, torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        logits, cache = model(new, cache)
        token = choose(logits[:, -1])
        if stop is not None:
            ended = ended | (token == stop)
        new = token[:, None]
        ids = torch.cat([ids, new], dim=1)
        if ended.all():
            break
    return ids


def generate_stop_left_out(
    model: nn.Module,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    new, cache, ended = ids, None, torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        logits, cache = model(new, cache)
        token = choose(logits[:, -1])
        if stop is not None:
            token = token.masked_fill(ended, stop)
            ended = ended | (token == stop)
        if ended.all():
            break
        new = token[:, None]
        ids = torch.cat([ids, new], dim=1)
    return ids


def generate_ended_by_prompt(
    model: nn.Module,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    new, cache = ids, None
    ended = torch.zeros(len(ids), dtype=torch.bool)
    if stop is not None:
        ended = (ids == stop).any(dim=1)
    for _ in range(max_new_tokens):
        logits, cache = model(new, cache)
        token = choose(logits[:, -1])
        if stop is not None:
            token = token.masked_fill(ended, stop)
            ended = ended | (token == stop)
        new = token[:, None]
        ids = torch.cat([ids, new], dim=1)
        if ended.all():
            break
    return ids


MORE_MISTAKES = (
    Mistake(
        "new tokens only",
        generate_new_only,
        "only the new tokens come back. Give the prompt with the new tokens behind it.",
        ("one token",),
    ),
    Mistake(
        "one too few",
        generate_one_too_few,
        "it writes one token too few. Write max_new_tokens of them.",
        ("one token",),
    ),
    Mistake(
        "choose ignored",
        generate_always_likeliest,
        "it always takes the likeliest token. Let `choose` pick.",
        ("choice",),
    ),
    Mistake(
        "chosen once",
        generate_chosen_once,
        "`choose` picks the first token only, all others are the likeliest. Let it pick every one.",
        ("choice",),
    ),
    Mistake(
        "stop ignored",
        generate_stop_ignored,
        "it goes on after `stop`. End when every text has come to it.",
        ("stop",),
    ),
    Mistake(
        "first text ends all",
        generate_stop_at_first,
        "it ends as soon as one text has ended. Go on until all have.",
        ("stop",),
    ),
    Mistake(
        "not filled",
        generate_not_filled,
        "a text that has ended goes on growing. Fill it with `stop` until all have ended.",
        ("stop",),
    ),
    Mistake(
        "stop left out",
        generate_stop_left_out,
        "the stop token itself is left out of the text. Let it be the last one.",
        ("stop",),
    ),
    Mistake(
        "ended by the prompt",
        generate_ended_by_prompt,
        "a stop token in the prompt ends the text before it begins. Only new tokens count.",
        ("stop",),
    ),
)
