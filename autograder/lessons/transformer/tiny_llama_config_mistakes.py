"""How the settings of a `TinyLlama` usually go wrong."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from autograder.exercise import Mistake
from autograder.given import transformer as given


class LlamaUntied(nn.Module):
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

    def forward(self, ids: Tensor, cache: Any = None) -> Any:
        x, kept = self.model["embed_tokens"](ids), []
        for i, block in enumerate(self.model["layers"]):
            x, new = block(x, None if cache is None else cache[i])
            kept.append(new)
        return self.lm_head(self.model["norm"](x)), kept


class LlamaAlwaysTied(nn.Module):
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
        self.lm_head.weight = embedding.weight

    def forward(self, ids: Tensor, cache: Any = None) -> Any:
        x, kept = self.model["embed_tokens"](ids), []
        for i, block in enumerate(self.model["layers"]):
            x, new = block(x, None if cache is None else cache[i])
            kept.append(new)
        return self.lm_head(self.model["norm"](x)), kept


class LlamaAnyRope(nn.Module):
    def __init__(self, config: Any) -> None:
        super().__init__()
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
        return self.lm_head(self.model["norm"](x)), kept


class LlamaOwnEps(nn.Module):
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
        self.model["norm"] = given.RMSNorm(width, 1e-6)
        self.lm_head = nn.Linear(width, config.vocab_size, bias=False)
        if config.tie_word_embeddings:
            self.lm_head.weight = embedding.weight

    def forward(self, ids: Tensor, cache: Any = None) -> Any:
        x, kept = self.model["embed_tokens"](ids), []
        for i, block in enumerate(self.model["layers"]):
            x, new = block(x, None if cache is None else cache[i])
            kept.append(new)
        return self.lm_head(self.model["norm"](x)), kept


class LlamaHeadBias(nn.Module):
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
        self.lm_head = nn.Linear(width, config.vocab_size)
        if config.tie_word_embeddings:
            self.lm_head.weight = embedding.weight

    def forward(self, ids: Tensor, cache: Any = None) -> Any:
        x, kept = self.model["embed_tokens"](ids), []
        for i, block in enumerate(self.model["layers"]):
            x, new = block(x, None if cache is None else cache[i])
            kept.append(new)
        return self.lm_head(self.model["norm"](x)), kept


CONFIG_MISTAKES = (
    Mistake(
        "untied",
        LlamaUntied,
        "the head is a matrix of its own although the config ties it. Where "
        "config.tie_word_embeddings is true, make its weight the embedding's weight itself.",
        ("shared head",),
    ),
    Mistake(
        "always tied",
        LlamaAlwaysTied,
        "the head is always tied. Tie it only where config.tie_word_embeddings is true.",
        ("shared head", "one block"),
    ),
    Mistake(
        "any rope_type",
        LlamaAnyRope,
        "a rope_type other than default is accepted. Raise a ValueError that names it: these "
        "positions would be turned wrongly, and nobody would notice.",
        ("other positions",),
    ),
    Mistake(
        "own eps",
        LlamaOwnEps,
        "the final norm has an eps of its own. Use config.rms_norm_eps.",
        ("any config",),
    ),
    Mistake(
        "head with bias",
        LlamaHeadBias,
        "the head has a bias. Make it without.",
        ("parameters",),
    ),
)
