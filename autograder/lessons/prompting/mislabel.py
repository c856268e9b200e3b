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


def _fresh(examples: list[Example]) -> list[Example]:
    """The same with labels made anew: equal to those that are given, and other objects."""
    return [(text, "".join(list(label))) for text, label in examples]


def _case(draw: Draw, size: int, count: int, task: str = "sentiment") -> Case:
    """Examples that begin and end with different labels, so that each end shows."""
    labels = tasks.TASKS[task].labels[:2]
    pool = tasks.examples(task, draw.seed, 2 * size)
    ordered = [next(p for p in pool[i:] + pool if p[1] == labels[i % 2]) for i in range(size)]
    return _asked(ordered, (labels[0], labels[1]), count)


def _asked(examples: list[Example], labels: Example, count: int) -> Case:
    return Case((_fresh(examples), labels, count), by_numpy(examples, labels, count))


def _alike(draw: Draw, count: int) -> list[Case]:
    """Examples that come again, texts that hold a label, and labels that hold each other."""
    bad, good = draw.size(("bad", "good"), ("no", "yes"))
    again, other = (f"{bad} and {good}", bad), ("It was fine.", good)
    held, capitals = (good, f"not {good}"), (bad, bad.capitalize())
    return [
        _asked([again, other, again, other, again, again], (bad, good), count),
        _asked([("It was fine.", bad), ("It was fine.", good)] * 3, (bad, good), count),
        _asked(
            [(bad, bad), (good, good), (bad, bad), (good, bad), (bad, good)], (bad, good), count
        ),
        _asked([(f"It was {held[i % 2]}.", held[i % 2]) for i in range(5)], held, count),
        _asked([("{text}\r\n 猫  “it’s” ", capitals[i % 2]) for i in range(4)], capitals, count),
    ]


def _one(draw: Draw) -> list[Case]:
    """The first example has the first label, in whatever order the labels are given."""
    plain = [_case(draw, draw.size(4, 6), 1), _case(draw, draw.size(3, 5), 1, "code")]
    examples, labels, count = plain[0].args
    turned = _asked(examples[1:], (labels[1], labels[0]), count)
    return [*plain, turned, *_alike(draw, 1)]


def _some(draw: Draw) -> list[Case]:
    bad, good = draw.size(("bad", "good"), ("good", "bad"))
    ones = [(f"Text {i}", good) for i in range(4)]
    return [
        _case(draw, draw.size(5, 7), draw.size(3, 4)),
        _case(draw, draw.size(6, 5), 2, "code"),
        *_alike(draw, draw.size(2, 3)),
        _asked([*ones, ("Text", bad), ("Text", bad)], (bad, good), draw.size(5, 3)),
    ]


def _ends(draw: Draw) -> list[Case]:
    size = draw.size(4, 3)
    labels = draw.size(("bad", "good"), ("zamiko", "feru"))
    alike = [("The soup was cold.", labels[1])] * 3
    return [
        _case(draw, size, 0),
        _case(draw, size, size),
        _asked([], labels, 0),
        _asked(alike[:1], labels, 1),
        _asked(alike[:1], labels, 0),
        _asked(alike, labels, 3),
        _asked([*alike, ("It was fine.", labels[0])], labels, 0),
    ]


MISLABEL = exercise(__file__, "mislabel", _one, _some, _ends)
