"""A function or class as the source of a notebook cell, and a cell's source as an object again."""

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


def define(source: str, name: str, imports: Iterable[str] = ()) -> Any:
    """Run a cell's source after the lesson's imports, as a notebook would; the object `name`.

    Its lines can be read again by `inspect`, as those of a cell can.
    """
    file = f"<cell {next(_numbers)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec("\n".join(imports), namespace)
    exec(compile(source, file, "exec", dont_inherit=True), namespace)
    return namespace[name]
