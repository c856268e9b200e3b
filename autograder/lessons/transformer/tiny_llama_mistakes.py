"""How embedding, norm and head of a `TinyLlama` usually go wrong."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from autograder.exercise import Mistake
from autograder.given import transformer as given


class LlamaNoFinalNorm(nn.Module):
    def __init__(self, config: Any) -> None:
        super().__init__()
        kind = config.rope_parameters["rope_type"]
        if kind != "default":
            raise ValueError(f"rope_type {kind} is not supported")
        width = config.hidden_size
        embedding = nn.Embedding(config.vocab_size, width)
        self.model: Any = nn.ModuleDict({"embed_tokens": embedding})
        blocks = [given.Block(config) for _ in range(config.num_hidden_layers)]
        self.model["layers"] = nn.ModuleList(blocks)
        self.model["norm"] = given.RMSNorm(width, config.rms_norm_eps)
        self.lm_head = nn.Linear(width, config.vocab_size, bias=False)
        if config.tie_word_embeddings:
            self.lm_head.weight = embedding.weight

    def forward(self, ids: Tensor, cache: Any = None) -> Any:
        x, kept = self.model["embed_tokens"](ids), []
        for i, block in enumerate(self.model["layers"]):
            x, new = block(x, None if cache is None else cache[i])
            kept.append(new)
        return self.lm_head(x), kept


class LlamaScaledEmbedding(nn.Module):
    def __init__(self, config: Any) -> None:
        super().__init__()
        kind = config.rope_parameters["rope_type"]
        if kind != "default":
            raise ValueError(f"rope_type {kind} is not supported")
        width = config.hidden_size
        embedding = nn.Embedding(config.vocab_size, width)
        self.model: Any = nn.ModuleDict({"embed_tokens": embedding})
        blocks = [given.Block(config) for _ in range(config.num_hidden_layers)]
        self.model["layers"] = nn.ModuleList(blocks)
        self.model["norm"] = given.RMSNorm(width, config.rms_norm_eps)
        self.lm_head = nn.Linear(width, config.vocab_size, bias=False)
        if config.tie_word_embeddings:
            self.lm_head.weight = embedding.weight

    def forward(self, ids: Tensor, cache: Any = None) -> Any:
        x, kept = self.model["embed_tokens"](ids) * self.lm_head.weight.shape[1] ** 0.5, []
        for i, block in enumerate(self.model["layers"]):
            x, new = block(x, None if cache is None else cache[i])
            kept.append(new)
        return self.lm_head(self.model["norm"](x)), kept


class LlamaPositionsAdded(nn.Module):
    def __init__(self, config: Any) -> None:
        super().__init__()
        kind = config.rope_parameters["rope_type"]
        if kind != "default":
            raise ValueError(f"rope_type {kind} is not supported")
        width = config.hidden_size
        embedding = nn.Embedding(config.vocab_size, width)
        self.model: Any = nn.ModuleDict({"embed_tokens": embedding})
        blocks = [given.Block(config) for _ in range(config.num_hidden_layers)]
        self.model["layers"] = nn.ModuleList(blocks)
        self.model["norm"] = given.RMSNorm(width, config.rms_norm_eps)
        self.lm_head = nn.Linear(width, config.vocab_size, bias=False)
        if config.tie_word_embeddings:
            self.lm_head.weight = embedding.weight

    def forward(self, ids: Tensor, cache: Any = None) -> Any:
        x, kept = self.model["embed_tokens"](ids), []
        at = torch.arange(ids.shape[1])[:, None] / x.shape[-1]
        x = x + at.sin()
        for i, block in enumerate(self.model["layers"]):
            x, new = block(x, None if cache is None else cache[i])
            kept.append(new)
        return self.lm_head(self.model["norm"](x)), kept


class LlamaNormEachBlock(nn.Module):
    def __init__(self, config: Any) -> None:
        super().__init__()
        kind = config.rope_parameters["rope_type"]
        if kind != "default":
            raise ValueError(f"rope_type {kind} is not supported")
        width = config.hidden_size
        embedding = nn.Embedding(config.vocab_size, width)
        self.model: Any = nn.ModuleDict({"embed_tokens": embedding})
        blocks = [given.Block(config) for _ in range(config.num_hidden_layers)]
        self.model["layers"] = nn.ModuleList(blocks)
        self.model["norm"] = given.RMSNorm(width, config.rms_norm_eps)
        self.lm_head = nn.Linear(width, config.vocab_size, bias=False)
        if config.tie_word_embeddings:
            self.lm_head.weight = embedding.weight

    def forward(self, ids: Tensor, cache: Any = None) -> Any:
        x, kept = self.model["embed_tokens"](ids), []
        for i, block in enumerate(self.model["layers"]):
            x, new = block(x, None if cache is None else cache[i])
            x = self.model["norm"](x)
            kept.append(new)
        return self.lm_head(x), kept


class LlamaProbabilities(nn.Module):
    def __init__(self, config: Any) -> None:
        super().__init__()
        kind = config.rope_parameters["rope_type"]
        if kind != "default":
            raise ValueError(f"rope_type {kind} is not supported")
        width = config.hidden_size
        embedding = nn.Embedding(config.vocab_size, width)
        self.model: Any = nn.ModuleDict({"embed_tokens": embedding})
        blocks = [given.Block(config) for _ in range(config.num_hidden_layers)]
        self.model["layers"] = nn.ModuleList(blocks)
        self.model["norm"] = given.RMSNorm(width, config.rms_norm_eps)
        self.lm_head = nn.Linear(width, config.vocab_size, bias=False)
        if config.tie_word_embeddings:
            self.lm_head.weight = embedding.weight

    def forward(self, ids: Tensor, cache: Any = None) -> Any:
        x, kept = self.model["embed_tokens"](ids), []
        for i, block in enumerate(self.model["layers"]):
            x, new = block(x, None if cache is None else cache[i])
            kept.append(new)
        return self.lm_head(self.model["norm"](x)).softmax(dim=-1), kept


class LlamaLogProbabilities(nn.Module):
    def __init__(self, config: Any) -> None:
        super().__init__()
        kind = config.rope_parameters["rope_type"]
        if kind != "default":
            raise ValueError(f"rope_type {kind} is not supported")
        width = config.hidden_size
        embedding = nn.Embedding(config.vocab_size, width)
        self.model: Any = nn.ModuleDict({"embed_tokens": embedding})
        blocks = [given.Block(config) for _ in range(config.num_hidden_layers)]
        self.model["layers"] = nn.ModuleList(blocks)
        self.model["norm"] = given.RMSNorm(width, config.rms_norm_eps)
        self.lm_head = nn.Linear(width, config.vocab_size, bias=False)
        if config.tie_word_embeddings:
            self.lm_head.weight = embedding.weight

    def forward(self, ids: Tensor, cache: Any = None) -> Any:
        x, kept = self.model["embed_tokens"](ids), []
        for i, block in enumerate(self.model["layers"]):
            x, new = block(x, None if cache is None else cache[i])
            kept.append(new)
        return self.lm_head(self.model["norm"](x)).log_softmax(dim=-1), kept


class LlamaLastOnly(nn.Module):
    def __init__(self, config: Any) -> None:
        super().__init__()
        kind = config.rope_parameters["rope_type"]
        if kind != "default":
            raise ValueError(f"rope_type {kind} is not supported")
        width = config.hidden_size
        embedding = nn.Embedding(config.vocab_size, width)
        self.model: Any = nn.ModuleDict({"embed_tokens": embedding})
        blocks = [given.Block(config) for _ in range(config.num_hidden_layers)]
        self.model["layers"] = nn.ModuleList(blocks)
        self.model["norm"] = given.RMSNorm(width, config.rms_norm_eps)
        self.lm_head = nn.Linear(width, config.vocab_size, bias=False)
        if config.tie_word_embeddings:
            self.lm_head.weight = embedding.weight

    def forward(self, ids: Tensor, cache: Any = None) -> Any:
        x, kept = self.model["embed_tokens"](ids), []
        for i, block in enumerate(self.model["layers"]):
            x, new = block(x, None if cache is None else cache[i])
            kept.append(new)
        return self.lm_head(self.model["norm"](x[:, -1:])), kept


MISTAKES = (
    Mistake(
        "no final norm",
        LlamaNoFinalNorm,
        "the norm after the last block is missing. Apply it before the head.",
        ("one block",),
    ),
    Mistake(
        "scaled embedding",
        LlamaScaledEmbedding,
        "the embedding is multiplied by the root of the width, as in the first transformer. A "
        "Llama takes it as it is.",
        ("one block",),
    ),
    Mistake(
        "positions added",
        LlamaPositionsAdded,
        "positions are added to the embedding. In a Llama they come in by turning queries and "
        "keys, inside the attention.",
        ("one block",),
    ),
    Mistake(
        "norm after each block",
        LlamaNormEachBlock,
        "the final norm is applied after every block. Apply it once, after the last.",
        ("all blocks",),
    ),
    Mistake(
        "probabilities",
        LlamaProbabilities,
        "it returns probabilities. Return the logits, as the head gives them.",
        ("one block",),
    ),
    Mistake(
        "log probabilities",
        LlamaLogProbabilities,
        "it returns logarithms of probabilities. Return the logits, as the head gives them.",
        ("one block",),
    ),
    Mistake(
        "last position only",
        LlamaLastOnly,
        "it gives the logits of the last position only. Give those of every position.",
        ("one block",),
    ),
)
