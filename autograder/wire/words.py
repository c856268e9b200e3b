"""What may pass between a judge and a learner's code, and the protocol of asking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Value = Any
"""A plain value, see the package's docstring."""

OWNER, PROGRAM = -1, -2
"""The object whose method is called, and torch's settings, where places of arguments are listed."""
OVERWRITTEN, SHARED = "overwritten", "shared"
"""What `Student.again` says of an answer that does not stay what it is."""
MAX_DEPTH = 24
"""Levels of nesting in one value."""
TENSOR_TYPES = (
    "bool",
    "uint8",
    "int8",
    "int16",
    "int32",
    "int64",
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "complex64",
    "complex128",
)


@dataclass(frozen=True)
class Handle:
    """An object that lives with the learner's code, by its number."""

    id: int


@dataclass(frozen=True)
class Resource:
    """Something the lesson's own cells loaded, such as a model, by its name."""

    name: str


@dataclass(frozen=True)
class Opaque:
    """A value of a type that may not cross: only the name of its type does."""

    type_name: str


@dataclass(frozen=True)
class Failure:
    """How a call into the learner's code went wrong.

    `kind` is one of: exception, arguments, timeout, exit, forbidden, missing, memory, files,
    crashed.
    `line` counts from 1 within the learner's cell; 0 where it is unknown. `bases` are the types
    that an error's own type is made from.
    """

    kind: str
    type_name: str = ""
    message: str = ""
    line: int = 0
    code: str = ""
    bases: tuple[str, ...] = field(default=(), compare=False)

    def is_a(self, kind: str) -> bool:
        """Whether what was raised is a `kind`, such as ValueError, or a kind of it."""
        return kind in (self.type_name, *self.bases)


class StudentError(Exception):
    """Raised by a `Student` when the learner's code did not return; carries the `Failure`."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.kind}: {failure.type_name} {failure.message}".strip())
        self.failure = failure


class Student(Protocol):
    """The one way to the learner's code: a direct call, or the same call through a process wall.

    Arguments are plain values, handles or resources and are copied, so that changing one in place
    changes nothing outside. Results are plain values. Every method but `output` raises
    `StudentError` when the learner's code fails.
    """

    def call(self, name: str, *args: Value) -> Value:
        """Call the function or class `name`; the result as a plain value."""

    def new(self, name: str, *args: Value) -> Handle:
        """Call `name` and keep the result with the learner's code."""

    def method(self, handle: Handle, name: str, *args: Value) -> Value:
        """Call a method of the object behind `handle`; "__call__" calls the object itself."""

    def load_state(self, handle: Handle, state: Mapping[str, Value]) -> None:
        """Load tensors by name into a torch module, strictly."""

    def state(self, handle: Handle) -> dict[str, Value]:
        """The tensors of a torch module by name."""

    def grads(self, handle: Handle) -> dict[str, Value]:
        """Gradients of the sum of the module's last result, by parameter name; None where none."""

    def again(
        self, name: str, handle: Handle | None, args: Sequence[Value], others: Sequence[Value]
    ) -> list[Value]:
        """The answer to a call, and a word where the answer does not stay what it is.

        The call is of the function `name`, or of the method `name` of the object behind `handle`.
        OVERWRITTEN: it is another one after a call with `others`.
        SHARED: it is a list, dict or set that the same call, made again, hands out again, with
        what has been done to it meanwhile.
        """

    def gradients(
        self, name: str, handle: Handle | None, *args: Value
    ) -> dict[str, tuple[float, float]]:
        """What comes back when a call's results are differentiated; the call as in `again`.

        Of each gradient its length, and that of its shadow on a fixed direction. Keys are the
        places of the arguments that are tensors with fractions ("0", "1", ...), and the names of
        the object's parameters.
        """

    def ahead(self, op: str, questions: Sequence[Sequence[Value]]) -> None:
        """Say what is asked next: `op` is "call" or "again", a question is its arguments.

        Nothing comes of it but time: behind the wall they are answered in one message, up to the
        first that fails. They may also never be asked.
        """

    def output(self) -> str:
        """What the learner's code printed since the last time this was asked."""

    def changed(self) -> tuple[int, ...]:
        """Places of arguments that were changed in place since this was last asked.

        OWNER stands for the parameters of the object whose method was called, PROGRAM for torch's
        settings, which are put back. From behind the wall this is what the process says of itself:
        evidence, no proof.
        """
