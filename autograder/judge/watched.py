"""A student whose calls are noted, so that what they promise can be looked at afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from autograder.wire import PROGRAM, Handle, Student, Value

Request = tuple[str, Handle | None, tuple[Value, ...]]
"""A call that can be made again: the name, whose method it is, and the arguments."""


@dataclass
class Watched:
    """A student whose answers to the exercise's own calls are noted, so it can be asked again."""

    student: Student
    name: str
    asked: list[tuple[Request, Value]] = field(default_factory=list)
    changed_by: list[tuple[Request, int]] = field(default_factory=list)
    own: set[int] = field(default_factory=set)

    def call(self, name: str, *args: Value) -> Value:
        """See `wire.Student`."""
        got = self.student.call(name, *args)
        self._note(name == self.name, (name, None, args), got)
        return got

    def new(self, name: str, *args: Value) -> Handle:
        """See `wire.Student`."""
        handle = self.student.new(name, *args)
        self._note(False, (name, None, args), None)
        if name == self.name:
            self.own.add(handle.id)
        return handle

    def method(self, handle: Handle, name: str, *args: Value) -> Value:
        """See `wire.Student`."""
        got = self.student.method(handle, name, *args)
        self._note(handle.id in self.own, (name, handle, args), got)
        return got

    def load_state(self, handle: Handle, state: Mapping[str, Value]) -> None:
        """See `wire.Student`; what was asked before is not asked again."""
        self.student.load_state(handle, state)
        self.student.changed()
        self.asked = [each for each in self.asked if each[0][1] != handle]

    def state(self, handle: Handle) -> dict[str, Value]:
        """See `wire.Student`."""
        return self.student.state(handle)

    def grads(self, handle: Handle) -> dict[str, Value]:
        """See `wire.Student`."""
        return self.student.grads(handle)

    def again(
        self, name: str, handle: Handle | None, args: Sequence[Value], others: Sequence[Value]
    ) -> list[Value]:
        """See `wire.Student`."""
        return self.student.again(name, handle, args, others)

    def gradients(
        self, name: str, handle: Handle | None, *args: Value
    ) -> dict[str, tuple[float, float]]:
        """See `wire.Student`."""
        return self.student.gradients(name, handle, *args)

    def ahead(self, op: str, questions: Sequence[Sequence[Value]]) -> None:
        """See `wire.Student`."""
        self.student.ahead(op, questions)

    def output(self) -> str:
        """See `wire.Student`."""
        return self.student.output()

    def changed(self) -> tuple[int, ...]:
        """See `wire.Student`."""
        return self.student.changed()

    def _note(self, own: bool, request: Request, got: Value) -> None:
        places = self.student.changed()
        self.changed_by += [(request, place) for place in places if own or place == PROGRAM]
        if own:
            self.asked.append((request, got))
