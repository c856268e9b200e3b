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
    shares = draw.size([[0.6, 0.4]], [[0.5, 0.3, 0.2]])
    prior = draw.size([[0.75, 0.25]], [[0.5, 0.25, 0.25]])
    return [_case(torch.tensor(shares).log(), torch.tensor(prior).log())]


def _unnormalised(draw: Draw) -> list[Case]:
    """Scores of labels are log-probabilities, which do not sum to one over the labels."""
    generator = draw.torch()
    scores = -4 + torch.randn(draw.size((3, 2), (5, 4)), generator=generator)
    free = -6 + torch.randn(draw.size((1, 2), (1, 4)), generator=generator)
    return [_case(scores, free)]


def _several(draw: Draw) -> list[Case]:
    generator = draw.torch()
    scores = -4 + torch.randn(draw.size((3, 2), (2, 3)), generator=generator)
    shift = torch.arange(draw.size(3, 4))[:, None] * 1.5
    free = -5 - shift + 2 * torch.randn(draw.size((3, 2), (4, 3)), generator=generator)
    return [_case(scores, free)]


CALIBRATE = exercise(__file__, "calibrate", _by_hand, _unnormalised, _several)
