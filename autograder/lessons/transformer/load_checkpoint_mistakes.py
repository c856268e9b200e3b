"""How `load_checkpoint` usually goes wrong."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import LlamaConfig

from autograder.exercise import Mistake
from autograder.given import transformer as given


def load_not_strict(folder: str) -> given.TinyLlama:
    model = given.TinyLlama(LlamaConfig.from_pretrained(folder))
    model.load_state_dict(load_file(Path(folder) / "model.safetensors"), strict=False)
    return model


def load_no_head(folder: str) -> given.TinyLlama:
    model = given.TinyLlama(LlamaConfig.from_pretrained(folder))
    model.load_state_dict(load_file(Path(folder) / "model.safetensors"))
    return model


def load_always_tied(folder: str) -> given.TinyLlama:
    model = given.TinyLlama(LlamaConfig.from_pretrained(folder))
    state = load_file(Path(folder) / "model.safetensors")
    state["lm_head.weight"] = state["model.embed_tokens.weight"]
    model.load_state_dict(state)
    return model


def load_assigned(folder: str) -> given.TinyLlama:
    config = LlamaConfig.from_pretrained(folder)
    state = load_file(Path(folder) / "model.safetensors")
    if config.tie_word_embeddings:
        state["lm_head.weight"] = state["model.embed_tokens.weight"]
    model = given.TinyLlama(config)
    model.load_state_dict(state, assign=True)
    return model


def load_in_bfloat16(folder: str) -> given.TinyLlama:
    config = LlamaConfig.from_pretrained(folder)
    state = load_file(Path(folder) / "model.safetensors")
    if config.tie_word_embeddings:
        state["lm_head.weight"] = state["model.embed_tokens.weight"]
    model = given.TinyLlama(config)
    model.load_state_dict({name: weight.bfloat16() for name, weight in state.items()})
    return model


def load_in_float64(folder: str) -> given.TinyLlama:
    config = LlamaConfig.from_pretrained(folder)
    state = load_file(Path(folder) / "model.safetensors")
    if config.tie_word_embeddings:
        state["lm_head.weight"] = state["model.embed_tokens.weight"]
    model = given.TinyLlama(config).double()
    model.load_state_dict(state)
    return model


def load_sizes_only(folder: str) -> given.TinyLlama:
    read = LlamaConfig.from_pretrained(folder)
    config = LlamaConfig(
        vocab_size=read.vocab_size,
        hidden_size=read.hidden_size,
        intermediate_size=read.intermediate_size,
        num_hidden_layers=read.num_hidden_layers,
        num_attention_heads=read.num_attention_heads,
        num_key_value_heads=read.num_key_value_heads,
        tie_word_embeddings=read.tie_word_embeddings,
    )
    state = load_file(Path(folder) / "model.safetensors")
    if config.tie_word_embeddings:
        state["lm_head.weight"] = state["model.embed_tokens.weight"]
    model = given.TinyLlama(config)
    model.load_state_dict(state)
    return model


def load_default_config(folder: str) -> given.TinyLlama:
    model = given.TinyLlama(LlamaConfig(num_hidden_layers=1, vocab_size=64, hidden_size=64))
    model.load_state_dict(load_file(Path(folder) / "model.safetensors"))
    return model


def load_zero_head(folder: str) -> given.TinyLlama:
    config = LlamaConfig.from_pretrained(folder)
    state = load_file(Path(folder) / "model.safetensors")
    if "lm_head.weight" not in state:
        state["lm_head.weight"] = torch.zeros(config.vocab_size, config.hidden_size)
    model = given.TinyLlama(config)
    model.load_state_dict(state)
    return model


MISTAKES = (
    Mistake(
        "not strict",
        load_not_strict,
        "a tensor that is missing or has another name is passed over, as strict=False does, and "
        "its part stays random. Load strictly with load_state_dict.",
        ("incomplete",),
    ),
    Mistake(
        "no head",
        load_no_head,
        "a tied model's file has no lm_head.weight. Where the config ties them, put the "
        "embedding's weight there before you load.",
        ("tied head",),
    ),
    Mistake(
        "always tied",
        load_always_tied,
        "the head is overwritten with the embedding also where the file has a head of its own. Do "
        "it only where the config ties them.",
        ("untied head",),
    ),
    Mistake(
        "assigned",
        load_assigned,
        "the model takes over the file's 16-bit numbers. Convert each tensor with .float(), or "
        "let load_state_dict copy into the model's own 32-bit ones.",
        ("sixteen bits",),
    ),
    Mistake(
        "rounded",
        load_in_bfloat16,
        "every weight is rounded to 16 bits. Keep those of a 32-bit file as they are.",
        ("untied head",),
    ),
    Mistake(
        "64 bits",
        load_in_float64,
        "the model computes in 64 bits: twice the memory and twice the time. Keep it in float32.",
        ("sixteen bits",),
    ),
    Mistake(
        "sizes only",
        load_sizes_only,
        "only sizes are taken from config.json; theta and eps are the library's defaults. Use the "
        "whole config as it was read.",
        ("untied head",),
    ),
    Mistake(
        "default config",
        load_default_config,
        "the sizes are those of another model. Read config.json with "
        "LlamaConfig.from_pretrained(folder).",
        ("untied head",),
    ),
    Mistake(
        "zero head",
        load_zero_head,
        "a missing head is filled with zeros, and in a tied model that erases the embedding too. "
        "Put the embedding's weight there.",
        ("tied head",),
    ),
)
