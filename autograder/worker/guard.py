"""Refusing, at run time, the library functions that would do the exercise for the learner."""

from __future__ import annotations

import _thread
import gc
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, partial
from types import CodeType, FunctionType, GeneratorType, MethodType, ModuleType
from typing import Any

MISSING = object()
MAX_REACHED = 2_000
"""Functions and classes followed from the learner's object."""
HOLDERS = (
    list, tuple, dict, set, frozenset, deque, partial, type(cache(len)), MethodType, staticmethod,
    classmethod, property, GeneratorType,
)  # fmt: skip
"""What holds other objects and does nothing by itself."""
OURS = ("torch.", "numpy.", "transformers.", "tokenizers.", "autograder.", "builtins")


class ForbiddenCall(BaseException):
    """Raised where learner's code calls a forbidden function; the message is its name."""


@contextmanager
def forbid(names: Iterable[str]) -> Iterator[list[str]]:
    """Make the named functions raise `ForbiddenCall` while the block runs.

    A dotted name is replaced where it lives; for torch a function mode also sees calls under
    any other name, and a dispatch mode the operation itself (`aten._softmax`). The list that
    this gives holds every name that was refused, also where the code swallowed the exception.
    """
    names = tuple(names)
    refused: list[str] = []
    with ExitStack() as stack:
        for name in names:
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


def reached(root: object, names: Iterable[str]) -> str | None:
    """The first forbidden name that the code of `root` can reach under any alias, or None.

    Follows the globals, closures, defaults, methods and base classes that the learner's own
    functions and classes use, also where they are held in containers; code of libraries is not
    followed. A function made anew from a forbidden one's code is that one.
    """
    found = {n: f for n in names if (f := find(n)) is not None}
    wanted = {id(f): n for n, f in found.items()}
    codes = {_key(code): n for n, f in found.items() for code in _codes(f)}
    modules = {n.split(".")[0] for n in names if n.endswith(".*")}
    todo: list[object] = [root]
    seen: set[int] = set()
    while todo and len(seen) < MAX_REACHED:
        thing = todo.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if id(thing) in wanted:
            return wanted[id(thing)]
        for code in _codes(thing) if codes else ():
            if copied := codes.get(_key(code)):
                return copied
        module = (getattr(thing, "__module__", "") or "") if callable(thing) else ""
        if module.split(".")[0] in modules:
            return f"{module.split('.')[0]}.{getattr(thing, '__name__', '*')}"
        todo.extend(_used_by(thing))
    return None


def _used_by(thing: object) -> list[object]:
    if isinstance(thing, FunctionType):
        if thing.__module__.startswith(OURS):
            return []
        cells = [c.cell_contents for c in thing.__closure__ or () if _filled(c)]
        used = [thing.__globals__[n] for n in _names(thing.__code__) if n in thing.__globals__]
        defaults = (*(thing.__defaults__ or ()), *(thing.__kwdefaults__ or {}).values())
        return [*cells, *defaults, *used, *vars(thing).values()]
    if isinstance(thing, type):
        own = not thing.__module__.startswith(OURS)
        return [*thing.__bases__, *vars(thing).values()] if own else []
    if isinstance(thing, HOLDERS) or type(thing).__module__ == "__main__":
        return [held for held in gc.get_referents(thing) if gc.is_tracked(held)]
    return []


def _codes(thing: object) -> list[CodeType]:
    """The code that a function, a class or a code object is made of, as far as Python wrote it."""
    if isinstance(thing, CodeType):
        return [thing]
    parts = vars(thing).values() if isinstance(thing, type) else (thing,)
    functions = (getattr(part, "__func__", part) for part in parts)
    inner = (vars(f).get("__wrapped__", f) for f in functions if isinstance(f, FunctionType))
    return [f.__code__ for f in inner if isinstance(f, FunctionType)]


def _key(code: CodeType) -> tuple[str, CodeType]:
    """Code that was read back from bytes is the same; an equal text in another file is not."""
    return code.co_filename, code


def _filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True


def _names(code: Any) -> set[str]:
    names = set(code.co_names)
    for constant in code.co_consts:
        if hasattr(constant, "co_names"):
            names |= _names(constant)
    return names
