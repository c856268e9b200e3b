"""The smallest input on which the learner's code still fails: what a message shows of a failure.

Hypothesis shrinks what it has drawn itself. Our cases are chosen, each to isolate one cause, and
must stay a case like that; so what is chosen is made smaller here, step by step, as long as the
arguments are valid and the learner's code fails in the same way. The right answer is that of the
reference, which the tests hold against the oracle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from autograder.exercise import PROMISES, Case, Exercise
from autograder.judge.run import Trial, departure, try_case
from autograder.wire import Handle, Resource, Student, StudentError, Value, is_tensor

TRIES = 40
"""Smaller inputs that the learner's code is asked for one failure."""
PARTS = 8
"""Items of a list, a text or a dict that are left out one by one."""


def shrunk(
    exercise: Exercise, trial: Trial, student: Student, right: Callable[[], Student]
) -> Trial:
    """The failed trial on a smaller input, or `trial` itself where there is none.

    `right` makes a student that runs the reference.
    """
    if not _can_be(exercise, trial):
        return trial
    teacher, best, tries, found = right(), trial, TRIES, True
    while found:
        found = False
        for args in smaller(best.case.args):
            if weight(args) >= weight(best.case.args) or not exercise.allows(args):
                continue
            if not tries:
                return best
            tries -= 1
            case = _case(exercise, best.case, args, teacher)
            if case is None:
                continue
            tried = try_case(exercise, trial.stage, case, student, trial.hidden)
            if tried.failure is not None and tried.failure.kind == "timeout":
                return best
            if _alike(tried, trial):
                best, found = tried, True
                break
    return best


def _can_be(exercise: Exercise, trial: Trial) -> bool:
    """Whether it is one visible call of a function, quick, with plain arguments."""
    case, failure = trial.case, trial.failure
    return not (
        exercise.domain is None
        or trial.hidden
        or trial.stage == PROMISES
        or exercise.is_slow
        or case.program is not None
        or case.symptoms is not None
        or (failure is not None and failure.kind != "exception")
        or any(isinstance(arg, Handle | Resource) for arg in case.args)
    )


def _case(exercise: Exercise, old: Case, args: tuple[Value, ...], teacher: Student) -> Case | None:
    """The case for other arguments; None where the right answer is none that it would accept."""
    try:
        expected = teacher.call(exercise.name, *args)
    except StudentError:
        return None
    case = replace(old, args=args, expected=expected, shown="")
    return case if departure(case, expected) is None else None


def _alike(one: Trial, other: Trial) -> bool:
    """Whether two trials failed in the same way."""
    if one.passed or (one.failure is None) != (other.failure is None):
        return False
    if one.failure is not None and other.failure is not None:
        return one.failure.type_name == other.failure.type_name
    assert one.difference is not None and other.difference is not None
    return one.difference.kind == other.difference.kind


def weight(value: Value) -> int:
    """How much there is to read: the characters in which it is written."""
    if is_tensor(value):
        return len(repr(value.tolist()))
    if isinstance(value, tuple | list):
        return 2 + sum(map(weight, value))
    return len(repr(value))


def smaller(args: tuple[Value, ...]) -> Iterator[tuple[Value, ...]]:
    """Arguments of which one is smaller, or all tensors along the axes of one size; least first."""
    sizes = {n for arg in args if is_tensor(arg) for n in arg.shape if n > 1}
    for size in sorted(sizes, reverse=True):
        for to in _less_than(size):
            yield tuple(_cut(arg, size, to) if is_tensor(arg) else arg for arg in args)
    dims = {arg.dim() for arg in args if is_tensor(arg)}
    if len(dims) == 1 and dims != {0}:
        yield tuple(arg[0] if is_tensor(arg) and len(arg) else arg for arg in args)
    for place, arg in enumerate(args):
        for less in reduced(arg):
            yield (*args[:place], less, *args[place + 1 :])


def _less_than(size: int) -> list[int]:
    """Smaller sizes, the smallest first.

    >>> _less_than(8), _less_than(2)
    ([1, 2, 4, 7], [1])
    """
    return sorted({n for n in (1, 2, size // 2, size - 1) if 0 < n < size})


def _cut(tensor: Value, size: int, to: int) -> Value:
    for axis, n in enumerate(tensor.shape):
        tensor = tensor.narrow(axis, 0, to) if n == size else tensor
    return tensor


def reduced(value: Value) -> Iterator[Value]:
    """Smaller values of the same type, the smallest first."""
    if is_tensor(value):
        yield from _reduced_tensor(value)
    elif isinstance(value, str | list):
        yield from _reduced_row(value)
    elif isinstance(value, dict):
        for left_out in list(value)[:PARTS]:
            yield {key: item for key, item in value.items() if key != left_out}
    elif type(value) is int and value > 0:
        yield from sorted({0, *_less_than(value)})
    elif type(value) is float:
        yield from (float(round(value)), round(value, 1))


def _reduced_tensor(value: Value) -> Iterator[Value]:
    for axis, size in enumerate(value.shape):
        for to in _less_than(size):
            yield value.narrow(axis, 0, to)
            yield value.narrow(axis, size - to, to)
    if value.is_floating_point():
        yield from (value.round() + 0.0, value.round(decimals=1) + 0.0)  # no -0


def _reduced_row(value: Value) -> Iterator[Value]:
    """Without one half, without one item, and with one item that is smaller."""
    half = len(value) // 2
    if half:
        yield from (value[:half], value[half:])
    for place in range(min(len(value), PARTS)):
        yield value[:place] + value[place + 1 :]
    if isinstance(value, list):
        for place, item in enumerate(value[:PARTS]):
            for less in reduced(item):
                yield [*value[:place], less, *value[place + 1 :]]
