"""How `top_p` usually goes wrong."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.exercise import Mistake


def top_p_inclusive(logits: Tensor, p: float) -> Tensor:
    ordered, places = logits.sort(dim=-1, descending=True)
    chances = ordered.softmax(dim=-1)
    drop = chances.cumsum(dim=-1) - chances > p
    return logits.masked_fill(drop.scatter(-1, places, drop), float("-inf"))


def top_p_stops_before(logits: Tensor, p: float) -> Tensor:
    ordered, places = logits.sort(dim=-1, descending=True)
    drop = ordered.softmax(dim=-1).cumsum(dim=-1) > p
    return logits.masked_fill(drop.scatter(-1, places, drop), float("-inf"))


def top_p_stops_before_but_one(logits: Tensor, p: float) -> Tensor:
    ordered, places = logits.sort(dim=-1, descending=True)
    drop = ordered.softmax(dim=-1).cumsum(dim=-1) > p
    drop[..., 0] = False
    return logits.masked_fill(drop.scatter(-1, places, drop), float("-inf"))


def top_p_ascending(logits: Tensor, p: float) -> Tensor:
    ordered, places = logits.sort(dim=-1)
    chances = ordered.softmax(dim=-1)
    drop = chances.cumsum(dim=-1) - chances >= p
    return logits.masked_fill(drop.scatter(-1, places, drop), float("-inf"))


def top_p_not_put_back(logits: Tensor, p: float) -> Tensor:
    ordered = logits.sort(dim=-1, descending=True).values
    chances = ordered.softmax(dim=-1)
    drop = chances.cumsum(dim=-1) - chances >= p
    return logits.masked_fill(drop, float("-inf"))


def top_p_sorted(logits: Tensor, p: float) -> Tensor:
    ordered = logits.sort(dim=-1, descending=True).values
    chances = ordered.softmax(dim=-1)
    return ordered.masked_fill(chances.cumsum(dim=-1) - chances >= p, float("-inf"))


def top_p_put_back_wrong(logits: Tensor, p: float) -> Tensor:
    ordered, places = logits.sort(dim=-1, descending=True)
    chances = ordered.softmax(dim=-1)
    drop = chances.cumsum(dim=-1) - chances >= p
    return logits.masked_fill(drop.gather(-1, places), float("-inf"))


def top_p_unsorted(logits: Tensor, p: float) -> Tensor:
    chances = logits.softmax(dim=-1)
    return logits.masked_fill(chances.cumsum(dim=-1) - chances >= p, float("-inf"))


def top_p_of_logits(logits: Tensor, p: float) -> Tensor:
    ordered, places = logits.sort(dim=-1, descending=True)
    drop = ordered.cumsum(dim=-1) - ordered >= p
    return logits.masked_fill(drop.scatter(-1, places, drop), float("-inf"))


def top_p_limit(logits: Tensor, p: float) -> Tensor:
    return logits.masked_fill(logits.softmax(dim=-1) < 1 - p, float("-inf"))


def top_p_probabilities(logits: Tensor, p: float) -> Tensor:
    ordered, places = logits.sort(dim=-1, descending=True)
    chances = ordered.softmax(dim=-1)
    drop = chances.cumsum(dim=-1) - chances >= p
    return logits.masked_fill(drop.scatter(-1, places, drop), float("-inf")).softmax(dim=-1)


def top_p_zeros(logits: Tensor, p: float) -> Tensor:
    ordered, places = logits.sort(dim=-1, descending=True)
    chances = ordered.softmax(dim=-1)
    drop = chances.cumsum(dim=-1) - chances >= p
    return logits.masked_fill(drop.scatter(-1, places, drop), 0.0)


def top_p_first_row(logits: Tensor, p: float) -> Tensor:
    ordered, places = logits.sort(dim=-1, descending=True)
    chances = ordered.softmax(dim=-1)
    count = int((chances.cumsum(dim=-1) - chances < p).reshape(-1, logits.shape[-1])[0].sum())
    drop = (torch.arange(logits.shape[-1]) >= count).expand(logits.shape)
    return logits.masked_fill(drop.scatter(-1, places, drop), float("-inf"))


MISTAKES = (
    Mistake(
        "inclusive",
        top_p_inclusive,
        "a token is kept although those before it reach p already. Keep a token only while the "
        "probabilities before it sum to less than p.",
        ("threshold",),
    ),
    Mistake(
        "stops before",
        top_p_stops_before,
        "the token that reaches p is dropped. Look at the sum of the tokens before it: that is "
        "still less than p.",
        ("one row",),
    ),
    Mistake(
        "stops before but one",
        top_p_stops_before_but_one,
        "the token that reaches p is dropped unless it is the first. Look at the sum of the tokens "
        "before it: that is still less than p.",
        ("one row",),
    ),
    Mistake(
        "least likely first",
        top_p_ascending,
        "it begins with the least likely token, or drops none. Begin with the likeliest, and drop "
        "the tokens before which the sum has reached p.",
        ("one row",),
    ),
    Mistake(
        "not put back",
        top_p_not_put_back,
        "the decisions are in sorted order and the logits are not. Bring the decisions back to the "
        "tokens' own places.",
        ("one row",),
    ),
    Mistake(
        "sorted",
        top_p_sorted,
        "the logits come back sorted, so each belongs to another token. Leave every logit in its "
        "place.",
        ("one row",),
    ),
    Mistake(
        "put back wrongly",
        top_p_put_back_wrong,
        "the decisions are moved the wrong way. `gather` reads from the places; to write to them "
        "take `scatter`.",
        ("one row",),
    ),
    Mistake(
        "unsorted",
        top_p_unsorted,
        "the sum runs over the tokens as they stand. Sort them first, likeliest to the front.",
        ("one row",),
    ),
    Mistake(
        "of logits",
        top_p_of_logits,
        "it sums the logits. Sum probabilities: take the softmax first.",
        ("one row",),
    ),
    Mistake(
        "limit",
        top_p_limit,
        "each token is compared with a limit by itself. It is the sum of the likeliest that must "
        "reach p.",
        ("one row",),
    ),
    Mistake(
        "probabilities",
        top_p_probabilities,
        "it returns probabilities. Return logits: the next step expects them.",
        ("one row",),
    ),
    Mistake(
        "zeros",
        top_p_zeros,
        "the others become 0, and a logit of 0 is not unlikely at all. Make them -inf.",
        ("one row",),
    ),
    Mistake(
        "first row",
        top_p_first_row,
        "every row keeps as many tokens as the first one. Each row has its own sum.",
        ("every row",),
    ),
)
