"""Questions on attention; each key is computed from the field's libraries."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from autograder.exercise import Draw
from autograder.lessons.attention.grouped_query import by_llama, random_state
from autograder.lessons.attention.rotary import rotated_by_llama
from autograder.lessons.quiz import closest, question


def _spread() -> str:
    """Standard deviation of dot products of 64 standard normal numbers."""
    q, k = torch.randn(2, 20_000, 64, generator=torch.Generator().manual_seed(0))
    return closest(float((q * k).sum(-1).std()), (1, 8, 64, 4096))


def _shuffled() -> str:
    """What shuffling keys, values, or both does to attention without a mask."""
    attend = F.scaled_dot_product_attention
    q, k, v = torch.randn(3, 5, 4, generator=torch.Generator().manual_seed(0))
    order, causal = torch.tensor([3, 0, 4, 1, 2]), torch.ones(5, 5, dtype=torch.bool).tril()
    before = attend(q, k, v)
    same = {
        "A": torch.allclose(attend(q, k[order], v), before),
        "B": torch.allclose(attend(q, k, v[order]), before),
        "C": torch.allclose(attend(q, k[order], v[order]), before),
        "D": torch.allclose(attend(q, k[order], v[order], causal), attend(q, k, v, causal)),
    }
    (letter,) = (letter for letter, holds in same.items() if holds)
    return letter


def _distance() -> str:
    """Which pair of positions has the score that (5, 2) has."""
    q, k = torch.randn(2, 1, 1, 1, 16, generator=torch.Generator().manual_seed(0))

    def score(at: int, other: int) -> float:
        turned = [rotated_by_llama(x, torch.tensor([p]), 1e4) for x, p in ((q, at), (k, other))]
        return float((turned[0] * turned[1]).sum())

    pairs = ((2, 5), (10, 4), (5, 5), (13, 10))
    return closest(score(5, 2), tuple(score(*pair) for pair in pairs))


def _cache_ratio() -> str:
    """Numbers kept for 32 and for 8 key/value heads, counted in transformers' cache."""
    kept = []
    for kv_heads in (32, 8):
        sizes = (64, 32, kv_heads, 1e4)
        _, (keys, _) = by_llama(sizes, random_state(Draw("quiz"), sizes), torch.ones(1, 3, 64))
        kept.append(keys.numel())
    return closest(kept[1] / kept[0], (1 / 4, 1 / 8, 1 / 16, 1))


def _is_causal() -> str:
    """How many of five keys one query sees with is_causal=True."""
    q, k = torch.zeros(1, 1, 4), torch.zeros(1, 5, 4)
    seen = F.scaled_dot_product_attention(q, k, torch.eye(5)[None], is_causal=True) > 0
    letters = {(5, True): "A", (1, True): "B", (1, False): "C", (4, True): "D"}
    return letters[int(seen.sum()), bool(seen[0, 0, 0])]


QUIZZES = (
    question(
        "quiz-attention-scale",
        "A query and a key have 64 numbers each, independent and standard normal. How large is "
        "the standard deviation of their dot product?",
        {
            "1": "Each of the 64 products has variance 1, and the variances add up to 64.",
            "8": "The 64 products have variance 1 each, so the sum has variance 64 and standard "
            "deviation 8. Dividing by the square root of D brings it back to 1.",
            "64": "That is the variance. The standard deviation is its square root.",
            "4096": "Variances of independent numbers add; they are not multiplied.",
        },
        "B",
        _spread,
    ),
    question(
        "quiz-attention-order",
        "Attention without positions: what leaves every output as it was?",
        {
            "Shuffling the keys, without a mask.": "Then each weight lands on another token's "
            "value.",
            "Shuffling the values, without a mask.": "Then each weight lands on another token's "
            "value.",
            "Shuffling keys and values in the same way, without a mask.": (
                "A weighted mean does not depend on the order of its terms. So attention alone "
                "does not know the order of words."
            ),
            "Shuffling keys and values in the same way, with a causal mask.": (
                "The mask is tied to places, so other tokens become visible."
            ),
        },
        "C",
        _shuffled,
    ),
    question(
        "quiz-attention-distance",
        "Rotary positions: a query at position 5 meets a key at position 2. The same query and key "
        "score the same when they stand at which positions?",
        {
            "Query 2, key 5": "The distance is the same but the direction is not: the query must "
            "come 3 later.",
            "Query 10, key 4": "Doubling both positions doubles the distance, from 3 to 6.",
            "Query 5, key 5": "The distance is 0 there, and 3 in the question.",
            "Query 13, key 10": "Both moved by 8. The score depends only on the difference, and "
            "it is still 3.",
        },
        "D",
        _distance,
    ),
    question(
        "quiz-attention-cache",
        "A model has 32 query heads. With 8 key/value heads instead of 32, how large is its "
        "key/value cache?",
        {
            "One quarter": "The cache holds keys and values only, so it shrinks with their heads: "
            "8 / 32.",
            "One eighth": "8 is how many heads are left; what counts is the share, 8 / 32.",
            "One sixteenth": "Keys and values both shrink to a quarter, so their sum does too, "
            "and no further.",
            "As large as before": "Heads are repeated only while scores are computed; the cache "
            "holds them once.",
        },
        "A",
        _cache_ratio,
    ),
    question(
        "quiz-attention-one-query",
        "One new query, five keys (four from the cache). With "
        "`F.scaled_dot_product_attention(q, k, v, is_causal=True)`, which keys does it see?",
        {
            "All five": "That is what generation needs, and why it passes no mask for a single "
            "query.",
            "Only the first": "`is_causal=True` counts queries from position 0, so the one query "
            "counts as the first. With a cache, pass a mask of your own, or none for a single "
            "query.",
            "Only the last": "It sees one key, but the first: queries and keys are both counted "
            "from 0.",
            "The four from the cache": "A causal mask always lets a position see itself.",
        },
        "B",
        _is_causal,
    ),
)
