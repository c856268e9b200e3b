"""Reading a submission's code as a whole: what an answer uses, and what deserves a look."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from autograder.result import Finding

SUSPICIOUS = {
    "frames": r"\b(_getframe|currentframe|f_back|f_locals|gc\.get_objects|get_referrers)\b",
    "grader": r"\b(autograder\.(worker|wire|judge|lessons|records|engine)|NBGRADER\w*)",
    "kernel": r"\b(run_code|ast_transformers|input_transformers\w*|set_custom_exc|displayhook)\b",
    "memory": r"\b(ctypes|_exit|/proc/)",
    "patching": r"\b(torch\.allclose|math\.isclose|builtins\.\w+)\s*=[^=]",
    "processes": r"\b(subprocess|os\.(fork|system|kill|popen|exec\w*)|multiprocessing)\b",
    "network": r"\b(socket|urllib|requests|http\.client)\b",
}
"""Kind → what of a learner's code a person may want to look at. It costs no point."""


def used_by(name: str, answer: str, sources: Iterable[str]) -> str:
    """The code of `answer`, and every top-level statement of `sources` it uses by name.

    Statements used by used statements count too; `import` lines always do. Cells that do not
    parse use nothing and define nothing.
    """
    tree = _parse(answer)
    if tree is None:
        return answer
    defined: dict[str, list[ast.stmt]] = {}
    imports: list[ast.stmt] = []
    for source in sources:
        for statement in _statements(source):
            if isinstance(statement, ast.Import | ast.ImportFrom):
                imports.append(statement)
            for bound in _binds(statement):
                defined.setdefault(bound, []).append(statement)
    reached = _closure([*tree.body, *defined.get(name, ())], defined)
    needed = {found for statement in reached for found in _uses(statement)}
    kept = [i for i in imports if needed & set(_binds(i))]
    return "\n".join(ast.unparse(statement) for statement in (*kept, *reached))


def suspicious(sources: Mapping[str, str]) -> Iterator[Finding]:
    """What in the code of `sources` (by cell name) a person should see."""
    for where, source in sources.items():
        for kind, pattern in SUSPICIOUS.items():
            if found := re.search(pattern, source):
                sentence = f"The code mentions `{found[0].strip()}`, which no exercise needs."
                yield Finding(f"suspicious-{kind}", where, sentence)


def _parse(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@lru_cache(maxsize=1024)
def _statements(source: str) -> list[ast.stmt]:
    tree = _parse(source)
    return tree.body if tree else []


def _closure(start: list[ast.stmt], defined: dict[str, list[ast.stmt]]) -> list[ast.stmt]:
    """`start` and all statements that they use, each once, in the order they are found."""
    found: dict[int, ast.stmt] = {}
    todo = list(start)
    while todo:
        statement = todo.pop(0)
        if id(statement) not in found:
            found[id(statement)] = statement
            todo += [s for used in sorted(_uses(statement)) for s in defined.get(used, ())]
    return list(found.values())


def _uses(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _binds(statement: ast.stmt) -> Iterator[str]:
    """The names that a top-level statement gives a value."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
        yield statement.name
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield (alias.asname or alias.name).split(".")[0]
    else:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                yield from _root(node)


def _root(node: ast.expr) -> Iterator[str]:
    """`helper` of `helper.run = ...`: what hangs on a name belongs to it."""
    while isinstance(node, ast.Attribute):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id
