"""What a test cell of the course's own lessons is about, read from the course's notebook."""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """The `check(...)` calls of a test cell.

    `name` is the exercise; `expression` what to look up in the submission; `hidden` whether the
    hidden tests are asked for; `before` the cell's other statements, which run first.
    """

    name: str
    expression: str
    hidden: bool
    before: str = ""


def check_of(source: str) -> Check | None:
    """The checks of a test cell, or None where it decides by itself, as with `assert`."""
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return None
    calls = [call for s in statements if (call := _call(s)) is not None]
    if not calls:
        return None
    before = [ast.unparse(s) for s in statements if _call(s) is None]
    first = calls[0].args[0]
    if isinstance(first, ast.Constant):
        name, expression = str(first.value), _second(calls[0])
    else:
        name = expression = ast.unparse(first)
    return Check(name, expression, any(_hidden(call) for call in calls), "\n".join(before))


def _call(statement: ast.stmt) -> ast.Call | None:
    """The statement `check(something, ...)`."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.args:
        return call if call.func.id == "check" else None
    return None


def _second(call: ast.Call) -> str:
    return ast.unparse(call.args[1]) if len(call.args) > 1 else "None"


def _hidden(call: ast.Call) -> bool:
    return any(
        k.arg == "hidden" and isinstance(k.value, ast.Constant) and k.value.value is True
        for k in call.keywords
    )
