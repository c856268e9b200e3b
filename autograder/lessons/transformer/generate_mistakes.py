"""How the calls and the cache of `generate` usually go wrong."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from autograder.exercise import Mistake


def generate_no_cache(
    model: nn.Module,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    ended = torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        logits, _ = model(ids)
        token = choose(logits[:, -1])
        if stop is not None:
            token = token.masked_fill(ended, stop)
            ended = ended | (token == stop)
        ids = torch.cat([ids, token[:, None]], dim=1)
        if ended.all():
            break
    return ids


def generate_whole_text_and_cache(
    model: nn.Module,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    new, cache, ended = ids, None, torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        logits, cache = model(ids, cache)
        token = choose(logits[:, -1])
        if stop is not None:
            token = token.masked_fill(ended, stop)
            ended = ended | (token == stop)
        new = token[:, None]
        ids = torch.cat([ids, new], dim=1)
        if ended.all():
            break
    return ids


def generate_cache_lost(
    model: nn.Module,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    new, ended = ids, torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        logits, _ = model(new)
        token = choose(logits[:, -1])
        if stop is not None:
            token = token.masked_fill(ended, stop)
            ended = ended | (token == stop)
        new = token[:, None]
        ids = torch.cat([ids, new], dim=1)
        if ended.all():
            break
    return ids


def generate_first_cache(
    model: nn.Module,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    new, cache, ended = ids, None, torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        logits, grown = model(new, cache)
        cache = grown if cache is None else cache
        token = choose(logits[:, -1])
        if stop is not None:
            token = token.masked_fill(ended, stop)
            ended = ended | (token == stop)
        new = token[:, None]
        ids = torch.cat([ids, new], dim=1)
        if ended.all():
            break
    return ids


def generate_two_newest(
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
        ids = torch.cat([ids, token[:, None]], dim=1)
        new = ids[:, -2:]
        if ended.all():
            break
    return ids


def generate_prompt_without_last(
    model: nn.Module,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    ended = torch.zeros(len(ids), dtype=torch.bool)
    cache = model(ids[:, :-1], None)[1] if max_new_tokens > 1 else None
    new = ids[:, -1:] if max_new_tokens > 1 else ids
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


def generate_one_by_one(
    model: nn.Module,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    ended, cache, new = torch.zeros(len(ids), dtype=torch.bool), None, ids
    for place in range(ids.shape[1] - 1 if max_new_tokens > 1 else 0):
        new = ids[:, place + 1 : place + 2]
        cache = model(ids[:, place : place + 1], cache)[1]
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


def generate_one_call_more(
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
        if ended.all():
            break
    model(new, cache)
    return ids


def generate_first_position(
    model: nn.Module,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    new, cache, ended = ids, None, torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        logits, cache = model(new, cache)
        token = choose(logits[:, 0])
        if stop is not None:
            token = token.masked_fill(ended, stop)
            ended = ended | (token == stop)
        new = token[:, None]
        ids = torch.cat([ids, new], dim=1)
        if ended.all():
            break
    return ids


MISTAKES = (
    Mistake(
        "no cache",
        generate_no_cache,
        "the whole text is read again for every token. Hand the model only the newest token, "
        "and the cache it gave.",
        ("work",),
    ),
    Mistake(
        "whole text and cache",
        generate_whole_text_and_cache,
        "the model gets the whole text although the cache holds it already, so it reads "
        "everything twice. Hand over only the newest token.",
        ("work", "like transformers", "choice"),
    ),
    Mistake(
        "cache lost",
        generate_cache_lost,
        "the newest token is handed over without the cache, so the model forgets what came "
        "before. Hand over both.",
        ("work", "like transformers", "choice"),
    ),
    Mistake(
        "first cache only",
        generate_first_cache,
        "the cache of the first call is used all the time. Use the one that the last call gave.",
        ("work", "like transformers", "choice"),
    ),
    Mistake(
        "off by one",
        generate_two_newest,
        "two tokens are handed over each time, and the cache holds the first of them already. "
        "Hand over only the newest.",
        ("work", "like transformers", "choice"),
    ),
    Mistake(
        "prompt without its last token",
        generate_prompt_without_last,
        "the prompt is read up to its last token, and then that token is read in a call of "
        "its own. Hand over the whole prompt at once.",
        ("work",),
    ),
    Mistake(
        "prompt token by token",
        generate_one_by_one,
        "the prompt is read token by token, one call each. The model reads all of it in one call.",
        ("work",),
    ),
    Mistake(
        "one call too many",
        generate_one_call_more,
        "after the last token the model is called once more, and its answer is thrown away. "
        "Stop after the last token.",
        ("one token",),
    ),
    Mistake(
        "first position",
        generate_first_position,
        "it does not choose from the logits of the last position. Those say which token comes "
        "next.",
        ("one token",),
    ),
)
