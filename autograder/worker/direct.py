"""The direct `Student`: learner's objects called in this process."""

from __future__ import annotations

import inspect
import io
import linecache
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any, TypeVar

from autograder import wire
from autograder.wire import Failure, Handle, Resource, StudentError, Value
from autograder.worker.guard import ForbiddenCall, forbid
from autograder.worker.timer import TimeLimit, time_limit
from autograder.worker.watch import (
    as_leaf,
    differentiated,
    emptied,
    is_leaf,
    same,
    settings_kept,
    versions,
)

T = TypeVar("T")
MISSING = object()
MAX_OUTPUT = 20_000
"""Characters of printed text kept from one call."""
MAX_MESSAGE = 300
"""Characters kept of an error's message."""
LIBRARIES = ("site-packages", "dist-packages", "/lib/python3", "\\Lib\\")
OWN_FILES = (str(Path(__file__).resolve().parents[1]), "<autograder ")
"""How the names of files begin that are the course's and not the learner's."""


class _Printed(io.StringIO):
    """Keeps the first MAX_OUTPUT characters of what is written."""

    def write(self, text: str) -> int:
        room = MAX_OUTPUT - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


class DirectStudent:
    """Calls the objects of `namespace`, each call within `limit_s` seconds.

    `resources` gives what a `Resource` stands for; `forbids` are refused while a call runs.
    """

    def __init__(
        self,
        namespace: Mapping[str, object],
        resources: Callable[[str], object] | None = None,
        limit_s: float = 5.0,
        forbids: tuple[str, ...] = (),
    ) -> None:
        self._namespace = namespace
        self._resources = resources
        self._limit_s = limit_s
        self._forbids = forbids
        self._kept: list[Any] = []
        self._results: dict[int, Any] = {}
        self._printed = ""
        self._changed: list[int] = []

    def call(self, name: str, *args: Value) -> Value:
        return wire.plain(self._run(self._named(name), args))

    def new(self, name: str, *args: Value) -> Handle:
        self._kept.append(self._run(self._named(name), args))
        return Handle(len(self._kept) - 1)

    def method(self, handle: Handle, name: str, *args: Value) -> Value:
        called = self._attribute(handle, name)
        forward = getattr(self._kept[handle.id], "forward", None)
        if name == "__call__" and callable(forward):
            _check_arguments(forward, args)  # of a module, whose __call__ takes anything
        before = versions(self._kept[handle.id])
        result = self._run(called, args)
        if name == "__call__" and versions(self._kept[handle.id]) != before:
            self._changed.append(wire.OWNER)
        self._results[handle.id] = result
        return wire.plain(result)

    def load_state(self, handle: Handle, state: Mapping[str, Value]) -> None:
        self._run(self._attribute(handle, "load_state_dict"), (dict(state),))

    def state(self, handle: Handle) -> dict[str, Value]:
        state = wire.plain(self._run(self._attribute(handle, "state_dict"), ()))
        return state if isinstance(state, dict) else {}

    def grads(self, handle: Handle) -> dict[str, Value]:
        parameters = self._run(self._attribute(handle, "named_parameters"), ())
        result: Any = self._results.get(handle.id)
        if getattr(result, "requires_grad", False):
            self._run(lambda: result.sum().backward(), ())
        return {name: wire.plain(parameter.grad) for name, parameter in parameters}

    def again(
        self, name: str, handle: Handle | None, args: Sequence[Value], others: Sequence[Value]
    ) -> list[Value]:
        called = self._named(name) if handle is None else self._attribute(handle, name)
        result = self._run(called, tuple(args))
        before = wire.plain(result)
        with suppress(StudentError):
            self._run(called, tuple(others))
        if not same(before, wire.plain(result)):
            return [before, wire.OVERWRITTEN]
        with emptied(result) as was_emptied:
            if was_emptied and not same(before, wire.plain(self._run(called, tuple(args)))):
                return [before, wire.SHARED]
        return [before, ""]

    def gradients(
        self, name: str, handle: Handle | None, *args: Value
    ) -> dict[str, tuple[float, float]]:
        live = [as_leaf(self._live(arg)) for arg in args]
        called = self._named(name) if handle is None else self._attribute(handle, name)
        leaves = {str(i): leaf for i, leaf in enumerate(live) if is_leaf(leaf)}
        if handle is not None:
            leaves |= dict(self._run(self._attribute(handle, "named_parameters"), ()))
        return self._run(lambda: differentiated(lambda: called(*live), leaves), ())

    def ahead(self, op: str, questions: Sequence[Sequence[Value]]) -> None:
        """Nothing: a direct call needs no message."""

    def output(self) -> str:
        printed, self._printed = self._printed, ""
        return printed

    def changed(self) -> tuple[int, ...]:
        changed, self._changed = self._changed, []
        return tuple(changed)

    def _named(self, name: str) -> Callable[..., Any]:
        found = self._namespace.get(name)
        if found is None:
            raise StudentError(Failure("missing", "", name))
        if not callable(found):
            raise StudentError(Failure("missing", type(found).__name__, name))
        return found

    def _attribute(self, handle: Handle, name: str) -> Any:
        owner = self._kept[handle.id]
        found = self._run(lambda: getattr(owner, name, MISSING), ())
        if found is MISSING:
            raise StudentError(Failure("missing", type(owner).__name__, name))
        return found

    def _live(self, value: Value) -> Any:
        """The value as the learner's code gets it: a copy, with handles and resources replaced."""
        if isinstance(value, Handle):
            return self._kept[value.id]
        if isinstance(value, Resource):
            if self._resources is None:
                raise StudentError(Failure("missing", "resource", value.name))
            return self._resources(value.name)
        if type(value) in (list, tuple, set):
            return type(value)(self._live(item) for item in value)
        if type(value) is dict:
            return {key: self._live(item) for key, item in value.items()}
        return wire.plain(value)

    def _run(self, function: Callable[..., T], args: tuple[Value, ...]) -> T:
        live = [self._live(arg) for arg in args]
        counted = [versions(arg) for arg in live]
        _check_arguments(function, live)
        printed = _Printed()
        refused: list[str] = []
        try:
            with (
                redirect_stdout(printed),
                redirect_stderr(printed),
                settings_kept() as reset,
                forbid(self._forbids) as refused,
                time_limit(self._limit_s),
            ):
                result = function(*live)
            if refused:  # and the code has swallowed the refusal
                raise ForbiddenCall(refused[0])
            self._changed += [
                place
                for place, (arg, now, count) in enumerate(zip(args, live, counted, strict=True))
                if versions(now) != count or not same(arg, now)
            ] + [wire.PROGRAM] * bool(reset)
            return result
        except TimeLimit:
            raise StudentError(Failure("timeout", message=f"{self._limit_s:g}")) from None
        except ForbiddenCall as error:
            raise StudentError(Failure("forbidden", message=str(error))) from None
        except KeyboardInterrupt:
            raise  # a person pressed Ctrl-C
        except SystemExit as stop:
            raise StudentError(failure_of(stop, "exit")) from None
        except MemoryError as error:
            raise StudentError(failure_of(error, "memory")) from None
        except BaseException as error:
            if refused:  # in another thread; what was raised here is what came of it
                raise StudentError(Failure("forbidden", message=refused[0])) from None
            raise StudentError(failure_of(error, "exception")) from None
        finally:
            self._printed = (self._printed + printed.getvalue())[:MAX_OUTPUT]


def _check_arguments(function: Callable[..., object], args: Sequence[Any]) -> None:
    """Tell a wrong parameter list from an error inside the function."""
    if _takes(function, len(args)):
        return
    try:
        signature = inspect.signature(function)
    except (ValueError, TypeError):
        return
    try:
        signature.bind(*args)
    except TypeError as error:
        failure = Failure("arguments", str(signature), str(error))
        raise StudentError(failure) from None


def _takes(function: Callable[..., object], count: int) -> bool:
    """Whether a plain function or method certainly takes so many arguments."""
    inner: Any = function.__func__ if type(function) is MethodType else function
    if type(inner) is not FunctionType or vars(inner):  # a decorator may have left a signature
        return False
    code, given = inner.__code__, count + (type(function) is MethodType)
    needed = code.co_argcount - len(inner.__defaults__ or ())
    return not code.co_kwonlyargcount and needed <= given <= code.co_argcount


def failure_of(error: BaseException, kind: str) -> Failure:
    """What was raised, and the last line of the learner's own code that led to it."""
    line, code = 0, ""
    for frame, number in traceback.walk_tb(error.__traceback__):
        name = frame.f_code.co_filename
        if not name.startswith(OWN_FILES) and not any(part in name for part in LIBRARIES):
            line, code = number, linecache.getline(name, number, frame.f_globals).strip()
    message = _first_line(error)
    name, *bases = [each.__name__ for each in type(error).__mro__ if each is not object]
    return Failure(kind, name, message, line, code, tuple(bases))


def _first_line(error: BaseException) -> str:
    """The first line of an error's message, with the next one where it ends in a colon."""
    try:
        text = str(error)
    except BaseException:
        return ""
    lines = [line.strip() for line in text.splitlines() if line.strip()] or [""]
    first = " ".join(lines[:2]) if lines[0].endswith(":") else lines[0]
    return first[:MAX_MESSAGE]
