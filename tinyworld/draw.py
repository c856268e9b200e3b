"""Random draws that give the same bytes on every machine and Python version.

`random.choice` and its relatives changed their algorithms between Python versions; `random()`
did not. Every draw of the world goes through the few methods below.
"""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A seeded source of draws, built on `random.random()` alone."""

    def __init__(self, seed: str | int) -> None:
        self.random = random.Random(str(seed)).random

    def below(self, n: int) -> int:
        """An integer in [0, n)."""
        return int(self.random() * n)

    def between(self, low: int, high: int) -> int:
        """An integer in [low, high], both ends included."""
        return low + self.below(high - low + 1)

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self.random() < probability

    def choice(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[int(self.random() * len(items))]

    def sample(self, items: Sequence[T], k: int) -> list[T]:
        """The first k of the items in random order, all different positions."""
        pool = list(items)
        for i in range(k):
            j = i + self.below(len(pool) - i)
            pool[i], pool[j] = pool[j], pool[i]
        return pool[:k]

    def shuffle(self, items: Sequence[T]) -> list[T]:
        """All items in random order."""
        return self.sample(items, len(items))

    def weighted(self, items: Sequence[T], cumulative: Sequence[float]) -> T:
        """One of the items; `cumulative` holds the running sum of their weights."""
        point = self.random() * cumulative[-1]
        for item, edge in zip(items, cumulative, strict=True):
            if point < edge:
                return item
        return items[-1]
