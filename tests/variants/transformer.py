"""Other correct ways to write the exercises of lesson 04, each standing alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
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


class BlockInPlace(nn.Module):
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
        residual = x.clone()
        hidden, new = self.self_attn(self.input_layernorm(x), cache)
        residual += hidden
        hidden = self.post_attention_layernorm(residual)
        residual += self.mlp(hidden)
        return residual, new


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


class LlamaOfModules(nn.Module):
    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        if config.rope_parameters["rope_type"] != "default":
            raise ValueError(f"cannot turn by {config.rope_parameters['rope_type']}")
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
        kind = config.rope_parameters["rope_type"]
        if kind != "default":
            raise ValueError(f"rope_type {kind!r} is not supported")
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
    model = given.TinyLlama(LlamaConfig.from_pretrained(folder))
    stored = load_file(f"{folder}/model.safetensors")
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(stored[name])
    return model


def load_assigned_floats(folder: str) -> nn.Module:
    config = LlamaConfig.from_pretrained(folder)
    stored = load_file(Path(folder, "model.safetensors"))
    state = {name: weight.float() for name, weight in stored.items()}
    if config.tie_word_embeddings:
        state.setdefault("lm_head.weight", state["model.embed_tokens.weight"])
    model = given.TinyLlama(config)
    model.load_state_dict(state, assign=True)
    return model.eval()


def load_from_json(folder: str) -> nn.Module:
    import json

    config = LlamaConfig(**json.loads(Path(folder, "config.json").read_text()))
    stored = load_file(Path(folder, "model.safetensors"))
    model = given.TinyLlama(config)
    result = model.load_state_dict(stored, strict=False)
    allowed = {"lm_head.weight"} if config.tie_word_embeddings else set()
    if set(result.missing_keys) - allowed or result.unexpected_keys:
        raise ValueError(f"the checkpoint in {folder} is not complete: {result}")
    return model


def greedy_by_max(logits: Tensor) -> Tensor:
    return torch.max(logits, dim=-1).indices


def greedy_by_topk(logits: Tensor) -> Tensor:
    return logits.topk(1, dim=-1).indices.squeeze(-1)


def greedy_by_sort(logits: Tensor) -> Tensor:
    return torch.sort(logits.softmax(-1), dim=-1, descending=True)[1][..., 0].int()


def temperature_by_reciprocal(logits: Tensor, value: float) -> Tensor:
    if not value > 0:
        raise ValueError(f"temperature {value} is not above 0")
    return logits * (1 / value)


def temperature_in_float64(logits: Tensor, value: float) -> Tensor:
    if value <= 0.0:
        raise ValueError
    return torch.div(logits.double(), value)


def temperature_of_a_copy(logits: Tensor, value: float) -> Tensor:
    if value <= 0:
        raise ValueError("choose a temperature above 0")
    logits = logits.clone()
    logits /= value
    return logits


def top_k_by_scatter(logits: Tensor, k: int) -> Tensor:
    best = torch.topk(logits, min(k, logits.size(-1)), dim=-1)
    return torch.full_like(logits, float("-inf")).scatter(-1, best.indices, best.values)


def top_k_by_sort(logits: Tensor, k: int) -> Tensor:
    ordered = logits.sort(dim=-1, descending=True).values
    least = ordered[..., :k][..., -1:]
    return torch.where(logits >= least, logits, torch.tensor(-1e9))


def top_k_by_rank(logits: Tensor, k: int) -> Tensor:
    ranks = logits.argsort(dim=-1, descending=True).argsort(dim=-1)
    return logits.masked_fill(ranks >= k, float("-inf"))


def top_k_by_rows(logits: Tensor, k: int) -> Tensor:
    rows = []
    for row in logits.reshape(-1, logits.shape[-1]).tolist():
        least = sorted(row, reverse=True)[min(k, len(row)) - 1]
        rows.append([each if each >= least else float("-inf") for each in row])
    return torch.tensor(rows).reshape(logits.shape)


def top_p_shifted(logits: Tensor, p: float) -> Tensor:
    ordered, places = torch.sort(logits, descending=True, dim=-1)
    reached = torch.cumsum(F.softmax(ordered, dim=-1), dim=-1)
    drop = reached >= p
    drop[..., 1:] = drop[..., :-1].clone()
    drop[..., 0] = False
    return logits.masked_fill(torch.zeros_like(drop).scatter(-1, places, drop), float("-inf"))


def top_p_from_below(logits: Tensor, p: float) -> Tensor:
    ordered, places = torch.sort(logits, dim=-1)
    drop = ordered.softmax(dim=-1).cumsum(dim=-1) <= 1 - p
    drop[..., -1] = False
    return logits.masked_fill(drop.scatter(-1, places, drop), -1e9)


def top_p_by_rows(logits: Tensor, p: float) -> Tensor:
    rows = logits.reshape(-1, logits.shape[-1])
    kept = torch.full_like(rows, float("-inf"))
    for row, chances in enumerate(rows.softmax(dim=-1).tolist()):
        total = 0.0
        for token in sorted(range(len(chances)), key=lambda i: -chances[i]):
            kept[row, token] = rows[row, token]
            total += chances[token]
            if total >= p:
                break
    return kept.reshape(logits.shape)


def top_p_unsorted_back(logits: Tensor, p: float) -> Tensor:
    places = logits.argsort(dim=-1, descending=True)
    chances = logits.double().softmax(dim=-1).gather(-1, places)
    keep = chances.cumsum(dim=-1) - chances < p
    return torch.where(keep.gather(-1, places.argsort(dim=-1)), logits, float("-inf"))


def sample_by_limit(logits: Tensor, generator: torch.Generator) -> Tensor:
    reached = logits.double().softmax(dim=-1).cumsum(dim=-1)
    limit = torch.rand(len(logits), 1, generator=generator, dtype=torch.float64)
    return (reached <= limit * reached[:, -1:]).sum(dim=-1)


def sample_by_gumbel(logits: Tensor, generator: torch.Generator) -> Tensor:
    chance = torch.rand(logits.shape, generator=generator, dtype=torch.float64)
    return (logits - (-chance.log()).log()).argmax(dim=-1)


def sample_by_rows(logits: Tensor, generator: torch.Generator) -> Tensor:
    picked = torch.multinomial(torch.exp(logits - logits.amax(-1, True)), 1, generator=generator)
    return torch.stack(list(picked.unbind(0))).squeeze(1)


@torch.no_grad()
def generate_by_recursion(
    model: Callable,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    texts, cache = [ids], None
    while len(texts) <= max_new_tokens:
        logits, cache = model(texts[-1], cache)
        token = choose(logits[:, -1, :]).view(-1, 1)
        if stop is not None:
            written = torch.cat([token[:, :0], *texts[1:]], dim=1)
            token = torch.where((written == stop).any(1, keepdim=True), stop, token)
        texts.append(token)
        if stop is not None and bool((torch.cat(texts[1:], 1) == stop).any(1).all()):
            break
    return torch.cat(texts, dim=1)


def generate_into_a_table(
    model: Callable,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    batch, length = ids.shape
    text = torch.zeros(batch, length + max_new_tokens, dtype=torch.long)
    text[:, :length] = ids
    start, cache, running = 0, None, [True] * batch
    with torch.inference_mode():
        for end in range(length, length + max_new_tokens):
            logits, cache = model(text[:, start:end], cache)
            for row, token in enumerate(choose(logits[:, -1]).tolist()):
                text[row, end] = token if running[row] else stop
                running[row] = running[row] and token != stop
            start = end
            if not any(running):
                return text[:, : end + 1]
    return text


@torch.no_grad()
def generate_by_lists(
    model: Callable,
    ids: Tensor,
    max_new_tokens: int,
    choose: Callable[[Tensor], Tensor],
    stop: int | None = None,
) -> Tensor:
    texts = ids.tolist()
    ended = [False for _ in texts]
    logits, cache = model(ids)
    for step in range(max_new_tokens):
        tokens = choose(logits[:, -1]).tolist()
        for row, token in enumerate(tokens):
            texts[row].append(stop if ended[row] else token)
            ended[row] = ended[row] or token == stop
        if all(ended) or step == max_new_tokens - 1:
            break
        logits, cache = model(torch.tensor([[text[-1]] for text in texts]), cache)
    return torch.tensor(texts)


VARIANTS: dict[str, tuple[Callable[..., object], ...]] = {
    "RMSNorm": (RMSNormByNorm, RMSNormInFloat64, RMSNormByLoop),
    "SwiGLU": (SwiGLUBySigmoid, SwiGLUByMatrices, SwiGLUInFloat64),
    "Block": (BlockInOneLine, BlockInPlace, BlockOwnAttention),
    "TinyLlama": (LlamaOfModules, LlamaWithoutCalls, LlamaTuples),
    "load_checkpoint": (load_by_parameters, load_assigned_floats, load_from_json),
    "greedy": (greedy_by_max, greedy_by_topk, greedy_by_sort),
    "temperature": (temperature_by_reciprocal, temperature_in_float64, temperature_of_a_copy),
    "top_k": (top_k_by_scatter, top_k_by_sort, top_k_by_rank, top_k_by_rows),
    "top_p": (top_p_shifted, top_p_from_below, top_p_by_rows, top_p_unsorted_back),
    "sample_token": (sample_by_limit, sample_by_gumbel, sample_by_rows),
    "generate": (generate_by_recursion, generate_into_a_table, generate_by_lists),
}
