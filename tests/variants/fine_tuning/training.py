"""Other correct ways to write training of lesson 09, each standing alone."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import Trainer, TrainingArguments

from autograder.given import fine_tuning as given


class ClassifierPlain(nn.Module):
    def __init__(self, encoder: Any, classes: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(encoder.config.hidden_size, classes)

    def logits(self, input_ids: Tensor, attention_mask: Tensor) -> Any:
        hidden = self.encoder(input_ids, attention_mask).last_hidden_state
        weights = attention_mask / attention_mask.sum(dim=1, keepdim=True)
        return self.head((hidden * weights[..., None]).sum(dim=1))

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Any = None) -> Any:
        result = {"logits": self.logits(input_ids, attention_mask)}
        if labels is not None:
            result = {"loss": nn.CrossEntropyLoss()(result["logits"], labels), **result}
        return result


class ClassifierHeadFirst(nn.Module):
    """The head on every token, then the mean: the same, because the head is linear."""

    def __init__(self, encoder: Any, classes: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(encoder.config.hidden_size, classes)

    def logits(self, input_ids: Tensor, attention_mask: Tensor) -> Any:
        out = self.encoder(input_ids=input_ids, attention_mask=attention_mask)
        return given.mean_pool(self.head(out.last_hidden_state), attention_mask)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Any = None) -> Any:
        logits = self.logits(input_ids, attention_mask)
        if labels is None:
            return {"logits": logits}
        picked = torch.log_softmax(logits, dim=-1).gather(1, labels[:, None])
        return {"loss": -picked.mean(), "logits": logits}


class ClassifierTuple(nn.Module):
    def __init__(self, encoder: Any, classes: int) -> None:
        super().__init__()
        self.head = nn.Linear(encoder.config.hidden_size, classes, bias=True)
        self.encoder = encoder

    def pooled(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        hidden, *_ = self.encoder(input_ids, attention_mask=attention_mask, return_dict=False)
        return given.mean_pool(hidden, attention_mask)

    def logits(self, input_ids: Tensor, attention_mask: Tensor) -> Any:
        return self.head(self.pooled(input_ids, attention_mask))

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Any = None) -> Any:
        logits = self.logits(input_ids, attention_mask)
        if labels is None:
            return {"logits": logits}
        loss = F.nll_loss(F.log_softmax(logits, dim=-1), labels)
        return {"logits": logits, "loss": loss}


def tune_constant(
    model: Any, examples: Any, epochs: int, learning_rate: float, batch_size: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = TrainingArguments(
            folder,
            num_train_epochs=epochs,
            learning_rate=learning_rate,
            lr_scheduler_type="constant",
            per_device_train_batch_size=batch_size,
            save_strategy="no",
            report_to="none",
            use_cpu=True,
        )
        Trainer(model, settings, train_dataset=examples, data_collator=given.collate).train()


def tune_warm(
    model: Any, examples: Any, epochs: int, learning_rate: float, batch_size: int
) -> None:
    steps = epochs * math.ceil(len(examples) / batch_size)
    with tempfile.TemporaryDirectory() as folder:
        settings = TrainingArguments(
            output_dir=folder,
            max_steps=steps,
            learning_rate=learning_rate,
            weight_decay=0.01,
            train_sampling_strategy="group_by_length",
            per_device_train_batch_size=batch_size,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            use_cpu=True,
            seed=3,
        )
        trainer = Trainer(model=model, args=settings, train_dataset=examples)
        trainer.data_collator = given.collate
        trainer.train()


def tune_loop(
    model: Any, examples: Any, epochs: int, learning_rate: float, batch_size: int
) -> None:
    model.train()
    generator = torch.Generator().manual_seed(1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate)
    for _ in range(epochs):
        order = torch.randperm(len(examples), generator=generator).tolist()
        for start in range(0, len(order), batch_size):
            batch = given.collate([examples[i] for i in order[start : start + batch_size]])
            optimizer.zero_grad()
            model(**batch)["loss"].backward()
            optimizer.step()
    model.eval()


class LoRAMatrix(nn.Module):
    def __init__(self, base: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.base = base
        for parameter in base.parameters():
            parameter.requires_grad = False
        self.a = nn.Parameter(torch.randn(rank, base.in_features) / math.sqrt(base.in_features))
        self.b = nn.Parameter(torch.zeros(base.out_features, rank))
        self.scale = alpha / rank

    def forward(self, x: Tensor) -> Any:
        weight = self.base.weight + self.scale * self.b @ self.a
        return F.linear(x, weight, self.base.bias)


class LoRALinears(nn.Module):
    def __init__(self, base: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.a = nn.Linear(base.in_features, rank, bias=False).weight
        self.b = nn.Parameter(base.weight.new_zeros(base.out_features, rank))
        self.alpha, self.rank = alpha, rank

    def forward(self, x: Tensor) -> Any:
        low = F.linear(x, self.a) * self.alpha / self.rank
        return F.linear(low, self.b) + self.base(x)


class LoRAEinsum(nn.Module):
    def __init__(self, base: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.a = nn.Parameter(torch.empty(rank, base.in_features).uniform_(-0.1, 0.1))
        self.b = nn.Parameter(torch.zeros(base.out_features, rank))
        self.base = base
        base.weight.requires_grad_(False)
        if base.bias is not None:
            base.bias.requires_grad_(False)
        self.scale = alpha / rank

    def forward(self, x: Tensor) -> Any:
        change = torch.einsum("...i,ri,or->...o", x, self.a, self.b)
        return self.base(x).add(change, alpha=self.scale)


def merge_plain(layer: Any) -> nn.Linear:
    base = layer.base
    merged = nn.Linear(base.in_features, base.out_features, bias=base.bias is not None)
    with torch.no_grad():
        merged.weight.copy_(base.weight + layer.scale * (layer.b @ layer.a))
        if base.bias is not None:
            merged.bias.copy_(base.bias)
    return merged


def merge_copied(layer: Any) -> nn.Linear:
    import copy

    merged = copy.deepcopy(layer.base)
    merged.weight.data += layer.scale * (layer.b @ layer.a).detach()
    return merged


def merge_measured(layer: Any) -> nn.Linear:
    """The merged weight is what the layer makes of unit vectors, less the bias."""
    with torch.no_grad():
        size = layer.base.in_features
        out = layer(torch.eye(size)) - layer(torch.zeros(1, size))
        merged = nn.Linear(size, layer.base.out_features, bias=layer.base.bias is not None)
        merged.weight = nn.Parameter(out.T.contiguous())
        if layer.base.bias is not None:
            merged.bias = nn.Parameter(layer.base.bias.clone())
    return merged


def wrap_by_path(encoder: Any, names: Any, rank: int, alpha: float) -> int:
    for parameter in encoder.parameters():
        parameter.requires_grad = False
    for path, module in list(encoder.named_modules()):
        parent, _, name = path.rpartition(".")
        if isinstance(module, nn.Linear) and name in names:
            setattr(encoder.get_submodule(parent), name, given.LoRALinear(module, rank, alpha))
    return sum(p.numel() for p in encoder.parameters() if p.requires_grad)


def wrap_recursive(encoder: Any, names: Any, rank: int, alpha: float) -> int:
    encoder.requires_grad_(False)

    def wrap(module: nn.Module) -> int:
        count = 0
        for name, child in list(module.named_children()):
            if name in names and isinstance(child, nn.Linear):
                setattr(module, name, given.LoRALinear(child, rank, alpha))
                count += rank * (child.in_features + child.out_features)
            else:
                count += wrap(child)
        return count

    return wrap(encoder)


def wrap_then_freeze(encoder: Any, names: Any, rank: int, alpha: float) -> int:
    for path, module in list(encoder.named_modules()):
        if type(module) is nn.Linear and path.split(".")[-1] in names:
            encoder.set_submodule(path, given.LoRALinear(module, rank, alpha))
    total = 0
    for path, parameter in encoder.named_parameters():
        parameter.requires_grad_(path.endswith((".a", ".b")))
        total += parameter.numel() * parameter.requires_grad
    return total


VARIANTS: dict[str, tuple[Callable[..., Any], ...]] = {
    "SentenceClassifier": (ClassifierPlain, ClassifierHeadFirst, ClassifierTuple),
    "fine_tune": (tune_constant, tune_warm, tune_loop),
    "LoRALinear": (LoRAMatrix, LoRALinears, LoRAEinsum),
    "merge_lora": (merge_plain, merge_copied, merge_measured),
    "add_lora": (wrap_by_path, wrap_recursive, wrap_then_freeze),
}
