"""`mislabel(examples, labels, count)`: examples with wrong labels, to see what they do.

Oracle: numpy, with the labels as 0 and 1.
"""

from __future__ import annotations

import numpy as np

from autograder.exercise import Case, Draw
from autograder.given import tasks
from autograder.lessons.sheet import exercise

Example = tuple[str, str]


def by_numpy(examples: list[Example], labels: Example, count: int) -> list[Example]:
    """The first `count` labels exchanged."""
    numbers = np.array([labels.index(label) for _, label in examples], dtype=int)
    numbers[:count] ^= 1
    return [(text, labels[i]) for (text, _), i in zip(examples, numbers, strict=True)]


def _case(draw: Draw, size: int, count: int, task: str = "sentiment") -> Case:
    """Examples that begin and end with different labels, so that each end shows."""
    labels = tasks.TASKS[task].labels[:2]
    pool = tasks.examples(task, draw.seed, 2 * size)
    ordered = [next(p for p in pool[i:] + pool if p[1] == labels[i % 2]) for i in range(size)]
    return Case((ordered, labels, count), by_numpy(ordered, (labels[0], labels[1]), count))


def _one(draw: Draw) -> list[Case]:
    return [_case(draw, draw.size(4, 6), 1), _case(draw, draw.size(3, 5), 1, "code")]


def _some(draw: Draw) -> list[Case]:
    return [_case(draw, draw.size(5, 7), draw.size(3, 4))]


def _ends(draw: Draw) -> list[Case]:
    size = draw.size(4, 3)
    return [_case(draw, size, 0), _case(draw, size, size)]


MISLABEL = exercise(__file__, "mislabel", _one, _some, _ends)
