"""How `induction_score` and `find_copying_head` usually go wrong."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.exercise import Mistake
from autograder.given import attention as given


def score_same_token(weights: Tensor, ids: Tensor) -> float:
    last: dict[int, int] = {}
    looks = []
    for t, token in enumerate(ids.tolist()):
        if token in last:
            looks.append(float(weights[t, last[token]]))
        last[token] = t
    return sum(looks) / len(looks)


def score_token_before(weights: Tensor, ids: Tensor) -> float:
    last: dict[int, int] = {}
    looks = []
    for t, token in enumerate(ids.tolist()):
        if token in last:
            looks.append(float(weights[t, max(last[token] - 1, 0)]))
        last[token] = t
    return sum(looks) / len(looks)


def score_over_all(weights: Tensor, ids: Tensor) -> float:
    last: dict[int, int] = {}
    total = 0.0
    for t, token in enumerate(ids.tolist()):
        if token in last:
            total += float(weights[t, last[token] + 1])
        last[token] = t
    return total / len(ids)


def score_summed(weights: Tensor, ids: Tensor) -> float:
    last: dict[int, int] = {}
    total = 0.0
    for t, token in enumerate(ids.tolist()):
        if token in last:
            total += float(weights[t, last[token] + 1])
        last[token] = t
    return total


def score_sideways(weights: Tensor, ids: Tensor) -> float:
    last: dict[int, int] = {}
    looks = []
    for t, token in enumerate(ids.tolist()):
        if token in last:
            looks.append(float(weights[last[token] + 1, t]))
        last[token] = t
    return sum(looks) / len(looks)


def score_first_time(weights: Tensor, ids: Tensor) -> float:
    first: dict[int, int] = {}
    looks = []
    for t, token in enumerate(ids.tolist()):
        if token in first:
            looks.append(float(weights[t, first[token] + 1]))
        else:
            first[token] = t
    return sum(looks) / len(looks)


def score_previous_token(weights: Tensor, ids: Tensor) -> float:
    return float(weights.diagonal(-1).mean())


def score_tensor_keys(weights: Tensor, ids: Tensor) -> float:
    last: dict[Tensor, int] = {}
    looks = []
    for t, token in enumerate(ids):
        if token in last:
            looks.append(float(weights[t, last[token] + 1]))
        last[token] = t
    return sum(looks) / len(looks)


def score_one_early(weights: Tensor, ids: Tensor) -> float:
    return float(weights.diagonal(1 - len(ids) // 2).mean())


def score_two_rounds(weights: Tensor, ids: Tensor) -> float:
    return float(weights.diagonal(1 - len(ids) // 2)[1:].mean())


def score_best_look(weights: Tensor, ids: Tensor) -> float:
    last: dict[int, int] = {}
    looks = []
    for t, token in enumerate(ids.tolist()):
        if token in last:
            looks.append(float(weights[t, last[token] + 1]))
        last[token] = t
    return max(looks)


def copying_swapped(weights: Tensor, ids: Tensor) -> tuple[int, int]:
    scores = {
        (layer, head): given.induction_score(weights[layer, head], ids)
        for layer in range(weights.shape[0])
        for head in range(weights.shape[1])
    }
    layer, head = max(scores, key=scores.__getitem__)
    return head, layer


def copying_flat(weights: Tensor, ids: Tensor) -> int:
    return int(
        torch.tensor([given.induction_score(w, ids) for w in weights.flatten(0, 1)]).argmax()
    )


def copying_flat_tensor(weights: Tensor, ids: Tensor) -> Tensor:
    return torch.tensor(
        [[given.induction_score(h, ids) for h in layer] for layer in weights]
    ).argmax()


def copying_lowest(weights: Tensor, ids: Tensor) -> tuple[int, int]:
    scores = [[given.induction_score(head, ids) for head in layer] for layer in weights]
    return divmod(int(torch.tensor(scores).argmin()), weights.shape[1])


def copying_from_one(weights: Tensor, ids: Tensor) -> tuple[int, int]:
    scores = [[given.induction_score(head, ids) for head in layer] for layer in weights]
    layer, head = divmod(int(torch.tensor(scores).argmax()), weights.shape[1])
    return layer + 1, head + 1


def copying_by_layers(weights: Tensor, ids: Tensor) -> tuple[int, int]:
    scores = [[given.induction_score(head, ids) for head in layer] for layer in weights]
    return divmod(int(torch.tensor(scores).argmax()), weights.shape[0])


def copying_sharpest(weights: Tensor, ids: Tensor) -> tuple[int, int]:
    sharp = weights[..., 1:, :].amax(dim=-1).mean(dim=-1)
    return divmod(int(sharp.argmax()), weights.shape[1])


def copying_last_layer(weights: Tensor, ids: Tensor) -> tuple[int, int]:
    scores = torch.tensor([given.induction_score(head, ids) for head in weights[-1]])
    return weights.shape[0] - 1, int(scores.argmax())


def copying_score_too(weights: Tensor, ids: Tensor) -> tuple[int, int, float]:
    scores = torch.tensor([[given.induction_score(h, ids) for h in layer] for layer in weights])
    return *divmod(int(scores.argmax()), weights.shape[1]), float(scores.max())


SCORE_MISTAKES = (
    Mistake(
        "same token",
        score_same_token,
        "it measures looking at the same token. Measure looking at the position after it.",
        ("by hand",),
    ),
    Mistake(
        "token before",
        score_token_before,
        "it measures looking at the position before the earlier token. Take the one after it.",
        ("by hand",),
    ),
    Mistake(
        "over all",
        score_over_all,
        "the sum is divided by all positions. Divide by the number of those whose token came "
        "before.",
        ("by hand",),
    ),
    Mistake(
        "summed",
        score_summed,
        "it adds up. Take the mean.",
        ("by hand",),
    ),
    Mistake(
        "sideways",
        score_sideways,
        "no position was counted, or rows and columns are swapped. The row is the position that "
        "looks, the column where it looks; tokens must be compared as plain integers.",
        ("by hand",),
    ),
    Mistake(
        "first time",
        score_first_time,
        "it goes back to the token's first occurrence. Take the latest one before this position.",
        ("more times",),
    ),
    Mistake(
        "previous token",
        score_previous_token,
        "it measures looking one position back. Look up where the same token came before.",
        ("by hand",),
    ),
    Mistake(
        "tensor keys",
        score_tensor_keys,
        "no position was counted. A dictionary does not find a tensor again, even one with the "
        "same number: use plain integers as keys.",
        ("by hand",),
    ),
    Mistake(
        "one early",
        score_one_early,
        "the diagonal starts one row early, at a token that is new. Leave its first entry out.",
        ("by hand",),
    ),
    Mistake(
        "two rounds",
        score_two_rounds,
        "it goes back by half the length, which is right only when the text comes just twice. "
        "Find in `ids` where each token was last.",
        ("more times",),
    ),
    Mistake(
        "best look",
        score_best_look,
        "it takes the largest weight. Take the mean.",
        ("by hand",),
    ),
)

COPYING_MISTAKES = (
    Mistake(
        "swapped",
        copying_swapped,
        "it returns (head, layer). Return (layer, head).",
        ("small models",),
    ),
    Mistake(
        "flat",
        copying_flat,
        "it counts through all heads of all layers. Return two numbers: (layer, head).",
        ("small models",),
    ),
    Mistake(
        "flat tensor",
        copying_flat_tensor,
        "argmax counts through all heads of all layers. Make (layer, head) of its result.",
        ("small models",),
    ),
    Mistake(
        "lowest",
        copying_lowest,
        "it returns the head with the lowest score. Return the one with the highest.",
        ("small models",),
    ),
    Mistake(
        "from one",
        copying_from_one,
        "it counts from 1. Count layers and heads from 0.",
        ("small models",),
    ),
    Mistake(
        "by layers",
        copying_by_layers,
        "the flat index is divided by the number of layers. Divide it by the number of heads.",
        ("small models",),
    ),
    Mistake(
        "sharpest",
        copying_sharpest,
        "it returns the head whose weights are largest, wherever it looks. Compare induction "
        "scores.",
        ("small models",),
    ),
    Mistake(
        "last layer",
        copying_last_layer,
        "it searches only the last layer. Search all of them.",
        ("small models",),
    ),
    Mistake(
        "score too",
        copying_score_too,
        "it returns the score as well. Return only (layer, head).",
        ("small models",),
    ),
)
