"""What a notebook calls: `check(softmax)`."""

from __future__ import annotations

import inspect
import json
import os
import sys
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from autograder import lessons, wire
from autograder.course.standalone import defined_anew, given_names
from autograder.exercise import Essay, Exercise, Lesson, Mistake, Quiz
from autograder.judge.judge import judge, judge_quiz
from autograder.judge.points import Points
from autograder.judge.read import forbidden_in
from autograder.judge.sentences import NEXT
from autograder.judge.verdict import Verdict
from autograder.wire import Student
from autograder.worker.direct import DirectStudent
from autograder.worker.guard import unwrapped
from autograder.worker.reach import reached

SEED_VARIABLE = "AUTOGRADER_GRADING_SEED"
"""Environment variable with the seed that hidden tests draw from; nbgrader_config.py sets it."""
DEFAULT_SEED = "self-study"
VERDICTS_VARIABLE = "AUTOGRADER_VERDICTS"
"""Environment variable with a file to which every verdict is added, as a line of JSON."""
HURRY_SHARE = 0.2
"""Share of an exercise's time limit that a declared mistake may take where the learner failed."""
MISSING = object()


def direct_student(lesson: Lesson, exercise: Exercise, learned: object) -> Student:
    """A student that calls `learned` in this process."""
    namespace = {**given_names(lesson), exercise.name: learned}
    return DirectStudent(namespace, resource, exercise.limit_s, exercise.forbids)


def check(
    learned: object,
    answer: object = MISSING,
    *,
    hidden: bool = False,
) -> Points:
    """Judge one exercise and return its points; in a notebook they show as a card.

    `learned` is what you wrote (`check(softmax)`), or the name of a question followed by your
    answer (`check("quiz-bpe-1", answer)`). With `hidden=True` the hidden tests run too. The last
    verdict stays in `check.last`, and the arguments of the call that failed in `check.last.args`.
    """
    lesson, exercise = lessons.exercise(_name(learned))
    if isinstance(learned, str) and isinstance(exercise, Exercise):
        raise TypeError(f"Leave the quotes out: check({exercise.name}), not check({learned!r}).")
    verdict = verdict_on(lesson, exercise, learned, answer, hidden=hidden)
    if verdict.passed and not hidden and (following := _after(lesson, exercise)):
        verdict = replace(verdict, lines=(*verdict.lines, f"{NEXT}`{following.name}`."))
    _remember(lesson, exercise, verdict)
    _record(verdict)
    check.last = verdict  # type: ignore[attr-defined]  # an attribute of the function
    _show(verdict)
    return Points(_points(verdict, exercise), verdict)


def verdict_on(
    lesson: Lesson,
    exercise: Exercise | Quiz | Essay,
    learned: object,
    answer: object = MISSING,
    *,
    hidden: bool = False,
    seed: str | None = None,
) -> Verdict:
    """Judge one exercise, without a trace."""
    if isinstance(exercise, Quiz):
        return judge_quiz(exercise, wire.plain(answer), hidden=hidden)
    if isinstance(exercise, Essay):
        raise TypeError(f'"{exercise.name}" is read by a person: there is nothing to check.')
    return judge(
        exercise,
        direct_student(lesson, exercise, learned),
        partial(bench_student, lesson),
        seed=seed or os.environ.get(SEED_VARIABLE, DEFAULT_SEED),
        hidden=hidden,
        refused=refused(exercise, learned),
    )


def bench_student(lesson: Lesson, exercise: Exercise, mistake: Mistake, *, hurry: bool) -> Student:
    """A student that runs a declared mistake, for comparison."""
    wrong = defined_anew(mistake.cell, exercise.name, lesson)
    namespace = {**given_names(lesson), exercise.name: wrong}
    limit_s = exercise.limit_s * (HURRY_SHARE if hurry else 1.0)
    return DirectStudent(namespace, resource, limit_s, exercise.forbids)


def resource(name: str) -> object:
    """What a `Resource` stands for: a shipped model, loaded once."""
    from autograder.given.models import load

    return load(name)


def _name(learned: object) -> str:
    name = learned if isinstance(learned, str) else getattr(learned, "__name__", None)
    if isinstance(name, str):
        return name
    raise TypeError(
        f"check() takes the function or class you wrote, as in check(softmax); "
        f"it was given a {wire.type_name(learned)}."
    )


def refused(exercise: Exercise, learned: object) -> str:
    """A forbidden function that the code names or reaches, or an empty string."""
    if not exercise.forbids:
        return ""
    for source in _sources(learned):
        if found := forbidden_in(textwrap.dedent(source), exercise.forbids):
            return found
    return reached(learned, exercise.forbids) or ""


def _sources(learned: object) -> Iterator[str]:
    """The source of a function, or of each method of a class: a notebook has none for classes."""
    functions = vars(learned).values() if isinstance(learned, type) else (learned,)
    for each in functions:
        if function := unwrapped(each):
            with suppress(OSError, TypeError):
                yield inspect.getsource(function)


def _after(lesson: Lesson, exercise: Exercise | Quiz | Essay) -> Exercise | Quiz | Essay | None:
    """What comes next in the lesson."""
    place = lesson.exercises.index(exercise)
    return next(iter(lesson.exercises[place + 1 :]), None)


def _points(verdict: Verdict, exercise: Exercise | Quiz | Essay) -> float:
    """Points to return: the visible call gives the cell's full points when all it ran passed."""
    return exercise.points if verdict.visible and verdict.passed else verdict.points


def _remember(lesson: Lesson, exercise: Exercise | Quiz | Essay, verdict: Verdict) -> None:
    """Keep progress, except where nbgrader runs the notebook or nothing was written yet."""
    if "NBGRADER_EXECUTION" in os.environ or not verdict.attempted:
        return
    from autograder.records.progress import remember

    remember(lesson.id, exercise.name, verdict.points, exercise.points, verdict.passed)


def _record(verdict: Verdict) -> None:
    """Hand the verdict to the program that runs this notebook, where it asked for it."""
    if path := os.environ.get(VERDICTS_VARIABLE):
        with Path(path).open("a", encoding="utf-8") as file:
            written = asdict(replace(verdict, args=()))
            file.write(json.dumps(written, ensure_ascii=False) + "\n")


def _show(verdict: Verdict) -> None:
    """Print the message where no notebook shows the card.

    nbgrader's Validate shows only what a cell writes to stderr.
    """
    from autograder.judge.sentences import text

    if os.environ.get("NBGRADER_EXECUTION") == "validate":
        if not verdict.passed:
            print(text(verdict), file=sys.stderr)
    elif not in_notebook():
        print(text(verdict))


def in_notebook() -> bool:
    """Whether a Jupyter kernel runs this code."""
    return _shell_name() == "ZMQInteractiveShell"


def _shell_name() -> str:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return type(shell).__name__
