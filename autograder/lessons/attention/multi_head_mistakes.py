"""How `MultiHeadAttention` usually goes wrong."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from autograder.exercise import Mistake
from autograder.given import attention as given


class MHANoOutput(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        q = given.split_heads(self.q_proj(x), self.heads)
        k = given.split_heads(self.k_proj(x), self.heads)
        v = given.split_heads(self.v_proj(x), self.heads)
        heads = given.scaled_dot_product_attention(q, k, v, mask)
        return given.merge_heads(heads)


class MHAMaskIgnored(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        q = given.split_heads(self.q_proj(x), self.heads)
        k = given.split_heads(self.k_proj(x), self.heads)
        v = given.split_heads(self.v_proj(x), self.heads)
        heads = given.scaled_dot_product_attention(q, k, v)
        return self.o_proj(given.merge_heads(heads))


class MHAOverQueries(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        q = given.split_heads(self.q_proj(x), self.heads)
        k = given.split_heads(self.k_proj(x), self.heads)
        v = given.split_heads(self.v_proj(x), self.heads)
        scores = given.attention_scores(q, k)
        if mask is not None:
            scores = scores.masked_fill(~mask, float("-inf"))
        heads = torch.softmax(scores, dim=-2) @ v
        return self.o_proj(given.merge_heads(heads))


class MHAWholeWidth(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        q = given.split_heads(self.q_proj(x), self.heads)
        k = given.split_heads(self.k_proj(x), self.heads)
        v = given.split_heads(self.v_proj(x), self.heads)
        scores = q @ k.mT / math.sqrt(x.shape[-1])
        if mask is not None:
            scores = scores.masked_fill(~mask, float("-inf"))
        heads = torch.softmax(scores, dim=-1) @ v
        return self.o_proj(given.merge_heads(heads))


class MHAReshaped(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        batch, tokens, _ = x.shape
        q = self.q_proj(x).reshape(batch, self.heads, tokens, -1)
        k = self.k_proj(x).reshape(batch, self.heads, tokens, -1)
        v = self.v_proj(x).reshape(batch, self.heads, tokens, -1)
        heads = given.scaled_dot_product_attention(q, k, v, mask)
        return self.o_proj(given.merge_heads(heads))


class MHAMergedWrong(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        q = given.split_heads(self.q_proj(x), self.heads)
        k = given.split_heads(self.k_proj(x), self.heads)
        v = given.split_heads(self.v_proj(x), self.heads)
        heads = given.scaled_dot_product_attention(q, k, v, mask)
        return self.o_proj(heads.reshape(x.shape))


class MHAInterleaved(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        q = given.split_heads(self.q_proj(x), self.heads)
        k = given.split_heads(self.k_proj(x), self.heads)
        v = given.split_heads(self.v_proj(x), self.heads)
        heads = given.scaled_dot_product_attention(q, k, v, mask)
        return self.o_proj(heads.permute(0, 2, 3, 1).flatten(2))


class MHAOneHead(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        q = self.q_proj(x)
        k = self.k_proj(x)
        v = self.v_proj(x)
        heads = given.scaled_dot_product_attention(q, k, v, mask)
        return self.o_proj(heads)


class MHAKeysForValues(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        q = given.split_heads(self.q_proj(x), self.heads)
        k = given.split_heads(self.k_proj(x), self.heads)
        v = given.split_heads(self.k_proj(x), self.heads)
        heads = given.scaled_dot_product_attention(q, k, v, mask)
        return self.o_proj(given.merge_heads(heads))


class MHABias(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)
        self.o_proj = nn.Linear(width, width)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        q = given.split_heads(self.q_proj(x), self.heads)
        k = given.split_heads(self.k_proj(x), self.heads)
        v = given.split_heads(self.v_proj(x), self.heads)
        heads = given.scaled_dot_product_attention(q, k, v, mask)
        return self.o_proj(given.merge_heads(heads))


class MHAOtherNames(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.w_q = nn.Linear(width, width, bias=False)
        self.w_k = nn.Linear(width, width, bias=False)
        self.w_v = nn.Linear(width, width, bias=False)
        self.w_o = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        q = given.split_heads(self.w_q(x), self.heads)
        k = given.split_heads(self.w_k(x), self.heads)
        v = given.split_heads(self.w_v(x), self.heads)
        heads = given.scaled_dot_product_attention(q, k, v, mask)
        return self.w_o(given.merge_heads(heads))


class MHANoGradient(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        with torch.no_grad():
            q = given.split_heads(self.q_proj(x), self.heads)
            k = given.split_heads(self.k_proj(x), self.heads)
            v = given.split_heads(self.v_proj(x), self.heads)
        heads = given.scaled_dot_product_attention(q, k, v, mask)
        return self.o_proj(given.merge_heads(heads))


MISTAKES = (
    Mistake(
        "no output",
        MHANoOutput,
        "the output projection is missing. Pass the merged heads through `o_proj`.",
        ("one token",),
    ),
    Mistake(
        "mask ignored",
        MHAMaskIgnored,
        "the mask has no effect. Hand it to the attention of every head.",
        ("causal",),
    ),
    Mistake(
        "over queries",
        MHAOverQueries,
        "the softmax runs over the queries. Let it run over the keys, the last dimension.",
        ("every token",),
    ),
    Mistake(
        "whole width",
        MHAWholeWidth,
        "the scores are divided by the square root of the whole width. Each head has its own, "
        "smaller D.",
        ("every token",),
    ),
    Mistake(
        "reshaped",
        MHAReshaped,
        "the heads are split by a reshape alone, which mixes tokens. Split the last dimension, "
        "then move heads in front of tokens.",
        ("every token",),
    ),
    Mistake(
        "merged wrong",
        MHAMergedWrong,
        "the heads are merged by a reshape alone, which mixes tokens. Move heads behind tokens "
        "first.",
        ("every token",),
    ),
    Mistake(
        "interleaved",
        MHAInterleaved,
        "the heads are merged in the wrong order: their numbers alternate. Put the D numbers of "
        "head 0 first, then those of head 1.",
        ("one token",),
    ),
    Mistake(
        "one head",
        MHAOneHead,
        "it attends once with the whole width. Split queries, keys and values into heads first.",
        ("every token",),
    ),
    Mistake(
        "keys for values",
        MHAKeysForValues,
        "the values come from `k_proj`. Make them with `v_proj`.",
        ("one token",),
    ),
    Mistake("bias", MHABias, "the four nn.Linear have a bias. Make them without.", ("parameters",)),
    Mistake(
        "other names",
        MHAOtherNames,
        "the four matrices have names of their own. Call them q_proj, k_proj, v_proj and o_proj, "
        "or weights from elsewhere cannot be loaded.",
        ("parameters",),
    ),
    Mistake(
        "no gradient",
        MHANoGradient,
        "training cannot reach q_proj, k_proj and v_proj: the graph of gradients is cut. Compute "
        "without no_grad() or detach().",
        ("gradients",),
    ),
)
