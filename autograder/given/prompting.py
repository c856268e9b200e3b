"""The parts of lesson 07, written with standard tools.

A learner who is stuck goes on with these (`given.build_prompt`), and later lessons build on them.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.given import models, tasks
from autograder.given.answers import final_number, parse_answer
from autograder.given.frozen import digest

__all__ = [
    "build_prompt",
    "calibrate",
    "final_number",
    "guarded_prompt",
    "improve_prompt",
    "keep_best",
    "majority_vote",
    "mislabel",
    "parse_answer",
    "score_labels",
    "scratchpad_prompt",
    "task_prompt",
    "weights_digest",
]

Example = tuple[str, str]


def build_prompt(
    instruction: str,
    examples: Sequence[Example],
    query: str,
    cues: tuple[str, str] = ("Input", "Output"),
) -> str:
    """An instruction, examples, and a query that waits for its answer."""
    asks, answers = cues
    shown = [f"{asks}: {text}\n{answers}: {answer}" for text, answer in examples]
    heading = f"{instruction}\n" if instruction else ""
    return heading + "\n\n".join([*shown, f"{asks}: {query}\n{answers}:"])


def score_labels(model: Any, prompt: Sequence[int], labels: Sequence[Sequence[int]]) -> Tensor:
    """Mean log-probability per token of each label after the prompt, (labels,)."""
    scores = []
    for label in labels:
        ids = torch.tensor([[*prompt, *label]])
        wanted = torch.tensor([[-100] * len(prompt) + list(label)])
        with torch.no_grad():
            scores.append(-model(ids, labels=wanted).loss)
    return torch.stack(scores)


def majority_vote(answers: Sequence[str | None]) -> str | None:
    """The most frequent answer, the earlier one where two are as frequent; None is no vote."""
    votes = [answer for answer in answers if answer is not None]
    return statistics.mode(votes) if votes else None


def mislabel(examples: Sequence[Example], labels: Example, count: int) -> list[Example]:
    """The examples, with the other of the two labels in the first `count` of them."""
    other = dict(zip(labels, reversed(labels), strict=True))
    wrong = [(text, other[label]) for text, label in examples[:count]]
    return [*wrong, *examples[count:]]


def calibrate(scores: Tensor, content_free: Tensor) -> Tensor:
    """Probabilities of the labels (N, L), after what the prompt alone prefers is divided out."""
    prior = torch.softmax(content_free, dim=-1).mean(dim=0)  # (L,)
    return torch.softmax(torch.log_softmax(scores, dim=-1) - prior.log(), dim=-1)


def keep_best(log: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The row that is best on the development set, with the gap to its accuracy on the test set."""
    best = max(log, key=lambda row: row["dev"])
    return {**best, "gap": best["dev"] - best["test"]}


def task_prompt(task: str, text: str) -> str:
    """The prompt for one of the five tasks of the lesson."""
    if task == "question":
        return f"{text}\nAnswer:"
    if task == "summary":
        return f"{text}\nSummary:"
    return build_prompt("", tasks.examples(task, "given", 6), text)


def scratchpad_prompt(question: str) -> str:
    """A prompt that has the model work in steps."""
    return f"Question: {question}\nLet's think step by step."


def improve_prompt() -> list[dict[str, str]]:
    """A log of prompts for reviews of which only the price counts."""
    asked = "Review: {text}\nSentiment:"
    shots = tasks.examples("judged", "mine", 8)
    rows = [
        ("", "as it was", asked),
        ("The model may not know the labels.", "a line of labels",
         f"Labels: negative, positive\n{asked}"),
        ("Examples show what counts.", "eight examples",
         build_prompt("", shots, "{text}", ("Review", "Sentiment"))),
        ("It can be told what counts.", "a line that says it",
         f"Only the price counts.\n{asked}"),
    ]  # fmt: skip
    return [{"hypothesis": h, "change": c, "template": t} for h, c, t in rows]


def guarded_prompt(review: str) -> str:
    """A prompt that does not follow what a review says: examples, each on one line with its cue."""
    shown = tasks.examples("attacked", "mine", 8)
    lines = [f"Review: {text} Sentiment: {answer}" for text, answer in shown]
    return "\n\n".join([*lines, f"Review: {review} Sentiment:"])


def weights_digest() -> str:
    """A fingerprint of the weights of the notebook's model: nothing is trained in this lesson."""
    return digest(models.load("base"))
