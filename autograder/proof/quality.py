"""How good the judging is: every declared mistake and every variant, through a learner's path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder import lessons
from autograder.checking import direct_student, refused, verdict_on
from autograder.course.standalone import define, source_of
from autograder.course.variants import variants
from autograder.exercise import Exercise, Lesson, Mistake
from autograder.judge.run import run
from autograder.judge.verdict import PASSED, SKIPPED, Verdict

CAUGHT_BAR, NAMED_BAR, ACCEPTED_BAR = 1.0, 0.95, 1.0
"""Shares of mistakes caught, of mistakes named, of variants accepted that must be reached."""


@dataclass(frozen=True)
class Counts:
    """How many mistakes were caught and named, how many variants accepted."""

    mistakes: int = 0
    caught: int = 0
    named: int = 0
    variants: int = 0
    accepted: int = 0

    @property
    def ok(self) -> bool:
        """Whether every bar is reached."""
        return (
            self.caught >= CAUGHT_BAR * self.mistakes
            and self.named >= NAMED_BAR * self.mistakes
            and self.accepted >= ACCEPTED_BAR * self.variants
        )


@dataclass(frozen=True)
class Item:
    """The counts of one exercise, and a sentence for everything that went wrong."""

    lesson: str
    exercise: str
    counts: Counts
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Tried:
    """One mistake or variant: what counts, and the sentence where something does not."""

    counts: Counts
    problem: str = ""


def measure(chosen: Iterable[Lesson], root: Path) -> Iterator[Item]:
    """The counts of every exercise of `chosen`; variants are read from the course in `root`."""
    for lesson in chosen:
        known = variants(lesson, root)
        for exercise in lesson.exercises:
            if isinstance(exercise, Exercise):
                yield measure_exercise(lesson, exercise, known.get(exercise.name, ()))


def measure_exercise(
    lesson: Lesson, exercise: Exercise, other_ways: tuple[Callable[..., object], ...]
) -> Item:
    """The counts of one exercise."""
    tried = [
        *(_try_mistake(lesson, exercise, mistake) for mistake in exercise.mistakes),
        *(_try_variant(lesson, exercise, variant) for variant in other_ways),
    ]
    problems = tuple(each.problem for each in tried if each.problem)
    return Item(lesson.id, exercise.name, total(each.counts for each in tried), problems)


def verdict_of_source(lesson: Lesson, exercise: Exercise, source: str) -> Verdict:
    """The verdict, hidden tests included, on `source` written into the exercise's cell."""
    learned = define(source, exercise.name, lesson)
    return verdict_on(lesson, exercise, learned, hidden=True)


def _try_mistake(lesson: Lesson, exercise: Exercise, mistake: Mistake) -> _Tried:
    try:
        verdict = verdict_of_source(lesson, exercise, mistake.cell)
    except Exception as error:
        return _Tried(Counts(mistakes=1), f"{mistake.name}: cannot run: {error!r}")
    lost = lost_stages(verdict)
    caught, named = lost == set(mistake.loses), verdict.mistake == mistake.name
    problem = ""
    if not caught:
        problem = f"{mistake.name}: loses {sorted(lost)}, declared {sorted(mistake.loses)}"
    elif not named:
        problem = f'{mistake.name}: named "{verdict.mistake}"'
    return _Tried(Counts(mistakes=1, caught=int(caught), named=int(named)), problem)


def lost_by(name: str, cell: str, seed: str) -> tuple[str, ...]:
    """The stages of an exercise that a cell loses with a grading seed; nothing is named.

    One sentence in their place where the cell cannot run, or reaches what is forbidden.
    """
    lesson, exercise = lessons.exercise(name)
    assert isinstance(exercise, Exercise)
    try:
        learned = define(cell, exercise.name, lesson)
    except Exception as error:
        return (f"cannot run: {type(error).__name__}",)
    if found := refused(exercise, learned):
        return (f"forbidden: {found}",)
    done = run(exercise, direct_student(lesson, exercise, learned), seed, hidden=True)
    return tuple(s.name for s in done.stages if s.status not in (PASSED, SKIPPED))


def lost_stages(verdict: Verdict) -> set[str]:
    """The stages that were tried and not passed."""
    return {s.name for s in verdict.stages if s.status not in (PASSED, SKIPPED)}


def _try_variant(lesson: Lesson, exercise: Exercise, variant: Callable[..., object]) -> _Tried:
    try:
        verdict = verdict_of_source(lesson, exercise, source_of(variant, exercise.name))
    except Exception as error:
        return _Tried(Counts(variants=1), f"{variant.__name__}: cannot run: {error!r}")
    if verdict.passed:
        return _Tried(Counts(variants=1, accepted=1))
    return _Tried(Counts(variants=1), f"{variant.__name__}: refused: {' '.join(verdict.lines)}")


def total(counts: Iterable[Counts]) -> Counts:
    """The sum of counts."""
    rows = [asdict(each) for each in counts]
    return Counts(**{field: sum(row[field] for row in rows) for field in asdict(Counts())})


def as_json(items: Iterable[Item]) -> dict[str, Any]:
    """The whole measurement as one JSON object."""
    items = tuple(items)
    whole = total(item.counts for item in items)
    rows = [
        {
            "lesson": item.lesson,
            "exercise": item.exercise,
            **asdict(item.counts),
            "problems": list(item.problems),
        }
        for item in items
    ]
    return {"total": asdict(whole), "items": rows, "ok": whole.ok}


def as_markdown(items: Iterable[Item]) -> str:
    """The table that the README shows."""
    items = tuple(items)
    rows = [_row(f"`{item.exercise}`", item.counts) for item in items]
    head = "| exercise | mistakes caught | named by the right sentence | variants accepted |"
    whole = _row("**total**", total(item.counts for item in items))
    return "\n".join([head, "|---|---|---|---|", *rows, whole]) + "\n"


def _row(name: str, c: Counts) -> str:
    return (
        f"| {name} | {c.caught} of {c.mistakes} | {c.named} of {c.mistakes} "
        f"| {c.accepted} of {c.variants} |"
    )
