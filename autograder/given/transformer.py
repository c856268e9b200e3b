"""The parts of lesson 04, written with the field's libraries: a Llama that runs real weights.

A learner who is stuck goes on with these (`given.RMSNorm`), and later lessons build on them. Names
of parameters are those of transformers' Llama, so that its weights load as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import LlamaConfig

from autograder.given.attention import GroupedQueryAttention, KVCache
from autograder.given.workbench import (
    CountingModel,
    checkpoint_folder,
    generator,
    llama_config,
    pick_rank,
    trace,
    write_checkpoint,
)

__all__ = [
    "Block",
    "CountingModel",
    "GroupedQueryAttention",
    "RMSNorm",
    "SwiGLU",
    "TinyLlama",
    "checkpoint_folder",
    "generate",
    "generator",
    "greedy",
    "llama_config",
    "load_checkpoint",
    "pick_rank",
    "sample_token",
    "temperature",
    "top_k",
    "top_p",
    "trace",
    "write_checkpoint",
]

Choose = Callable[[Tensor], Tensor]
"""Takes the logits of each text (B, V); gives the next token of each (B,)."""


class RMSNorm(nn.Module):
    """Every vector (..., width) at the same size, then each of its numbers by its own weight."""

    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """(..., width) gives (..., width)."""
        return F.rms_norm(x, x.shape[-1:], self.weight, self.eps)


class SwiGLU(nn.Module):
    """The feed-forward part: (..., width) gives (..., width), by way of `inner` numbers."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(width, inner, bias=False)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(..., width) gives (..., width)."""
        out: Tensor = self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))
        return out


class Block(nn.Module):
    """One layer of a Llama: attention, then a feed-forward part, each added to what came in."""

    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        width, eps = config.hidden_size, config.rms_norm_eps
        heads, kv_heads = config.num_attention_heads, config.num_key_value_heads
        theta = rope(config)["rope_theta"]
        self.input_layernorm = RMSNorm(width, eps)
        self.self_attn = GroupedQueryAttention(width, heads, kv_heads or heads, theta)
        self.post_attention_layernorm = RMSNorm(width, eps)
        self.mlp = SwiGLU(width, config.intermediate_size)

    def forward(self, x: Tensor, cache: KVCache | None = None) -> tuple[Tensor, KVCache]:
        """The new positions (B, T, width), and the cache with them in it."""
        attended, cache = self.self_attn(self.input_layernorm(x), cache)
        x = x + attended
        return x + self.mlp(self.post_attention_layernorm(x)), cache


class TinyLlama(nn.Module):
    """A whole Llama of any size: token ids to the logits of the next token."""

    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        kind = rope(config)["rope_type"]
        if kind != "default":
            raise ValueError(f'rope_type "{kind}" is not supported: only "default" is.')
        embedding = nn.Embedding(config.vocab_size, config.hidden_size)
        blocks = [Block(config) for _ in range(config.num_hidden_layers)]
        self.model = nn.ModuleDict(
            {
                "embed_tokens": embedding,
                "layers": nn.ModuleList(blocks),
                "norm": RMSNorm(config.hidden_size, config.rms_norm_eps),
            }
        )
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        if config.tie_word_embeddings:
            self.lm_head.weight = embedding.weight

    def forward(
        self, ids: Tensor, cache: list[KVCache] | None = None
    ) -> tuple[Tensor, list[KVCache]]:
        """Logits (B, T, V) of the new tokens `ids` (B, T), and each block's cache."""
        x, kept = self.model["embed_tokens"](ids), []
        layers: Any = self.model["layers"]
        for i, block in enumerate(layers):
            x, block_cache = block(x, None if cache is None else cache[i])
            kept.append(block_cache)
        return self.lm_head(self.model["norm"](x)), kept


def rope(config: LlamaConfig) -> dict[str, Any]:
    """The rotary settings of a configuration: `rope_type`, `rope_theta`."""
    return dict(config.rope_parameters or {})


def load_checkpoint(folder: str) -> TinyLlama:
    """The model whose `config.json` and `model.safetensors` lie in `folder`, in float32."""
    config = LlamaConfig.from_pretrained(folder)
    state = load_file(Path(folder) / "model.safetensors")
    if config.tie_word_embeddings:
        state["lm_head.weight"] = state["model.embed_tokens.weight"]
    model = TinyLlama(config)
    model.load_state_dict(state)
    return model.eval()


def greedy(logits: Tensor) -> Tensor:
    """The most likely token: (..., V) gives (...)."""
    return logits.argmax(dim=-1)


def temperature(logits: Tensor, value: float) -> Tensor:
    """Logits that are sharper below 1 and flatter above; ValueError unless `value` > 0."""
    if value <= 0:
        raise ValueError(f"the temperature must be above 0, not {value}; use greedy instead")
    return logits / value


def top_k(logits: Tensor, k: int) -> Tensor:
    """The `k` largest of the last dimension as they are, all others -inf."""
    least = logits.topk(min(k, logits.shape[-1]), dim=-1).values[..., -1:]
    return logits.masked_fill(logits < least, float("-inf"))


def top_p(logits: Tensor, p: float) -> Tensor:
    """The fewest likeliest tokens that together reach the probability `p`, all others -inf."""
    ordered, places = logits.sort(dim=-1, descending=True)
    chances = ordered.softmax(dim=-1)
    done = chances.cumsum(dim=-1) - chances >= p  # those before it reach p already
    return logits.masked_fill(done.scatter(-1, places, done), float("-inf"))


def sample_token(logits: Tensor, generator: torch.Generator) -> Tensor:
    """One token for each row, drawn by its probability: (B, V) gives (B,)."""
    return torch.multinomial(logits.softmax(dim=-1), 1, generator=generator)[:, 0]


@torch.no_grad()
def generate(
    model: Any, ids: Tensor, max_new_tokens: int, choose: Choose, stop: int | None = None
) -> Tensor:
    """`ids` (B, T) and what `model` writes after them: (B, T + new).

    It ends after `max_new_tokens`, or when every text has come to `stop`; a text that has ended is
    filled with `stop`.
    """
    new, cache, ended = ids, None, torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        logits, cache = model(new, cache)
        token = choose(logits[:, -1])
        if stop is not None:
            token = token.masked_fill(ended, stop)
            ended = ended | (token == stop)
        new = token[:, None]
        ids = torch.cat([ids, new], dim=1)
        if bool(ended.all()):
            break
    return ids
