"""`retrieval_accuracy(queries, candidates, right)`: how often the nearest text is the right one.

Oracle: scikit-learn's `NearestNeighbors` with the cosine metric.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise


def _case(queries: Tensor, candidates: Tensor, right: Tensor) -> Case:
    near = NearestNeighbors(n_neighbors=1, metric="cosine").fit(candidates.numpy())
    found = torch.from_numpy(near.kneighbors(queries.numpy(), return_distance=False)[:, 0])
    return Case((queries, candidates, right), float((found == right).double().mean()))


def _draw(draw: Draw, queries: int, candidates: int, size: int) -> tuple[Tensor, Tensor, Tensor]:
    """Queries, each near one of the candidates; the candidates; which of them it is."""
    generator = draw.torch()
    texts = torch.randn(candidates, size, generator=generator)
    right = torch.randint(candidates, (queries,), generator=generator)
    noise = torch.randn(queries, size, generator=generator)
    return texts[right] + 0.9 * noise, texts, right


def _unit(draw: Draw) -> list[Case]:
    """Also counts by hand, opposites, one query, as many candidates as queries, and far ones.

    The nearest candidate counts however far it is: its cosine may be below 0.5 or below 0.
    """
    queries, texts, right = _draw(draw, *draw.size((24, 9, 5), (40, 12, 6)))
    square, others, which = _draw(draw, *draw.size((7, 7, 3), (11, 11, 4)))
    three = torch.tensor([[0.6, 0.8, 0.0], [0.0, 0.6, 0.8], [0.8, 0.0, 0.6]])
    by_hand = _case(three, three, torch.tensor([0, 1, 0]))
    opposite = _case(  # the candidate on the other side is the least similar
        torch.tensor([[0.6, 0.8], [0.8, -0.6], [0.6, -0.8]]),
        torch.tensor([[-0.6, -0.8], [0.8, 0.6], [-0.8, 0.6], [0.0, -1.0]]),
        torch.tensor([1, 3, 3]),
    )
    one, first = torch.tensor([[1.0, 0.0]]), torch.tensor([0])
    return [
        by_hand,
        _case(F.normalize(queries), F.normalize(texts), right),
        _case(F.normalize(square), F.normalize(others), which),
        opposite,
        _case(three[:1], three.flip(0), torch.tensor([2])),
        _case(three[1:2], three, torch.tensor([2])),
        _case(one, F.normalize(torch.tensor([[draw.size(0.3, 0.4), 1], [-1, 0]])), first),
        _case(one, F.normalize(torch.tensor([[-1, 0], [draw.size(-0.3, -0.2), 1]])), first + 1),
    ]


def _any_length(draw: Draw) -> list[Case]:
    queries, texts, right = _draw(draw, *draw.size((30, 11, 4), (48, 16, 5)))
    lengths = 0.2 + 6 * torch.rand(len(texts), 1, generator=draw.torch())
    by_hand = _case(  # the second is nearest by angle; the first by distance and by dot product
        torch.tensor([[3.0, 2.0]]), torch.tensor([[3.0, 0.0], [0.1, 0.1]]), torch.tensor([1])
    )
    far = _case(  # by angle 2, 0, 1; the nearest points are 1, 1, 1
        torch.tensor([[0.0, 5.0], [4.0, 1.0], [-1.0, 2.0]]),
        torch.tensor([[900.0, 90.0], [-0.3, 0.8], [0.1, 60.0]]),
        torch.tensor([2, 0, 1]),
    )
    tiny = _case(queries * 0.01, texts * lengths * 0.05, right)
    return [_case(queries, texts * lengths, right), by_hand, far, tiny]


RETRIEVAL_ACCURACY = exercise(__file__, "retrieval_accuracy", _unit, _any_length)
