"""`score_labels(model, prompt, labels)`: how likely each label is after a prompt.

Oracle: the loss that `transformers` computes for the label alone: the mean cross-entropy of its
tokens, with the prompt's tokens ignored.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from autograder.exercise import LOGITS_TOLERANCE, Case, Draw
from autograder.given import tasks
from autograder.lessons.prompting.measured import model
from autograder.lessons.sheet import exercise
from autograder.wire import Resource

BASE = Resource("base")
END = 0
"""The token at the end of a text, which also fills rows up: a token as any other here."""
SHOWN_IDS = 12
"""Longer prompts are told by their length."""


def by_loss(language_model: Any, prompt: list[int], labels: list[list[int]]) -> Tensor:
    """Minus the loss of each label (labels,)."""
    losses = []
    for label in labels:
        wanted = torch.tensor([[-100] * len(prompt) + label])
        with torch.inference_mode():
            losses.append(language_model(torch.tensor([prompt + label]), labels=wanted).loss)
    return -torch.stack(losses)


@lru_cache(maxsize=256)
def _expected(prompt: tuple[int, ...], labels: tuple[tuple[int, ...], ...]) -> Tensor:
    return by_loss(model().model, list(prompt), [list(label) for label in labels])


def _ids_case(prompt: list[int], labels: list[list[int]], shown: str = "") -> Case:
    length = f"{len(prompt)} ids" if len(prompt) > SHOWN_IDS else prompt
    return Case(
        (BASE, prompt, labels), _expected(tuple(prompt), tuple(map(tuple, labels))),
        shown=shown or f"score_labels(model, {length}, {labels})", tolerance=LOGITS_TOLERANCE,
    )  # fmt: skip


def _case(text: str, labels: tuple[str, ...]) -> Case:
    base = model()
    shown = f"score_labels(model, ids of {text!r}, ids of {', '.join(labels)})"
    return _ids_case(base.ids(text), [base.ids(label) for label in labels], shown)


def _drawn(draw: Draw, *lengths: int) -> list[list[int]]:
    """Rows of token ids, drawn from the whole vocabulary: no text, and nothing that repeats."""
    generator, vocabulary = draw.torch(), model().model.config.vocab_size
    ids = iter(torch.randperm(vocabulary - 1, generator=generator).add(1).tolist())
    return [[next(ids) for _ in range(length)] for length in lengths]


def _review(draw: Draw) -> str:
    return f"Review: {tasks.items('sentiment', draw.seed, 1)[0].text}\nSentiment:"


def _one_token(draw: Draw) -> list[Case]:
    """Also a single label, the same label twice, the end of a text; short and long prompts."""
    text = draw.size("Review: The soup was cold.\nSentiment:", _review(draw))
    short, long, label, other = _drawn(draw, 1, draw.size(70, 90), 1, 1)
    return [
        _case(text, draw.size(("negative", "positive"), ("bad", "good", "yes", "no"))),
        _ids_case([*long[:5], END, *long[5:]], [other]),
        _ids_case(short, [label, other, label, [END]]),
        _ids_case(long[:1], [label]),
    ]


def _several_tokens(draw: Draw) -> list[Case]:
    """Also tokens that come twice, labels that begin alike, and ends inside of labels."""
    labels = draw.size(("zamiko", "good", "very good"), ("feru", "not so bad", "bad"))
    short, long, one, two, some = _drawn(draw, 1, draw.size(66, 81), 1, 2, draw.size(5, 7))
    return [
        _case(_review(draw), labels),
        _ids_case(long, [some]),
        _ids_case(short, [one, two * 2, [*one, END, *one], [END, *two]]),
    ]


def _sentences(draw: Draw) -> list[Case]:
    english = tasks.items("japanese", draw.seed, draw.size(2, 3))
    texts = tuple(item.answer for item in english)
    return [
        _case(f"English: {english[0].text}\nJapanese:", texts),
        _case(f"English: {english[1].text}\nJapanese:", texts[1::-1]),
    ]


SCORE_LABELS = exercise(__file__, "score_labels", _one_token, _several_tokens, _sentences)
