"""How good the judging is: every declared mistake and every variant, through a learner's path."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from autograder import lessons
from autograder.checking import direct_student, refused, verdict_on
from autograder.course.standalone import COMPARED, define, source_of
from autograder.course.variants import variants
from autograder.exercise import Exercise, Lesson, Mistake
from autograder.judge.run import run
from autograder.judge.verdict import FORBIDDEN, PASSED, SKIPPED, Verdict

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
    right: bool = True
    """Whether the exercise itself is in order: its reference passes, what it forbids exists."""


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
    """The counts of one exercise; nothing is tried where its own reference fails."""
    nowhere = [name for name in exercise.forbids if not exists(name)]
    unknown = [f"it forbids {name}, which does not exist" for name in nowhere]
    if fails := _fails(lesson, exercise):
        most = Counts(mistakes=len(exercise.mistakes), variants=len(other_ways))
        return Item(lesson.id, exercise.name, most, (*unknown, fails), right=False)
    tried = [
        *(_try_mistake(lesson, exercise, mistake) for mistake in exercise.mistakes),
        *(_try_variant(lesson, exercise, variant) for variant in other_ways),
    ]
    problems = tuple(each.problem for each in tried if each.problem)
    counts = total(each.counts for each in tried)
    return Item(lesson.id, exercise.name, counts, (*unknown, *problems), right=not unknown)


def exists(name: str) -> bool:
    """Whether a forbidden name exists. Of a library that is not installed nothing can be said."""
    dotted = f"torch.ops.{name}" if name.startswith("aten.") else name.removesuffix(".*")
    first, *rest = dotted.split(".")
    try:
        here: object = importlib.import_module(first)
    except ModuleNotFoundError:
        return True
    for part in rest:
        if isinstance(here, ModuleType) and not hasattr(here, part):
            with suppress(ImportError):
                importlib.import_module(f"{here.__name__}.{part}")
        if (here := getattr(here, part, None)) is None:
            return False
    return True


def _fails(lesson: Lesson, exercise: Exercise) -> str:
    """What is wrong with an exercise's own reference; empty where it passes all stages."""
    try:
        with staying() as ended:
            verdict = verdict_of_source(lesson, exercise, exercise.reference)
    except (Exception, SystemExit) as error:
        return f"the reference cannot run: {error!r}"
    lost = [s.name for s in verdict.stages if s.name in lost_stages(verdict)]
    if ended:
        return f"the reference: {ENDS}"
    return f"the reference {own_stages(lost)}: {' '.join(verdict.lines)}" if lost else ""


def own_stages(lost: Iterable[str]) -> str:
    """What is said of a reference that loses stages."""
    return f"fails its own stage {', '.join(lost)}"


ENDS = "it calls os._exit, which ends the process"


@contextmanager
def staying() -> Iterator[list[int]]:
    """Within it, no answer ends this process by `os._exit`; the calls of the one that is tried.

    Those of a declared mistake that it is compared with are not its own.
    """
    calls: list[int] = []
    leave, me = os._exit, os.getpid()

    def stay(status: int) -> NoReturn:
        if os.getpid() != me:
            leave(status)
        if sys._getframe(1).f_code.co_filename != COMPARED:
            calls.append(status)
        raise SystemExit(status)

    os._exit = stay
    try:
        yield calls
    finally:
        os._exit = leave


def verdict_of_source(lesson: Lesson, exercise: Exercise, source: str) -> Verdict:
    """The verdict, hidden tests included, on `source` written into the exercise's cell."""
    learned = define(source, exercise.name, lesson)
    return verdict_on(lesson, exercise, learned, hidden=True)


def _try_mistake(lesson: Lesson, exercise: Exercise, mistake: Mistake) -> _Tried:
    try:
        with staying() as ended:
            verdict = verdict_of_source(lesson, exercise, mistake.cell)
    except (Exception, SystemExit) as error:
        return _Tried(Counts(mistakes=1), f"{mistake.name}: cannot run: {error!r}")
    if ended:
        return _Tried(Counts(mistakes=1), f"{mistake.name}: {ENDS}")
    if any(s.status == FORBIDDEN for s in verdict.stages):
        said = " ".join(verdict.lines)
        return _Tried(Counts(mistakes=1), f"{mistake.name}: its cell is refused: {said}")
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
        with staying() as ended:
            verdict = verdict_of_source(lesson, exercise, source_of(variant, exercise.name))
    except (Exception, SystemExit) as error:
        return _Tried(Counts(variants=1), f"{variant.__name__}: cannot run: {error!r}")
    if ended:
        return _Tried(Counts(variants=1), f"{variant.__name__}: {ENDS}")
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
    return {"total": asdict(whole), "items": rows, "ok": ok(items)}


def ok(items: Sequence[Item]) -> bool:
    """Whether every exercise is in order and every bar is reached."""
    return all(item.right for item in items) and total(item.counts for item in items).ok


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
