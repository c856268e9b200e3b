"""`induction_score(weights, ids)` and `find_copying_head(weights, ids)`: the head that copies.

Oracle: attention weights computed by transformers. For different tokens repeated every n
positions, the score is the mean of a diagonal: row t, column t - n + 1, from t = n on. It is read
with `torch.diagonal` and never looks at the ids. Other texts are drawn backward: first for every
position the one where its token was last, or none; the ids follow from these links, and the score
is the mean at the links. The last model of `find_copying_head` is set by hand, so that one known
head copies: the answer is the place that was chosen for it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM

from autograder.exercise import Case, Draw
from autograder.given.copying import TOKENS, copying_model
from autograder.given.heads import attention_maps, repeated_ids
from autograder.lessons.sheet import exercise
from autograder.wire import Value


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
    ids = ids + draw.size(1000, 7000)  # above the small numbers that Python keeps only once
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
    hidden = draw.hidden
    links = [LINKS_HIDDEN if hidden else LINKS, SHORT_HIDDEN if hidden else SHORT, LONG]
    return [
        _score_case(draw, draw.size(3, 4), draw.size(3, 4)),
        *(_linked_case(draw, each) for each in links),
    ]


NEW, SHOWN = -1, 12
LINKS = (NEW, NEW, 0, 2, NEW, 1, NEW, 4, 3, NEW)
LINKS_HIDDEN = (NEW, 0, NEW, 2, 3, NEW, 1, 6, NEW, 5, 4, NEW)
"""For each position the one where its token was last: at once, far back, several times over."""
SHORT, SHORT_HIDDEN = (NEW, NEW, 0), (NEW, 0)
LONG = tuple(NEW if t < 6 else t - 6 + (1, -1)[t % 2] for t in range(72))
"""72 positions; neighbours change places at every turn."""


def _ids(draw: Draw, links: tuple[int, ...]) -> Tensor:
    """Large numbers, each token new or that of the position it is linked to.

    They are 256 apart, or a multiple of it: none may be cut to a byte. The token that comes back
    first is 0.
    """
    fresh = [256 * n + 7 for n in draw.random().sample(range(1, 190), len(links))]
    fresh[next(link for link in links if link != NEW)] = 0
    ids: list[int] = []
    for number, link in zip(fresh, links, strict=True):
        ids.append(number if link == NEW else ids[link])
    return torch.tensor(ids)


def _causal_weights(draw: Draw, *sizes: int) -> Tensor:
    """Weights (..., T, T) that see no later position."""
    scores = 2 * torch.randn(*sizes, sizes[-1], generator=draw.torch())
    hidden = torch.ones(sizes[-1], sizes[-1], dtype=torch.bool).triu(1)
    return scores.masked_fill(hidden, float("-inf")).softmax(-1)


def score_at_links(weights: Tensor, links: tuple[int, ...]) -> Tensor:
    """Induction scores (...,) of weights (..., T, T) for a text made of these links."""
    late = [t for t, link in enumerate(links) if link != NEW]
    return weights[..., late, [links[t] + 1 for t in late]].mean(-1)


def _linked_case(draw: Draw, links: tuple[int, ...]) -> Case:
    weights, ids = _causal_weights(draw, len(links)), _ids(draw, links)
    told = f"tensor({ids.tolist()})" if len(links) <= SHOWN else f"{len(links)} ids"
    shown = f"induction_score(weights of one head, {told})"
    return Case((weights, ids), float(score_at_links(weights, links)), shown=shown)


def _copying_case(maps: Tensor, ids: Tensor, scores: Tensor) -> Case:
    layer, head = divmod(int(scores.argmax()), scores.shape[1])
    return Case((maps, ids), (layer, head), shown=_shown(maps, ids))


def _shown(maps: Tensor, ids: Tensor) -> str:
    return f"find_copying_head(weights of shape {tuple(maps.shape)}, ids of shape {len(ids)})"


def _copying_model(draw: Draw, sizes: tuple[int, int], length: int) -> Case:
    maps, ids = _maps(draw, *sizes, length, 2)
    return _copying_case(maps, ids, score_by_diagonal(maps, length))


def _copying_planted(
    draw: Draw, layers: int, heads: int, place: tuple[int, int], links: tuple[int, ...]
) -> Case:
    """One head copies, and others look more sharply at other places, whatever the seed.

    All heads of another layer copy a little: it is the better one in the mean.
    """
    maps, at = _causal_weights(draw, layers, heads, len(links)), torch.arange(len(links))
    late = torch.tensor([link != NEW for link in links])
    rows, twins = at[late], torch.tensor(links)[late]
    looks = (twins + 1, twins, rows - 1, rows, 0 * rows)  # copies; twin, before, itself, the first
    strength = (0.8, 0.9, 0.95, 0.85, 0.9)
    decent = (place[0] + 1) % layers if layers > 1 else NEW
    all_places = [divmod(n, heads) for n in range(layers * heads)]
    others = [each for each in all_places if each != place and each[0] != decent]
    planted = list(zip((place, *others), looks, strength, strict=False))
    planted += [((decent, head), looks[0], 0.4) for head in range(heads) if decent != NEW]
    for (layer, head), columns, weight in planted:
        looked = maps[layer, head]
        looked[rows] *= 1 - weight
        looked[rows, columns] += weight
    return _copying_case(maps, _ids(draw, links), score_at_links(maps, links))


def _copying_small(draw: Draw) -> list[Case]:
    """Random models of several seeds, so that a head found by luck does not pass."""
    sizes, length = draw.size((4, 3), (3, 5)), draw.size(5, 6)
    draws = (Draw(f"{draw.seed}/{part}", draw.hidden) for part in range(2))
    apart, twice = draw.size(FAR, FAR_HIDDEN), (*(NEW,) * 5, *range(5))
    return [
        *(_copying_model(own, sizes, length) for own in draws),
        _copying_planted(draw, *draw.size((2, 5), (5, 2)), draw.size((0, 3), (3, 0)), twice),
        _copying_planted(draw, *draw.size((5, 2), (2, 5)), draw.size((4, 1), (1, 4)), apart),
        _copying_planted(draw, *draw.size((3, 4), (4, 3)), (0, draw.size(0, 1)), apart),
        _copying_planted(draw, 1, 5, (0, draw.size(4, 3)), apart),
        _copying_planted(draw, 5, 1, (draw.size(3, 4), 0), twice),
        _copying_faint(draw, *draw.size((2, 3), (3, 2)), apart), _copying_none(draw, apart),
    ]  # fmt: skip


def _copying_faint(draw: Draw, layers: int, heads: int, links: tuple[int, ...]) -> Case:
    """All heads copy a little, and nearly as much as each other: scores from 0.02 on."""
    maps = torch.eye(len(links)).repeat(layers, heads, 1, 1)
    late = [t for t, link in enumerate(links) if link != NEW]
    for n in range(layers * heads):
        looked, weight = maps[divmod(n, heads)], 0.02 + 0.0004 * n
        for t in late:
            looked[t, t], looked[t, links[t] + 1] = 1 - weight, weight
    best = draw.random().randrange(1, layers * heads - 1)  # no first or last of equals
    turned = maps.flatten(0, 1).roll(best + 1, 0).reshape(maps.shape)
    return _copying_case(turned, _ids(draw, links), score_at_links(turned, links))


def _copying_none(draw: Draw, links: tuple[int, ...]) -> Case:
    """No head copies, so that each is as good as any other."""
    maps, ids = torch.eye(len(links)).repeat(2, 3, 1, 1), _ids(draw, links)
    return Case((maps, ids), (1, 2), shown=_shown(maps, ids), accepts=any_place)


def any_place(got: Value, expected: Value) -> str | None:
    """None for (layer, head) up to the last place, `expected`."""
    if isinstance(got, tuple | list) and len(got) == len(expected):
        ends = zip(map(int, got), expected, strict=True)
        if all(0 <= place <= last for place, last in ends):
            return None
    return "All scores are 0, so every head is among the best: give (layer, head) of one of them."


FAR = (NEW, NEW, NEW, 0, NEW, 2, 1, 3, NEW, 6, 4)
FAR_HIDDEN = (NEW, NEW, 0, NEW, NEW, 1, 2, 4, NEW, 5, 7, 3)
"""Links that are no repetition of one text, and none to the position just before."""


def _copying_built(draw: Draw) -> list[Case]:
    """A model whose weights are set by hand: the right head is known before anything is scored."""
    (layers, heads), random = draw.size((2, 4), (3, 3)), draw.random()
    place = (random.randrange(1, layers), random.randrange(heads))
    ids = repeated_ids(TOKENS, draw.size(12, 20), 2, random.randrange(1000))
    maps = attention_maps(copying_model(layers, heads, place), ids)
    return [Case((maps, ids), place, shown=_shown(maps, ids))]


INDUCTION_SCORE = exercise(__file__, "induction_score", _by_hand, _two_times, _more_times)

FIND_COPYING_HEAD = exercise(__file__, "find_copying_head", _copying_small, _copying_built)
