"""Running an exercise's stages against a learner's code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from autograder.exercise import PROMISES, Case, Draw, Exercise, Stage
from autograder.judge.compare import Difference, brief, difference
from autograder.judge.promises import (
    asked_again,
    changed_argument,
    cut_off,
    is_twin,
    questions_again,
    remembered,
)
from autograder.judge.verdict import (
    CRASHED,
    ERROR,
    FAILED,
    FORBIDDEN,
    MEMORY,
    OUTPUT,
    PASSED,
    SKIPPED,
    TIMEOUT,
    StageResult,
)
from autograder.judge.watched import Watched
from autograder.wire import Failure, Opaque, Student, StudentError, Value

VISIBLE_SEED = "visible"
STATUS_OF = {
    "timeout": TIMEOUT,
    "forbidden": FORBIDDEN,
    "crashed": CRASHED,
    "memory": MEMORY,
    "files": OUTPUT,
}
FORM = Difference("rule", note="What it returned does not have the form that was asked for.")
FINAL = (TIMEOUT, FORBIDDEN, CRASHED, MEMORY, OUTPUT)
"""After one of these no further stage is tried."""


@dataclass(frozen=True)
class Trial:
    """One case put to the learner's code: what came back, and how it differs from expected."""

    stage: str
    case: Case
    hidden: bool
    got: Value = None
    failure: Failure | None = None
    difference: Difference | None = None
    printed: str = ""
    watched: Watched | None = None

    @property
    def passed(self) -> bool:
        """Whether the learner's code gave what was expected."""
        return self.failure is None and self.difference is None


@dataclass(frozen=True)
class Run:
    """All trials of one judgement and the result of every stage."""

    exercise: Exercise
    stages: tuple[StageResult, ...]
    trials: tuple[Trial, ...]

    @property
    def first_failed(self) -> Trial | None:
        """The trial that a message is about."""
        return next((trial for trial in self.trials if not trial.passed), None)

    def showing(self, trial: Trial) -> Run:
        """The same, with `trial` in place of the first that failed."""
        failed = self.first_failed
        return replace(self, trials=tuple(trial if t is failed else t for t in self.trials))


def run(
    exercise: Exercise,
    student: Student,
    seed: str,
    hidden: bool,
    reference: Callable[[], Student] | None = None,
) -> Run:
    """Judge `student` on every stage.

    Without `hidden`, stages draw from a fixed visible seed; with it, from that seed and then,
    in other sizes, from `seed`. A stage earns its points when all of its cases pass. `reference`
    makes a student that runs the exercise's right answer.
    """
    results: list[StageResult] = []
    trials: list[Trial] = []
    status: dict[str, str] = {}
    for stage in exercise.stages:
        if stage.name == PROMISES:
            kept = _promises(exercise, trials, status, reference)
            trials.extend(kept)
            status[stage.name] = _status(kept) if kept else SKIPPED
            results.append(_result(stage, status[stage.name]))
            continue
        if stage.hidden_only and not hidden:
            continue
        if any(s in FINAL for s in status.values()) or any(
            status.get(need, PASSED) != PASSED for need in stage.needs
        ):
            status[stage.name] = SKIPPED
        else:
            tried = _try_stage(exercise, stage, student, draws(exercise, stage, seed, hidden))
            trials.extend(tried)
            status[stage.name] = _status(tried)
        results.append(_result(stage, status[stage.name]))
    return Run(exercise, tuple(results), tuple(trials))


def draws(exercise: Exercise, stage: Stage, seed: str, hidden: bool) -> tuple[Draw, ...]:
    """The draws a stage is judged on."""
    visible = Draw(f"{VISIBLE_SEED}/{exercise.name}/{stage.name}")
    secret = Draw(f"{seed}/{exercise.name}/{stage.name}", hidden=True)
    if stage.hidden_only:
        return (secret,)
    return (visible, secret) if hidden else (visible,)


def _try_stage(
    exercise: Exercise, stage: Stage, student: Student, sources: tuple[Draw, ...]
) -> list[Trial]:
    """All cases of a stage, up to the first that the learner's code fails."""
    trials: list[Trial] = []
    for draw in sources:
        cases = tuple(stage.cases(draw))
        if not exercise.is_slow:
            plain = [(exercise.name, *case.args) for case in cases if case.program is None]
            student.ahead("call", plain)
        for case in cases:
            trials.append(try_case(exercise, stage.name, case, student, draw.hidden))
            if not trials[-1].passed:
                return trials
    return trials


def try_case(exercise: Exercise, stage: str, case: Case, student: Student, hidden: bool) -> Trial:
    """Put one case to the learner's code."""
    student.output()
    student.changed()
    watched = Watched(student, exercise.name)
    try:
        got = program_of(exercise, case)(watched, *case.args)
    except StudentError as error:
        return Trial(stage, case, hidden, None, error.failure, None, student.output())
    except Exception as error:  # what came back has no form that the case can take apart
        return Trial(stage, case, hidden, unformed(error), None, FORM, student.output())
    found = departure(case, got)
    return Trial(stage, case, hidden, got, None, found, student.output(), watched)


def _promises(
    exercise: Exercise,
    trials: list[Trial],
    status: dict[str, str],
    reference: Callable[[], Student] | None,
) -> list[Trial]:
    """The trial that shows a broken promise, or one that shows that all are kept.

    Every call that passed is looked at for changed arguments. Of each stage and draw one case is
    asked again. Gradients are looked at once, where all stages passed. Nothing is tried where no
    stage passed.
    """
    passed = [t for t in trials if t.watched is not None and status[t.stage] == PASSED]
    if not passed or any(s in FINAL for s in status.values()):
        return []
    for trial in passed:
        assert trial.watched is not None
        if note := changed_argument(exercise, trial.watched):
            return [_broken(trial, note)]
    firsts = {(trial.stage, trial.hidden): trial for trial in reversed(passed)}
    again = [
        (trial, trial.watched, questions_again(exercise, trial.watched))
        for trial in reversed(firsts.values())
        if trial.watched is not None
    ]
    if not exercise.is_slow:
        _, student, _ = again[0]
        student.ahead("again", [question for *_, found in again for question in found])
    for trial, watched, questions in again:
        if note := asked_again(trial.case, watched, questions):
            return [_broken(trial, note)]
    if exercise.trains and reference is not None and len(passed) == len(trials):
        trial = next((t for t in passed if t.watched and t.watched.asked), passed[0])
        right = try_case(exercise, trial.stage, trial.case, reference(), trial.hidden)
        assert trial.watched is not None and right.watched is not None
        twins = is_twin(trial.watched, right.watched)
        note = remembered(trial.case, trial.watched, right.watched) if twins else None
        if note := note or cut_off(exercise, trial.watched, right.watched, twins):
            return [_broken(trial, note)]
    return [replace(passed[0], stage=PROMISES)]


def _broken(trial: Trial, note: str) -> Trial:
    return replace(trial, stage=PROMISES, difference=Difference("rule", note=note))


def unformed(error: Exception) -> Opaque:
    """Stands for a result that a case's program could not take apart."""
    return Opaque(f"{type(error).__name__}: {error}")


def program_of(exercise: Exercise, case: Case) -> Callable[..., Value]:
    """The case's program; without one, a call of the exercise's own function."""
    if case.program is not None:
        return case.program
    return lambda student, *args: student.call(exercise.name, *args)


def departure(case: Case, got: Value) -> Difference | None:
    """How a result differs from one that the case accepts; None where it is accepted."""
    if case.accepts is None:
        return difference(got, case.expected, case.tolerance)
    try:
        note = case.accepts(got, case.expected)
    except Exception:
        return Difference("type", "", brief(got), brief(case.expected))
    return None if note is None else Difference("rule", "", brief(got), "", note)


def _status(trials: list[Trial]) -> str:
    failed = next((trial for trial in trials if not trial.passed), None)
    if failed is None:
        return PASSED if trials else ERROR
    if failed.failure is not None:
        return STATUS_OF.get(failed.failure.kind, ERROR)
    return FAILED


def _result(stage: Stage, status: str) -> StageResult:
    points = stage.points if status == PASSED else 0.0
    return StageResult(stage.name, stage.sentence, status, points, stage.points)
