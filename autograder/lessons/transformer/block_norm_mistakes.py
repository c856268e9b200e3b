"""How the norms of a `Block` usually go wrong."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from autograder.exercise import Mistake
from autograder.given import transformer as given


class BlockPostNorm(nn.Module):
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
        attended, cache = self.self_attn(x, cache)
        x = self.input_layernorm(x + attended)
        return self.post_attention_layernorm(x + self.mlp(x)), cache


class BlockNormOfParts(nn.Module):
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
        attended, cache = self.self_attn(x, cache)
        x = x + self.input_layernorm(attended)
        return x + self.post_attention_layernorm(self.mlp(x)), cache


class BlockResidualOfNorm(nn.Module):
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
        x = self.input_layernorm(x)
        attended, cache = self.self_attn(x, cache)
        x = self.post_attention_layernorm(x + attended)
        return x + self.mlp(x), cache


class BlockNormsSwapped(nn.Module):
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
        attended, cache = self.self_attn(self.post_attention_layernorm(x), cache)
        x = x + attended
        return x + self.mlp(self.input_layernorm(x)), cache


class BlockOneNorm(nn.Module):
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
        return x + self.mlp(self.input_layernorm(x)), cache


class BlockNoSecondNorm(nn.Module):
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
        return x + self.mlp(x), cache


class BlockNoFirstNorm(nn.Module):
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
        attended, cache = self.self_attn(x, cache)
        x = x + attended
        return x + self.mlp(self.post_attention_layernorm(x)), cache


NORM_MISTAKES = (
    Mistake(
        "post-norm",
        BlockPostNorm,
        "the norms come after the additions, as in the first transformer. In a Llama each part "
        "gets the norm of x, and its output is added to x itself.",
        ("attention half", "feed-forward half"),
    ),
    Mistake(
        "norm of the output",
        BlockNormOfParts,
        "the norms are applied to what the parts give. Apply them to what the parts get.",
        ("attention half", "feed-forward half"),
    ),
    Mistake(
        "residual of the norm",
        BlockResidualOfNorm,
        "the norm of x goes on in place of x. Only the part gets the norm; what is added to is x "
        "as it came.",
        ("attention half", "feed-forward half"),
    ),
    Mistake(
        "norms swapped",
        BlockNormsSwapped,
        "the two norms are swapped. input_layernorm stands before the attention, "
        "post_attention_layernorm before the feed-forward part.",
        ("attention half", "feed-forward half"),
    ),
    Mistake(
        "one norm twice",
        BlockOneNorm,
        "input_layernorm is used twice. Before the feed-forward part use post_attention_layernorm.",
        ("feed-forward half",),
    ),
    Mistake(
        "no second norm",
        BlockNoSecondNorm,
        "the feed-forward part gets x without a norm. Give it post_attention_layernorm(x).",
        ("feed-forward half",),
    ),
    Mistake(
        "no first norm",
        BlockNoFirstNorm,
        "the attention gets x without a norm. Give it input_layernorm(x).",
        ("attention half",),
    ),
)
