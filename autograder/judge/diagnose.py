"""Naming a known mistake: only when it behaves, on every input tried, as the learner's code did.

Where the learner's code failed, the mistake must give just what it gave; where it passed, the
mistake must pass too. Two right answers need not be equal: of two tokens that are equally likely,
one call may write the first and the next call the second.

Points are fixed before. What fits the first failure is then held against more inputs: the rest of
the failed stage, further draws of it, and stages that were skipped. Where no single change fits,
pairs are tried. All this is counted in calls, not in seconds, so that no name depends on the
machine; when the budget is spent there is no name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Protocol

from autograder.exercise import (
    PROMISES,
    Case,
    Draw,
    Exercise,
    Mistake,
    Stage,
    changed,
)
from autograder.judge.compare import difference
from autograder.judge.run import (
    FINAL,
    STATUS_OF,
    Run,
    Trial,
    departure,
    draws,
    program_of,
    try_case,
    unformed,
)
from autograder.judge.verdict import PASSED, SKIPPED
from autograder.wire import Failure, Opaque, Student, StudentError, Value, WireError, encode

MATCH_TOLERANCE = 1e-5
"""Share of the largest magnitude within which two wrong results count as the same."""
UNSURE = ("timeout", "missing", "arguments", "forbidden", "crashed", "memory", "files", "exit")
"""Failures that speak for themselves; two of them do not show the same cause."""
MORE_INPUTS = 12
"""Further cases that the learner's code is asked for the sake of a name."""
ENOUGH = 3
"""Different inputs on which a mistake must fail as the learner's code did, where there are any."""
CALLS = 500
"""Cases that all mistakes together are asked for one name."""
PAIRS = 60
"""Pairs of mistakes that are tried."""


class Bench(Protocol):
    """Makes a student that runs a declared mistake.

    In a hurry it has a part of the learner's time: enough to fail as the learner's code failed.
    """

    def __call__(self, exercise: Exercise, mistake: Mistake, *, hurry: bool) -> Student:
        """The student that runs `mistake`."""


class Spent(Exception):
    """The budget of calls is used up: no name is given."""


@dataclass
class Search:
    """What one search for a name may use, and what it has found out about the learner's code."""

    run: Run
    bench: Bench
    student: Student
    seed: str
    hidden: bool
    calls: int = field(default_factory=lambda: CALLS)
    more: list[Trial] | None = None

    def same(self, trial: Trial, mistake: Mistake) -> bool:
        """Whether a mistake behaves in one case as the learner's code did; raises Spent."""
        self.calls -= 1
        if self.calls < 0:
            raise Spent
        exercise = self.run.exercise
        try:
            wrong = self.bench(exercise, mistake, hurry=not trial.passed)
        except Exception:  # two changes together need not be Python
            return False
        return same(exercise, trial, wrong)

    def evidence(self) -> list[Trial]:
        """What the learner's code does on more inputs; asked once."""
        if self.more is None:
            self.more = list(_more_trials(self))
        return self.more


def matching_mistakes(
    run: Run, bench: Bench, student: Student, seed: str, hidden: bool
) -> tuple[Mistake, ...]:
    """The declared mistakes that behave on every trial of `run` as the learner's code did.

    The order of the exercise's table is kept. Of two that only fit together, one made of both.
    Where the learner's code passed, a mistake gets as much time as that had: a slow machine must
    not leave it unnamed.
    """
    failed = run.first_failed
    if failed is None:
        return ()
    search = Search(run, bench, student, seed, hidden)
    try:
        single = tuple(m for m in run.exercise.mistakes if _fits(search, failed, m))
        if single or not _tells_more(failed, run.exercise):
            return single
        return _common([pair for pair in _pairs(run) if _fits(search, failed, pair)], run.exercise)
    except Spent:
        return ()


def _fits(search: Search, failed: Trial, mistake: Mistake) -> bool:
    """Whether it behaves as the learner's code did: in the failed case, in all, in further ones."""
    others = [trial for trial in search.run.trials if trial is not failed]
    known = [failed, *(trial for trial in others if trial.stage != PROMISES)]
    if not all(search.same(trial, mistake) for trial in known):
        return False
    if not _tells_more(failed, search.run.exercise):
        return True
    return all(search.same(trial, mistake) for trial in search.evidence())


def _tells_more(failed: Trial, exercise: Exercise) -> bool:
    """Whether more inputs can be tried: not where results are measured, slow, or end the process.

    A learner's code that stopped in a way that speaks for itself is not asked again.
    """
    slow = exercise.is_slow or failed.case.symptoms is not None
    return not slow and (failed.failure is None or failed.failure.kind not in UNSURE)


def _more_trials(search: Search) -> Iterator[Trial]:
    """Further cases put to the learner's code, each input once."""
    run = search.run
    seen = {_fingerprint(trial.case) for trial in run.trials}
    wrong = {_fingerprint(trial.case) for trial in run.trials if not trial.passed}
    asked = 0
    for stage, draw in _further(search):
        for case in stage.cases(draw):
            key = _fingerprint(case)
            if key in seen:
                continue
            if asked == MORE_INPUTS:
                return
            seen.add(key)
            asked += 1
            trial = try_case(run.exercise, stage.name, case, search.student, draw.hidden)
            if trial.failure and STATUS_OF.get(trial.failure.kind) in FINAL:
                return
            yield trial
            wrong |= set() if trial.passed else {key}
        if len(wrong) >= ENOUGH and draw.seed.startswith("diagnosis"):
            return


def _further(search: Search) -> Iterator[tuple[Stage, Draw]]:
    """Stages and draws in the order in which they tell most about a failure."""
    run, failed = search.run, search.run.first_failed
    assert failed is not None
    status = {result.name: result.status for result in run.stages}
    stages = {stage.name: stage for stage in run.exercise.stages}
    first = stages[failed.stage]
    for draw in draws(run.exercise, first, search.seed, search.hidden):
        yield first, draw
    for name, stage in stages.items():
        if status.get(name) == SKIPPED and name != PROMISES:
            yield stage, draws(run.exercise, stage, search.seed, False)[0]
    for number in range(1, ENOUGH + 1):
        seed = f"diagnosis {number}/{run.exercise.name}/{first.name}"
        yield first, Draw(seed, hidden=number % 2 == 1)


def _fingerprint(case: Case) -> bytes:
    """Equal for equal inputs."""
    try:
        return encode(list(case.args))
    except WireError:
        return repr(case.args).encode()


def _pairs(run: Run) -> Iterator[Mistake]:
    """Two changes of the reference at once, of mistakes that lose no more than what was lost."""
    lost = {result.name for result in run.stages if result.status not in (PASSED, SKIPPED)}
    lost.discard(PROMISES)
    open_to = lost | {result.name for result in run.stages if result.status == SKIPPED}
    possible = [m for m in run.exercise.mistakes if m.changes and set(m.loses) <= open_to]
    tried = 0
    for one, other in combinations(possible, 2):
        if not lost <= {*one.loses, *other.loses}:
            continue
        try:
            cell = changed(run.exercise.reference, (*one.changes, *other.changes))
        except ValueError:  # they overlap
            continue
        tried += 1
        if tried > PAIRS:
            raise Spent
        yield replace(
            one,
            name=f"{one.name} + {other.name}",
            cell=cell,
            sentence=f"two things at once. First: {one.sentence} Second: {other.sentence}",
            loses=(*one.loses, *(name for name in other.loses if name not in one.loses)),
        )


def _common(pairs: Sequence[Mistake], exercise: Exercise) -> tuple[Mistake, ...]:
    """The only pair; of several that fit, the mistake that all have in common."""
    if len(pairs) < 2:
        return tuple(pairs)
    shared = set.intersection(*(set(pair.name.split(" + ")) for pair in pairs))
    return tuple(mistake for mistake in exercise.mistakes if mistake.name in shared)


def same(exercise: Exercise, trial: Trial, wrong: Student) -> bool:
    """Whether `wrong` gives in one trial what the learner's code gave."""
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
