"""A cell of the table: prompts of one kind, what counts as right, and the bar it should reach."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import sqrt

from tinyworld.draw import Draw

Z = 1.959964
"""Two-sided 95 % of the normal distribution."""

Messages = list[dict[str, str]]
Judge = Callable[[str], bool]


@dataclass(frozen=True)
class Item:
    """One prompt and what counts as its answer."""

    prompt: str | Messages
    expected: str
    judge: Judge | None = None
    """Where more than one answer is right; otherwise the text must be equal."""

    def right(self, answer: str) -> bool:
        """Whether the answer counts."""
        return self.judge(answer) if self.judge else answer == self.expected


@dataclass(frozen=True)
class Bar:
    """The range, in percent, that a cell should reach."""

    low: float = 0.0
    high: float = 100.0

    def met(self, value: float) -> bool:
        """Whether a value in percent lies in the range."""
        return self.low <= value <= self.high

    def __str__(self) -> str:
        if self.high == 100.0:
            return f">= {self.low:g}"
        return f"<= {self.high:g}" if self.low == 0.0 else f"{self.low:g}-{self.high:g}"


@dataclass(frozen=True)
class Cell:
    """A kind of prompt, how many new tokens it may take, and its bar (None: reported only)."""

    name: str
    draw: Callable[[Draw], Item]
    bar: Bar | None = None
    max_new_tokens: int = 8
    stop: str = "\n"


@dataclass(frozen=True)
class Gain:
    """The difference of two cells in points, and its bar."""

    name: str
    of: str
    over: str
    bar: Bar


@dataclass(frozen=True)
class Mean:
    """The mean of several cells, and its bar."""

    name: str
    of: tuple[str, ...]
    bar: Bar | None = None


@dataclass(frozen=True)
class Result:
    """A measured cell, in percent, with its 95 % interval."""

    name: str
    n: int
    value: float
    low: float
    high: float
    bar: Bar | None = None

    @property
    def met(self) -> bool | None:
        """Whether the bar is reached; None without a bar."""
        return None if self.bar is None else self.bar.met(round(self.value, 1))


@dataclass(frozen=True)
class Suite:
    """Everything that is measured of one type of model."""

    cells: Sequence[Cell]
    gains: Sequence[Gain] = field(default_factory=tuple)
    means: Sequence[Mean] = field(default_factory=tuple)


def wilson(right: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share, as fractions: `wilson(0, 10) = (0.0, 0.278)`."""
    share, square = right / n, Z * Z
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = Z * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def counted(cell: Cell, right: int, n: int) -> Result:
    """The result of a cell in which `right` of `n` answers were right."""
    low, high = wilson(right, n)
    return Result(cell.name, n, 100 * right / n, 100 * low, 100 * high, cell.bar)


def difference(gain: Gain, of: Result, over: Result) -> Result:
    """A gain with Newcombe's interval of a difference of shares."""
    value = of.value - over.value
    down = sqrt((of.value - of.low) ** 2 + (over.high - over.value) ** 2)
    up = sqrt((of.high - of.value) ** 2 + (over.value - over.low) ** 2)
    return Result(gain.name, of.n, value, value - down, value + up, gain.bar)


def average(mean: Mean, results: Sequence[Result]) -> Result:
    """A mean over kinds, with the interval of the mean of independent shares."""
    value = sum(r.value for r in results) / len(results)
    half = sqrt(sum(((r.high - r.low) / 2) ** 2 for r in results)) / len(results)
    low, high = max(0.0, value - half), min(100.0, value + half)
    return Result(mean.name, sum(r.n for r in results), value, low, high, mean.bar)
