"""Other correct ways to write the exercises of lesson 09."""

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


def pool_einsum(hidden: Tensor, mask: Tensor) -> Tensor:
    return torch.einsum("bth,bt->bh", hidden, mask.float()) / mask.sum(dim=1)[:, None]


def pool_loop(hidden: Tensor, mask: Tensor) -> Tensor:
    return torch.stack(
        [row[kept.bool()].mean(dim=0) for row, kept in zip(hidden, mask, strict=True)]
    )


def pool_nan(hidden: Tensor, mask: Tensor) -> Tensor:
    return hidden.masked_fill(mask[..., None] == 0, torch.nan).nanmean(dim=1)


def pool_double(hidden: Tensor, mask: Tensor) -> Tensor:
    weights = (mask / mask.sum(dim=1, keepdim=True)).double()
    return (weights[:, None] @ hidden.double())[:, 0]


def cosine_normalize(a: Tensor, b: Tensor) -> Tensor:
    return F.normalize(a, dim=1) @ F.normalize(b, dim=1).T


def cosine_loop(a: Tensor, b: Tensor) -> Tensor:
    out = torch.zeros(len(a), len(b))
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            length = float(x.norm() * y.norm())
            out[i, j] = float(x @ y) / length if length else 0.0
    return out


def cosine_divided(a: Tensor, b: Tensor) -> Tensor:
    lengths = a.norm(dim=-1)[:, None] * b.norm(dim=-1)
    return (a @ b.T / lengths).nan_to_num(0.0)


def cosine_root(a: Tensor, b: Tensor) -> Tensor:
    squares = torch.outer((a**2).sum(1), (b**2).sum(1)).double()
    return a.double() @ b.double().T / squares.sqrt().clamp_min(1e-12)


def described_as_questions() -> dict[str, str]:
    return {
        "track_order": "Where is my parcel, and when will my order be delivered?",
        "return_item": "I want to return or exchange something I bought because it does not fit.",
        "refund_status": "I returned my order. When do I get my refund, my money back?",
        "wrong_item": "What arrived is broken, faulty, incomplete or not what I ordered.",
        "lost_card": "My bank card is lost or stolen. Please block it and send a new card.",
        "unknown_charge": "There is a payment on my statement that I did not make.",
        "transfer_problem": "My bank transfer has not arrived or failed.",
        "fee_question": "What fees and interest rates does the bank charge for my account or card?",
        "cancel_plan": "I want to cancel my subscription.",
        "playback_problem": "The video does not play: it freezes, has no sound or wrong subtitles.",
        "sign_in_problem": "I cannot log in to my account: password, code, device.",
        "find_title": "I am looking for a film, series or song to watch. What do you recommend?",
    }


def described_by_zip() -> dict[str, str]:
    intents = (
        "track_order",
        "return_item",
        "refund_status",
        "wrong_item",
        "lost_card",
        "unknown_charge",
        "transfer_problem",
        "fee_question",
        "cancel_plan",
        "playback_problem",
        "sign_in_problem",
        "find_title",
    )
    texts = (
        "Where is my parcel, and when will my order be delivered by the courier?",
        "How do I send back or exchange a thing I bought that I do not like or that does not fit?",
        "I returned my order and I am still waiting for my refund.",
        "The product arrived broken, faulty or incomplete, or it is not the one I ordered.",
        "My bank card is lost, stolen or damaged. Please block it and send me a new card.",
        "There is a payment on my statement that I did not make, or I was charged twice.",
        "My bank transfer has not arrived or failed, or I sent money to the wrong account.",
        "What fees and interest does the bank charge for my account, card or loan?",
        "I want to cancel, pause or end my subscription membership.",
        "The video or music does not play: it freezes or has no sound.",
        "I cannot log in: password, code, locked account or access from a device.",
        "I am looking for a film, series, song or podcast. What do you recommend?",
    )
    return dict(zip(intents, texts, strict=True))


def described_shortly() -> dict[str, str]:
    known = {"track_order": "Where is my parcel? When will my order be delivered?"}
    known["return_item"] = "I want to return or exchange something because I do not like it."
    known["refund_status"] = "I am still waiting for my refund. When do I get my money back?"
    known["wrong_item"] = "The product that arrived is broken, faulty or not the one I ordered."
    known["lost_card"] = "My bank card is lost or stolen, block it and send a new card."
    known["unknown_charge"] = "There is a payment on my statement that I did not make."
    known["transfer_problem"] = "My bank transfer has not arrived or has failed."
    known["fee_question"] = "What fees and interest rates does the bank charge?"
    known["cancel_plan"] = "I want to cancel or end my subscription."
    known["playback_problem"] = "The video does not play: it freezes or has no sound."
    known["sign_in_problem"] = "I cannot log in: password, code or locked account."
    known["find_title"] = "I am looking for a film, series or song. What do you recommend?"
    return known


def accuracy_mean(predicted: Tensor, labels: Tensor) -> float:
    return (predicted == labels).float().mean().item()


def accuracy_loop(predicted: Tensor, labels: Tensor) -> float:
    right = 0
    for guess, label in zip(predicted.tolist(), labels.tolist(), strict=True):
        right += guess == label
    return right / len(labels)


def accuracy_tensor(predicted: Tensor, labels: Tensor) -> Tensor:
    return predicted.eq(labels).sum() / predicted.numel()


def accuracy_nonzero(predicted: Tensor, labels: Tensor) -> float:
    return 1 - int(torch.count_nonzero(predicted - labels)) / len(labels)


def matrix_bincount(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    return torch.bincount(labels * classes + predicted, minlength=classes**2).view(classes, -1)


def matrix_one_hot(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    return F.one_hot(labels, classes).T @ F.one_hot(predicted, classes)


def matrix_put(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    counts = torch.zeros(classes, classes, dtype=torch.long)
    return counts.index_put_((labels, predicted), torch.tensor(1), accumulate=True)


def matrix_pairs(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    rows = [
        [int(((labels == i) & (predicted == j)).sum()) for j in range(classes)]
        for i in range(classes)
    ]
    return torch.tensor(rows)


def f1_loop(predicted: Tensor, labels: Tensor, classes: int) -> float:
    scores = []
    for c in range(classes):
        hits = sum(p == y == c for p, y in zip(predicted.tolist(), labels.tolist(), strict=True))
        marked, real = predicted.tolist().count(c), labels.tolist().count(c)
        scores.append(2 * hits / (marked + real) if marked + real else 0.0)
    return math.fsum(scores) / classes


def f1_harmonic(predicted: Tensor, labels: Tensor, classes: int) -> float:
    total = 0.0
    for c in range(classes):
        named, real = predicted == c, labels == c
        hits = int((named & real).sum())
        if hits:
            precision, recall = hits / int(named.sum()), hits / int(real.sum())
            total += 2 * precision * recall / (precision + recall)
    return total / classes


def f1_matrix(predicted: Tensor, labels: Tensor, classes: int) -> float:
    counts = given.confusion_matrix(predicted, labels, classes).double()
    doubled = 2 * counts.diagonal()
    return float((doubled / (counts.sum(0) + counts.sum(1)).clamp_min(1)).mean())


def f1_one_hot(predicted: Tensor, labels: Tensor, classes: int) -> Tensor:
    named = F.one_hot(predicted, classes).float()
    real = F.one_hot(labels, classes).float()
    return (2 * (named * real).sum(0) / (named + real).sum(0)).nan_to_num(0.0).mean()


def probe_lbfgs(
    features: Tensor, labels: Tensor, classes: int, decay: float
) -> tuple[Tensor, Tensor]:
    layer = nn.Linear(features.shape[1], classes)
    optimizer = torch.optim.LBFGS(layer.parameters(), max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = F.cross_entropy(layer(features), labels)
        loss = loss + decay / 2 * layer.weight.pow(2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return layer.weight.detach(), layer.bias.detach()


def probe_adam(
    features: Tensor, labels: Tensor, classes: int, decay: float
) -> tuple[Tensor, Tensor]:
    weight = torch.zeros(classes, features.shape[1], requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    optimizer = torch.optim.Adam([weight, bias], lr=0.05)
    for _ in range(500):
        optimizer.zero_grad()
        loss = F.cross_entropy(features @ weight.T + bias, labels)
        (loss + 0.5 * decay * (weight**2).sum()).backward()
        optimizer.step()
    return weight, bias


def probe_by_hand(
    features: Tensor, labels: Tensor, classes: int, decay: float
) -> tuple[Tensor, Tensor]:
    weight, bias = torch.zeros(classes, features.shape[1]), torch.zeros(classes)
    goal = F.one_hot(labels, classes).float()
    rate = 0.15 / max(1.0, decay)
    for _ in range(3000):
        error = (torch.softmax(features @ weight.T + bias, dim=-1) - goal) / len(labels)
        weight = weight - rate * (error.T @ features + decay * weight)
        bias = bias - rate * error.sum(dim=0)
    return weight, bias


def probe_sgd_decay(
    features: Tensor, labels: Tensor, classes: int, decay: float
) -> tuple[Tensor, Tensor]:
    layer = nn.Linear(features.shape[1], classes)
    groups = [{"params": [layer.weight], "weight_decay": decay}, {"params": [layer.bias]}]
    optimizer = torch.optim.SGD(groups, lr=0.1, momentum=0.9)
    for _ in range(1500):
        optimizer.zero_grad()
        F.cross_entropy(layer(features), labels).backward()
        optimizer.step()
    return layer.weight, layer.bias


def sample_list(labels: Tensor, per_class: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    taken: dict[int, int] = {}
    chosen = []
    for place in torch.randperm(len(labels), generator=generator).tolist():
        label = int(labels[place])
        if taken.get(label, 0) < per_class:
            taken[label] = taken.get(label, 0) + 1
            chosen.append(place)
    return torch.tensor(chosen)


def sample_multinomial(labels: Tensor, per_class: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    chosen = [
        torch.multinomial((labels == c).float(), per_class, generator=generator)
        for c in labels.unique()
    ]
    return torch.cat(chosen).sort().values


def sample_python(labels: Tensor, per_class: int, seed: int) -> Tensor:
    import random

    rng = random.Random(seed)
    places: dict[int, list[int]] = {}
    for place, label in enumerate(labels.tolist()):
        places.setdefault(label, []).append(place)
    return torch.tensor([i for each in places.values() for i in rng.sample(each, per_class)])


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


def retrieval_normalized(queries: Tensor, candidates: Tensor, right: Tensor) -> float:
    found = (F.normalize(queries, dim=-1) @ F.normalize(candidates, dim=-1).T).argmax(dim=1)
    return float((found == right).float().mean())


def retrieval_given(queries: Tensor, candidates: Tensor, right: Tensor) -> float:
    near = given.cosine_similarity(queries, candidates).max(dim=1).indices
    return int((near == right).sum()) / len(right)


def retrieval_loop(queries: Tensor, candidates: Tensor, right: Tensor) -> float:
    hits = 0
    for query, wanted in zip(queries, right.tolist(), strict=True):
        scores = [float(query @ c / c.norm()) for c in candidates]
        hits += scores.index(max(scores)) == wanted
    return hits / len(queries)


VARIANTS: dict[str, tuple[Callable[..., Any], ...]] = {
    "mean_pool": (pool_einsum, pool_loop, pool_nan, pool_double),
    "cosine_similarity": (cosine_normalize, cosine_loop, cosine_divided, cosine_root),
    "describe_intents": (described_as_questions, described_by_zip, described_shortly),
    "accuracy": (accuracy_mean, accuracy_loop, accuracy_tensor, accuracy_nonzero),
    "confusion_matrix": (matrix_bincount, matrix_one_hot, matrix_put, matrix_pairs),
    "macro_f1": (f1_loop, f1_harmonic, f1_matrix, f1_one_hot),
    "fit_probe": (probe_lbfgs, probe_adam, probe_by_hand, probe_sgd_decay),
    "balanced_sample": (sample_list, sample_multinomial, sample_python),
    "SentenceClassifier": (ClassifierPlain, ClassifierHeadFirst, ClassifierTuple),
    "fine_tune": (tune_constant, tune_warm, tune_loop),
    "LoRALinear": (LoRAMatrix, LoRALinears, LoRAEinsum),
    "merge_lora": (merge_plain, merge_copied, merge_measured),
    "add_lora": (wrap_by_path, wrap_recursive, wrap_then_freeze),
    "retrieval_accuracy": (retrieval_normalized, retrieval_given, retrieval_loop),
}
