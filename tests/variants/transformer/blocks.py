"""Other correct ways to write a block and its parts of lesson 04, each standing alone."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import LlamaConfig

from autograder.given import transformer as given


class RMSNormByNorm(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        mean = torch.linalg.vector_norm(x, dim=-1, keepdim=True) ** 2 / x.shape[-1]
        return self.weight * (x / (mean + self.eps).sqrt())


class RMSNormInFloat64(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        wide = x.double()
        size = torch.sqrt(torch.mean(wide * wide, dim=-1, keepdim=True) + self.eps)
        return ((wide / size) * self.weight).to(x.dtype)


class RMSNormByLoop(nn.Module):
    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.width, self.eps = width, eps
        self.weight = nn.Parameter(torch.full((width,), 1.0))

    def forward(self, x: Tensor) -> Tensor:
        rows = []
        for row in x.reshape(-1, self.width):
            mean = sum(number * number for number in row) / self.width
            rows.append(row * (mean + self.eps) ** -0.5 * self.weight)
        return torch.stack(rows).reshape(x.shape)


class SwiGLUBySigmoid(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(width, inner, bias=False)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        gate = self.gate_proj(x)
        return self.down_proj(self.up_proj(x) * gate * torch.sigmoid(gate))


class SwiGLUByMatrices(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.down_proj = nn.Linear(inner, width, bias=False)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.gate_proj = nn.Linear(width, inner, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        gate = x @ self.gate_proj.weight.T
        return (gate / (1 + torch.exp(-gate)) * (x @ self.up_proj.weight.T)) @ (
            self.down_proj.weight.T
        )


class SwiGLUInFloat64(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.act = nn.SiLU()
        self.gate_proj = nn.Linear(width, inner, bias=False)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = x.double()
        gate = F.linear(x, self.gate_proj.weight.double())
        up = F.linear(x, self.up_proj.weight.double())
        return F.linear(self.act(gate) * up, self.down_proj.weight.double()).float()


class BlockInOneLine(nn.Module):
    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.mlp = given.SwiGLU(config.hidden_size, config.intermediate_size)
        self.post_attention_layernorm = nn.RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.input_layernorm = nn.RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.self_attn = given.GroupedQueryAttention(
            config.hidden_size,
            config.num_attention_heads,
            config.num_key_value_heads,
            config.rope_parameters["rope_theta"],
        )

    def forward(self, x: Tensor, cache: tuple | None = None) -> tuple:
        attended, cache = self.self_attn(self.input_layernorm(x), cache)
        return (y := x + attended) + self.mlp(self.post_attention_layernorm(y)), cache


class BlockBySum(nn.Module):
    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.input_layernorm = given.RMSNorm(width, config.rms_norm_eps)
        self.self_attn = given.GroupedQueryAttention(
            width,
            config.num_attention_heads,
            config.num_key_value_heads,
            theta=config.rope_parameters["rope_theta"],
        )
        self.post_attention_layernorm = given.RMSNorm(width, config.rms_norm_eps)
        self.mlp = given.SwiGLU(width, config.intermediate_size)

    def forward(self, x: Tensor, cache: tuple | None = None) -> tuple:
        added = [x]
        hidden, new = self.self_attn(self.input_layernorm(x), cache)
        added.append(hidden)
        added.append(self.mlp(self.post_attention_layernorm(sum(added))))
        return sum(added), new


class BlockOwnAttention(nn.Module):
    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        width, heads, kv_heads = (
            config.hidden_size,
            config.num_attention_heads,
            config.num_key_value_heads,
        )
        size = width // heads
        self.sizes, self.theta = (heads, kv_heads, size), config.rope_parameters["rope_theta"]
        self.self_attn = nn.ModuleDict(
            {
                "q_proj": nn.Linear(width, heads * size, bias=False),
                "k_proj": nn.Linear(width, kv_heads * size, bias=False),
                "v_proj": nn.Linear(width, kv_heads * size, bias=False),
                "o_proj": nn.Linear(heads * size, width, bias=False),
            }
        )
        self.input_layernorm = given.RMSNorm(width, config.rms_norm_eps)
        self.post_attention_layernorm = given.RMSNorm(width, config.rms_norm_eps)
        self.mlp = given.SwiGLU(width, config.intermediate_size)

    def attend(self, x: Tensor, cache: tuple | None) -> tuple:
        heads, kv_heads, size = self.sizes
        batch, tokens, _ = x.shape
        start = 0 if cache is None else cache[0].shape[2]
        speeds = self.theta ** (-torch.arange(0, size, 2) / size)
        angles = torch.arange(start, start + tokens)[:, None] * speeds
        cos, sin = angles.cos(), angles.sin()

        def turned(vectors: Tensor, count: int) -> Tensor:
            vectors = vectors.view(batch, tokens, count, size).transpose(1, 2)
            a, b = vectors.chunk(2, dim=-1)
            return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)

        q = turned(self.self_attn["q_proj"](x), heads)
        k = turned(self.self_attn["k_proj"](x), kv_heads)
        v = self.self_attn["v_proj"](x).view(batch, tokens, kv_heads, size).transpose(1, 2)
        if cache is not None:
            k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)
        mask = torch.ones(tokens, k.shape[2], dtype=torch.bool).tril(start)
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, enable_gqa=True)
        return self.self_attn["o_proj"](out.transpose(1, 2).flatten(2)), (k, v)

    def forward(self, x: Tensor, cache: tuple | None = None) -> tuple:
        attended, cache = self.attend(self.input_layernorm(x), cache)
        x = x + attended
        return x + self.mlp(self.post_attention_layernorm(x)), cache


VARIANTS: dict[str, tuple[Callable[..., object], ...]] = {
    "RMSNorm": (RMSNormByNorm, RMSNormInFloat64, RMSNormByLoop),
    "SwiGLU": (SwiGLUBySigmoid, SwiGLUByMatrices, SwiGLUInFloat64),
    "Block": (BlockInOneLine, BlockBySum, BlockOwnAttention),
}
