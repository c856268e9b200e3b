"""Other correct ways to write the model and its checkpoint of lesson 04, each standing alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import LlamaConfig

from autograder.given import transformer as given


class LlamaOfModules(nn.Module):
    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        if config.rope_parameters["rope_type"] != "default":
            raise ValueError(f"cannot turn by {config.rope_parameters['rope_type']}")
        if (config.model_type, config.hidden_act) != ("llama", "silu"):
            raise ValueError(f"no model_type {config.model_type!r} with {config.hidden_act}")
        if config.attention_bias or config.mlp_bias:
            raise ValueError("attention_bias and mlp_bias must be False")
        if config.head_dim * config.num_attention_heads != config.hidden_size:
            raise ValueError(f"head_dim {config.head_dim} times heads is not the width")
        if getattr(config, "sliding_window", None) is not None:
            raise ValueError("sliding_window is not supported")
        if not getattr(config, "is_causal", True):
            raise ValueError("is_causal must be True")
        self.model = nn.Module()
        self.model.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.model.layers = nn.ModuleList(
            given.Block(config) for _ in range(config.num_hidden_layers)
        )
        self.model.norm = nn.RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        if config.tie_word_embeddings:
            self.model.embed_tokens.weight = self.lm_head.weight

    def forward(self, ids: Tensor, cache: list | None = None) -> tuple:
        caches = cache or [None] * len(self.model.layers)
        x, kept = self.model.embed_tokens(ids), []
        for block, past in zip(self.model.layers, caches, strict=True):
            x, new = block(x, past)
            kept.append(new)
        return self.lm_head(self.model.norm(x)), kept


class LlamaWithoutCalls(nn.Module):
    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        heads = config.num_attention_heads
        wanted = [("hidden_act", "silu"), ("model_type", "llama"), ("rope_type", "default")]
        wanted += [("attention_bias", False), ("mlp_bias", False), ("sliding_window", None)]
        wanted += [("is_causal", True)]
        settings = {"is_causal": True, **config.to_dict(), **config.rope_parameters}
        settings["model_type"] = config.model_type
        wrong = [name for name, value in wanted if settings.get(name) != value]
        if wrong or settings["head_dim"] * heads != config.hidden_size:
            raise ValueError(f"not supported: {', '.join(wrong) or 'this head_dim'}")
        self.eps = config.rms_norm_eps
        self.model = nn.ModuleDict(
            {
                "embed_tokens": nn.Embedding(config.vocab_size, config.hidden_size),
                "layers": nn.ModuleList(
                    [given.Block(config) for _ in range(config.num_hidden_layers)]
                ),
                "norm": given.RMSNorm(config.hidden_size, config.rms_norm_eps),
            }
        )
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        if config.tie_word_embeddings:
            self.lm_head.weight = self.model["embed_tokens"].weight

    def forward(self, ids: Tensor, cache: list | None = None) -> tuple:
        x = self.model["embed_tokens"].weight[ids]
        new = []
        for i, block in enumerate(self.model["layers"]):
            x, past = block.forward(x, cache[i] if cache else None)
            new += [past]
        x = x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.model["norm"].weight
        return x @ self.lm_head.weight.T, new


class LlamaTuples(nn.Module):
    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        if config.rope_parameters["rope_type"] != "default":
            raise ValueError("not supported: " + config.rope_parameters["rope_type"])
        size = config.hidden_size // config.num_attention_heads
        for name in ("attention_bias", "mlp_bias"):
            if getattr(config, name, None):
                raise ValueError(f"{name} is on")
        if getattr(config, "sliding_window", None) is not None:
            raise ValueError("sliding_window is on")
        if getattr(config, "is_causal", True) is not True:
            raise ValueError("is_causal is off")
        for name, value in {"hidden_act": "silu", "model_type": "llama", "head_dim": size}.items():
            if getattr(config, name) != value:
                raise ValueError(f"{name} must be {value}")
        self.model = nn.ModuleDict()
        self.model["embed_tokens"] = nn.Embedding(config.vocab_size, config.hidden_size)
        self.model["layers"] = nn.ModuleList()
        for _ in range(config.num_hidden_layers):
            self.model["layers"].append(given.Block(config))
        self.model["norm"] = given.RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        if config.tie_word_embeddings:
            self.lm_head.weight = self.model["embed_tokens"].weight

    def forward(self, ids: Tensor, cache: tuple | None = None) -> tuple:
        x, kept = F.embedding(ids, self.model["embed_tokens"].weight), ()
        for i in range(len(self.model["layers"])):
            x, new = self.model["layers"][i](x, cache=None if cache is None else cache[i])
            kept = (*kept, new)
        return F.linear(self.model["norm"](x), self.lm_head.weight), kept


def load_by_parameters(folder: str) -> nn.Module:
    if not Path(folder, "config.json").exists():
        raise FileNotFoundError(f"{folder} has no config.json")
    config = LlamaConfig.from_pretrained(folder)
    stored = load_file(f"{folder}/model.safetensors")
    config.tie_word_embeddings = config.tie_word_embeddings and "lm_head.weight" not in stored
    model = given.TinyLlama(config)
    if unknown := set(stored) - {name for name, _ in model.named_parameters()}:
        raise ValueError(f"the model has no place for {sorted(unknown)}")
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if stored[name].shape != parameter.shape:
                raise ValueError(f"{name} has the shape {tuple(stored[name].shape)}")
            parameter.copy_(stored[name])
    return model


def load_assigned_floats(folder: str) -> nn.Module:
    if "config.json" not in [file.name for file in Path(folder).iterdir()]:
        raise ValueError("this folder has no config.json")
    config = LlamaConfig.from_pretrained(folder)
    stored = load_file(Path(folder, "model.safetensors"))
    state = {name: weight.float() for name, weight in stored.items()}
    if config.tie_word_embeddings:
        state.setdefault("lm_head.weight", state["model.embed_tokens.weight"])
    model = given.TinyLlama(config)
    model.load_state_dict(state, assign=True)
    if config.tie_word_embeddings and "lm_head.weight" not in stored:
        model.lm_head.weight = model.model["embed_tokens"].weight
    return model.eval()


def load_from_json(folder: str) -> nn.Module:
    import json

    config = LlamaConfig(**json.loads(Path(folder, "config.json").read_text()))
    stored = load_file(Path(folder, "model.safetensors"))
    allowed = {"lm_head.weight"} if config.tie_word_embeddings else set()
    config.tie_word_embeddings &= not allowed & set(stored)
    model = given.TinyLlama(config)
    result = model.load_state_dict(stored, strict=False)
    if set(result.missing_keys) - allowed or result.unexpected_keys:
        raise ValueError(f"the checkpoint in {folder} is not complete: {result}")
    return model


VARIANTS: dict[str, tuple[Callable[..., object], ...]] = {
    "TinyLlama": (LlamaOfModules, LlamaWithoutCalls, LlamaTuples),
    "load_checkpoint": (load_by_parameters, load_assigned_floats, load_from_json),
}
