"""A program that several exercises share: does a result stay as it was after the next call?"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from autograder.exercise import Case
from autograder.wire import Student, Value


def kept_program(student: Student, name: str, first: Value, second: Value) -> Value:
    """What `name` gave for the arguments `first`, looked at again after a call with `second`.

    The result stays with the learner's code meanwhile; `clone` brings it here.
    """
    result = student.new(name, *_arguments(first))
    student.call(name, *_arguments(second))
    return student.method(result, "clone")


def kept_case(name: str, first: Sequence[Value], second: Sequence[Value], expected: Tensor) -> Case:
    """Two calls with arguments of the same shapes; `expected` is the answer to the first."""
    shown = f"a = {name}(first), then {name}(second) with the same shapes; a afterwards"
    return Case((name, list(first), list(second)), expected, kept_program, shown)


def _arguments(value: Value) -> list[Value]:
    assert isinstance(value, list)
    return value
