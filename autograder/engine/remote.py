"""The `Student` behind the wall: a call, or a row of calls, is a message to its process."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from operator import is_not
from typing import Any

from autograder.engine.session import Gone, Session, failure_from, harmless
from autograder.exercise import Exercise, Lesson
from autograder.wire import Failure, Handle, Student, StudentError, Value, WireError

MAX_OUTPUT = 20_000
"""Characters of printed text kept between two questions for it, as in the direct student."""
MODELS = "autograder.given.models"
"""The module behind the wall that loads what a `Resource` stands for."""
GIVE_S = 5.0
"""Seconds in which parts must have been exchanged."""


class Hurried(Exception):
    """The process ended amid questions that were asked ahead: nobody knows at which of them."""


class RemoteStudent:
    """Reaches the object that was bound last. A call may take `limit_s` seconds.

    With `hurries`, what is said `ahead` is asked in one message; it raises Hurried.
    """

    def __init__(self, session: Session, limit_s: float, hurries: bool = False) -> None:
        self._session = session
        self._limit_s = limit_s
        self._hurries = hurries
        self._ahead: deque[tuple[str, Sequence[Value], dict[str, Any]]] = deque()
        self._printed = ""
        self._changed: list[int] = []

    def call(self, name: str, *args: Value) -> Value:
        """See `wire.Student`."""
        return self._ask("call", name, *args)

    def new(self, name: str, *args: Value) -> Handle:
        """See `wire.Student`."""
        handle = self._ask("new", name, *args)
        if type(handle) is not Handle or type(handle.id) is not int:
            raise StudentError(Failure("crashed"))
        return handle

    def method(self, handle: Handle, name: str, *args: Value) -> Value:
        """See `wire.Student`."""
        return self._ask("method", handle, name, *args)

    def load_state(self, handle: Handle, state: Mapping[str, Value]) -> None:
        """See `wire.Student`."""
        self._ask("load_state", handle, dict(state))

    def state(self, handle: Handle) -> dict[str, Value]:
        """See `wire.Student`."""
        return self._table("state", handle)

    def grads(self, handle: Handle) -> dict[str, Value]:
        """See `wire.Student`."""
        return self._table("grads", handle)

    def again(
        self, name: str, handle: Handle | None, args: Sequence[Value], others: Sequence[Value]
    ) -> list[Value]:
        """See `wire.Student`."""
        found = self._ask("again", name, handle, args, others)
        if type(found) is not list or len(found) != 2:
            raise StudentError(Failure("crashed"))
        return found

    def gradients(
        self, name: str, handle: Handle | None, *args: Value
    ) -> dict[str, tuple[float, float]]:
        """See `wire.Student`."""
        table = self._ask("gradients", name, handle, *args)
        try:
            return {str(key): (float(size), float(part)) for key, (size, part) in table.items()}
        except (AttributeError, TypeError, ValueError):
            raise StudentError(Failure("crashed")) from None

    def ahead(self, op: str, questions: Sequence[Sequence[Value]]) -> None:
        """See `wire.Student`; raises Hurried."""
        self._ahead.clear()
        if not self._hurries or len(questions) < 2:
            return
        asked = {"op": "many", "name": op, "questions": [list(each) for each in questions]}
        try:
            reply = self._session.request(asked, self._limit_s * len(questions))
        except Gone:
            raise Hurried from None
        except WireError:  # too much for one message
            return
        replies = reply.get("replies")
        if type(replies) is list and all(type(each) is dict for each in replies):
            self._ahead.extend((op, *pair) for pair in zip(questions, replies, strict=False))

    def changed(self) -> tuple[int, ...]:
        """See `wire.Student`."""
        changed, self._changed = self._changed, []
        return tuple(changed)

    def output(self) -> str:
        """See `wire.Student`."""
        printed, self._printed = self._printed, ""
        return printed

    def _table(self, op: str, handle: Handle) -> dict[str, Value]:
        table = self._ask(op, handle)
        if type(table) is not dict:
            raise StudentError(Failure("crashed"))
        return table

    def _ask(self, op: str, *args: Value) -> Value:
        reply = self._known(op, args)
        try:
            if reply is None:
                reply = self._session.request({"op": op, "args": list(args)}, self._limit_s)
        except Gone as gone:
            raise StudentError(gone.failure) from None
        printed = reply.get("printed")
        if isinstance(printed, str):
            self._printed = (self._printed + printed)[:MAX_OUTPUT]
        changed = reply.get("changed")
        if type(changed) is list and len(changed) <= len(args) + 2:
            self._changed += [place for place in changed if type(place) is int]
        if "failure" in reply:
            raise StudentError(failure_from(reply["failure"]))
        return reply.get("value")

    def _known(self, op: str, args: Sequence[Value]) -> dict[str, Any] | None:
        """The reply to a question that was asked ahead, where it is the very next of them."""
        if not self._ahead:
            return None
        what, question, reply = self._ahead[0]
        if what != op or len(question) != len(args) or any(map(is_not, question, args)):
            return None
        self._ahead.popleft()
        return reply


class FailedStudent:
    """A student whose code was never there: every call fails as its cell did."""

    def __init__(self, failure: Failure) -> None:
        self._failure = failure

    def output(self) -> str:
        """Nothing was printed."""
        return ""

    def _fail(self, *_args: Value) -> Any:
        raise StudentError(self._failure)

    def changed(self) -> tuple[int, ...]:
        """Nothing was changed."""
        return ()

    def ahead(self, op: str, questions: Sequence[Sequence[Value]]) -> None:
        """Nothing: every call fails anyway."""

    call = new = method = load_state = state = grads = again = gradients = _fail


def bind(
    session: Session, lesson: Lesson, exercise: Exercise, expression: str, hurries: bool
) -> tuple[bool, str, Student]:
    """Take the object of a check cell: whether it is there, a forbidden name it reaches, and it.

    With `hurries`, many questions are one message. Raises Gone.
    """
    reply = take(session, expression, exercise.name, lesson.given, exercise)
    student = RemoteStudent(session, exercise.limit_s, hurries)
    return reply.get("found") is True, harmless(reply.get("reached")), student


def give(session: Session, given: str, names: Sequence[str]) -> None:
    """Put the course's own parts in place of the learner's `names`; of none: all back. Raises Gone.

    They are found under these names by whatever of the learner's code is called from now on.
    """
    session.request({"op": "give", "given": given, "names": list(names)}, GIVE_S)


def take(
    session: Session, expression: str, name: str, given: str, exercise: Exercise | None = None
) -> dict[str, Any]:
    """Have the child look up `expression` now; for a quiz its plain value is in the reply."""
    limit = exercise.limit_s if exercise else 5.0
    request = {
        "op": "bind",
        "expression": expression,
        "name": name,
        "given": given,
        "models": MODELS,
        "forbids": list(exercise.forbids) if exercise else [],
        "limit_s": limit,
    }
    return session.request(request, limit)
