"""A model that only reads and answers: many prompts at once, never a change to its weights.

Everything that was answered is remembered by its text, so that asking again costs nothing.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from transformers import AutoModelForCausalLM, AutoTokenizer

import tinyworld
from autograder.given import models
from autograder.given.downloads import Missing
from tinyworld.generate import Choose, continued, ends, likeliest, read, shared

BATCH = 128
"""Prompts that are answered together."""
STOP = "\n"
"""An answer ends with its line."""


@dataclass(frozen=True)
class Frozen:
    """A causal language model with its tokenizer, as `transformers` loads them."""

    model: Any
    tokenizer: Any
    said: dict[tuple[str, int], str] = field(default_factory=dict, repr=False)
    scored: dict[tuple[str, str], float] = field(default_factory=dict, repr=False)

    def ids(self, text: str) -> list[int]:
        """The token ids of a text."""
        return list(self.tokenizer(text)["input_ids"])

    def label_ids(self, prompt: str, label: str) -> list[int]:
        """The token ids of a label where it stands as the answer to a prompt."""
        return self.ids(f"{prompt} {label}")[len(self.ids(prompt)) :]

    def pieces(self, text: str) -> list[str]:
        """The tokens of a text, each as it is written."""
        return [str(self.tokenizer.decode([i])) for i in self.ids(text)]

    def answers(self, prompts: Sequence[str], max_new_tokens: int = 8) -> list[str]:
        """What the model writes after each prompt, up to the end of the line, greedily."""
        new = [p for p in dict.fromkeys(prompts) if (p, max_new_tokens) not in self.said]
        for chosen in _batches(new, len):
            texts = self._continue(chosen, max_new_tokens, likeliest)
            self.said.update({(p, max_new_tokens): t for p, t in zip(chosen, texts, strict=True)})
        return [self.said[p, max_new_tokens] for p in prompts]

    def samples(
        self, prompts: Sequence[str], count: int, temperature: float, max_new_tokens: int, seed: int
    ) -> list[list[str]]:
        """`count` answers to each prompt, drawn at `temperature`; the seed decides them."""
        generator = torch.Generator().manual_seed(seed)

        def choose(logits: Tensor) -> Tensor:
            chances = torch.softmax(logits / temperature, dim=-1)
            return torch.multinomial(chances, 1, generator=generator)[:, 0]

        asked = [prompt for prompt in prompts for _ in range(count)]
        texts: list[str] = []
        for start in range(0, len(asked), BATCH):
            texts += self._continue(asked[start : start + BATCH], max_new_tokens, choose)
        return [texts[i : i + count] for i in range(0, len(texts), count)]

    def label_scores(self, prompts: Sequence[str], labels: Sequence[str]) -> Tensor:
        """Mean log-probability per token of each label after each prompt: (N, labels)."""
        pairs = [(prompt, label) for prompt in prompts for label in labels]
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self.scored]
        for chosen in _batches(new, lambda pair: len(pair[0])):
            rows = [(self.ids(prompt), self.label_ids(prompt, label)) for prompt, label in chosen]
            self.scored.update(zip(chosen, self._mean_log_probability(rows), strict=True))
        return torch.tensor([self.scored[pair] for pair in pairs]).view(-1, len(labels))

    def digest(self) -> str:
        """A fingerprint of the weights: other weights, other fingerprint."""
        return digest(self.model)

    @torch.inference_mode()
    def _mean_log_probability(self, rows: list[tuple[list[int], list[int]]]) -> list[float]:
        whole = [prompt + label for prompt, label in rows]
        beginning = min(shared(whole), *(len(prompt) for prompt, _ in rows))
        seen = read(self.model, whole, beginning)
        chances = torch.log_softmax(seen.logits[:, :-1], dim=-1)  # (N, T - 1, V): of the next one
        found = chances.gather(-1, seen.ids[:, 1:, None])[..., 0]  # (N, T - 1)
        own = zip(found, (len(label) for _, label in rows), strict=True)
        return [float(row[-length:].mean()) for row, length in own]

    def _continue(self, prompts: Sequence[str], most: int, choose: Choose) -> list[str]:
        rows = [self.ids(prompt) for prompt in prompts]
        written = continued(self.model, rows, most, ends(self.tokenizer, STOP), choose)
        texts = self.tokenizer.batch_decode(written, skip_special_tokens=True)
        return [text.split(STOP)[0].strip() for text in texts]


def _batches(items: Sequence[Any], length: Callable[[Any], int]) -> Iterator[list[Any]]:
    """Items of like length together: padding costs time."""
    ordered = sorted(items, key=length)
    return (ordered[i : i + BATCH] for i in range(0, len(ordered), BATCH))


def digest(model: Any) -> str:
    """A fingerprint of a model's weights: checksums of their bytes, by name."""
    whole = 0
    for name, weight in sorted(model.named_parameters()):
        raw = weight.detach().contiguous().view(torch.uint8).numpy()
        whole = zlib.crc32(memoryview(raw).cast("B"), zlib.crc32(name.encode(), whole))
    return f"{whole:08x}"


def open_frozen(name: str) -> Frozen:
    """A copy of a shipped model of its own; raises FileNotFoundError where it is not installed."""
    return open_any(str(tinyworld.path(name)))


def open_any(name: str, cache_dir: str | None = None) -> Frozen:
    """A causal language model by its name on the hub, or by its folder, in 32 bits.

    `cache_dir` is where downloads are kept; without it, where `transformers` keeps them. Raises
    OSError where there is no such model, or where its weights do not fit its configuration.
    """
    try:
        model = models.opened(AutoModelForCausalLM, name, cache_dir=cache_dir)
        tokenizer = AutoTokenizer.from_pretrained(name, cache_dir=cache_dir)
    except Missing as error:
        raise OSError(str(error)) from error
    except (OSError, ValueError) as error:
        raise OSError(
            f"The model {name!r} could not be opened: it is no folder of a causal language model, "
            "and no model of that name was downloaded before or can be downloaded now."
        ) from error
    return Frozen(model.requires_grad_(False), tokenizer)
