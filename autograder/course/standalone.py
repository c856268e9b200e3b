"""A function or class as the source of a notebook cell, and cells' sources as objects again."""

from __future__ import annotations

import inspect
import io
import linecache
import textwrap
import tokenize
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

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


def define(source: str, name: str, imports: Iterable[str] = ()) -> Any:
    """The object `name` that a cell's source defines after the lesson's imports."""
    namespace = notebook_namespace(imports)
    run_cell(source, namespace)
    return namespace[name]
