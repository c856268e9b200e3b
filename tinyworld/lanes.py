"""Lanes: the two halves of a step's work, done at once where two cores are free.

A small model keeps two threads of one matrix product waiting for each other. Here each core works
through its own half of the rows with its own copy of the gradients, and steps its own half of the
matrices. The halves are the same on one core, which does one after the other, so the number of
threads changes how long a run takes and not one bit of what comes out.
"""

import copy
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch
from torch import Tensor
from transformers import LlamaForCausalLM

LANES = 2
SIZE, REPEATS, ROUNDS = 512, 20, 5
"""The matrix product by which the precision is chosen, and how often it is timed."""
CLEARLY = 1.2
"""How many times as fast 16 bits must be to be chosen."""

Made = TypeVar("Made")
Piece = tuple[Tensor, Tensor]
"""Inputs and labels of some rows."""


class Lanes:
    """Copies of a model that share its weights, each with gradients of its own."""

    def __init__(self, model: LlamaForCausalLM, threads: int) -> None:
        self.models = [model, *(_shadow(model) for _ in range(1, LANES))]
        self.pool = ThreadPoolExecutor(threads)

    def close(self) -> None:
        """End the threads."""
        self.pool.shutdown()

    def run(self, jobs: Iterable[Callable[[], Made]]) -> list[Made]:
        """What the jobs return, in their order."""
        return [each.result() for each in [self.pool.submit(job) for job in jobs]]

    def losses(
        self, loss: Callable[[LlamaForCausalLM, Piece], Tensor], pieces: list[Piece]
    ) -> list[float]:
        """The loss of each piece; the sum of their gradients is left in the first model."""
        size = -(-len(pieces) // LANES)
        halves = [pieces[i * size : (i + 1) * size] for i in range(LANES)]

        def work(model: LlamaForCausalLM, half: list[Piece]) -> list[float]:
            found = []
            for piece in half:
                one = loss(model, piece)
                torch.autograd.backward(one)
                found.append(float(one.detach()))
            return found

        jobs = [
            lambda model=model, half=half: work(model, half)
            for model, half in zip(self.models, halves, strict=True)
        ]
        found: list[list[float]] = self.run(jobs)
        self._gather()
        return [one for half in found for one in half]

    def _gather(self) -> None:
        first, *others = (list(model.parameters()) for model in self.models)
        for other in others:
            for mine, theirs in zip(first, other, strict=True):
                if theirs.grad is not None:
                    mine.grad = theirs.grad if mine.grad is None else mine.grad.add_(theirs.grad)
                    theirs.grad = None


def _shadow(model: LlamaForCausalLM) -> LlamaForCausalLM:
    """The same model over the same memory."""
    other = copy.deepcopy(model)
    for mine, theirs in zip(model.parameters(), other.parameters(), strict=True):
        theirs.data = mine.data
    return other


def _seconds(dtype: torch.dtype) -> float:
    """The shortest time of some products of two matrices on this CPU."""
    matrix = torch.ones(SIZE, SIZE, dtype=dtype)
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for _ in range(REPEATS):
            matrix @ matrix
        best = min(best, time.perf_counter() - begun)
    return best


def precision(device: torch.device) -> str:
    """`bfloat16` on a GPU and on CPUs that are clearly faster with it, else `float32`."""
    if device.type != "cpu":
        return "bfloat16"
    gain = _seconds(torch.float32) / _seconds(torch.bfloat16)
    return "bfloat16" if gain > CLEARLY else "float32"
