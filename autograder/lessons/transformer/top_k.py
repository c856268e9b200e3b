"""`top_k(logits, k)`: only the k largest stay.

Oracle: transformers' `TopKLogitsWarper`. Where several logits tie for the last place, it is free
how many of them stay: the judge counts.
"""

from __future__ import annotations

import torch
from torch import Tensor
from transformers import TopKLogitsWarper

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage
from autograder.lessons.transformer.choices import (
    by_processor,
    random_logits,
    same_count,
    same_kept,
)

NAME = "top_k"


def _case(logits: Tensor, k: int) -> Case:
    expected = by_processor(TopKLogitsWarper(k), logits)
    return Case((logits, k), expected, accepts=same_kept)


def _one_row(draw: Draw) -> list[Case]:
    example = torch.tensor([1.0, 4.0, 3.0, -2.0])
    return [_case(example, 2), _case(random_logits(draw, draw.size(7, 9)), draw.size(3, 4))]


def _every_row(draw: Draw) -> list[Case]:
    logits = random_logits(draw, *draw.size((2, 6), (3, 8)))
    apart = torch.arange(float(len(logits)))[:, None] * 10  # rows at different heights
    return [_case(logits + apart, draw.size(2, 3))]


def _more_than_all(draw: Draw) -> list[Case]:
    logits = random_logits(draw, draw.size(4, 5))
    return [_case(logits, len(logits)), _case(logits, len(logits) + draw.size(1, 3))]


def _ties(draw: Draw) -> list[Case]:
    k, tied = draw.size((2, 3), (3, 4))
    logits = torch.tensor([[5.0] + [2.0] * tied + [-1.0] * 3])
    most = int((by_processor(TopKLogitsWarper(k), logits) > -1e4).sum())
    return [Case((logits, k), (logits, k, most), accepts=same_count)]


def top_k_zeros(logits: Tensor, k: int) -> Tensor:
    least = logits.topk(min(k, logits.shape[-1])).values[..., -1:]
    return torch.where(logits >= least, logits, 0.0)


def top_k_smallest(logits: Tensor, k: int) -> Tensor:
    most = logits.topk(min(k, logits.shape[-1]), largest=False).values[..., -1:]
    return logits.masked_fill(logits > most, float("-inf"))


def top_k_values(logits: Tensor, k: int) -> Tensor:
    return logits.topk(min(k, logits.shape[-1])).values


def top_k_one_less(logits: Tensor, k: int) -> Tensor:
    least = logits.topk(min(k, logits.shape[-1])).values[..., -1:]
    return logits.masked_fill(logits <= least, float("-inf"))


def top_k_one_more(logits: Tensor, k: int) -> Tensor:
    least = logits.topk(min(k + 1, logits.shape[-1])).values[..., -1:]
    return logits.masked_fill(logits < least, float("-inf"))


def top_k_whole_tensor(logits: Tensor, k: int) -> Tensor:
    least = logits.flatten().topk(min(k, logits.shape[-1])).values[-1]
    return logits.masked_fill(logits < least, float("-inf"))


def top_k_first_row(logits: Tensor, k: int) -> Tensor:
    rows = logits.reshape(-1, logits.shape[-1])
    least = rows[0].topk(min(k, logits.shape[-1])).values[-1]
    return logits.masked_fill(logits < least, float("-inf"))


def top_k_too_many(logits: Tensor, k: int) -> Tensor:
    least = logits.topk(k).values[..., -1:]
    return logits.masked_fill(logits < least, float("-inf"))


def top_k_probabilities(logits: Tensor, k: int) -> Tensor:
    least = logits.topk(min(k, logits.shape[-1])).values[..., -1:]
    return logits.masked_fill(logits < least, float("-inf")).softmax(dim=-1)


def top_k_places(logits: Tensor, k: int) -> Tensor:
    places = torch.arange(logits.shape[-1])
    return logits.masked_fill(places >= k, float("-inf"))


def top_k_sorted(logits: Tensor, k: int) -> Tensor:
    ordered = logits.sort(dim=-1, descending=True).values
    return ordered.masked_fill(torch.arange(logits.shape[-1]) >= k, float("-inf"))


TOP_K = Exercise(
    name=NAME,
    title="Only the k best",
    difficulty=2,
    minutes=8,
    forbids=(
        "transformers.TopKLogitsWarper",
        "transformers.generation.logits_process.TopKLogitsWarper",
        f"autograder.given.transformer.{NAME}",
    ),
    stages=(
        Stage("one row", 1, "the k largest stay as they are, the others become -inf.", _one_row),
        Stage(
            "every row",
            1,
            "each row keeps its own k.",
            _every_row,
            needs=("one row",),
        ),
        Stage(
            "more than all",
            1,
            "with a k as large as the vocabulary or larger, all stay.",
            _more_than_all,
            needs=("one row",),
        ),
        Stage(
            "ties",
            1,
            "where several share the last place, at least k stay, and no others.",
            _ties,
            needs=("one row",),
        ),
    ),
    mistakes=(
        Mistake(
            "zeros",
            top_k_zeros,
            "the others become 0, and a logit of 0 is not unlikely at all. Make them -inf.",
            ("one row",),
        ),
        Mistake(
            "smallest", top_k_smallest, "it keeps the smallest. Keep the largest.", ("one row",)
        ),
        Mistake(
            "values only",
            top_k_values,
            "it returns k logits, and their places are lost. Keep all V places.",
            ("one row",),
        ),
        Mistake(
            "one less",
            top_k_one_less,
            "the k-th largest is dropped too. Drop only what is smaller than it.",
            ("one row",),
        ),
        Mistake("one more", top_k_one_more, "it keeps one too many. Keep k.", ("one row",)),
        Mistake(
            "whole tensor",
            top_k_whole_tensor,
            "it keeps the k largest of all rows together. Each row has its own k.",
            ("every row",),
        ),
        Mistake(
            "first row",
            top_k_first_row,
            "the limit of the first row serves for all rows. Each row has its own.",
            ("every row",),
        ),
        Mistake(
            "too many",
            top_k_too_many,
            "a k larger than the vocabulary raises an error. Then keep all.",
            ("more than all",),
        ),
        Mistake(
            "probabilities",
            top_k_probabilities,
            "it returns probabilities. Return logits: the next step expects them.",
            ("one row",),
        ),
        Mistake(
            "first places",
            top_k_places,
            "it keeps the first k places, whatever they hold. Keep the k largest.",
            ("one row",),
        ),
        Mistake(
            "sorted",
            top_k_sorted,
            "the logits come back sorted, so each belongs to another token. Leave every logit in "
            "its place.",
            ("one row",),
        ),
    ),
)
