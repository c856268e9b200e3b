"""What every exercise promises, tested by the judge itself, whatever a stage asks.

Arguments come back as they went in; the same question gets the same answer, also after others; and
where an exercise is there to be trained, gradients come back to whatever they reach in the right
answer. Only what passed is looked at: a wrong answer is told what is wrong with it first.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from autograder.exercise import AGAIN, Case, Exercise
from autograder.judge.compare import difference
from autograder.wire import OWNER, Failure, Handle, Student, StudentError, Value

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

    def reached(self, name: str, handle: Handle | None, *args: Value) -> dict[str, bool]:
        """See `wire.Student`."""
        return self.student.reached(name, handle, *args)

    def output(self) -> str:
        """See `wire.Student`."""
        return self.student.output()

    def changed(self) -> tuple[int, ...]:
        """See `wire.Student`."""
        return self.student.changed()

    def _note(self, own: bool, request: Request, got: Value) -> None:
        places = self.student.changed()
        if own:
            self.asked.append((request, got))
            self.changed_by += [(request, place) for place in places]


def changed_argument(exercise: Exercise, watched: Watched) -> str | None:
    """One sentence about the first argument that was changed in place; None where none was."""
    for (name, handle, _), place in watched.changed_by:
        names = parameters(exercise, name if handle else "")
        if place == OWNER:
            what = "parameters of its module"
        else:
            what = f"`{names[place]}`" if place < len(names) else f"argument {place + 1}"
        if what.strip("`") not in exercise.spares:
            return (
                f"It returned what was asked for, but it changed {what} on the way: whoever called "
                "it goes on with something else than before. Work on a copy, or make a new object."
            )
    return None


def asked_again(exercise: Exercise, case: Case, watched: Watched) -> str | None:
    """One sentence where the same calls, made again now, get other answers; None where not."""
    if AGAIN in exercise.spares:
        return None
    for (name, handle, args), before in tuple(watched.asked):
        try:
            if handle is None:
                now = watched.student.call(name, *args)
            else:
                now = watched.student.method(handle, name, *args)
        except StudentError as error:
            return _not_again(f"it ended in {_named(error.failure)}")
        finally:
            watched.student.changed()
        if case.program is None and case.accepts is not None:
            same = case.accepts(now, case.expected) is None
        else:
            same = difference(now, before, case.tolerance) is None
        if not same:
            return _not_again("it gave another answer")
    return None


def _not_again(what: str) -> str:
    return (
        f"Asked the same once more, after other questions, {what}. Something is kept from call to "
        "call (a global, a default argument that is changed, an attribute of `self`), or it is "
        "left to chance. Let an answer depend on its arguments only."
    )


def of_python(failure: Failure) -> bool:
    """Whether the exception is of a type of Python's own, not one that the learner's code made."""
    return isinstance(getattr(builtins, failure.type_name, None), type)


def _named(failure: Failure) -> str:
    return failure.type_name if of_python(failure) else "an error"


def cut_off(exercise: Exercise, learner: Watched, right: Watched) -> str | None:
    """One sentence about what a gradient reaches in the right answer and not here; or None.

    The last call that both were asked is differentiated. `right` runs the reference.
    """
    if not learner.asked or not right.asked:
        return None
    wanted = _reached(right)
    if not any(wanted.values()):
        return None
    try:
        found = _reached(learner)
    except StudentError as error:
        return (
            f"Differentiated, as training does it, its result ends in {_named(error.failure)}. "
            "Look for an operation in place (`+=`, `add_`) on what a gradient still needs."
        )
    lost = [name for name, alive in wanted.items() if alive and not found.get(name, False)]
    if not lost:
        return None
    (name, handle, _), _ = learner.asked[-1]
    names = parameters(exercise, name if handle else "")
    told = [names[int(n)] if n.isdigit() and int(n) < len(names) else n for n in lost]
    which = " and ".join(f"`{each}`" for each in told[:3])
    return (
        f"No gradient comes back to {which}, so what lies before cannot learn. Look for `detach`, "
        "`no_grad`, `.data`, `.item()`, numpy, a new tensor made from numbers, or a parameter that "
        "is none."
    )


def _reached(watched: Watched) -> dict[str, bool]:
    (name, handle, args), _ = watched.asked[-1]
    return watched.student.reached(name, handle, *args)


def parameters(exercise: Exercise, method: str = "") -> Sequence[str]:
    """The parameters of the exercise's function, or of a method of its class, without `self`."""
    wanted = {"__call__": "forward"}.get(method, method)
    for node in ast.walk(ast.parse(exercise.reference)):
        if isinstance(node, ast.FunctionDef) and node.name == (wanted or exercise.name):
            names = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args)]
            return names[1:] if method else names
    return ()
