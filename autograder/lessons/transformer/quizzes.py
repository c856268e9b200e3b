"""Questions on the transformer; each key is computed from the field's libraries."""

from __future__ import annotations

import torch
from transformers import TopPLogitsWarper

from autograder.exercise import Draw
from autograder.lessons.quiz import closest, question
from autograder.lessons.transformer.block import SILENT, block_state, by_llama
from autograder.lessons.transformer.choices import LOW, by_processor
from autograder.lessons.transformer.oracle import empty_model, fields

DRAW = Draw("quizzes")


def _ten_times() -> str:
    """How much larger RMSNorm's output gets when its input is ten times as large."""
    x, norm = torch.randn(4, 64, generator=DRAW.torch()), torch.nn.RMSNorm(64, eps=1e-6)
    with torch.no_grad():
        grown = float(norm(10 * x).norm() / norm(x).norm())
    return closest(grown, (10, 10**0.5, 1, 0.1))


def _silent_block() -> str:
    """What a block gives whose two last matrices are zero."""
    some, x = fields(), torch.randn(1, 5, 16, generator=DRAW.torch())
    out = by_llama(some, block_state(DRAW, some, *SILENT), x)
    offers = {"A": x, "B": torch.zeros_like(x), "C": torch.nn.RMSNorm(16, eps=1e-6)(x), "D": 2 * x}
    (letter,) = (name for name, offer in offers.items() if torch.allclose(out, offer, atol=1e-5))
    return letter


def _tied_saving() -> str:
    """Numbers that a tied head saves, counted in transformers' Llama."""
    some = fields(vocab_size=2000, hidden_size=100, intermediate_size=300, num_attention_heads=10)
    models = [empty_model({**some, "tie_word_embeddings": tied}) for tied in (False, True)]
    untied, tied = (sum(weight.numel() for weight in model.parameters()) for model in models)
    return closest(untied - tied, (2_000, 10_000, 400_000, 200_000))


def _half_temperature() -> str:
    """The larger of the probabilities 0.8 and 0.2 at temperature 0.5."""
    logits = torch.tensor([0.8, 0.2]).log()
    return closest(float((logits / 0.5).softmax(-1)[0]), (0.4, 0.94, 0.89, 0.8))


def _kept() -> str:
    """How many tokens top-p = 0.8 keeps of 0.5, 0.2, 0.15, 0.1, 0.05."""
    logits = torch.tensor([[0.5, 0.2, 0.15, 0.1, 0.05]]).log()
    kept = (by_processor(TopPLogitsWarper(0.8), logits) > LOW).sum()
    return closest(float(kept), (2, 4, 3, 5))


def _positions_read() -> str:
    """Positions that a model reads for 100 new tokens after 20, without a cache and with one."""
    without, with_cache = sum(20 + i for i in range(100)), 20 + 99
    letters = {(2000, 100): "A", (6950, 119): "B", (2000, 119): "C", (6950, 100): "D"}
    return letters[without, with_cache]


QUIZZES = (
    question(
        "quiz-transformer-norm",
        "Every number of a vector becomes ten times as large before RMSNorm. What happens to the "
        "output? (eps is tiny.)",
        {
            "It becomes ten times as large.": "The size it is divided by grows as well.",
            "It becomes about three times as large.": "The root is taken of the mean of squares, "
            "and squares grow a hundredfold.",
            "Nothing.": "The root of the mean of squares is ten times as large too, so both "
            "cancel. Only the direction of the vector is left.",
            "It becomes a tenth.": "It is divided by its size once, not twice.",
        },
        "C",
        _ten_times,
    ),
    question(
        "quiz-transformer-residual",
        "In one block all numbers of `o_proj` and `down_proj` are zero. What does the block give "
        "for x?",
        {
            "x itself": "Both parts add zero, so x passes unchanged. A block changes only what it "
            "has learned to change.",
            "zeros": "The parts give zeros, and these are added to x.",
            "the norm of x": "The norm goes into the parts; x itself goes past them.",
            "2x": "x goes through one path, not through two.",
        },
        "A",
        _silent_block,
    ),
    question(
        "quiz-transformer-tied",
        "A model has 2,000 tokens, width 100, an inner width of 300 and 2 blocks. How many numbers "
        "does it save when its head is tied to its embedding?",
        {
            "2,000": "Each token has a whole row of numbers in the head, not one.",
            "10,000": "100 x 100 would be one matrix of the attention.",
            "400,000": "Embedding and head have 200,000 each, and one of them stays.",
            "200,000": "The head is a matrix of 2,000 x 100. Tied, it is the embedding's matrix, "
            "which is there anyway.",
        },
        "D",
        _tied_saving,
    ),
    question(
        "quiz-transformer-temperature",
        "Two tokens have the probabilities 0.8 and 0.2. What are they at temperature 0.5?",
        {
            "0.4 and 0.1": "Probabilities must sum to 1; it is the logits that are divided.",
            "0.94 and 0.06": "Dividing logits by 0.5 doubles their difference and so squares the "
            "odds: 4 to 1 becomes 16 to 1.",
            "0.89 and 0.11": "The odds become 16 to 1, not 8 to 1: they are squared.",
            "0.8 and 0.2": "Only temperature 1 leaves them as they are.",
        },
        "B",
        _half_temperature,
    ),
    question(
        "quiz-transformer-top-p",
        "Five tokens have the probabilities 0.5, 0.2, 0.15, 0.1 and 0.05. How many does top-p with "
        "p = 0.8 keep?",
        {
            "2": "The first two sum to 0.7, which is not yet 0.8.",
            "4": "The first three reach 0.85, so the fourth is not needed.",
            "3": "0.5 + 0.2 = 0.7 is too little; with 0.15 the sum is 0.85 and has passed 0.8. The "
            "token that passes p is kept.",
            "5": "All five stay only where p is more than 0.95, the sum of the first four.",
        },
        "C",
        _kept,
    ),
    question(
        "quiz-transformer-work",
        "A model writes 100 tokens after a prompt of 20. How many positions does it read in all, "
        "without a cache and with one?",
        {
            "2,000 and 100": "Without a cache each call reads the whole text so far, and the text "
            "grows.",
            "6,950 and 119": "Without: 20 + 21 + ... + 119. With: the prompt once, then 99 calls "
            "of one token; the last token is written and never read.",
            "2,000 and 119": "Without a cache the text that is read again grows by one token at "
            "every call.",
            "6,950 and 100": "The prompt must be read once too, also with a cache.",
        },
        "B",
        _positions_read,
    ),
)
