"""Naming a known mistake: only when it behaves, on every input tried, as the learner's code did.

Where the learner's code failed, the mistake must give just what it gave; where it passed, the
mistake must pass too. Two right answers need not be equal: of two tokens that are equally likely,
one call may write the first and the next call the second.
"""

from __future__ import annotations

from typing import Protocol

from autograder.exercise import Exercise, Mistake
from autograder.judge.compare import difference
from autograder.judge.run import Run, Trial, departure, program_of, unformed
from autograder.wire import Failure, Opaque, Student, StudentError, Value

MATCH_TOLERANCE = 1e-5
"""Share of the largest magnitude within which two wrong results count as the same."""
UNSURE = ("timeout", "missing", "arguments", "forbidden", "crashed", "memory", "files", "exit")
"""Failures that speak for themselves; two of them do not show the same cause."""


class Bench(Protocol):
    """Makes a student that runs a declared mistake.

    In a hurry it has a part of the learner's time: enough to fail as the learner's code failed.
    """

    def __call__(self, exercise: Exercise, mistake: Mistake, *, hurry: bool) -> Student:
        """The student that runs `mistake`."""


def matching_mistakes(run: Run, bench: Bench) -> tuple[Mistake, ...]:
    """The declared mistakes that behave on every trial of `run` as the learner's code did.

    The order of the exercise's table is kept. Where the learner's code passed, a mistake gets as
    much time as that had: a slow machine must not leave it unnamed.
    """
    if run.first_failed is None:
        return ()
    trials = sorted(run.trials, key=lambda trial: trial.passed)  # the failed one tells most
    return tuple(
        mistake
        for mistake in run.exercise.mistakes
        if all(
            _same(run.exercise, trial, bench(run.exercise, mistake, hurry=not trial.passed))
            for trial in trials
        )
    )


def _same(exercise: Exercise, trial: Trial, wrong: Student) -> bool:
    try:
        got = program_of(exercise, trial.case)(wrong, *trial.case.args)
    except StudentError as error:
        return trial.failure is not None and _same_failure(trial.failure, error.failure)
    except Exception as error:
        got = unformed(error)
    if trial.failure is not None:
        return False
    if trial.passed:
        return departure(trial.case, got) is None
    tolerance = max(MATCH_TOLERANCE, trial.case.tolerance)
    one, other = _symptoms(trial, got), _symptoms(trial, trial.got)
    return difference(one, other, tolerance) is None and _same_kind(one, other)


def _symptoms(trial: Trial, got: Value) -> Value:
    """What of a result two mistakes must share; all of it where the case does not say."""
    if trial.case.symptoms is None or isinstance(got, Opaque):
        return got
    return trial.case.symptoms(got)


def _same_kind(a: object, b: object) -> bool:
    return type(a) is type(b)


def _same_failure(a: Failure, b: Failure) -> bool:
    if a.kind == b.kind == "timeout":
        return True
    return (
        a.kind == b.kind
        and a.kind not in UNSURE
        and ((a.type_name, a.message) == (b.type_name, b.message))
    )
