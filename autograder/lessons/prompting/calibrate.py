"""`calibrate(scores, content_free)`: label probabilities without the prompt's own preference.

Oracle: `torch.distributions.Categorical`, which turns scores and shares into probabilities.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.distributions import Categorical

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage


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


def calibrate_minus(scores: Tensor, content_free: Tensor) -> Tensor:
    prior = torch.softmax(content_free, -1).mean(0)
    return torch.softmax(scores, -1) - prior


def calibrate_times(scores: Tensor, content_free: Tensor) -> Tensor:
    prior = torch.softmax(content_free, -1).mean(0)
    weighted = torch.softmax(scores, -1) * prior
    return weighted / weighted.sum(-1, keepdim=True)


def calibrate_no_sum(scores: Tensor, content_free: Tensor) -> Tensor:
    prior = torch.softmax(content_free, -1).mean(0)
    return torch.softmax(scores, -1) / prior


def calibrate_twice(scores: Tensor, content_free: Tensor) -> Tensor:
    prior = torch.softmax(content_free, -1).mean(0)
    return torch.softmax(torch.softmax(scores, -1) / prior, -1)


def calibrate_not_at_all(scores: Tensor, content_free: Tensor) -> Tensor:
    return torch.softmax(scores, -1)


def calibrate_mean_of_logs(scores: Tensor, content_free: Tensor) -> Tensor:
    return torch.softmax(scores - content_free.mean(0), -1)


def calibrate_first(scores: Tensor, content_free: Tensor) -> Tensor:
    return torch.softmax(scores - content_free[0], -1)


def calibrate_raw_mean(scores: Tensor, content_free: Tensor) -> Tensor:
    prior = content_free.exp().mean(0)
    return torch.softmax(scores - prior.log(), -1)


def calibrate_over_items(scores: Tensor, content_free: Tensor) -> Tensor:
    prior = torch.softmax(content_free, -1).mean(0)
    ratio = torch.softmax(scores, -1) / prior
    return ratio / ratio.sum()


def calibrate_own_prior(scores: Tensor, content_free: Tensor) -> Tensor:
    prior = torch.softmax(scores, -1).mean(0)
    ratio = torch.softmax(scores, -1) / prior
    return ratio / ratio.sum(-1, keepdim=True)


def calibrate_logs(scores: Tensor, content_free: Tensor) -> Tensor:
    prior = torch.softmax(content_free, -1).mean(0)
    return torch.log_softmax(torch.log_softmax(scores, -1) - prior.log(), -1)


HAND, RAW, SEVERAL = "by hand", "log-probabilities", "several inputs"

MISTAKES = (
    Mistake(
        "minus",
        calibrate_minus,
        "the prior is subtracted from the probabilities. Divide by it.",
        (HAND,),
    ),
    Mistake(
        "times",
        calibrate_times,
        "it multiplies by the prior, which doubles the prompt's preference. Divide by it.",
        (HAND,),
    ),
    Mistake(
        "no sum",
        calibrate_no_sum,
        "the results do not sum to one. Divide each row by its sum.",
        (HAND,),
    ),
    Mistake(
        "twice",
        calibrate_twice,
        "softmax is taken of numbers that are probabilities already. Divide each row by its sum.",
        (HAND,),
    ),
    Mistake(
        "not at all",
        calibrate_not_at_all,
        "the content-free scores are not used.",
        (HAND,),
    ),
    Mistake(
        "mean of logs",
        calibrate_mean_of_logs,
        "it averages the log-probabilities of the content-free inputs. Turn each into "
        "probabilities over the labels first, then average those.",
        (SEVERAL,),
    ),
    Mistake(
        "first only",
        calibrate_first,
        "only the first content-free input is used. Average over all of them.",
        (SEVERAL,),
    ),
    Mistake(
        "raw mean",
        calibrate_raw_mean,
        "content-free inputs whose labels are all unlikely count less. Make the labels of each "
        "input share one before you average.",
        (SEVERAL,),
    ),
    Mistake(
        "over items",
        calibrate_over_items,
        "everything together sums to one. Each row must, along the labels.",
        (RAW, SEVERAL),
    ),
    Mistake(
        "own prior",
        calibrate_own_prior,
        "the prior is taken from the items themselves. Take it from the content-free scores.",
        (HAND,),
    ),
    Mistake(
        "logs",
        calibrate_logs,
        "it returns logarithms. Return probabilities.",
        (HAND,),
    ),
)

CALIBRATE = Exercise(
    name="calibrate",
    title="Take the prompt's own taste away",
    difficulty=3,
    minutes=15,
    forbids=("autograder.given.prompting.calibrate",),
    stages=(
        Stage("by hand", 1, "one item and one content-free input, as in the text.", _by_hand),
        Stage(
            "log-probabilities",
            1,
            "scores of real labels do not sum to one: make them probabilities first.",
            _unnormalised,
            needs=("by hand",),
        ),
        Stage(
            "several inputs",
            1,
            "several content-free inputs: the mean of their probabilities.",
            _several,
            needs=("by hand",),
        ),
    ),
    mistakes=MISTAKES,
)
