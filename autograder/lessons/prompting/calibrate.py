"""`calibrate(scores, content_free)`: label probabilities without the prompt's own preference.

Oracle: `torch.distributions.Categorical`, which turns scores and shares into probabilities.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.distributions import Categorical

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise


def by_categorical(scores: Tensor, content_free: Tensor) -> Tensor:
    """Probabilities over the prior of the content-free inputs, made to sum to one."""
    probs: Tensor = Categorical(logits=scores).probs
    prior = Categorical(logits=content_free).probs.mean(0)
    even: Tensor = Categorical(probs=probs / prior).probs
    return even


def _case(scores: Tensor, content_free: Tensor) -> Case:
    return Case((scores, content_free), by_categorical(scores, content_free))


def _by_hand(draw: Draw) -> list[Case]:
    """One row each: two to five labels, a prior that is even, one that is lopsided, one label."""
    tables = draw.size(
        [
            ([0.6, 0.4], [0.75, 0.25]),
            ([0.2, 0.3, 0.5], [0.1, 0.7, 0.2]),
            ([0.3, 0.1, 0.2, 0.4], [0.25, 0.25, 0.25, 0.25]),
            ([0.999, 0.001], [0.0001, 0.9999]),
            ([1.0], [1.0]),
        ],
        [
            ([0.5, 0.3, 0.2], [0.5, 0.25, 0.25]),
            ([0.9, 0.1], [0.6, 0.4]),
            ([0.1, 0.2, 0.3, 0.3, 0.1], [0.2, 0.2, 0.2, 0.2, 0.2]),
            ([0.0001, 0.0009, 0.999], [0.99, 0.001, 0.009]),
            ([1.0], [1.0]),
        ],
    )
    return [
        _case(torch.tensor([shares]).log(), torch.tensor([prior]).log()) for shares, prior in tables
    ]


def _unnormalised(draw: Draw) -> list[Case]:
    """Scores of labels are log-probabilities, which do not sum to one over the labels.

    Some are so low that their exponential is 0 in 32 bits, and some are never.
    """
    generator = draw.torch()
    scores = -4 + torch.randn(draw.size((3, 2), (5, 4)), generator=generator)
    free = -6 + torch.randn(draw.size((1, 2), (1, 4)), generator=generator)
    low = scores - 114
    square = -3 + torch.randn(draw.size((3, 3), (4, 4)), generator=generator)
    never, hardly = square.clone(), square.clone()
    never[0, 1], never[2, 0] = -torch.inf, -torch.inf
    hardly[1, 2], hardly[2, 1] = -10_000, -10_000
    prior = -2 + torch.randn(1, len(square), generator=generator)
    return [
        _case(scores, free),
        _case(low, free),
        _case(square, prior),
        _case(never, prior),
        _case(hardly, prior),
        _case(scores.double(), free.double()),
        _case(scores[:, :1], free[:, :1]),
    ]


def _several(draw: Draw) -> list[Case]:
    """More and fewer inputs than items or labels, as many, and one label that one never gives."""
    generator = draw.torch()

    def drawn(items: int, inputs: int, labels: int) -> tuple[Tensor, Tensor]:
        scores = -4 + torch.randn(items, labels, generator=generator)
        shift = torch.arange(inputs)[:, None] * 1.5
        return scores, -5 - shift + 2 * torch.randn(inputs, labels, generator=generator)

    never = drawn(3, 4, 3)
    never[1][1, 2], never[1][2, 0] = -torch.inf, -10_000
    low = drawn(4, 3, 2)
    sizes = draw.size([(3, 3, 2), (1, 3, 4), (3, 3, 3)], [(2, 4, 3), (1, 5, 2), (4, 4, 4)])
    pairs = [drawn(*each) for each in sizes]
    pairs += [never, (low[0] - 112, low[1] - 112), (pairs[0][0].double(), pairs[0][1].double())]
    return [_case(*pair) for pair in pairs]


CALIBRATE = exercise(__file__, "calibrate", _by_hand, _unnormalised, _several)
