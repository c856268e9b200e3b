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
from types import CodeType, FunctionType, MethodType, ModuleType
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
    with _noting(refused), _replaced(_replacements(names)):
        of_torch = any(name.startswith(("torch.", "aten.")) for name in names)
        if not of_torch or "torch" not in sys.modules:
            yield refused
            return
        with ExitStack() as stack, _replaced(_thread_starters(names, refused)):
            for mode in _modes(names, refused):
                stack.enter_context(mode)
            yield refused


_notes: list[list[str]] = []
"""The list in which a refusal is noted, last, and those of the blocks around."""


@contextmanager
def _noting(refused: list[str]) -> Iterator[None]:
    _notes.append(refused)
    try:
        yield
    finally:
        _notes.pop()


Replacement = tuple[object, str, object]
"""An object, the name of an attribute, and what takes its place for a while."""


@contextmanager
def _replaced(replacements: Iterable[Replacement]) -> Iterator[None]:
    """Put values in modules and functions for a while, the last first back.

    What a lazy module has not loaded stays unloaded.
    """
    before: list[Replacement] = []
    try:
        for owner, attribute, value in replacements:
            names = {CODE: owner.__code__} if is_a(owner, FunctionType) else vars(owner)
            held = names.get(attribute, MISSING)
            before.append((owner, attribute, held))
            setattr(owner, attribute, value)
        yield
    finally:
        for owner, attribute, held in reversed(before):
            if held is MISSING:
                delattr(owner, attribute)
            else:
                setattr(owner, attribute, held)


def _replacements(names: Iterable[str]) -> Iterator[Replacement]:
    for name in names:
        if name.startswith(OWN):
            for function in functions_of(name):
                yield function, CODE, _closed(name, function.__code__.co_freevars)
        for module, attribute in _places(name):
            yield module, attribute, _refuser(name)


CODE = "__code__"


@cache
def _refuser(name: str) -> Callable[..., Any]:
    """A function that notes its name and refuses."""

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise _noted(name, _notes[-1])

    return refuse


def _noted(name: str, refused: list[str]) -> ForbiddenCall:
    refused.append(name)
    return ForbiddenCall(name)


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


@cache
def _closed(name: str, free: tuple[str, ...]) -> CodeType:
    """Code that refuses, for a function of that name with these free variables."""

    class Refusal(ForbiddenCall):
        def __init__(self) -> None:
            _notes[-1].append(name)
            super().__init__(name)

    code = _raising.__code__
    constants = tuple(Refusal if each == RAISES else each for each in code.co_consts)
    return code.replace(co_consts=constants, co_freevars=free)


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


def _modes(names: tuple[str, ...], refused: list[str]) -> list[Any]:
    functions, operations = _classes()
    watched = {n for n in names if n.startswith("aten.")}
    guards = [functions(_functions(names), refused)]
    return [*guards, operations(watched, refused)] if watched else guards


@cache
def _classes() -> tuple[Any, Any]:
    """The two modes of torch, which is loaded only where it is needed; made once, not a call."""
    from torch.overrides import TorchFunctionMode
    from torch.utils._python_dispatch import TorchDispatchMode

    class Functions(TorchFunctionMode):
        def __init__(self, functions: dict[int, str], refused: list[str]) -> None:
            self.functions, self.refused = functions, refused

        def __torch_function__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            if id(func) in self.functions:
                raise _noted(self.functions[id(func)], self.refused)
            return func(*args, **(kwargs or {}))

    class Operations(TorchDispatchMode):  # type: ignore[no-untyped-call]
        def __init__(self, operations: set[str], refused: list[str]) -> None:
            super().__init__()  # type: ignore[no-untyped-call]
            self.operations, self.refused = operations, refused

        def __torch_dispatch__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            name = f"aten.{func.overloadpacket.__name__}"
            if name in self.operations:
                raise _noted(name, self.refused)
            return func(*args, **(kwargs or {}))

    return Functions, Operations


STARTS = ("_start_new_thread", "_start_joinable_thread", "start_new_thread")
"""What starts a thread, in `threading` and `_thread`, over the versions of Python."""


def _thread_starters(names: tuple[str, ...], refused: list[str]) -> Iterator[Replacement]:
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

    for module in (threading, _thread):
        for name in STARTS:
            if start := vars(module).get(name):
                yield module, name, starter(start)


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
