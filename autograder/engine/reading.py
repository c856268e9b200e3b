"""Reading a submission's code as a whole: what an answer uses, and what deserves a look."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeVar

from autograder.result import AS_REFERENCE, Finding

Documented = TypeVar("Documented", ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

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


@dataclass(frozen=True)
class _Statement:
    """A top-level statement: the names it gives a value and those it uses."""

    node: ast.stmt
    binds: tuple[str, ...]
    uses: frozenset[str]

    @cached_property
    def text(self) -> str:
        """The statement as code."""
        return ast.unparse(self.node)


def used_by(name: str, answer: str, sources: Iterable[str]) -> str:
    """The code of `answer`, and every top-level statement of `sources` it uses by name.

    Statements used by used statements count too; `import` lines always do. Cells that do not
    parse use nothing and define nothing.
    """
    if _parse(answer) is None:
        return answer
    every = [statement for source in sources for statement in _statements(source)]
    reached = _reached(name, answer, every)
    needed = {found for statement in reached for found in statement.uses}
    imports = [s for s in every if isinstance(s.node, ast.Import | ast.ImportFrom)]
    kept = [i for i in imports if needed & set(i.binds)]
    return "\n".join(statement.text for statement in (*kept, *reached))


def names_used(name: str, answer: str, sources: Iterable[str]) -> set[str]:
    """The names that the code of `answer` uses, itself or through what it uses of `sources`."""
    every = [statement for source in sources for statement in _statements(source)]
    return {found for s in _reached(name, answer, every) for found in s.uses} - {name}


def mentions(code: str, name: str) -> bool:
    """Whether `code`, as `used_by` writes it, can name the dotted `name` at all."""
    return name.removesuffix(".*").rpartition(".")[2] in code


def suspicious(sources: Mapping[str, str]) -> Iterator[Finding]:
    """What in the code of `sources` (by cell name) a person should see."""
    for where, source in sources.items():
        for kind, pattern in SUSPICIOUS.items():
            if found := re.search(pattern, source):
                sentence = f"The code mentions `{found[0].strip()}`, which no exercise needs."
                yield Finding(f"suspicious-{kind}", where, sentence)


def as_the_reference(
    answers: Mapping[str, str], references: Mapping[str, str]
) -> Iterator[Finding]:
    """The answers (by exercise) whose syntax tree is that of the course's own answer.

    Comments, layout and docstrings do not count, names do. It costs no point.
    """
    for name, reference in references.items():
        tree = _tree(answers.get(name, ""))
        if tree and tree == _tree(reference):
            yield Finding(AS_REFERENCE, name, "The syntax tree is that of the course's own answer.")


WHOLE_CELL = re.compile(r"\s*%%(time|timeit|capture)\b[ \t]*(.*)")
"""The first line of a cell whose code still runs as it stands; other `%%` lines change it."""
TIMED = re.compile(r"%(?:time|timeit)\b[ \t]*(.*)")
OPTIONS = re.compile(r"^(?:-\w+(?:[ \t]+\d+)?[ \t]*)+")
ASIDE = re.compile(r"[%!?](?!%).*|[\w.%]+\?\??[ \t]*")
"""A line that IPython reads and Python does not, and that defines nothing."""


@lru_cache(maxsize=4096)
def _tree(source: str) -> str:
    """The syntax tree of a cell as text, without docstrings; empty where it is no Python.

    Lines for IPython between the statements do not count, but code in them does.
    """
    tree = _parse(source) or _parse_between(source)
    try:
        return ast.dump(_Bare().visit(tree)) if tree else ""
    except RecursionError:
        return ""


def _parse_between(source: str) -> ast.Module | None:
    """The cell as Python, where lines for IPython stand between its statements only."""
    lines = source.split("\n")
    if cell := WHOLE_CELL.match(source):
        first = source.count("\n", 0, cell.end())
        code = "" if cell[1] == "capture" else OPTIONS.sub("", cell[2])
        lines[: first + 1] = [*[""] * first, code]
    aside = {i for i, line in enumerate(lines, 1) if ASIDE.fullmatch(line)}
    for i in aside:
        timed = TIMED.fullmatch(lines[i - 1])
        lines[i - 1] = OPTIONS.sub("", timed[1]) if timed else ""
    tree = _parse("\n".join(lines))
    within = {i for node in tree.body for i in _lines(node)[1:]} if tree else set()
    return None if aside & within else tree


def _lines(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


class _Bare(ast.NodeTransformer):
    """Takes out docstrings."""

    def _first(self, node: Documented) -> Documented:
        self.generic_visit(node)
        if ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
        return node

    visit_Module = visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = _first


def _parse(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@lru_cache(maxsize=4096)
def _statements(source: str) -> tuple[_Statement, ...]:
    tree = _parse(source)
    nodes = tree.body if tree else []
    return tuple(_Statement(n, tuple(_binds(n)), frozenset(_uses(n))) for n in nodes)


def _reached(name: str, answer: str, every: list[_Statement]) -> list[_Statement]:
    """The statements of `answer`, those that define `name` again, and all that they use."""
    defined: dict[str, list[_Statement]] = {}
    for statement in every:
        for bound in statement.binds:
            defined.setdefault(bound, []).append(statement)
    return _closure([*_statements(answer), *defined.get(name, ())], defined)


def _closure(start: list[_Statement], defined: dict[str, list[_Statement]]) -> list[_Statement]:
    """`start` and all statements that they use, each once, in the order they are found."""
    found: dict[int, _Statement] = {}
    todo = list(start)
    while todo:
        statement = todo.pop(0)
        if id(statement) not in found:
            found[id(statement)] = statement
            todo += [s for used in sorted(statement.uses) for s in defined.get(used, ())]
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
