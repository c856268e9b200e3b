"""How a classifier on top of an encoder goes wrong."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.exercise import Mistake
from autograder.given import fine_tuning as given


class PlainMean(nn.Module):
    def __init__(self, encoder: Any, classes: int) -> None:
        super().__init__()
        self.encoder, self.head = encoder, nn.Linear(encoder.config.hidden_size, classes)

    def logits(self, input_ids: Tensor, attention_mask: Tensor) -> Any:
        out = self.encoder(input_ids=input_ids, attention_mask=attention_mask)
        return self.head(out.last_hidden_state.mean(dim=1))

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Any = None) -> Any:
        logits = self.logits(input_ids, attention_mask)
        if labels is None:
            return {"logits": logits}
        return {"loss": F.cross_entropy(logits, labels), "logits": logits}


class MaskNotPassed(nn.Module):
    def __init__(self, encoder: Any, classes: int) -> None:
        super().__init__()
        self.encoder, self.head = encoder, nn.Linear(encoder.config.hidden_size, classes)

    def logits(self, input_ids: Tensor, attention_mask: Tensor) -> Any:
        hidden = self.encoder(input_ids=input_ids).last_hidden_state
        return self.head(given.mean_pool(hidden, attention_mask))

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Any = None) -> Any:
        logits = self.logits(input_ids, attention_mask)
        if labels is None:
            return {"logits": logits}
        return {"loss": F.cross_entropy(logits, labels), "logits": logits}


class FirstToken(nn.Module):
    def __init__(self, encoder: Any, classes: int) -> None:
        super().__init__()
        self.encoder, self.head = encoder, nn.Linear(encoder.config.hidden_size, classes)

    def logits(self, input_ids: Tensor, attention_mask: Tensor) -> Any:
        out = self.encoder(input_ids=input_ids, attention_mask=attention_mask)
        return self.head(out.last_hidden_state[:, 0])

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Any = None) -> Any:
        logits = self.logits(input_ids, attention_mask)
        if labels is None:
            return {"logits": logits}
        return {"loss": F.cross_entropy(logits, labels), "logits": logits}


class Pooler(nn.Module):
    def __init__(self, encoder: Any, classes: int) -> None:
        super().__init__()
        self.encoder, self.head = encoder, nn.Linear(encoder.config.hidden_size, classes)

    def logits(self, input_ids: Tensor, attention_mask: Tensor) -> Any:
        out = self.encoder(input_ids=input_ids, attention_mask=attention_mask)
        return self.head(out.pooler_output)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Any = None) -> Any:
        logits = self.logits(input_ids, attention_mask)
        if labels is None:
            return {"logits": logits}
        return {"loss": F.cross_entropy(logits, labels), "logits": logits}


class UnitLength(nn.Module):
    def __init__(self, encoder: Any, classes: int) -> None:
        super().__init__()
        self.encoder, self.head = encoder, nn.Linear(encoder.config.hidden_size, classes)

    def logits(self, input_ids: Tensor, attention_mask: Tensor) -> Any:
        out = self.encoder(input_ids=input_ids, attention_mask=attention_mask)
        pooled = given.mean_pool(out.last_hidden_state, attention_mask)
        return self.head(F.normalize(pooled, dim=-1))

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Any = None) -> Any:
        logits = self.logits(input_ids, attention_mask)
        if labels is None:
            return {"logits": logits}
        return {"loss": F.cross_entropy(logits, labels), "logits": logits}


class SoftmaxTwice(nn.Module):
    def __init__(self, encoder: Any, classes: int) -> None:
        super().__init__()
        self.encoder, self.head = encoder, nn.Linear(encoder.config.hidden_size, classes)

    def logits(self, input_ids: Tensor, attention_mask: Tensor) -> Any:
        out = self.encoder(input_ids=input_ids, attention_mask=attention_mask)
        return self.head(given.mean_pool(out.last_hidden_state, attention_mask))

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Any = None) -> Any:
        logits = self.logits(input_ids, attention_mask)
        if labels is None:
            return {"logits": logits}
        return {"loss": F.cross_entropy(logits.softmax(dim=-1), labels), "logits": logits}


class SummedLoss(nn.Module):
    def __init__(self, encoder: Any, classes: int) -> None:
        super().__init__()
        self.encoder, self.head = encoder, nn.Linear(encoder.config.hidden_size, classes)

    def logits(self, input_ids: Tensor, attention_mask: Tensor) -> Any:
        out = self.encoder(input_ids=input_ids, attention_mask=attention_mask)
        return self.head(given.mean_pool(out.last_hidden_state, attention_mask))

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Any = None) -> Any:
        logits = self.logits(input_ids, attention_mask)
        if labels is None:
            return {"logits": logits}
        return {"loss": F.cross_entropy(logits, labels, reduction="sum"), "logits": logits}


class NoGradients(nn.Module):
    def __init__(self, encoder: Any, classes: int) -> None:
        super().__init__()
        self.encoder, self.head = encoder, nn.Linear(encoder.config.hidden_size, classes)

    def logits(self, input_ids: Tensor, attention_mask: Tensor) -> Any:
        with torch.no_grad():
            out = self.encoder(input_ids=input_ids, attention_mask=attention_mask)
        return self.head(given.mean_pool(out.last_hidden_state, attention_mask))

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Any = None) -> Any:
        logits = self.logits(input_ids, attention_mask)
        if labels is None:
            return {"logits": logits}
        return {"loss": F.cross_entropy(logits, labels), "logits": logits}


class NoBias(nn.Module):
    def __init__(self, encoder: Any, classes: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(encoder.config.hidden_size, classes, bias=False)

    def logits(self, input_ids: Tensor, attention_mask: Tensor) -> Any:
        out = self.encoder(input_ids=input_ids, attention_mask=attention_mask)
        return self.head(given.mean_pool(out.last_hidden_state, attention_mask))

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Any = None) -> Any:
        logits = self.logits(input_ids, attention_mask)
        if labels is None:
            return {"logits": logits}
        return {"loss": F.cross_entropy(logits, labels), "logits": logits}


MISTAKES = (
    Mistake(
        "padding averaged in",
        PlainMean,
        "padding is averaged in. Pool with the attention mask.",
        ("padding",),
    ),
    Mistake(
        "mask not passed",
        MaskNotPassed,
        "the encoder is not told the attention mask, so real tokens look at padding.",
        ("padding",),
    ),
    Mistake(
        "first token",
        FirstToken,
        "this takes the first token's vector. Pool over all tokens of the text.",
        ("one text",),
    ),
    Mistake(
        "pooler",
        Pooler,
        "this takes `pooler_output`, a layer for another task. Pool `last_hidden_state`.",
        ("one text",),
    ),
    Mistake(
        "unit length",
        UnitLength,
        "the pooled vectors are brought to length 1. Give them to the head as they are.",
        ("one text",),
    ),
    Mistake(
        "softmax twice",
        SoftmaxTwice,
        "cross_entropy takes logits and does the softmax itself. Do not apply softmax before it.",
        ("loss",),
    ),
    Mistake(
        "summed loss",
        SummedLoss,
        "the loss is the sum over the batch. Take the mean, which is what cross_entropy does "
        "unless told otherwise.",
        ("loss",),
    ),
    Mistake(
        "no gradients",
        NoGradients,
        "the encoder runs without gradients, so fine-tuning would change the head only.",
        ("gradients",),
    ),
    Mistake(
        "no bias",
        NoBias,
        "the head has no bias. Keep it: `nn.Linear` has one unless told otherwise.",
        ("parameters",),
    ),
)
