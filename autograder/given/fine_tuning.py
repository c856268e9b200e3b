"""The parts of lesson 09, written with the field's libraries.

A learner who is stuck goes on with these (`given.mean_pool`), and the checks of later exercises
stand on them. `tiny_encoder` and `linear` make small modules to try things on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from sklearn import metrics
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors
from torch import Tensor, nn
from transformers import BertConfig, BertModel

__all__ = [
    "LoRALinear",
    "SentenceClassifier",
    "accuracy",
    "add_lora",
    "balanced_sample",
    "collate",
    "confusion_matrix",
    "cosine_similarity",
    "fit_probe",
    "linear",
    "macro_f1",
    "mean_pool",
    "merge_lora",
    "retrieval_accuracy",
    "tiny_encoder",
]

PROBE_STEPS = 1000
"""Largest number of steps of scikit-learn's solver."""


def tiny_encoder(width: int, layers: int, seed: int) -> Any:
    """A BERT with random weights, `width` wide (a multiple of 4), 50 tokens, without dropout."""
    config = BertConfig(
        vocab_size=50,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=4,
        intermediate_size=2 * width,
        max_position_embeddings=32,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        initializer_range=0.3,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        encoder = BertModel(config)
    return encoder.eval()  # type: ignore[no-untyped-call]


def linear(in_features: int, out_features: int, bias: bool = True) -> nn.Linear:
    """A linear layer whose weights are loaded afterwards."""
    return nn.Linear(in_features, out_features, bias=bias)


def collate(examples: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
    """Examples of several lengths as one batch: ids padded with 0 on the right, mask, labels."""
    width = max(len(example["input_ids"]) for example in examples)
    ids = [[*e["input_ids"], *[0] * (width - len(e["input_ids"]))] for e in examples]
    mask = [[1] * len(e["input_ids"]) + [0] * (width - len(e["input_ids"])) for e in examples]
    labels = [int(example["labels"]) for example in examples]
    return {
        "input_ids": torch.tensor(ids),
        "attention_mask": torch.tensor(mask),
        "labels": torch.tensor(labels),
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
    return float(
        metrics.f1_score(
            labels, predicted, labels=range(classes), average="macro", zero_division=0.0
        )
    )


def confusion_matrix(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    """(classes, classes) of counts: true class by row, predicted class by column."""
    pairs = labels.long() * classes + predicted.long()
    counts = torch.bincount(pairs, minlength=classes**2).view(classes, classes)
    return counts


def fit_probe(
    features: Tensor, labels: Tensor, classes: int, decay: float
) -> tuple[Tensor, Tensor]:
    """The weight (classes, H) and bias (classes,) that minimise the penalised mean loss."""
    rows = 2 if classes == 2 else 1  # one row of scikit-learn's stands for two of ours
    strength = rows / (decay * len(labels))
    model = LogisticRegression(C=strength, max_iter=PROBE_STEPS, tol=1e-6)
    model.fit(features.double().numpy(), labels.numpy())
    weight, bias = torch.from_numpy(model.coef_), torch.from_numpy(model.intercept_)
    if classes == 2:
        weight, bias = torch.cat([-weight, weight]) / 2, torch.cat([-bias, bias]) / 2
    return weight.float(), bias.float()


class SentenceClassifier(nn.Module):
    """An encoder, mean pooling, and a linear head on top."""

    def __init__(self, encoder: Any, classes: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(encoder.config.hidden_size, classes)

    def logits(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """(B, T) of ids give (B, classes)."""
        out = self.encoder(input_ids=input_ids, attention_mask=attention_mask)
        scores: Tensor = self.head(mean_pool(out.last_hidden_state, attention_mask))
        return scores

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, labels: Tensor | None = None
    ) -> dict[str, Tensor]:
        """Logits, and with labels the loss before them, as the Trainer wants it."""
        logits = self.logits(input_ids, attention_mask)
        if labels is None:
            return {"logits": logits}
        return {"loss": F.cross_entropy(logits, labels), "logits": logits}


class LoRALinear(nn.Module):
    """A frozen linear layer and a trainable difference of low rank beside it."""

    def __init__(self, base: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.a = nn.Parameter(torch.empty(rank, base.in_features))
        self.b = nn.Parameter(torch.zeros(base.out_features, rank))
        nn.init.kaiming_uniform_(self.a, a=5**0.5)
        self.scale = alpha / rank

    def forward(self, x: Tensor) -> Tensor:
        """(..., in_features) gives (..., out_features)."""
        difference = F.linear(F.linear(x, self.a), self.b)
        result: Tensor = self.base(x) + self.scale * difference
        return result


def merge_lora(layer: Any) -> nn.Linear:
    """A plain linear layer that computes what the LoRA layer does."""
    weight = torch.addmm(layer.base.weight, layer.b, layer.a, alpha=layer.scale).detach()
    bias = None if layer.base.bias is None else layer.base.bias.detach().clone()
    merged = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    merged.load_state_dict({"weight": weight} if bias is None else {"weight": weight, "bias": bias})
    return merged


def add_lora(encoder: Any, names: Sequence[str], rank: int, alpha: float) -> int:
    """Freeze the encoder, wrap its linear layers called one of `names`; how many numbers train."""
    encoder.requires_grad_(False)
    for module in list(encoder.modules()):
        for name, child in list(module.named_children()):
            if name in names and isinstance(child, nn.Linear):
                setattr(module, name, LoRALinear(child, rank, alpha))
    return sum(p.numel() for p in encoder.parameters() if p.requires_grad)


def balanced_sample(labels: Tensor, per_class: int, seed: int) -> Tensor:
    """Places of `per_class` random examples of each class, none of them twice."""
    generator = torch.Generator().manual_seed(seed)
    chosen = []
    for label in labels.unique():  # type: ignore[no-untyped-call]
        places = (labels == label).nonzero().flatten()
        chosen.append(places[torch.randperm(len(places), generator=generator)[:per_class]])
    return torch.cat(chosen)


def retrieval_accuracy(queries: Tensor, candidates: Tensor, right: Tensor) -> float:
    """The share of queries whose nearest candidate by angle is the right one."""
    near = NearestNeighbors(n_neighbors=1, metric="cosine").fit(candidates.numpy())
    found = near.kneighbors(queries.numpy(), return_distance=False)[:, 0]
    return float((torch.from_numpy(found) == right).float().mean())
