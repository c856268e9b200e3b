"""Batched decoding with a cache: many prompts at once, each stopping where it should.

Prompts of one task begin alike. What they share is read once; its keys and values serve them all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel, PreTrainedTokenizerBase

BATCH = 64
"""Prompts decoded together; more gave no better speed on two cores."""


Choose = Callable[[Tensor], Tensor]
"""Takes the logits of each prompt (N, V); gives the next token of each (N,)."""


@dataclass(frozen=True)
class Decoder:
    """A model and its tokenizer, ready to answer many prompts."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase

    def complete(self, prompts: Sequence[str], max_new_tokens: int, stop: str = "\n") -> list[str]:
        """The greedy continuation of each prompt, up to `stop` or a special token."""
        order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
        answers = [""] * len(prompts)
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            texts = self._batch([prompts[i] for i in chosen], max_new_tokens, stop)
            for i, text in zip(chosen, texts, strict=True):
                answers[i] = text
        return answers

    def reply(self, dialogs: Sequence[list[dict[str, str]]], max_new_tokens: int) -> list[str]:
        """The assistant's next turn in each dialog."""
        prompts = [
            str(
                self.tokenizer.apply_chat_template(
                    turns, tokenize=False, add_generation_prompt=True
                )
            )
            for turns in dialogs
        ]
        return self.complete(prompts, max_new_tokens, "")

    def _batch(self, prompts: list[str], max_new_tokens: int, stop: str) -> list[str]:
        rows = self.tokenizer(prompts, add_special_tokens=False)["input_ids"]
        written = continued(self.model, rows, max_new_tokens, ends(self.tokenizer, stop))
        return [self._text(ids, stop) for ids in written]

    def _text(self, ids: list[int], stop: str) -> str:
        text = str(self.tokenizer.decode(ids, skip_special_tokens=True))
        return (text.split(stop)[0] if stop else text).strip()


@cache
def ends(tokenizer: Any, stop: str) -> Tensor:
    """For each token, whether an answer ends with it: (V,) of bool.

    It does with `stop`, where that is a text, and with every special token: the end of a turn, of
    a text, or the beginning of somebody else's turn.
    """
    marks = tokenizer.added_tokens_decoder
    special = {i for i, mark in marks.items() if mark.special}
    texts = tokenizer.batch_decode([[i] for i in range(len(tokenizer))])
    return torch.tensor([i in special or bool(stop and stop in t) for i, t in enumerate(texts)])


def likeliest(logits: Tensor) -> Tensor:
    """The token with the highest logit of each row."""
    return logits.argmax(-1)


@torch.inference_mode()
def continued(
    model: Any,
    rows: Sequence[list[int]],
    most: int,
    stops: Tensor,
    choose: Choose = likeliest,
) -> list[list[int]]:
    """Up to `most` new token ids for each prompt's ids; finished prompts leave the batch.

    A prompt is finished after a token for which `stops` (V,) is true; that token is kept.
    """
    seen = read(model, rows, shared(rows), last=True)
    written: list[list[int]] = [[] for _ in rows]
    alive, logits, mask = torch.arange(len(rows)), seen.logits[:, -1], seen.mask
    places = mask.sum(-1, keepdim=True)  # of the next token
    for step in range(most):
        token = choose(logits)
        for i, each in zip(alive.tolist(), token.tolist(), strict=True):
            written[i].append(each)
        kept = (~stops[token.cpu()]).nonzero().flatten()
        if len(kept) == 0 or step == most - 1:
            break
        if len(kept) < len(token):
            seen.cache.batch_select_indices(kept.to(model.device))
            alive, token, mask, places = alive[kept], token[kept], mask[kept], places[kept]
        mask = torch.cat([mask, torch.ones_like(token[:, None])], dim=-1)
        logits = model(
            token[:, None], attention_mask=mask, position_ids=places,
            past_key_values=seen.cache, logits_to_keep=1,
        ).logits[:, -1]  # fmt: skip
        places = places + 1
    return written


@dataclass(frozen=True)
class Read:
    """Rows as the model read them, padded on the left: ids (N, T), mask (N, shared + T)."""

    ids: Tensor
    mask: Tensor
    logits: Tensor
    cache: DynamicCache


def read(model: Any, rows: Sequence[list[int]], beginning: int, last: bool = False) -> Read:
    """The model's logits over each row; the first `beginning` ids of all rows are read once.

    Without `last` the logits cover `ids`: the shared beginning is left out but for its last
    token, which predicts the first of the rest.
    """
    cache, start = DynamicCache(config=model.config), max(0, beginning - 1)
    if start:
        first = torch.tensor([rows[0][:start]], device=model.device)
        model(first, past_key_values=cache, logits_to_keep=1)
        cache.batch_repeat_interleave(len(rows))
    width = max(map(len, rows)) - start
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    mask = torch.ones(len(rows), start + width, dtype=torch.long)
    for i, row in enumerate(rows):
        ids[i, width - len(row) + start :] = torch.tensor(row[start:])
        mask[i, start : start + width - len(row) + start] = 0
    ids, mask = ids.to(model.device), mask.to(model.device)
    places = (mask.cumsum(-1) - 1)[:, start:].clamp(min=0)
    logits = model(
        ids, attention_mask=mask, position_ids=places, past_key_values=cache,
        logits_to_keep=1 if last else 0,
    ).logits  # fmt: skip
    return Read(ids, mask, logits, cache)


def shared(rows: Sequence[list[int]]) -> int:
    """How many ids all rows begin with; each keeps at least one of its own."""
    most = min(map(len, rows)) - 1
    first, last = min(rows), max(rows)  # the two that differ soonest
    return next((i for i in range(most) if first[i] != last[i]), most)
