"""How `score_labels` usually goes wrong."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from autograder.exercise import Mistake


def score_summed(model: Any, prompt: list[int], labels: list[list[int]]) -> Tensor:
    scores = []
    for label in labels:
        with torch.no_grad():
            logits = model(torch.tensor([prompt + label])).logits[0]
        logs = torch.log_softmax(logits, dim=-1)
        spots = range(len(prompt) - 1, len(prompt) + len(label) - 1)
        scores.append(sum(logs[t, i] for t, i in zip(spots, label, strict=True)))
    return torch.stack([torch.as_tensor(score) for score in scores])


def score_one_late(model: Any, prompt: list[int], labels: list[list[int]]) -> Tensor:
    scores = []
    for label in labels:
        with torch.no_grad():
            logits = model(torch.tensor([prompt + label])).logits[0]
        logs = torch.log_softmax(logits, dim=-1)
        spots = torch.arange(len(prompt), len(prompt) + len(label))
        scores.append(logs[spots, torch.tensor(label)].mean())
    return torch.stack(scores)


def score_raw_logits(model: Any, prompt: list[int], labels: list[list[int]]) -> Tensor:
    scores = []
    for label in labels:
        with torch.no_grad():
            logits = model(torch.tensor([prompt + label])).logits[0]
        spots = torch.arange(len(prompt) - 1, len(prompt) + len(label) - 1)
        scores.append(logits[spots, torch.tensor(label)].mean())
    return torch.stack(scores)


def score_probabilities(model: Any, prompt: list[int], labels: list[list[int]]) -> Tensor:
    scores = []
    for label in labels:
        with torch.no_grad():
            logits = model(torch.tensor([prompt + label])).logits[0]
        chances = torch.softmax(logits, dim=-1)
        spots = torch.arange(len(prompt) - 1, len(prompt) + len(label) - 1)
        scores.append(chances[spots, torch.tensor(label)].mean())
    return torch.stack(scores)


def score_first_token(model: Any, prompt: list[int], labels: list[list[int]]) -> Tensor:
    with torch.no_grad():
        logits = model(torch.tensor([prompt])).logits[0, -1]
    logs = torch.log_softmax(logits, dim=-1)
    return torch.stack([logs[label[0]] for label in labels])


def score_last_token(model: Any, prompt: list[int], labels: list[list[int]]) -> Tensor:
    scores = []
    for label in labels:
        with torch.no_grad():
            logits = model(torch.tensor([prompt + label])).logits[0]
        scores.append(torch.log_softmax(logits[-2], dim=-1)[label[-1]])
    return torch.stack(scores)


def score_with_prompt(model: Any, prompt: list[int], labels: list[list[int]]) -> Tensor:
    scores = []
    for label in labels:
        ids = torch.tensor([prompt + label])
        with torch.no_grad():
            scores.append(-model(ids, labels=ids).loss)
    return torch.stack(scores)


def score_no_context(model: Any, prompt: list[int], labels: list[list[int]]) -> Tensor:
    with torch.no_grad():
        logits = model(torch.tensor([prompt])).logits[0, -1]
    logs = torch.log_softmax(logits, dim=-1)
    return torch.stack([logs[torch.tensor(label)].mean() for label in labels])


def score_among_labels(model: Any, prompt: list[int], labels: list[list[int]]) -> Tensor:
    scores = []
    for label in labels:
        with torch.no_grad():
            logits = model(torch.tensor([prompt + label])).logits[0]
        logs = torch.log_softmax(logits, dim=-1)
        spots = torch.arange(len(prompt) - 1, len(prompt) + len(label) - 1)
        scores.append(logs[spots, torch.tensor(label)].mean())
    return torch.log_softmax(torch.stack(scores), dim=-1)


def score_loss(model: Any, prompt: list[int], labels: list[list[int]]) -> Tensor:
    scores = []
    for label in labels:
        wanted = torch.tensor([[-100] * len(prompt) + label])
        with torch.no_grad():
            scores.append(model(torch.tensor([prompt + label]), labels=wanted).loss)
    return torch.stack(scores)


def score_over_vocabulary(model: Any, prompt: list[int], labels: list[list[int]]) -> Tensor:
    scores = []
    for label in labels:
        with torch.no_grad():
            logits = model(torch.tensor([prompt + label])).logits[0]
        logs = torch.log_softmax(logits, dim=0)
        spots = torch.arange(len(prompt) - 1, len(prompt) + len(label) - 1)
        scores.append(logs[spots, torch.tensor(label)].mean())
    return torch.stack(scores)


ONE, SEVERAL, SENTENCES = "one token", "several tokens", "sentences"

MISTAKES = (
    Mistake(
        "summed",
        score_summed,
        "the log-probabilities of a label are added up, so longer labels lose. Divide by the "
        "label's number of tokens.",
        (SEVERAL,),
    ),
    Mistake(
        "one late",
        score_one_late,
        "it reads each token's probability at the token itself. The position before it predicts "
        "it: start at the last position of the prompt.",
        (ONE,),
    ),
    Mistake(
        "raw logits",
        score_raw_logits,
        "it takes the logits as they are. Turn them into log-probabilities with log_softmax.",
        (ONE,),
    ),
    Mistake(
        "probabilities",
        score_probabilities,
        "it returns probabilities. Take their logarithms: log_softmax.",
        (ONE,),
    ),
    Mistake(
        "first token",
        score_first_token,
        "only the first token of a label is scored. Score all of its tokens.",
        (SEVERAL,),
    ),
    Mistake(
        "last token",
        score_last_token,
        "only the last token of a label is scored. Take the mean over all of its tokens.",
        (SEVERAL,),
    ),
    Mistake(
        "with prompt",
        score_with_prompt,
        "the tokens of the prompt are scored too. Only those of the label count.",
        (ONE,),
    ),
    Mistake(
        "no context",
        score_no_context,
        "every token of a label is scored right after the prompt. Each comes after the label's "
        "tokens before it: put the whole label behind the prompt.",
        (SEVERAL,),
    ),
    Mistake(
        "among labels",
        score_among_labels,
        "it makes the labels share all probability between them. Leave each label its own.",
        (ONE,),
    ),
    Mistake(
        "loss",
        score_loss,
        "it returns the loss, which is low where the label is likely. Turn its sign.",
        (ONE,),
    ),
    Mistake(
        "over positions",
        score_over_vocabulary,
        "log_softmax runs along the positions. Let it run along the vocabulary: dim=-1.",
        (ONE,),
    ),
)
