"""Other correct ways to write functions of lesson 07, each standing alone."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

Example = tuple[str, str]


def build_by_adding(
    instruction: str, examples: list[Example], query: str, cues: Example = ("Input", "Output")
) -> str:
    prompt = ""
    if instruction != "":
        prompt += instruction + "\n"
    for text, answer in examples:
        prompt += cues[0] + ": " + text + "\n" + cues[1] + ": " + answer + "\n\n"
    prompt += cues[0] + ": " + query + "\n" + cues[1] + ":"
    return prompt


def build_by_rows(
    instruction: str, examples: list[Example], query: str, cues: Example = ("Input", "Output")
) -> str:
    rows = [*examples, (query, "")]
    blocks = [f"{cues[0]}: {text}\n{cues[1]}: {answer}".rstrip() for text, answer in rows]
    heading = [instruction + "\n"] * bool(instruction)
    return "".join(heading) + "\n\n".join(blocks)


def build_by_lines(instruction, examples, query, cues):  # type: ignore[no-untyped-def]
    asks, says = cues
    lines = [instruction] if instruction else []
    for text, answer in examples:
        lines += [f"{asks}: {text}", f"{says}: {answer}", ""]
    return "\n".join([*lines, f"{asks}: {query}", f"{says}:"])


def parse_by_words(text: str, labels: list[str]) -> str | None:
    lines = [line for line in text.split("\n") if line.strip()]
    words = re.findall(r"\w+", lines[0].lower()) if lines else []
    for start in range(len(words)):
        for label in sorted(labels, key=len, reverse=True):
            wanted = label.lower().split()
            if words[start : start + len(wanted)] == wanted:
                return label
    return None


def parse_by_padding(text: str, labels: list[str]) -> str | None:
    for line in text.splitlines():
        if line.strip():
            break
    else:
        return None
    padded = " " + re.sub(r"[^a-z0-9]+", " ", line.lower()) + " "
    found = [(padded.find(f" {label.lower()} "), -len(label), label) for label in labels]
    found = [each for each in found if each[0] >= 0]
    return min(found)[2] if found else None


def parse_by_each_label(text: str, labels: list[str]) -> str | None:
    line = text.strip().split("\n")[0] if text.strip() else ""
    best, place = None, len(line)
    for label in labels:
        match = re.search(r"\b" + re.escape(label) + r"\b", line, flags=re.I)
        if match and match.start() < place:
            best, place = label, match.start()
    return best


def score_by_gather(model: Any, prompt: list[int], labels: list[list[int]]) -> Tensor:
    scores = torch.zeros(len(labels))
    for i, label in enumerate(labels):
        ids = torch.tensor([prompt + label])
        with torch.no_grad():
            logs = model(ids).logits.log_softmax(dim=-1)[0, len(prompt) - 1 : -1]
        scores[i] = logs.gather(1, torch.tensor(label)[:, None]).mean()
    return scores


def score_by_cross_entropy(model: Any, prompt: list[int], labels: list[list[int]]) -> Tensor:
    scores = []
    for label in labels:
        logits = model(torch.tensor([prompt + label])).logits[0]
        rows = logits[len(prompt) - 1 : len(prompt) + len(label) - 1]
        scores.append(-F.cross_entropy(rows, torch.tensor(label)).item())
    return torch.tensor(scores)


def score_by_steps(model: Any, prompt: list[int], labels: list[list[int]]) -> Tensor:
    scores = []
    for label in labels:
        total, so_far = 0.0, list(prompt)
        for token in label:
            with torch.inference_mode():
                last = model(torch.tensor([so_far])).logits[0, -1].double()
            total += float(last[token] - last.logsumexp(0))
            so_far.append(token)
        scores.append(total / len(label))
    return torch.tensor(scores, dtype=torch.float64)


def score_by_batch(model: Any, prompt: list[int], labels: list[list[int]]) -> Tensor:
    width = max(len(label) for label in labels)
    ids = torch.tensor([prompt + label + [0] * (width - len(label)) for label in labels])
    wanted = torch.tensor([label + [-100] * (width - len(label)) for label in labels])
    with torch.no_grad():
        logits = model(input_ids=ids).logits[:, len(prompt) - 1 : -1]
    losses = F.cross_entropy(logits.transpose(1, 2), wanted, reduction="none")
    return -losses.sum(1) / (wanted >= 0).sum(1)


def number_by_regex(text: str) -> int | None:
    match = re.search(r"(\d+)\D*$", text)
    return int(match[1]) if match else None


def number_by_split(text: str) -> int | None:
    parts = [part for part in re.split(r"\D+", text) if part]
    return int(parts[-1]) if parts else None


def number_by_hand(text: str) -> int | None:
    digits = ""
    for sign in reversed(text):
        if sign in "0123456789":
            digits = sign + digits
        elif digits:
            break
    return int(digits) if digits else None


def vote_by_counter(answers: list[str | None]) -> str | None:
    counts = Counter(answer for answer in answers if answer is not None)
    return counts.most_common(1)[0][0] if counts else None


def vote_by_max(answers: list[str | None]) -> str | None:
    return max((a for a in answers if a is not None), key=answers.count, default=None)


def vote_by_dict(answers: list[str | None]) -> str | None:
    counts: dict[str, int] = {}
    for answer in answers:
        if answer is not None:
            counts[answer] = counts.get(answer, 0) + 1
    winner = None
    for answer in counts:
        if winner is None or counts[answer] > counts[winner]:
            winner = answer
    return winner


def vote_by_mode(answers: list[str | None]) -> str | None:
    try:
        return statistics.mode(a for a in answers if a is not None)
    except statistics.StatisticsError:
        return None


def mislabel_by_place(examples: list[Example], labels: Example, count: int) -> list[Example]:
    return [
        (text, labels[1 - labels.index(label)] if i < count else label)
        for i, (text, label) in enumerate(examples)
    ]


def mislabel_a_copy(examples: list[Example], labels: Example, count: int) -> list[Example]:
    examples = list(examples)
    for i in range(count):
        text, label = examples[i]
        examples[i] = (text, labels[0] if label == labels[1] else labels[1])
    return examples


def mislabel_as_lists(examples: list[Example], labels: Example, count: int) -> list[Any]:
    other = {labels[0]: labels[1], labels[1]: labels[0]}
    changed = [[text, other[label]] for text, label in examples[:count]]
    return changed + [list(example) for example in examples[count:]]


def calibrate_in_logs(scores: Tensor, content_free: Tensor) -> Tensor:
    logs = content_free.log_softmax(-1).logsumexp(0)
    return (scores - logs).softmax(-1)


def calibrate_by_division(scores: Tensor, content_free: Tensor) -> Tensor:
    free = content_free.double().exp()
    prior = (free / free.sum(1, keepdim=True)).mean(0)
    ratio = scores.double().exp() / prior
    return ratio / ratio.sum(1, keepdim=True)


def calibrate_by_rows(scores: Tensor, content_free: Tensor) -> Tensor:
    prior = sum(torch.softmax(row, 0) for row in content_free) / len(content_free)
    rows = []
    for row in scores:
        weighted = torch.softmax(row, 0) / prior
        rows.append(weighted / weighted.sum())
    return torch.stack(rows)


def keep_by_loop(log: list[dict[str, Any]]) -> dict[str, Any]:
    best = log[0]
    for row in log[1:]:
        if row["dev"] > best["dev"]:
            best = row
    kept = dict(best)
    kept["gap"] = kept["dev"] - kept["test"]
    return kept


def keep_by_sorting(log: list[dict[str, Any]]) -> dict[str, Any]:
    best = dict(sorted(log, key=lambda row: -row["dev"])[0])
    best["gap"] = best["dev"] - best["test"]
    return best


def keep_by_index(log: list[dict[str, Any]]) -> dict[str, Any]:
    on_dev = [row["dev"] for row in log]
    row = log[on_dev.index(max(on_dev))]
    return row | {"gap": row["dev"] - row["test"]}


VARIANTS: dict[str, tuple[Callable[..., object], ...]] = {
    "build_prompt": (build_by_adding, build_by_rows, build_by_lines),
    "parse_answer": (parse_by_words, parse_by_padding, parse_by_each_label),
    "score_labels": (score_by_gather, score_by_cross_entropy, score_by_steps, score_by_batch),
    "final_number": (number_by_regex, number_by_split, number_by_hand),
    "majority_vote": (vote_by_counter, vote_by_max, vote_by_dict, vote_by_mode),
    "mislabel": (mislabel_by_place, mislabel_a_copy, mislabel_as_lists),
    "calibrate": (calibrate_in_logs, calibrate_by_division, calibrate_by_rows),
    "keep_best": (keep_by_loop, keep_by_sorting, keep_by_index),
}
