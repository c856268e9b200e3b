"""Refusing the library functions that would do the exercise for the learner.

While the learner's code runs, what it calls is watched (`forbid`). What cannot be watched, because
it is called by an alias that nobody knows, is looked for by `reach.reached`.
"""

from __future__ import annotations

import _thread
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from types import FunctionType, MethodType, ModuleType
from typing import Any, TypeGuard, TypeVar

T = TypeVar("T")
MISSING = object()
MAX_WRAPPED = 20
"""Decorators around one function that are looked behind."""
OWN = f"{__name__.partition('.')[0]}."
"""How the names of the course's own parts begin: Python code, watched under any name."""


class ForbiddenCall(BaseException):
    """Raised where learner's code calls a forbidden function; the message is its name."""


@contextmanager
def forbid(names: Iterable[str]) -> Iterator[list[str]]:
    """Make the named functions raise `ForbiddenCall` while the block runs.

    A dotted name is replaced where it lives, and a part of the course's own in its code, so that
    whoever holds it is refused too; for torch a function mode sees calls under any other name, and
    a dispatch mode the operation itself (`aten._softmax`). The list that this gives holds every
    name that was refused, also where the code swallowed the exception.
    """
    names = tuple(names)
    refused: list[str] = []
    with ExitStack() as stack:
        for name in names:
            for function in functions_of(name) if name.startswith(OWN) else ():
                stack.enter_context(_closed(function, _refusal(name, refused)))
            for owner, attribute in _places(name):
                stack.enter_context(_replaced(owner, attribute, _refuser(name, refused)))
        if any(name.startswith(("torch.", "aten.")) for name in names) and "torch" in sys.modules:
            for mode in _modes(names, refused):
                stack.enter_context(mode)
            stack.enter_context(_in_new_threads(names, refused))
        yield refused


def _refuser(name: str, refused: list[str]) -> Callable[..., Any]:
    def refuse(*_args: object, **_kwargs: object) -> None:
        refused.append(name)
        raise ForbiddenCall(name)

    return refuse


def _refusal(name: str, refused: list[str]) -> type[ForbiddenCall]:
    """The exception that notes its name when it is raised."""

    class Refusal(ForbiddenCall):
        def __init__(self) -> None:
            refused.append(name)
            super().__init__(name)

    return Refusal


def functions_of(name: str) -> list[FunctionType]:
    """The Python functions behind a name: the one, or those of the class that it names."""
    found = find(name)
    parts = vars(found).values() if isinstance(found, type) else (found,)
    return [f for part in parts if (f := unwrapped(part)) is not None]


def unwrapped(part: object) -> FunctionType | None:
    """The Python function in a method or behind decorators, or None; runs nothing of `part`."""
    inner: Any = part
    for _ in range(MAX_WRAPPED):
        if is_a(inner, staticmethod, classmethod, MethodType):
            inner = inner.__func__  # type: ignore[attr-defined]  # all three have one
        elif is_a(inner, FunctionType) and "__wrapped__" in vars(inner):
            inner = vars(inner)["__wrapped__"]
        else:
            break
    return inner if is_a(inner, FunctionType) else None


def is_a(thing: object, *kinds: type[T]) -> TypeGuard[T]:
    """Like isinstance, which would ask the object for its `__class__`."""
    return issubclass(type(thing), kinds)


RAISES = "raises"


def _raising(*_args: object, **_kwargs: object) -> None:
    raise "raises"  # type: ignore[misc]  # noqa: B016  # a class of exceptions takes its place


@contextmanager
def _closed(function: FunctionType, refusal: type[ForbiddenCall]) -> Iterator[None]:
    """Let a function raise, whoever calls it under whatever name, while the block runs."""
    before = function.__code__
    code = _raising.__code__
    constants = tuple(refusal if each == RAISES else each for each in code.co_consts)
    function.__code__ = code.replace(co_consts=constants, co_freevars=before.co_freevars)
    try:
        yield
    finally:
        function.__code__ = before


def _places(name: str) -> Iterator[tuple[ModuleType, str]]:
    """Where a dotted name can be replaced: nowhere for C types, `aten.` names and torch's own."""
    path, _, last = name.rpartition(".")
    module = sys.modules.get(path)
    if module is None or name.startswith(("torch.", "aten.")):
        return
    if last != "*":
        yield module, last
        return
    for attribute, value in list(vars(module).items()):
        if callable(value) and not attribute.startswith("_"):
            yield module, attribute


@contextmanager
def _replaced(module: ModuleType, attribute: str, value: object) -> Iterator[None]:
    """Put `value` in a module for a while. What a lazy module has not loaded stays unloaded."""
    before = vars(module).get(attribute, MISSING)
    setattr(module, attribute, value)
    try:
        yield
    finally:
        if before is MISSING:
            delattr(module, attribute)
        else:
            setattr(module, attribute, before)


def _modes(names: tuple[str, ...], refused: list[str]) -> list[Any]:
    from torch.overrides import TorchFunctionMode
    from torch.utils._python_dispatch import TorchDispatchMode

    functions = _functions(names)
    operations = {n for n in names if n.startswith("aten.")}

    class Functions(TorchFunctionMode):
        def __torch_function__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            if id(func) in functions:
                _refuser(functions[id(func)], refused)()
            return func(*args, **(kwargs or {}))

    class Operations(TorchDispatchMode):  # type: ignore[no-untyped-call]
        def __torch_dispatch__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            name = f"aten.{func.overloadpacket.__name__}"
            if name in operations:
                _refuser(name, refused)()
            return func(*args, **(kwargs or {}))

    guards: list[Any] = [Functions()]
    if operations:
        guards.append(Operations())  # type: ignore[no-untyped-call]
    return guards


STARTS = ("_start_new_thread", "_start_joinable_thread", "start_new_thread")
"""What starts a thread, in `threading` and `_thread`, over the versions of Python."""


@contextmanager
def _in_new_threads(names: tuple[str, ...], refused: list[str]) -> Iterator[None]:
    """Watch threads that start meanwhile as well: torch's modes belong to one thread only."""

    def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            with suppress(ForbiddenCall), ExitStack() as stack:  # noted in `refused`
                for mode in _modes(names, refused):
                    stack.enter_context(mode)
                return function(*args, **kwargs)

        return run

    def starter(start: Callable[..., Any]) -> Callable[..., Any]:
        return lambda function, *args, **kwargs: start(guarded(function), *args, **kwargs)

    with ExitStack() as stack:
        for module in (threading, _thread):
            for name in STARTS:
                if start := vars(module).get(name):
                    stack.enter_context(_replaced(module, name, starter(start)))
        yield


@cache
def _functions(names: tuple[str, ...]) -> dict[int, str]:
    """The forbidden functions by identity; they stay alive as long as their modules."""
    return {id(f): n for n in names if (f := find(n)) is not None}


def find(name: str) -> Any:
    """The object a dotted name stands for, or None where it was not imported yet.

    Nothing is imported: what nobody has loaded, nobody can hold under another name.
    """
    parts = name.split(".")
    end = next((n for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in sys.modules), 0)
    if end == 0:
        return None
    value: Any = sys.modules[".".join(parts[:end])]
    for part in parts[end:]:
        known = vars(value) if isinstance(value, ModuleType) else None
        value = known.get(part) if known is not None else getattr(value, part, None)
    return value
