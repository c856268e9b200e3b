"""What the exercises that choose a token share: logits to choose from, kept tokens, a judge.

Oracle: `transformers`' logits processors.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from autograder.exercise import VALUE_TOLERANCE, Draw
from autograder.wire import Student, StudentError, Value, is_tensor

LOW = -1e5
"""A logit from here down means: never. -inf and -1e9 are both well below; -10000 is not."""
NO_IDS = torch.zeros(1, 1, dtype=torch.long)


def by_processor(processor: Any, logits: Tensor) -> Tensor:
    """What a logits processor of transformers makes of logits (..., V)."""
    rows = logits.reshape(-1, logits.shape[-1])
    result: Tensor = processor(NO_IDS, rows)
    return result.reshape(logits.shape)


def random_logits(draw: Draw, *shape: int) -> Tensor:
    """Logits of which no two in a row are nearly equal: steps of 0.25 in random order."""
    random, size = draw.torch(), shape[-1]
    orders = [torch.randperm(size, generator=random) for _ in range(math.prod(shape[:-1]))]
    steps = torch.stack(orders).float() * 0.25 - size / 8 + 0.1
    return steps.reshape(shape)


def same_kept(got: Value, expected: Tensor) -> str | None:
    """None where the same logits are kept, as they were, and all others can never be drawn."""
    if not is_tensor(got) or not got.is_floating_point():
        return "It must return logits: a tensor of floating-point numbers."
    if got.shape != expected.shape:
        return f"Wrong shape: got {tuple(got.shape)}, expected {tuple(expected.shape)}."
    if bool(got.isnan().any()):
        return "Some logits are not a number."
    kept, wanted = got > LOW, expected > LOW
    if not torch.equal(kept, wanted):
        return _which(kept, wanted)
    off = (got - expected)[wanted].abs().max()
    if off > VALUE_TOLERANCE * expected[wanted].abs().max():
        return "The right tokens are kept, but their logits have changed."
    return None


def _which(kept: Tensor, wanted: Tensor) -> str:
    row = next(i for i, (a, b) in enumerate(zip(_rows(kept), _rows(wanted), strict=True)) if a != b)
    have, want = _rows(kept)[row], _rows(wanted)[row]
    if len(have) != len(want):
        return f"In row {row} it keeps {counted(len(have), 'token')}; it should keep {len(want)}."
    return f"In row {row} it keeps tokens {have}; it should keep {want}."


def _rows(mask: Tensor) -> list[list[int]]:
    return [row.nonzero().flatten().tolist() for row in mask.reshape(-1, mask.shape[-1])]


def counted(count: int, noun: str) -> str:
    """A number of things, as a message says it."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def same_count(got: Value, expected: Value) -> str | None:
    """None where as many tokens are kept as may be; ties make it free which of them.

    `expected` is the logits, the fewest that may be kept of each row and the most, row by row.
    """
    logits, fewest, mosts = expected
    if not is_tensor(got) or got.shape != logits.shape:
        return f"It must return logits of the shape {tuple(logits.shape)}."
    if bool(got.isnan().any()):
        return "Some logits are not a number."
    kept = got > LOW
    for row, (count, most) in enumerate(zip(map(len, _rows(kept)), mosts, strict=True)):
        if not fewest <= count <= most:
            wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
            return f"In row {row} it keeps {counted(count, 'token')}; it should keep {wanted}."
    if not bool((got == logits)[kept].all()):
        return "The logits that are kept have changed."
    worst_kept = logits.masked_fill(~kept, float("inf")).amin(-1)
    best_lost = logits.masked_fill(kept, float("-inf")).amax(-1)
    return None if (worst_kept >= best_lost).all() else "It keeps a token and drops a likelier."


def refusal(student: Student, name: str, *args: Value) -> Value:
    """The name of the error that the call raises; where it returns, [the result].

    A kind of ValueError counts as one.
    """
    try:
        return [student.call(name, *args)]
    except StudentError as error:
        if error.failure.kind != "exception":
            raise
        return "ValueError" if error.failure.is_a("ValueError") else error.failure.type_name
