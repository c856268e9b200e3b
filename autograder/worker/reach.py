"""What a learner's code can reach: forbidden functions held under another name, and copies of code.

Of what the learner made, nothing is run here: no attribute is asked of it in a way that it decides.
"""

from __future__ import annotations

import gc
import sys
from collections import deque
from collections.abc import Iterable
from functools import cache, partial
from types import CodeType, FunctionType, GeneratorType, MethodType
from typing import Any

from autograder.worker.guard import OWN, find, functions_of, is_a, unwrapped

MAX_REACHED = 2_000
"""Functions and classes followed from the learner's object."""
HOLDERS = (
    list, tuple, dict, set, frozenset, deque, partial, type(cache(len)), MethodType, staticmethod,
    classmethod, property, GeneratorType,
)  # fmt: skip
"""What holds other objects and does nothing by itself."""
OURS = ("torch.", "numpy.", "transformers.", "tokenizers.", "autograder.", "builtins")


def reached(root: object, names: Iterable[str]) -> str | None:
    """The first forbidden name that the code of `root` can reach under any alias, or None.

    Follows the globals, closures, defaults, methods and base classes that the learner's own
    functions and classes use, also where they are held in containers; code of libraries is not
    followed. A part of the course's own may be held, for it is watched when it is called; a copy
    made from its code, or from that of another part with names of one's own, may not.
    """
    names = tuple(names)
    found = {n: f for n in names if (f := find(n)) is not None}
    wanted = {id(f): n for n, f in found.items() if not _is_watched(n, f)}
    given = {n: functions_of(n) for n in names if n.startswith(OWN)}
    homes = _homes()
    codes = {_key(f.__code__): n for n, functions in given.items() for f in functions}
    watched = {id(f) for functions in given.values() for f in functions}
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
        for function in _own_functions(thing):
            if id(function) not in watched and _key(function.__code__) in codes:
                return codes[_key(function.__code__)]
        if code := _copied_code(thing, homes):
            return codes.get(_key(code), f"{OWN}{code.co_name}")
        if _module_of(thing).split(".")[0] in modules:
            return f"{_module_of(thing).split('.')[0]}.{_name_of(thing)}"
        todo.extend(_used_by(thing))
    return None


def _is_watched(name: str, found: object) -> bool:
    """Whether all that a name stands for is Python code of the course's own."""
    return name.startswith(OWN) and isinstance(found, FunctionType | type)


def _homes() -> dict[str, dict[str, object]]:
    """The names of each module of the course's own parts, by the file that its code names."""
    modules = [vars(m) for n, m in list(sys.modules.items()) if n.startswith(OWN)]
    return {
        value.__code__.co_filename: names
        for names in modules
        for value in list(names.values())
        if is_a(value, FunctionType) and value.__globals__ is names
    }


def _copied_code(thing: object, homes: dict[str, dict[str, object]]) -> CodeType | None:
    """Code of the course's own parts that stands apart from them, or is given other names."""
    if is_a(thing, CodeType):
        return thing if thing.co_filename in homes else None
    if is_a(thing, FunctionType) and thing.__code__.co_filename in homes:
        return None if thing.__globals__ is homes[thing.__code__.co_filename] else thing.__code__
    return None


def _module_of(thing: object) -> str:
    """The module of a function or class, or of the class of anything else that can be called."""
    if is_a(thing, FunctionType):
        module: object = thing.__module__
    elif is_a(thing, type):
        module = type.__getattribute__(thing, "__module__")
    else:
        module = _module_of_kind(thing) if callable(thing) else ""
    return module if is_a(module, str) else ""


def _name_of(thing: object) -> str:
    if is_a(thing, FunctionType):
        return thing.__name__
    kind = thing if is_a(thing, type) else type(thing)
    return str(type.__getattribute__(kind, "__name__"))


def _used_by(thing: object) -> list[object]:
    if is_a(thing, FunctionType):
        if _module_of(thing).startswith(OURS):
            return []
        cells = [c.cell_contents for c in thing.__closure__ or () if _filled(c)]
        used = [thing.__globals__[n] for n in _names(thing.__code__) if n in thing.__globals__]
        defaults = (*(thing.__defaults__ or ()), *(thing.__kwdefaults__ or {}).values())
        return [*cells, *defaults, *used, *vars(thing).values()]
    if is_a(thing, type):
        if _module_of(thing).startswith(OURS):
            return []
        return [*type.__dict__["__bases__"].__get__(thing), *_dict_of(thing).values()]
    if is_a(thing, *HOLDERS) or _module_of_kind(thing) == "__main__":
        return [held for held in gc.get_referents(thing) if gc.is_tracked(held)]
    return []


def _module_of_kind(thing: object) -> object:
    return type.__getattribute__(type(thing), "__module__")


def _dict_of(thing: type) -> dict[str, object]:
    """What a class holds, whatever its metaclass says of it."""
    return dict(type.__dict__["__dict__"].__get__(thing))


def _own_functions(thing: object) -> list[FunctionType]:
    """The Python functions that a function or a class is made of."""
    parts = _dict_of(thing).values() if is_a(thing, type) else (thing,)
    return [f for part in parts if (f := unwrapped(part)) is not None]


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
