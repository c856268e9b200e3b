"""The parts of lesson 09, written with the field's libraries.

A learner who is stuck goes on with these (`given.mean_pool`), and the checks of later exercises
stand on them. `tiny_encoder` and `linear` make small modules to try things on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from sklearn import metrics
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence
from transformers import BertConfig, BertModel

from autograder.given.parts import PARTS, own_answers

__all__ = [
    *PARTS["fine_tuning"], "accuracy", "collate", "confusion_matrix", "cosine_similarity",
    "fit_probe", "linear", "macro_f1", "mean_pool", "retrieval_accuracy", "tiny_encoder",
]  # fmt: skip

NEVER = -1e4
"""The bias of a class without an example: its chance is 0."""
PROBE_STEPS = 1000
"""Largest number of steps of scikit-learn's solver."""


def tiny_encoder(width: int, layers: int, seed: int, positions: int = 32) -> Any:
    """A BERT with random weights, `width` wide (a multiple of 4), 50 tokens, without dropout.

    It reads texts of at most `positions` tokens. Their number changes the weights that are drawn.
    """
    config = BertConfig(
        vocab_size=50, hidden_size=width, num_hidden_layers=layers, num_attention_heads=4,
        intermediate_size=2 * width, max_position_embeddings=positions, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0, initializer_range=0.3,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return BertModel(config).eval()  # type: ignore[no-untyped-call]


def linear(in_features: int, out_features: int, bias: bool = True) -> nn.Linear:
    """A linear layer whose weights are loaded afterwards."""
    return nn.Linear(in_features, out_features, bias=bias)


def collate(examples: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
    """Examples of several lengths as one batch: ids padded with 0 on the right, mask, labels."""
    ids = [torch.tensor(example["input_ids"], dtype=torch.long) for example in examples]
    return {
        "input_ids": pad_sequence(ids, batch_first=True),
        "attention_mask": pad_sequence([torch.ones_like(each) for each in ids], batch_first=True),
        "labels": torch.tensor([int(example["labels"]) for example in examples]),
    }


def mean_pool(hidden: Tensor, mask: Tensor) -> Tensor:
    """(B, T, H) and (B, T) of 0 and 1 give (B, H): the mean over the tokens that count."""
    chosen = mask[..., None].expand_as(hidden).bool()
    pooled: Tensor = torch.masked.mean(hidden, dim=1, mask=chosen)
    return pooled


def cosine_similarity(a: Tensor, b: Tensor) -> Tensor:
    """(N, H) and (M, H) give (N, M)."""
    return F.normalize(a, dim=-1) @ F.normalize(b, dim=-1).T


def accuracy(predicted: Tensor, labels: Tensor) -> float:
    """The share of predictions that are right."""
    return float(metrics.accuracy_score(labels, predicted))


def macro_f1(predicted: Tensor, labels: Tensor, classes: int) -> float:
    """The mean over all classes of F1; 0 for a class without a hit."""
    options = {"labels": range(classes), "average": "macro", "zero_division": 0.0}
    return float(metrics.f1_score(labels, predicted, **options))


def confusion_matrix(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    """(classes, classes) of counts: true class by row, predicted class by column."""
    pairs = labels.long() * classes + predicted.long()
    return torch.bincount(pairs, minlength=classes**2).view(classes, classes)


def fit_probe(
    features: Tensor, labels: Tensor, classes: int, decay: float
) -> tuple[Tensor, Tensor]:
    """The weight (classes, H) and bias (classes,) that minimise the penalised mean loss."""
    present = torch.tensor(sorted(set(labels.tolist())))
    rows = 2 if len(present) == 2 else 1  # one row of scikit-learn's stands for two of ours
    strength = rows / (decay * len(labels))
    model = LogisticRegression(C=strength, max_iter=PROBE_STEPS, tol=1e-6)
    model.fit(features.double().numpy(), labels.numpy())
    fitted, free = torch.from_numpy(model.coef_), torch.from_numpy(model.intercept_)
    if rows == 2:
        fitted, free = torch.cat([-fitted, fitted]) / 2, torch.cat([-free, free]) / 2
    weight = torch.zeros(classes, features.shape[1]).index_copy(0, present, fitted.float())
    bias = torch.full((classes,), NEVER).index_copy(0, present, free.float())
    return weight, bias


def retrieval_accuracy(queries: Tensor, candidates: Tensor, right: Tensor) -> float:
    """The share of queries whose nearest candidate by angle is the right one."""
    near = NearestNeighbors(n_neighbors=1, metric="cosine").fit(candidates.numpy())
    found = near.kneighbors(queries.numpy(), return_distance=False)[:, 0]
    return float((torch.from_numpy(found) == right).float().mean())


own_answers(__name__)
if TYPE_CHECKING:
    # The course's own answers are here by name, with the types that a notebook gives them.
    def __getattr__(name: str) -> Any: ...
