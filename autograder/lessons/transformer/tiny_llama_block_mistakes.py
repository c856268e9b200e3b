"""How the blocks and caches of a `TinyLlama` usually go wrong."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from autograder.exercise import Mistake
from autograder.given import transformer as given


class LlamaFirstBlockOnly(nn.Module):
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
        for i, block in enumerate(self.model["layers"][:1]):
            x, new = block(x, None if cache is None else cache[i])
            kept.append(new)
        return self.lm_head(self.model["norm"](x)), kept


class LlamaLastBlockMissing(nn.Module):
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
        for i, block in enumerate(self.model["layers"][: max(1, len(self.model["layers"]) - 1)]):
            x, new = block(x, None if cache is None else cache[i])
            kept.append(new)
        return self.lm_head(self.model["norm"](x)), kept


class LlamaSameInput(nn.Module):
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
        start, kept = self.model["embed_tokens"](ids), []
        for i, block in enumerate(self.model["layers"]):
            x, new = block(start, None if cache is None else cache[i])
            kept.append(new)
        return self.lm_head(self.model["norm"](x)), kept


class LlamaOneBlockRepeated(nn.Module):
    def __init__(self, config: Any) -> None:
        super().__init__()
        kind = config.rope_parameters["rope_type"]
        if kind != "default":
            raise ValueError(f"rope_type {kind} is not supported")
        width = config.hidden_size
        embedding = nn.Embedding(config.vocab_size, width)
        self.model: Any = nn.ModuleDict({"embed_tokens": embedding})
        blocks = [given.Block(config)] * config.num_hidden_layers
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
        return self.lm_head(self.model["norm"](x)), kept


class LlamaBackwards(nn.Module):
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
        x = self.model["embed_tokens"](ids)
        kept: list[Any] = []
        for i, block in reversed(list(enumerate(self.model["layers"]))):
            x, new = block(x, None if cache is None else cache[i])
            kept.insert(0, new)
        return self.lm_head(self.model["norm"](x)), kept


class LlamaOneCache(nn.Module):
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
        x = self.model["embed_tokens"](ids)
        past = None if cache is None else cache[0]
        for block in self.model["layers"]:
            x, new = block(x, past)
        return self.lm_head(self.model["norm"](x)), [new]


class LlamaCacheIgnored(nn.Module):
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
        for block in self.model["layers"]:
            x, new = block(x)
            kept.append(new)
        return self.lm_head(self.model["norm"](x)), kept


class LlamaNoCacheBack(nn.Module):
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
        x = self.model["embed_tokens"](ids)
        for i, block in enumerate(self.model["layers"]):
            x, _ = block(x, None if cache is None else cache[i])
        return self.lm_head(self.model["norm"](x))


BLOCK_MISTAKES = (
    Mistake(
        "first block only",
        LlamaFirstBlockOnly,
        "only the first block is used. Pass x through all of them.",
        ("all blocks",),
    ),
    Mistake(
        "last block missing",
        LlamaLastBlockMissing,
        "the last block is left out. Pass x through all of them.",
        ("all blocks",),
    ),
    Mistake(
        "same input",
        LlamaSameInput,
        "every block reads the embedding. Each block reads what the block before it gave.",
        ("all blocks",),
    ),
    Mistake(
        "one block repeated",
        LlamaOneBlockRepeated,
        "all blocks are one and the same, with one set of weights. Make a new Block for each.",
        ("all blocks",),
    ),
    Mistake(
        "backwards",
        LlamaBackwards,
        "the blocks run in the wrong order. Begin with block 0.",
        ("all blocks",),
    ),
    Mistake(
        "one cache",
        LlamaOneCache,
        "all blocks share one cache. Each block has its own: cache[i] for block i.",
        ("step by step",),
    ),
    Mistake(
        "cache ignored",
        LlamaCacheIgnored,
        "the cache does not reach the blocks. Hand cache[i] to block i.",
        ("step by step",),
    ),
    Mistake(
        "no cache back",
        LlamaNoCacheBack,
        "it returns only the logits. Return two things: the logits, and a list with each block's "
        "new cache.",
        ("step by step",),
    ),
)
