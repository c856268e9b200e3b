"""`sample_token(logits, generator)`: one token for each row, drawn by its probability.

Oracle: `torch.softmax`, and Chernoff's bound on how far a count may stray from it. All counts of
one judgement together refuse a right answer with a probability of at most FALSE_ALARM.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from autograder.exercise import Case, Draw
from autograder.lessons.sheet import exercise
from autograder.wire import Student, Value, is_tensor

NAME = "sample_token"
FALSE_ALARM = 1e-6
"""Probability that a right answer is refused in one judgement, hidden tests included."""
ROWS = 20_000
"""Tokens drawn to see their shares."""
CLOSE = 0.025
"""How far shares may be from those of a way to choose that is named."""
FEWER = 4_000
"""The same for a wide vocabulary: enough to miss a token that never comes."""
SIZES = (5, 6, 64, 80)
"""Tokens in the visible and in the hidden vocabulary, two small ones and two wide ones: one
judgement compares each count once."""
LIMIT = math.log(2 * sum(SIZES) / FALSE_ALARM)
"""Chernoff: a share as far as `divergence` from its probability comes with at most
2 * exp(-rows * divergence)."""


def draws_program(student: Student, logits: Tensor, seeds: list[int]) -> Value:
    """The tokens drawn from (B, V) logits, once with each seed."""
    return [student.call(NAME, logits, student.new("generator", seed)) for seed in seeds]


def repeat_program(student: Student, logits: Tensor, seed: int) -> Value:
    """Tokens drawn twice from one generator, from another of the same seed, from one of another."""
    one, again, other = (student.new("generator", each) for each in (seed, seed, seed + 1))
    return [student.call(NAME, logits, each) for each in (one, one, again, other)]


def divergence(share: float, chance: float) -> float:
    """How far a share is from a probability, in nats: 0 where they are equal."""
    pairs = ((share, chance), (1 - share, 1 - chance))
    return sum(a * math.log(a / b) for a, b in pairs if a > 0)


def no_tokens(got: Value, rows: int) -> str | None:
    """Why `got` is not one token id for each row; None where it is."""
    if not is_tensor(got) or got.is_floating_point() or got.dtype == torch.bool:
        return "It must return token ids: a tensor of whole numbers."
    if got.shape != (rows,):
        return f"Wrong shape: got {tuple(got.shape)}, expected (B,) = ({rows},)."
    return None


def only_choice(got: Value, expected: Value) -> str | None:
    """None where each row's one possible token was drawn."""
    problem = next((p for each in got if (p := no_tokens(each, len(expected)))), None)
    if problem is None and not all(torch.equal(each.long(), expected) for each in got):
        return "It drew a token whose logit is -inf: that token must never come."
    return problem


def right_shares(got: Value, expected: Value, rows: int = ROWS) -> str | None:
    """None where, after the first row, every token comes as often as its probability (V,) says."""
    if (problem := no_tokens(got[0], rows + 1)) is not None:
        return problem
    found = shares(got[0][1:], len(expected))
    for token, (share, chance) in enumerate(zip(found, expected.tolist(), strict=True)):
        if rows * divergence(share, chance) > LIMIT:
            return (
                f"Token {token} has the probability {chance:.3f}, but in {rows} draws its share is "
                f"{share:.3f}."
            )
    return None


def shares(ids: Tensor, size: int) -> list[float]:
    """How often each of `size` tokens came, as a share of all draws."""
    counts = torch.bincount(ids.long().clamp(0, size), minlength=size + 1)[:size]
    return [count / len(ids) for count in counts.tolist()]


def repeatable(got: Value, expected: Value) -> str | None:
    """None where the generator alone decides, and moves on; `expected` is the number of rows."""
    problem = next((p for each in got if (p := no_tokens(each, expected))), None)
    if problem is not None:
        return problem
    first, second, again, other = got
    if not torch.equal(first, again):
        return "Two generators that start from the same seed gave different tokens."
    if torch.equal(first, second):
        return "Two calls in a row with one generator gave the same tokens."
    if torch.equal(first, other):
        return "Two generators that start from different seeds gave the same tokens."
    return None


def same_or_not(got: Value) -> Value:
    """Which draws are the same as the first: two wrong ways agree in that, not in the tokens."""
    if not all(is_tensor(each) and each.dim() == 1 for each in got):
        return [str(getattr(each, "shape", type(each))) for each in got]
    return [torch.equal(got[0], each) for each in got[1:]]


def closest_way(logits: Tensor, rows: int = ROWS) -> Callable[[Value], Value]:
    """Gives, of draws, which of some well-known ways to choose (V,) logits they come closest to."""
    noisy = logits + torch.randn(rows, len(logits), generator=torch.Generator().manual_seed(0))
    ways = {
        "by probability": logits.softmax(-1).tolist(),
        "evenly": [1 / len(logits)] * len(logits),
        "normal noise": shares(noisy.argmax(-1), len(logits)),
        **{f"always {i}": [float(i == j) for j in range(len(logits))] for i in range(len(logits))},
    }

    def closest(got: Value) -> Value:
        if no_tokens(got[0], rows + 1) is not None:
            return str(getattr(got[0], "shape", type(got[0])))
        found = shares(got[0][1:], len(logits))
        name = min(ways, key=lambda name: math.dist(found, ways[name]))
        return name if math.dist(found, ways[name]) < CLOSE else found

    return closest


def _only_choice(draw: Draw) -> list[Case]:
    """One possible token a row: among several rows, in one row, alone, and at any height."""
    rows, size = draw.size((8, 5), (9, 7))
    sizes = ((rows, size), (1, size), (1, 1), (3, 60))
    cases = [_one_possible(draw, *each, "", 0.5) for each in sizes]
    for height in draw.size((-12.0, 300.0, -300.0, -30000.0), (-15.0, 500.0, -500.0, -50000.0)):
        cases.append(_one_possible(draw, 2, size, f" of {height:g}", height))
    return cases


def _one_possible(draw: Draw, rows: int, size: int, what: str, height: float) -> Case:
    tokens = torch.randint(size, (rows,), generator=draw.torch())
    logits = torch.full((rows, size), float("-inf")).scatter(1, tokens[:, None], height)
    shown = f"{NAME}(logits, generator), {rows} rows with one possible token{what} each"
    return Case((logits, [1, 2]), tokens, draws_program, shown, accepts=only_choice)


def _shares(draw: Draw) -> list[Case]:
    """Few tokens, many tokens, and few again in rows of very different heights."""
    size, wide = draw.size(SIZES[::2], SIZES[1::2])
    random = draw.torch()
    logits = torch.randn(size, generator=random) * 0.5 + torch.arange(size) * 0.4
    flat = torch.linspace(-0.6, 0.6, wide)[torch.randperm(wide, generator=random)]
    return [_shares_of(draw, logits, ROWS, 1.0), _shares_of(draw, flat, FEWER, 150.0)]


def _shares_of(draw: Draw, logits: Tensor, rows: int, apart: float) -> Case:
    """`rows` rows of these logits, each raised by 0, `apart` or twice that, or lowered.

    Before them stands one row that is not counted, high above the others and in another order:
    softmax down the columns gives neither the right shares nor even ones.
    """
    heights = (torch.arange(rows) % 5 - 2)[:, None] * apart
    other = logits.flip(0) + 2 * apart + 20
    args = (torch.cat([other[None], logits + heights]), [draw.random().randrange(10**6)])
    shown = (
        f"{NAME}(logits, generator), {rows} rows with the same {len(logits)} probabilities after "
        "one with others"
    )
    chances, way = logits.softmax(-1), closest_way(logits, rows)
    accepts = partial(right_shares, rows=rows)
    return Case(args, chances, draws_program, shown, accepts=accepts, symptoms=way)


def _repeatable(draw: Draw) -> list[Case]:
    """Rows of many different chances: one random number for all rows shows as well, nearly always.

    Two such numbers choose the same tokens only if no limit between two tokens, of any row, lies
    between them: with a probability of about 1 in `rows * size`.
    """
    rows, size = draw.size((256, 250), (300, 240))
    logits = torch.randn(rows, size, generator=draw.torch())
    args = (logits, draw.random().randrange(10**6))
    what = f"{NAME}(logits, generator), twice, with the same seed again, with another seed"
    return [Case(args, rows, repeat_program, what, accepts=repeatable, symptoms=same_or_not)]


SAMPLE_TOKEN = exercise(__file__, NAME, _only_choice, _shares, _repeatable)
