"""`mislabel(examples, labels, count)`: examples with wrong labels, to see what they do.

Oracle: numpy, with the labels as 0 and 1.
"""

from __future__ import annotations

import numpy as np

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage
from autograder.given import tasks

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


def mislabel_all(examples: list[Example], labels: Example, count: int) -> list[Example]:
    first, second = labels
    return [(text, second if label == first else first) for text, label in examples]


def mislabel_one(examples: list[Example], labels: Example, count: int) -> list[Example]:
    first, second = labels
    text, label = examples[0]
    return [(text, second if label == first else first), *examples[1:]]


def mislabel_at(examples: list[Example], labels: Example, count: int) -> list[Example]:
    first, second = labels
    return [
        (text, (second if label == first else first) if i == count else label)
        for i, (text, label) in enumerate(examples)
    ]


def mislabel_last(examples: list[Example], labels: Example, count: int) -> list[Example]:
    first, second = labels
    start = len(examples) - count
    return [
        (text, (second if label == first else first) if i >= start else label)
        for i, (text, label) in enumerate(examples)
    ]


def mislabel_one_more(examples: list[Example], labels: Example, count: int) -> list[Example]:
    first, second = labels
    return [
        (text, (second if label == first else first) if i <= count else label)
        for i, (text, label) in enumerate(examples)
    ]


def mislabel_one_way(examples: list[Example], labels: Example, count: int) -> list[Example]:
    second = labels[1]
    return [(text, second) for text, _ in examples[:count]] + examples[count:]


def mislabel_first_label(examples: list[Example], labels: Example, count: int) -> list[Example]:
    first = labels[0]
    return [(text, first) for text, _ in examples[:count]] + examples[count:]


def mislabel_shortened(examples: list[Example], labels: Example, count: int) -> list[Example]:
    first, second = labels
    return [(text, second if label == first else first) for text, label in examples[:count]]


def mislabel_rest(examples: list[Example], labels: Example, count: int) -> list[Example]:
    first, second = labels
    rest = [(text, second if label == first else first) for text, label in examples[count:]]
    return examples[:count] + rest


def mislabel_words(examples: list[Example], labels: Example, count: int) -> list[Example]:
    other = {"bad": "good", "good": "bad"}
    return [(t, other.get(label, label)) for t, label in examples[:count]] + examples[count:]


ONE, SOME, ENDS = "one", "several", "none and all"

MISTAKES = (
    Mistake(
        "all",
        mislabel_all,
        "it changes every label. Change those of the first `count` examples.",
        (ONE,),
    ),
    Mistake(
        "one",
        mislabel_one,
        "it changes one label, whatever `count` says.",
        (SOME, ENDS),
    ),
    Mistake(
        "at count",
        mislabel_at,
        "it changes the one example at place `count`. Change those before it.",
        (ONE,),
    ),
    Mistake(
        "last",
        mislabel_last,
        "it changes the last `count` examples. Change the first ones.",
        (ONE,),
    ),
    Mistake(
        "one more",
        mislabel_one_more,
        "it changes one example too many. Places count from 0, so those below `count` change.",
        (ONE,),
    ),
    Mistake(
        "one way",
        mislabel_one_way,
        "it gives the second label to all. An example that has it must get the first.",
        (SOME, ENDS),
    ),
    Mistake(
        "first label",
        mislabel_first_label,
        "it gives the first label to all. An example that has it must get the second.",
        (ONE,),
    ),
    Mistake(
        "shortened",
        mislabel_shortened,
        "the other examples are lost. Put them behind the changed ones.",
        (ONE,),
    ),
    Mistake(
        "the rest",
        mislabel_rest,
        "it changes the examples after the first `count`. Change the first ones.",
        (ONE,),
    ),
    Mistake(
        "own words",
        mislabel_words,
        "it knows only the labels bad and good. Use the two labels that it is given.",
        (ONE,),
    ),
)

MISLABEL = Exercise(
    name="mislabel",
    title="Examples that lie",
    difficulty=2,
    minutes=8,
    forbids=("autograder.given.prompting.mislabel",),
    stages=(
        Stage("one", 1, "the first example gets the other label.", _one),
        Stage("several", 0.5, "the first few get the other label.", _some, needs=("one",)),
        Stage("none and all", 0.5, "no example at all, and all of them.", _ends, needs=("one",)),
    ),
    mistakes=MISTAKES,
)
