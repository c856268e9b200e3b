"""How sizes, settings and the cache of a `Block` usually go wrong."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from autograder.exercise import Mistake
from autograder.given import transformer as given


class BlockOwnTheta(nn.Module):
    def __init__(self, config: Any) -> None:
        super().__init__()
        width, eps = config.hidden_size, config.rms_norm_eps
        heads, kv_heads = config.num_attention_heads, config.num_key_value_heads
        self.input_layernorm = given.RMSNorm(width, eps)
        self.self_attn = given.GroupedQueryAttention(width, heads, kv_heads)
        self.post_attention_layernorm = given.RMSNorm(width, eps)
        self.mlp = given.SwiGLU(width, config.intermediate_size)

    def forward(self, x: Tensor, cache: Any = None) -> Any:
        attended, cache = self.self_attn(self.input_layernorm(x), cache)
        x = x + attended
        return x + self.mlp(self.post_attention_layernorm(x)), cache


class BlockOwnEps(nn.Module):
    def __init__(self, config: Any) -> None:
        super().__init__()
        width, eps = config.hidden_size, 1e-6
        heads, kv_heads = config.num_attention_heads, config.num_key_value_heads
        theta = config.rope_parameters["rope_theta"]
        self.input_layernorm = given.RMSNorm(width, eps)
        self.self_attn = given.GroupedQueryAttention(width, heads, kv_heads, theta)
        self.post_attention_layernorm = given.RMSNorm(width, eps)
        self.mlp = given.SwiGLU(width, config.intermediate_size)

    def forward(self, x: Tensor, cache: Any = None) -> Any:
        attended, cache = self.self_attn(self.input_layernorm(x), cache)
        x = x + attended
        return x + self.mlp(self.post_attention_layernorm(x)), cache


class BlockNoGroups(nn.Module):
    def __init__(self, config: Any) -> None:
        super().__init__()
        width, eps = config.hidden_size, config.rms_norm_eps
        heads = config.num_attention_heads
        theta = config.rope_parameters["rope_theta"]
        self.input_layernorm = given.RMSNorm(width, eps)
        self.self_attn = given.GroupedQueryAttention(width, heads, heads, theta)
        self.post_attention_layernorm = given.RMSNorm(width, eps)
        self.mlp = given.SwiGLU(width, config.intermediate_size)

    def forward(self, x: Tensor, cache: Any = None) -> Any:
        attended, cache = self.self_attn(self.input_layernorm(x), cache)
        x = x + attended
        return x + self.mlp(self.post_attention_layernorm(x)), cache


class BlockSharedNorm(nn.Module):
    def __init__(self, config: Any) -> None:
        super().__init__()
        width, eps = config.hidden_size, config.rms_norm_eps
        heads, kv_heads = config.num_attention_heads, config.num_key_value_heads
        theta = config.rope_parameters["rope_theta"]
        self.input_layernorm = given.RMSNorm(width, eps)
        self.self_attn = given.GroupedQueryAttention(width, heads, kv_heads, theta)
        self.post_attention_layernorm = self.input_layernorm
        self.mlp = given.SwiGLU(width, config.intermediate_size)

    def forward(self, x: Tensor, cache: Any = None) -> Any:
        attended, cache = self.self_attn(self.input_layernorm(x), cache)
        x = x + attended
        return x + self.mlp(self.post_attention_layernorm(x)), cache


class BlockOtherNames(nn.Module):
    def __init__(self, config: Any) -> None:
        super().__init__()
        width, eps = config.hidden_size, config.rms_norm_eps
        heads, kv_heads = config.num_attention_heads, config.num_key_value_heads
        theta = config.rope_parameters["rope_theta"]
        self.norm1 = given.RMSNorm(width, eps)
        self.attention = given.GroupedQueryAttention(width, heads, kv_heads, theta)
        self.norm2 = given.RMSNorm(width, eps)
        self.feed_forward = given.SwiGLU(width, config.intermediate_size)

    def forward(self, x: Tensor, cache: Any = None) -> Any:
        attended, cache = self.attention(self.norm1(x), cache)
        x = x + attended
        return x + self.feed_forward(self.norm2(x)), cache


class BlockCacheIgnored(nn.Module):
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
        attended, cache = self.self_attn(self.input_layernorm(x))
        x = x + attended
        return x + self.mlp(self.post_attention_layernorm(x)), cache


class BlockCacheOld(nn.Module):
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
        attended, _ = self.self_attn(self.input_layernorm(x), cache)
        x = x + attended
        return x + self.mlp(self.post_attention_layernorm(x)), cache


class BlockNoCacheBack(nn.Module):
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
        attended, _ = self.self_attn(self.input_layernorm(x), cache)
        x = x + attended
        return x + self.mlp(self.post_attention_layernorm(x))


SIZE_MISTAKES = (
    Mistake(
        "own theta",
        BlockOwnTheta,
        'theta is always 10000. Hand config.rope_parameters["rope_theta"] to the attention.',
        ("settings",),
    ),
    Mistake(
        "own eps",
        BlockOwnEps,
        "eps is fixed in the code. Use config.rms_norm_eps.",
        ("settings",),
    ),
    Mistake(
        "no groups",
        BlockNoGroups,
        "every query head has a key/value head of its own. Use config.num_key_value_heads.",
        ("parameters",),
    ),
    Mistake(
        "shared norm",
        BlockSharedNorm,
        "both norms are one module with one weight. Make two.",
        ("attention half",),
    ),
    Mistake(
        "other names",
        BlockOtherNames,
        "the parts have names of their own. Call them input_layernorm, self_attn, "
        "post_attention_layernorm and mlp, or weights from elsewhere cannot be loaded.",
        ("parameters",),
    ),
    Mistake(
        "cache ignored",
        BlockCacheIgnored,
        "the cache does not reach the attention. Pass it on.",
        ("step by step",),
    ),
    Mistake(
        "old cache",
        BlockCacheOld,
        "it returns the cache it was given. Return the one that the attention gives back.",
        ("attention half", "feed-forward half"),
    ),
    Mistake(
        "no cache back",
        BlockNoCacheBack,
        "it returns only x. Return two things: x, and the attention's new cache.",
        ("attention half", "feed-forward half"),
    ),
)
