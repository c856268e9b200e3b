"""`induction_score(weights, ids)` and `find_copying_head(weights, ids)`: the head that copies.

Oracle: attention weights computed by transformers. For different tokens repeated every n
positions, the score is the mean of a diagonal: row t, column t - n + 1, from t = n on. It is read
with `torch.diagonal` and never looks at the ids.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM

from autograder.exercise import Case, Draw
from autograder.given import models
from autograder.given.heads import attention_maps, repeated_ids
from autograder.lessons.sheet import exercise


def score_by_diagonal(weights: Tensor, period: int) -> Tensor:
    """Induction scores (...,) of weights (..., T, T) for tokens that repeat every `period`."""
    return weights.diagonal(1 - period, -2, -1)[..., 1:].mean(-1)


@cache
def sharp_model(layers: int, heads: int, seed: int) -> Any:
    """A random Llama whose heads look at different places."""
    config = LlamaConfig(
        vocab_size=100,
        hidden_size=heads * 4,
        intermediate_size=16,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=1,
        initializer_range=0.3,  # so large that the heads differ
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return LlamaForCausalLM(config).eval()  # type: ignore[no-untyped-call]


def _maps(draw: Draw, layers: int, heads: int, length: int, repeats: int) -> tuple[Tensor, Tensor]:
    seed = draw.random().randrange(1000)
    ids = repeated_ids(100, length, repeats, seed)
    return attention_maps(sharp_model(layers, heads, seed), ids), ids


def _score_case(draw: Draw, length: int, repeats: int) -> Case:
    maps, ids = _maps(draw, 1, 2, length, repeats)
    shown = f"induction_score(weights of one head, tensor({ids.tolist()}))"
    return Case((maps[0, 1], ids), float(score_by_diagonal(maps[0, 1], length)), shown=shown)


BY_HAND = (
    (1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    (0.5, 0.5, 0.0, 0.0, 0.0, 0.0),
    (0.2, 0.3, 0.5, 0.0, 0.0, 0.0),
    (0.1, 0.6, 0.2, 0.1, 0.0, 0.0),
    (0.1, 0.1, 0.5, 0.1, 0.2, 0.0),
    (0.0, 0.1, 0.0, 0.7, 0.1, 0.1),
)
"""The worked example of the lesson: for a text of three tokens that comes twice it scores 0.6."""


def _by_hand(draw: Draw) -> list[Case]:
    ids = draw.size(torch.tensor([5, 7, 9, 5, 7, 9]), torch.tensor([8, 2, 6, 8, 2, 6]))
    weights = torch.tensor(BY_HAND)
    shown = f"induction_score(the weights of the worked example, tensor({ids.tolist()}))"
    return [Case((weights, ids), float(score_by_diagonal(weights, 3)), shown=shown)]


def _two_times(draw: Draw) -> list[Case]:
    return [_score_case(draw, draw.size(4, 6), 2)]


def _more_times(draw: Draw) -> list[Case]:
    return [_score_case(draw, draw.size(3, 4), draw.size(3, 4))]


def _copying_case(maps: Tensor, ids: Tensor, period: int) -> Case:
    scores = score_by_diagonal(maps, period)  # (layers, heads)
    layer, head = divmod(int(scores.argmax()), scores.shape[1])
    shown = f"find_copying_head(weights of shape {tuple(maps.shape)}, ids of shape {len(ids)})"
    return Case((maps, ids), (layer, head), shown=shown)


def _copying_small(draw: Draw) -> list[Case]:
    """Random models of several seeds, so that a head found by luck does not pass."""
    sizes, length = draw.size((4, 3), (3, 5)), draw.size(5, 6)
    draws = (Draw(f"{draw.seed}/{part}", draw.hidden) for part in range(4))
    return [_copying_case(*_maps(own, *sizes, length, 2), length) for own in draws]


def _copying_shipped(draw: Draw) -> list[Case]:
    model = models.load("base")
    length = draw.size(12, 20)
    ids = repeated_ids(model.config.vocab_size, length, 2, draw.random().randrange(1000))
    return [_copying_case(attention_maps(model, ids), ids, length)]


INDUCTION_SCORE = exercise(__file__, "induction_score", _by_hand, _two_times, _more_times)

FIND_COPYING_HEAD = exercise(__file__, "find_copying_head", _copying_small, _copying_shipped)
