"""A function or class as the source of a notebook cell, and cells' sources as objects again."""

from __future__ import annotations

import importlib
import inspect
import io
import linecache
import textwrap
import tokenize
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import count
from types import CodeType
from typing import Any

from autograder.exercise import Lesson

COMPARED = "<mistake>"
"""The file of a declared mistake that an answer is compared with."""
_numbers = count(1)


def source_of(thing: Callable[..., object], name: str) -> str:
    """The source of a function or class that stands alone, renamed to `name`.

    Every use of its own name is renamed, so that recursion still works.
    """
    own = thing.__name__
    source = textwrap.dedent(inspect.getsource(thing))
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    lines = source.splitlines(keepends=True)
    for token in reversed(tokens):
        if token.type == tokenize.NAME and token.string == own:
            row, start = token.start[0] - 1, token.start[1]
            lines[row] = lines[row][:start] + name + lines[row][start + len(own) :]
    return "".join(lines).rstrip() + "\n"


def run_cell(source: str, namespace: dict[str, Any]) -> None:
    """Run a cell's source in `namespace`; its lines can be read by `inspect`, as a cell's can."""
    file = f"<cell {next(_numbers)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec", dont_inherit=True), namespace)


def notebook_namespace(imports: Iterable[str]) -> dict[str, Any]:
    """What a notebook knows after the lesson's first cell."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec("\n".join(imports), namespace)
    return namespace


def given_names(lesson: Lesson) -> Mapping[str, object]:
    """The public names of the lesson's given parts."""
    if not lesson.given:
        return {}
    module = importlib.import_module(lesson.given)
    return {name: getattr(module, name) for name in getattr(module, "__all__", ())}


def lesson_namespace(lesson: Lesson) -> dict[str, Any]:
    """What the notebook of a lesson knows, with the given parts in place of the answers."""
    parts = given_names(lesson)
    answers = {e.name: parts[e.name] for e in lesson.exercises if e.name in parts}
    return {**notebook_namespace(lesson.imports), **answers}


def define(source: str, name: str, lesson: Lesson) -> Any:
    """The object `name` that a cell's source defines in the notebook of a lesson."""
    namespace = lesson_namespace(lesson)
    run_cell(source, namespace)
    return namespace[name]


def defined_anew(source: str, name: str, lesson: Lesson) -> Any:
    """The same for a cell that is run often: it is compiled once, and `inspect` cannot read it."""
    namespace = lesson_namespace(lesson)
    exec(_compiled(source), namespace)
    return namespace[name]


@cache
def _compiled(source: str) -> CodeType:
    return compile(source, COMPARED, "exec", dont_inherit=True)
