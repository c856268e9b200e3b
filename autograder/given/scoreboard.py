"""Accuracy with its interval: of one prompt, and of tasks against numbers of examples."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from autograder.given import tasks
from autograder.given.figures.picture import Picture
from autograder.given.figures.shots import shot_curve, shot_table
from autograder.given.frozen import Frozen
from tinyworld.measure.cell import wilson

T = TypeVar("T")
MakePrompt = Callable[[str], str]
BuildPrompt = Callable[[str, list[tuple[str, str]], str], str]


@dataclass(frozen=True)
class Score:
    """How many of `count` answers are right."""

    right: int
    count: int

    @property
    def share(self) -> float:
        """The accuracy, 0 to 1."""
        return self.right / self.count

    @property
    def low(self) -> float:
        """The lower end of Wilson's 95 % interval."""
        return wilson(self.right, self.count)[0]

    @property
    def high(self) -> float:
        """The upper end."""
        return wilson(self.right, self.count)[1]

    def __str__(self) -> str:
        return (
            f"{self.share:.0%} ({self.right} of {self.count}, "
            f"95 % interval {self.low:.0%} to {self.high:.0%})"
        )


def accuracy(
    model: Frozen, make: MakePrompt, task: str, *, split: str = "development", count: int = 60
) -> Score:
    """The score of the prompts that `make` gives for the inputs of `count` items of a task.

    `split` names a set of items: two names share no item but by chance.
    """
    items = tasks.items(task, split, count)
    said = model.answers([make(item.text) for item in items], tasks.TASKS[task].new_tokens)
    return Score(tasks.count_right(task, items, said), count)


@dataclass
class ShotTable:
    """Tasks by numbers of examples, each cell a score; it fills as it is run."""

    model: Frozen
    tasks: tuple[str, ...]
    shots: tuple[int, ...]
    count: int = 60
    scores: dict[tuple[str, int], Score] = field(default_factory=dict)

    def run(self, build_prompt: BuildPrompt, task: str, shots: int) -> Score:
        """Fill one cell, with examples that are drawn once for it."""
        examples = tasks.examples(task, f"table/{shots}", shots)
        make = partial(build_prompt, "", examples)
        self.scores[task, shots] = accuracy(self.model, make, task, count=self.count)
        return self.scores[task, shots]

    def fill(self, build_prompt: BuildPrompt) -> Picture | None:
        """Fill every cell. In a notebook the table is seen to fill; elsewhere it is returned."""
        show = live(self.picture)
        for task in self.tasks:
            for shots in self.shots:
                self.run(build_prompt, task, shots)
                if show is not None:
                    show(self.picture())
        return self.picture() if show is None else None

    def picture(self) -> Picture:
        """The table as far as it is filled."""
        rows = {task: tasks.TASKS[task].asks for task in self.tasks}
        return shot_table(rows, self.shots, scores_of(self.scores.items()))

    def curve(self) -> Picture:
        """Accuracy against the number of examples, a line for each task."""
        return shot_curve(self.tasks, self.shots, scores_of(self.scores.items()))


def live(first: Callable[[], Picture]) -> Callable[[Picture], None] | None:
    """Where a notebook can change what it shows, show a picture and give what changes it."""
    try:
        from IPython.core.getipython import get_ipython
        from IPython.display import display
    except ImportError:
        return None
    if type(get_ipython()).__name__ != "ZMQInteractiveShell":
        return None
    handle: Any = display(first(), display_id=True)  # type: ignore[no-untyped-call]
    return lambda picture: handle.update(picture)


def scores_of(named: Iterable[tuple[T, Score]]) -> dict[T, tuple[float, float, float]]:
    """Names and scores as the pictures take them: share, low, high."""
    return {name: (score.share, score.low, score.high) for name, score in named}
