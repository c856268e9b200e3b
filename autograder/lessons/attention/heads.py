"""`split_heads(x, heads)` and `merge_heads(x)`: one wide vector as several narrow ones, and back.

Oracle: `torch.tensor_split` and `torch.cat`, by the definition: head h holds the numbers from
h * D up to (h + 1) * D of every token's vector.
"""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage


def _split_case(draw: Draw, batch: int, tokens: int, heads: int, size: int) -> Case:
    x = torch.randn(batch, tokens, heads * size, generator=draw.torch())
    return Case((x, heads), torch.stack(torch.tensor_split(x, heads, dim=-1), dim=1))


def _merge_case(draw: Draw, batch: int, tokens: int, heads: int, size: int) -> Case:
    x = torch.randn(batch, heads, tokens, size, generator=draw.torch())
    return Case((x,), torch.cat(x.unbind(dim=1), dim=-1))


def _split_one(draw: Draw) -> list[Case]:
    count = torch.arange(6.0).reshape(1, 1, 6)
    first = Case((count, 2), torch.tensor([[[[0.0, 1.0, 2.0]], [[3.0, 4.0, 5.0]]]]))
    return [first, _split_case(draw, 1, 1, *draw.size((2, 5), (4, 3)))]


def _split_tokens(draw: Draw) -> list[Case]:
    return [_split_case(draw, 1, *draw.size((4, 2, 3), (5, 3, 2)))]


def _split_batches(draw: Draw) -> list[Case]:
    return [_split_case(draw, *draw.size((2, 3, 4, 5), (3, 4, 2, 6)))]


def _merge_one(draw: Draw) -> list[Case]:
    count = torch.arange(6.0).reshape(1, 2, 1, 3)
    return [
        Case((count,), torch.arange(6.0).reshape(1, 1, 6)),
        _merge_case(draw, 1, 1, *draw.size((2, 5), (4, 3))),
    ]


def _merge_tokens(draw: Draw) -> list[Case]:
    return [_merge_case(draw, 1, *draw.size((4, 2, 3), (5, 3, 2)))]


def _merge_batches(draw: Draw) -> list[Case]:
    return [_merge_case(draw, *draw.size((2, 3, 4, 5), (3, 4, 2, 6)))]


def split_reshaped(x: Tensor, heads: int) -> Tensor:
    batch, tokens, width = x.shape
    return x.reshape(batch, heads, tokens, width // heads)


def split_not_moved(x: Tensor, heads: int) -> Tensor:
    batch, tokens, width = x.shape
    return x.reshape(batch, tokens, heads, width // heads)


def split_interleaved(x: Tensor, heads: int) -> Tensor:
    batch, tokens, width = x.shape
    return x.reshape(batch, tokens, width // heads, heads).permute(0, 3, 1, 2)


def split_swapped_sizes(x: Tensor, heads: int) -> Tensor:
    batch, tokens, width = x.shape
    return x.reshape(batch, tokens, width // heads, heads).transpose(1, 2)


def split_sideways(x: Tensor, heads: int) -> Tensor:
    batch, tokens, width = x.shape
    return x.reshape(batch, tokens, heads, width // heads).permute(0, 2, 3, 1)


def split_heads_first(x: Tensor, heads: int) -> Tensor:
    return torch.stack(x.chunk(heads, dim=-1))


def split_one_text(x: Tensor, heads: int) -> Tensor:
    tokens, width = x.shape[1:]
    return x[0].reshape(tokens, heads, width // heads).transpose(0, 1)


def merge_reshaped(x: Tensor) -> Tensor:
    batch, heads, tokens, size = x.shape
    return x.reshape(batch, tokens, heads * size)


def merge_viewed(x: Tensor) -> Tensor:
    batch, heads, tokens, size = x.shape
    return x.transpose(1, 2).view(batch, tokens, heads * size)


def merge_interleaved(x: Tensor) -> Tensor:
    batch, heads, tokens, size = x.shape
    return x.permute(0, 2, 3, 1).reshape(batch, tokens, heads * size)


def merge_summed(x: Tensor) -> Tensor:
    return x.sum(dim=1)


def merge_averaged(x: Tensor) -> Tensor:
    return x.mean(dim=1)


def merge_not_joined(x: Tensor) -> Tensor:
    return x.transpose(1, 2)


def merge_tokens_joined(x: Tensor) -> Tensor:
    return torch.cat(x.unbind(dim=1), dim=1)


def merge_tokens_first(x: Tensor) -> Tensor:
    return x.permute(2, 0, 1, 3).flatten(2)


def _stages(one: str, tokens: str, batches: str, cases: tuple[object, ...]) -> tuple[Stage, ...]:
    first, second, third = cases
    return (
        Stage("one token", 1, one, first),  # type: ignore[arg-type]
        Stage("every token", 1, tokens, second, needs=("one token",)),  # type: ignore[arg-type]
        Stage("batches", 1, batches, third, needs=("every token",)),  # type: ignore[arg-type]
    )


SPLIT_HEADS = Exercise(
    name="split_heads",
    title="One wide vector as several heads",
    difficulty=2,
    minutes=6,
    forbids=("autograder.given.attention.split_heads",),
    stages=_stages(
        "one token: the first D numbers go to head 0, the next D to head 1, and so on.",
        "every token keeps its own numbers, and heads come before tokens.",
        "several texts at once, each split by itself.",
        (_split_one, _split_tokens, _split_batches),
    ),
    mistakes=(
        Mistake(
            "reshaped",
            split_reshaped,
            "the reshape deals one token's numbers out to other tokens. Split the last dimension "
            "into heads and D, then move heads in front of tokens.",
            ("every token",),
        ),
        Mistake(
            "not moved",
            split_not_moved,
            "heads stand behind tokens. Move them in front: (B, heads, T, D).",
            ("one token",),
        ),
        Mistake(
            "interleaved",
            split_interleaved,
            "the numbers are dealt out like cards: 0, heads, 2 * heads go to head 0. Give each "
            "head a run of D neighbours.",
            ("one token",),
        ),
        Mistake(
            "swapped sizes",
            split_swapped_sizes,
            "it makes D heads of size `heads`. Make `heads` heads of size D.",
            ("one token",),
        ),
        Mistake(
            "sideways",
            split_sideways,
            "the last two dimensions are swapped: D comes last.",
            ("one token",),
        ),
        Mistake(
            "heads first",
            split_heads_first,
            "heads come before the batch. The batch stays first: (B, heads, T, D).",
            ("one token",),
        ),
        Mistake(
            "one text",
            split_one_text,
            "it takes only the first text and drops the batch dimension. Keep the batch first.",
            ("one token",),
        ),
    ),
)

MERGE_HEADS = Exercise(
    name="merge_heads",
    title="Several heads as one wide vector",
    difficulty=2,
    minutes=6,
    forbids=("autograder.given.attention.merge_heads",),
    stages=_stages(
        "one token: the numbers of head 0, then those of head 1, and so on.",
        "every token gets back its own numbers from every head.",
        "several texts at once, each merged by itself.",
        (_merge_one, _merge_tokens, _merge_batches),
    ),
    mistakes=(
        Mistake(
            "reshaped",
            merge_reshaped,
            "the reshape joins neighbouring tokens of one head. Move heads behind tokens first, "
            "then join heads and D.",
            ("every token",),
        ),
        Mistake(
            "viewed",
            merge_viewed,
            "after a transpose the numbers no longer lie in a row in memory, so view() refuses. "
            "Let torch copy them into order first.",
            ("every token",),
        ),
        Mistake(
            "interleaved",
            merge_interleaved,
            "the heads' numbers alternate. Put the D numbers of head 0 first, then those of "
            "head 1.",
            ("one token",),
        ),
        Mistake(
            "summed",
            merge_summed,
            "the heads are added up. Put them side by side.",
            ("one token",),
        ),
        Mistake(
            "averaged",
            merge_averaged,
            "the heads are averaged. Put them side by side.",
            ("one token",),
        ),
        Mistake(
            "not joined",
            merge_not_joined,
            "heads and D are still two dimensions. Join them into one.",
            ("one token",),
        ),
        Mistake(
            "tokens joined",
            merge_tokens_joined,
            "the heads are put one after another along the tokens. Put them side by side along "
            "the last dimension.",
            ("one token",),
        ),
        Mistake(
            "tokens first",
            merge_tokens_first,
            "tokens come before the batch. The batch stays first: (B, T, heads * D).",
            ("every token",),
        ),
    ),
)
