"""`retrieval_accuracy(queries, candidates, right)`: how often the nearest text is the right one.

Oracle: scikit-learn's `NearestNeighbors` with the cosine metric.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage

NOISE = 0.9
"""How far a query is from its candidate, as a share of the candidate's size."""
LONGEST = 6.0


def _case(queries: Tensor, candidates: Tensor, right: Tensor) -> Case:
    near = NearestNeighbors(n_neighbors=1, metric="cosine").fit(candidates.numpy())
    found = torch.from_numpy(near.kneighbors(queries.numpy(), return_distance=False)[:, 0])
    return Case((queries, candidates, right), float((found == right).double().mean()))


def _draw(draw: Draw, queries: int, candidates: int, size: int) -> tuple[Tensor, Tensor, Tensor]:
    generator = draw.torch()
    texts = torch.randn(candidates, size, generator=generator)
    right = torch.randint(candidates, (queries,), generator=generator)
    noise = torch.randn(queries, size, generator=generator)
    return texts[right] + NOISE * noise, texts, right


def _unit(draw: Draw) -> list[Case]:
    queries, texts, right = _draw(draw, *draw.size((24, 9, 5), (40, 12, 6)))
    unit = F.normalize
    return [
        _case(torch.eye(3), torch.eye(3), torch.tensor([0, 1, 0])),
        _case(unit(queries), unit(texts), right),
    ]


def _any_length(draw: Draw) -> list[Case]:
    queries, texts, right = _draw(draw, *draw.size((30, 11, 4), (48, 16, 5)))
    lengths = 0.2 + LONGEST * torch.rand(len(texts), 1, generator=draw.torch())
    by_hand = _case(  # the second is nearest by angle; the first by distance and by dot product
        torch.tensor([[3.0, 2.0]]), torch.tensor([[3.0, 0.0], [0.1, 0.1]]), torch.tensor([1])
    )
    return [_case(queries, texts * lengths, right), by_hand]


def retrieval_dot(queries: Tensor, candidates: Tensor, right: Tensor) -> float:
    return float(((queries @ candidates.T).argmax(dim=1) == right).float().mean())


def retrieval_farthest(queries: Tensor, candidates: Tensor, right: Tensor) -> float:
    unit = F.normalize(queries, dim=-1) @ F.normalize(candidates, dim=-1).T
    return float((unit.argmin(dim=1) == right).float().mean())


def retrieval_count(queries: Tensor, candidates: Tensor, right: Tensor) -> float:
    unit = F.normalize(queries, dim=-1) @ F.normalize(candidates, dim=-1).T
    return float((unit.argmax(dim=1) == right).sum())


def retrieval_mean(queries: Tensor, candidates: Tensor, right: Tensor) -> float:
    unit = F.normalize(queries, dim=-1) @ F.normalize(candidates, dim=-1).T
    return float(unit[torch.arange(len(right)), right].mean())


def retrieval_candidates(queries: Tensor, candidates: Tensor, right: Tensor) -> float:
    unit = F.normalize(queries, dim=-1) @ F.normalize(candidates, dim=-1).T
    return float((unit.argmax(dim=1) == right).sum() / len(candidates))


def retrieval_distance(queries: Tensor, candidates: Tensor, right: Tensor) -> float:
    return float((torch.cdist(queries, candidates).argmin(dim=1) == right).float().mean())


def retrieval_two(queries: Tensor, candidates: Tensor, right: Tensor) -> float:
    unit = F.normalize(queries, dim=-1) @ F.normalize(candidates, dim=-1).T
    return float((unit.topk(2, dim=1).indices == right[:, None]).any(dim=1).float().mean())


RETRIEVAL_ACCURACY = Exercise(
    name="retrieval_accuracy",
    title="Is the nearest text the right one?",
    difficulty=2,
    minutes=8,
    forbids=("autograder.given.fine_tuning.retrieval_accuracy", "sklearn.neighbors.*"),
    stages=(
        Stage(
            "unit vectors", 1, "vectors of length 1: the share of queries that find theirs.", _unit
        ),
        Stage(
            "any lengths",
            1,
            "only the angle decides which candidate is nearest.",
            _any_length,
            needs=("unit vectors",),
        ),
    ),
    mistakes=(
        Mistake(
            "dot product",
            retrieval_dot,
            "the largest dot product wins, so long vectors win too often. Compare by cosine.",
            ("any lengths",),
        ),
        Mistake(
            "distance",
            retrieval_distance,
            "the nearest point wins, so lengths count. Compare by cosine, which sees the angle.",
            ("any lengths",),
        ),
        Mistake(
            "farthest",
            retrieval_farthest,
            "it takes the candidate with the smallest similarity. The nearest has the largest.",
            ("unit vectors",),
        ),
        Mistake(
            "count",
            retrieval_count,
            "this is how many queries are right. Divide by the number of queries.",
            ("unit vectors",),
        ),
        Mistake(
            "mean similarity",
            retrieval_mean,
            "this is the mean similarity to the right candidate. Ask instead whether it is the "
            "most similar of all.",
            ("unit vectors",),
        ),
        Mistake(
            "divided by candidates",
            retrieval_candidates,
            "it divides by the number of candidates. Divide by the number of queries.",
            ("unit vectors",),
        ),
        Mistake(
            "first two",
            retrieval_two,
            "a query counts as right when its candidate is among the two nearest. Only the nearest "
            "counts.",
            ("unit vectors",),
        ),
    ),
)
