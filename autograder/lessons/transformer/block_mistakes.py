"""How the sums of a `Block` usually go wrong."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from autograder.exercise import Mistake
from autograder.given import transformer as given


class BlockNoAttentionResidual(nn.Module):
    def __init__(self, config: Any) -> None:
        super().__init__()
        width, eps = config.hidden_size, config.rms_norm_eps
        heads, kv_heads = config.num_attention_heads, config.num_key_value_heads
        theta = config.rope_parameters["rope_theta"]
        self.input_layernorm = given.RMSNorm(width, eps)
        self.self_attn = given.GroupedQueryAttention(width, heads, kv_heads, theta)
        self.post_attention_layernorm = given.RMSNorm(width, eps)
        self.mlp = given.SwiGLU(width, config.intermediate_size)

    def forward(self, x: Tensor, cache: Any = None) -> Any:
        attended, cache = self.self_attn(self.input_layernorm(x), cache)
        return attended + self.mlp(self.post_attention_layernorm(attended)), cache


class BlockNoFeedForwardResidual(nn.Module):
    def __init__(self, config: Any) -> None:
        super().__init__()
        width, eps = config.hidden_size, config.rms_norm_eps
        heads, kv_heads = config.num_attention_heads, config.num_key_value_heads
        theta = config.rope_parameters["rope_theta"]
        self.input_layernorm = given.RMSNorm(width, eps)
        self.self_attn = given.GroupedQueryAttention(width, heads, kv_heads, theta)
        self.post_attention_layernorm = given.RMSNorm(width, eps)
        self.mlp = given.SwiGLU(width, config.intermediate_size)

    def forward(self, x: Tensor, cache: Any = None) -> Any:
        attended, cache = self.self_attn(self.input_layernorm(x), cache)
        x = x + attended
        return self.mlp(self.post_attention_layernorm(x)), cache


class BlockParallel(nn.Module):
    def __init__(self, config: Any) -> None:
        super().__init__()
        width, eps = config.hidden_size, config.rms_norm_eps
        heads, kv_heads = config.num_attention_heads, config.num_key_value_heads
        theta = config.rope_parameters["rope_theta"]
        self.input_layernorm = given.RMSNorm(width, eps)
        self.self_attn = given.GroupedQueryAttention(width, heads, kv_heads, theta)
        self.post_attention_layernorm = given.RMSNorm(width, eps)
        self.mlp = given.SwiGLU(width, config.intermediate_size)

    def forward(self, x: Tensor, cache: Any = None) -> Any:
        attended, cache = self.self_attn(self.input_layernorm(x), cache)
        return x + attended + self.mlp(self.post_attention_layernorm(x)), cache


class BlockFirstInput(nn.Module):
    def __init__(self, config: Any) -> None:
        super().__init__()
        width, eps = config.hidden_size, config.rms_norm_eps
        heads, kv_heads = config.num_attention_heads, config.num_key_value_heads
        theta = config.rope_parameters["rope_theta"]
        self.input_layernorm = given.RMSNorm(width, eps)
        self.self_attn = given.GroupedQueryAttention(width, heads, kv_heads, theta)
        self.post_attention_layernorm = given.RMSNorm(width, eps)
        self.mlp = given.SwiGLU(width, config.intermediate_size)

    def forward(self, x: Tensor, cache: Any = None) -> Any:
        attended, cache = self.self_attn(self.input_layernorm(x), cache)
        return x + self.mlp(self.post_attention_layernorm(x + attended)), cache


class BlockFeedForwardFirst(nn.Module):
    def __init__(self, config: Any) -> None:
        super().__init__()
        width, eps = config.hidden_size, config.rms_norm_eps
        heads, kv_heads = config.num_attention_heads, config.num_key_value_heads
        theta = config.rope_parameters["rope_theta"]
        self.input_layernorm = given.RMSNorm(width, eps)
        self.self_attn = given.GroupedQueryAttention(width, heads, kv_heads, theta)
        self.post_attention_layernorm = given.RMSNorm(width, eps)
        self.mlp = given.SwiGLU(width, config.intermediate_size)

    def forward(self, x: Tensor, cache: Any = None) -> Any:
        x = x + self.mlp(self.post_attention_layernorm(x))
        attended, cache = self.self_attn(self.input_layernorm(x), cache)
        return x + attended, cache


MISTAKES = (
    Mistake(
        "no attention residual",
        BlockNoAttentionResidual,
        "what went into the attention is lost. Add the attention's output to it: x + attended.",
        ("attention half", "feed-forward half"),
    ),
    Mistake(
        "no feed-forward residual",
        BlockNoFeedForwardResidual,
        "what went into the feed-forward part is lost. Add its output to x.",
        ("attention half", "feed-forward half"),
    ),
    Mistake(
        "side by side",
        BlockParallel,
        "the feed-forward part reads what came into the block. Let it read what the attention has "
        "added to.",
        ("whole block",),
    ),
    Mistake(
        "added to the first input",
        BlockFirstInput,
        "the feed-forward part's output is added to what came into the block, so what the "
        "attention added is lost. Add it to the sum.",
        ("attention half",),
    ),
    Mistake(
        "feed-forward first",
        BlockFeedForwardFirst,
        "the feed-forward part comes first. The attention comes first.",
        ("whole block",),
    ),
)
