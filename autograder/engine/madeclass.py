"""A made-up class: what learners hand in, made from a lesson's own table of mistakes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, cycle, islice
from typing import TypeVar

from autograder.course.notebook import Notebook, cells
from autograder.course.rebuild import replace_answer
from autograder.course.standalone import source_of
from autograder.course.variants import Variants
from autograder.exercise import Exercise, Lesson

BROKEN = "def {name}(x:\n    retrun x"
"""An answer that does not parse."""
Made = tuple[str, Notebook]
T = TypeVar("T")


def made_class(
    lesson: Lesson, master: Notebook, release: Notebook, known: Variants, count: int
) -> list[Made]:
    """`count` submissions by name: all right, one mistake, another right way, parts, nothing.

    The same lesson gives the same class. Kinds take turns, so that a small class has them all.
    """
    model = [("model", master)]
    kinds = (
        model,
        list(_mistakes(lesson, master)),
        list(_other_ways(lesson, master, known)) or model,
        list(_partial(master, release)),
        list(_broken(lesson, master)),
        [("empty", release)],
    )
    turns = chain.from_iterable(zip(*(cycle(kind) for kind in kinds), strict=True))
    return [
        (f"student-{number:03}-{kind}", notebook)
        for number, (kind, notebook) in enumerate(islice(turns, count))
    ]


def _mistakes(lesson: Lesson, master: Notebook) -> Iterator[Made]:
    """One mistake each, from all exercises in turns."""
    for exercise, mistake in _in_turns({e: e.mistakes for e in lesson.coding}):
        yield "mistake", replace_answer(master, exercise.name, mistake.cell)


def _other_ways(lesson: Lesson, master: Notebook, known: Variants) -> Iterator[Made]:
    """Other correct ways to write an answer."""
    named = {e: known.get(e.name, ()) for e in lesson.coding}
    for exercise, variant in _in_turns(named):
        source = source_of(variant, exercise.name)
        yield "variant", replace_answer(master, exercise.name, source)


def _in_turns(table: Mapping[Exercise, tuple[T, ...]]) -> Iterator[tuple[Exercise, T]]:
    """The first of each exercise, then the second of each."""
    most = max((len(items) for items in table.values()), default=0)
    for place in range(most):
        for exercise, items in table.items():
            if place < len(items):
                yield exercise, items[place]


def _partial(master: Notebook, release: Notebook) -> Iterator[Made]:
    """The first answers only: half of them, a third, ..."""
    stubs = {c.grade_id: c.source for c in cells(release) if c.is_answer}
    for share in (2, 3, 4):
        notebook = master
        for name in list(stubs)[len(stubs) // share :]:
            notebook = replace_answer(notebook, name, stubs[name])
        yield "partial", notebook


def _broken(lesson: Lesson, master: Notebook) -> Iterator[Made]:
    for exercise in lesson.coding:
        yield "broken", replace_answer(master, exercise.name, BROKEN.format(name=exercise.name))
