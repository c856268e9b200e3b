"""`score_labels(model, prompt, labels)`: how likely each label is after a prompt.

Oracle: the loss that `transformers` computes for the label alone: the mean cross-entropy of its
tokens, with the prompt's tokens ignored.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from autograder.exercise import LOGITS_TOLERANCE, Case, Draw
from autograder.given import tasks
from autograder.lessons.prompting.measured import model
from autograder.lessons.sheet import exercise
from autograder.wire import Resource

BASE = Resource("base")


def by_loss(language_model: Any, prompt: list[int], labels: list[list[int]]) -> Tensor:
    """Minus the loss of each label (labels,)."""
    losses = []
    for label in labels:
        wanted = torch.tensor([[-100] * len(prompt) + label])
        with torch.inference_mode():
            losses.append(language_model(torch.tensor([prompt + label]), labels=wanted).loss)
    return -torch.stack(losses)


def _case(text: str, labels: tuple[str, ...]) -> Case:
    base = model()
    prompt, ids = base.ids(text), [base.ids(label) for label in labels]
    expected = by_loss(base.model, prompt, ids)
    shown = f"score_labels(model, ids of {text!r}, ids of {', '.join(labels)})"
    return Case((BASE, prompt, ids), expected, shown=shown, tolerance=LOGITS_TOLERANCE)


def _review(draw: Draw) -> str:
    return f"Review: {tasks.items('sentiment', draw.seed, 1)[0].text}\nSentiment:"


def _one_token(draw: Draw) -> list[Case]:
    text = draw.size("Review: The soup was cold.\nSentiment:", _review(draw))
    return [_case(text, draw.size(("negative", "positive"), ("bad", "good", "yes", "no")))]


def _several_tokens(draw: Draw) -> list[Case]:
    labels = draw.size(("zamiko", "good", "very good"), ("feru", "not so bad", "bad"))
    return [_case(_review(draw), labels)]


def _sentences(draw: Draw) -> list[Case]:
    english = tasks.items("japanese", draw.seed, draw.size(2, 3))
    text = f"English: {english[0].text}\nJapanese:"
    return [_case(text, tuple(item.answer for item in english))]


SCORE_LABELS = exercise(__file__, "score_labels", _one_token, _several_tokens, _sentences)
