"""How fast `check` answers on the worked solutions, once the lesson's first cell has run.

And how fast the model that lessons prompt answers, many prompts at once.
"""

from __future__ import annotations

import contextlib
import io
import statistics
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from autograder.checking import verdict_on
from autograder.course.course import Course
from autograder.course.standalone import defined_anew, notebook_namespace, run_cell
from autograder.course.worked import worked
from autograder.exercise import Draw, Exercise, Lesson, changed

REPEATS = 7
"""Checks of each exercise."""
P95 = 0.95
SEED = 0
"""Of the prompts that the model answers."""


def solved(lesson: Lesson, course: Course) -> dict[str, Any]:
    """What a notebook knows when every answer cell holds its worked solution."""
    namespace = notebook_namespace(lesson.imports)
    answers = worked(course, lesson.id, lesson.notebook)
    for exercise in lesson.exercises:
        if isinstance(exercise, Exercise) and exercise.name in answers:
            with contextlib.redirect_stdout(io.StringIO()):
                run_cell(answers[exercise.name], namespace)
    return namespace


def check_times(lesson: Lesson, course: Course) -> Iterator[tuple[str, list[float]]]:
    """Seconds of each visible check, by exercise."""
    namespace = solved(lesson, course)
    for exercise in lesson.exercises:
        if isinstance(exercise, Exercise) and exercise.name in namespace:
            learned = namespace[exercise.name]
            yield exercise.name, [_seconds(lesson, exercise, learned) for _ in range(REPEATS)]


def _seconds(lesson: Lesson, exercise: Exercise, learned: object) -> float:
    start = time.perf_counter()
    verdict = verdict_on(lesson, exercise, learned)
    taken = time.perf_counter() - start
    if not verdict.passed:
        raise RuntimeError(f"The worked solution of {exercise.name} fails: {verdict.lines}")
    return taken


def figures(times: dict[str, list[float]]) -> dict[str, float]:
    """Flat figures: p50 and p95 over all checks, then for each exercise, in seconds."""
    every = [seconds for taken in times.values() for seconds in taken]
    found = {"check_p50_s": statistics.median(every), "check_p95_s": percentile(every, P95)}
    for name, taken in times.items():
        found[f"check_{name}_p50_s"] = statistics.median(taken)
        found[f"check_{name}_p95_s"] = percentile(taken, P95)
    return {name: round(value, 4) for name, value in found.items()}


def wrong_times(lesson: Lesson) -> Iterator[tuple[str, str, float]]:
    """Seconds of the visible check of every mistake, and of two mistakes at once.

    yields: "mistake" or "pair", the exercise, the seconds. Where a call may take long, or where
        results are measured, an exercise is left out (`left_out`). Cases are drawn before.
    """
    for exercise in lesson.coding:
        if left_out(exercise):
            continue
        verdict_on(lesson, exercise, defined_anew(exercise.reference, exercise.name, lesson))
        for kind, cell in [*(("mistake", m.cell) for m in exercise.mistakes), *_pairs(exercise)]:
            try:
                learned = defined_anew(cell, exercise.name, lesson)
            except Exception:  # two changes at once need not be Python
                continue
            start = time.perf_counter()
            verdict_on(lesson, exercise, learned)
            yield kind, exercise.name, time.perf_counter() - start


def left_out(exercise: Exercise) -> bool:
    """Whether a call of the exercise may take long, or its results are measured."""
    measured = any(
        case.symptoms is not None
        for stage in exercise.stages[:1]
        for case in stage.cases(Draw("bench"))
    )
    return exercise.is_slow or measured


def _pairs(exercise: Exercise) -> Iterator[tuple[str, str]]:
    """Each mistake together with the next one that can be made at the same time."""
    for one, other in pairwise(m for m in exercise.mistakes if m.changes):
        with contextlib.suppress(ValueError):
            yield "pair", changed(exercise.reference, (*one.changes, *other.changes))


def wrong_figures(times: list[tuple[str, str, float]], slow: list[str]) -> dict[str, Any]:
    """Flat figures: p50 and p95 of single mistakes and of pairs, and who was left out."""
    found: dict[str, Any] = {}
    for kind in ("mistake", "pair"):
        seconds = [taken for which, _, taken in times if which == kind]
        found[f"{kind}s"] = len(seconds)
        found[f"{kind}_p50_s"] = round(statistics.median(seconds), 4)
        found[f"{kind}_p95_s"] = round(percentile(seconds, P95), 4)
    return {**found, "left_out": ", ".join(slow)}


def answering() -> dict[str, float]:
    """Tokens a second that `base` writes in batches, and how many times that is one by one."""
    from tinyworld.measure.opening import open_model
    from tinyworld.measure.speed import speed

    decoder, _ = open_model("base")
    measured = speed(decoder, SEED)
    return {
        "answers_tokens_per_s": round(measured.batched, 1),
        "answers_times_one_by_one": round(measured.multiple, 1),
    }


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed.

    >>> percentile([1.0, 2.0, 3.0, 4.0], 0.5)
    2.0
    """
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]
