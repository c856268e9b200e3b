"""Messages as tokens and as vectors, predictions, and how sure a score is: tools of lesson 09."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import torch
from torch import Tensor

from autograder.given import encoder, messages
from autograder.given.lazy import step as step  # as lesson 09 calls it: tools.step

MAX_TOKENS = 64
"""Tokens of a message that are read; the longest message has fewer."""
BATCH = 32
"""Texts that are encoded at once."""
RESAMPLES = 2000
"""Test sets drawn from the test set for one interval."""
LEVEL = 0.95

Batch = dict[str, Tensor]


def quiet() -> None:
    """Keep bars and warnings of the libraries off stderr, which nbgrader takes for errors."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def tokenize(texts: Sequence[str]) -> list[list[int]]:
    """The ids of each text, with the encoder's marks for start and end."""
    read = encoder.tokenizer()(list(texts), truncation=True, max_length=MAX_TOKENS)
    return list(read["input_ids"])


def examples(split: str) -> list[dict[str, Any]]:
    """A split as the Trainer takes it: ids, mask and label of each message."""
    return [
        {"input_ids": ids, "attention_mask": [1] * len(ids), "labels": label}
        for ids, label in zip(tokenize(messages.texts(split)), messages.labels(split), strict=True)
    ]


def in_batches(texts: Sequence[str], run: Callable[[Batch], Tensor]) -> Tensor:
    """`run` on padded batches of texts of like length; its rows in the order of `texts`."""
    ids = tokenize(texts)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    rows: dict[int, Tensor] = {}
    with torch.no_grad():
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            chosen = {"input_ids": [ids[i] for i in places]}
            batch = dict(encoder.tokenizer().pad(chosen, return_tensors="pt"))
            rows |= dict(zip(places, run(batch), strict=True))
    return torch.stack([rows[i] for i in range(len(rows))])


def embed(texts: Sequence[str], model: Any = None) -> Tensor:
    """One vector for each text, (N, 384), with the published encoder or with `model`."""
    from autograder.given.fine_tuning import mean_pool

    model = published() if model is None else model

    def pooled(batch: Batch) -> Tensor:
        return mean_pool(model(**batch).last_hidden_state, batch["attention_mask"])

    return in_batches(texts, pooled)


@cache
def published() -> Any:
    """The encoder as it was published; not to be changed."""
    return encoder.model().requires_grad_(False)


@cache
def features(split: str) -> Tensor:
    """The vectors of a split's messages with the published encoder, (N, 384); computed once."""
    return embed(messages.texts(split))


def predict(model: Any, texts: Sequence[str]) -> Tensor:
    """The class that a classifier gives to each text, (N,)."""
    model.eval()
    logits = in_batches(texts, lambda b: model.logits(b["input_ids"], b["attention_mask"]))
    return logits.argmax(dim=-1)


def interval(predicted: Tensor, labels: Tensor, classes: int, seed: int = 0) -> tuple[float, float]:
    """Where macro-F1 lies in 95 of 100 test sets drawn, with replacement, from this one.

    This is the percentile bootstrap (Efron, 1979). It knows the chance of drawing these
    messages; it does not know the chance of another training run.
    """
    return _middle(_redrawn(predicted, labels, classes, seed))


def gain(
    predicted: Tensor, other: Tensor, labels: Tensor, classes: int, seed: int = 0
) -> tuple[float, float]:
    """The interval of macro-F1 of `predicted` minus that of `other` on the same messages.

    Both are scored on each drawn test set, so what makes a set hard for both does not count.
    """
    both = (_redrawn(each, labels, classes, seed) for each in (predicted, other))
    return _middle(next(both) - next(both))


def _redrawn(predicted: Tensor, labels: Tensor, classes: int, seed: int) -> Tensor:
    """Macro-F1 on each of RESAMPLES test sets; the same sets for the same seed and size."""
    generator = torch.Generator().manual_seed(seed)
    picks = torch.randint(len(labels), (RESAMPLES, len(labels)), generator=generator)
    scores = torch.zeros(RESAMPLES)
    for c in range(classes):
        named, real = (predicted == c)[picks], (labels == c)[picks]
        total = named.sum(dim=1) + real.sum(dim=1)
        scores += 2 * (named & real).sum(dim=1) / total.clamp_min(1) / classes
    return scores


def _middle(scores: Tensor) -> tuple[float, float]:
    low, high = torch.quantile(scores, torch.tensor([(1 - LEVEL) / 2, (1 + LEVEL) / 2])).tolist()
    return low, high


def training_bytes(model: Any) -> int:
    """Bytes for training in 32 bits: every weight; gradient and two Adam moments of those trained.

    Activations come on top.
    """
    return sum(p.numel() * (16 if p.requires_grad else 4) for p in model.parameters())
