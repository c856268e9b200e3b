"""Questions on fine-tuning; each key is computed from the field's libraries."""

from __future__ import annotations

import torch
from sklearn import metrics
from transformers import BertConfig, BertModel

from autograder.lessons.fine_tuning.wrapping import wrapped_by_peft
from autograder.lessons.quiz import closest, question


def _lazy_classifier() -> str:
    """Macro-F1 of always saying the class that 90 of 100 messages have, of two classes."""
    labels = [0] * 90 + [1] * 10
    score = metrics.f1_score(labels, [0] * 100, average="macro", zero_division=0.0)
    return closest(score, (0.9, 0.95, 0.47, 0.1))


def _lora_share() -> str:
    """Numbers that LoRA of rank 8 trains on query and value of six layers 384 wide, by peft."""
    config = BertConfig(
        hidden_size=384, num_hidden_layers=6, intermediate_size=1536, num_attention_heads=12
    )
    with torch.device("meta"):
        encoder = BertModel(config)
    trained = wrapped_by_peft(encoder, ["query", "value"], 8, 16).get_nb_trainable_parameters()[0]
    return closest(trained, (3_072, 73_728, 1_769_472, 22_713_216))


def _zero_b() -> str:
    """Which of a and b has a gradient at the very first step, when b is 0."""
    a, b = torch.randn(2, 4, requires_grad=True), torch.zeros(3, 2, requires_grad=True)
    (torch.ones(4) @ a.T @ b.T).sum().backward()
    assert a.grad is not None and b.grad is not None
    letters = {(False, True): "A", (True, False): "B", (True, True): "C", (False, False): "D"}
    return letters[bool(a.grad.any()), bool(b.grad.any())]


def _adam_memory() -> str:
    """Bytes beside the weights that a first Adam step brings for 1 million numbers in float32."""
    weight = torch.zeros(1_000_000, requires_grad=True)
    optimizer = torch.optim.AdamW([weight])
    weight.sum().backward()
    optimizer.step()
    assert weight.grad is not None
    kept = [weight.grad, *(v for v in optimizer.state[weight].values() if v.numel() > 1)]
    return closest(sum(value.nbytes for value in kept) / 1e6, (4, 8, 16, 12))


MACRO = question(
    "quiz-tuning-macro",
    "Of 100 messages, 90 are spam. A classifier says spam to every message. What is its "
    "macro-F1 over the two classes?",
    {
        "0.90": "That is its accuracy. The class it never finds has F1 0.",
        "0.95": "That is about the F1 of spam alone; the other class has 0.",
        "0.47": "F1 is 0.947 for spam and 0 for the other class; their mean is 0.47. Macro-F1 "
        "shows what accuracy hides.",
        "0.10": "10 of 100 are not spam, but that is not how the mean is taken.",
    },
    "C",
    _lazy_classifier,
)
LORA_SIZE = question(
    "quiz-tuning-lora-size",
    "LoRA of rank 8 on the query and value layers (384 to 384) of all six layers: how many "
    "numbers are trained?",
    {
        "3,072": "That is one of the two matrices of one layer: 8 x 384.",
        "73,728": "Each wrapped layer has 8 x (384 + 384) = 6,144, and there are 2 x 6 = 12 "
        "of them.",
        "1,769,472": "That is 12 x 384 x 384: the wrapped layers themselves.",
        "22,713,216": "That is the whole encoder, as in full fine-tuning.",
    },
    "B",
    _lora_share,
)
ZERO_B = question(
    "quiz-tuning-zero-b",
    "A new LoRA layer has random `a` and `b` = 0. Which of them has a gradient that is not 0 "
    "at the very first step?",
    {
        "`b` only": "The gradient of `a` passes through `b` = 0 and vanishes; that of `b` does "
        "not. After the first step `b` is no longer 0 and `a` learns too.",
        "`a` only": "The gradient of `a` passes through `b`, which is 0.",
        "both": "The gradient of `a` passes through `b`, which is 0.",
        "neither": "That would be so if `a` were 0 too, and nothing would be learned.",
    },
    "A",
    _zero_b,
)
MEMORY = question(
    "quiz-tuning-memory",
    "Training 1 million numbers in 32 bits with AdamW: how much memory beside the weights and "
    "the activations?",
    {
        "4 MB": "That is the gradient alone; Adam also keeps two moments.",
        "8 MB": "That is the two moments; the gradient comes on top.",
        "16 MB": "That counts the weights as well.",
        "12 MB": "4 bytes each for the gradient and for Adam's two moments. Frozen numbers need "
        "none of it, which is what LoRA saves.",
    },
    "D",
    _adam_memory,
)
