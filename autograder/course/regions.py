"""Where the solution of an answer cell stands: all of it between its marks, the stub outside.

Whatever stands outside is released as it is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from autograder.course.clear import BEGIN, END
from autograder.course.worked import Stub, docstring, stubs
from autograder.lessons.sheet import short

BEGINS, ENDS = f"### {BEGIN}", f"### {END}"
SUPER = "super().__init__()"
"""The one statement that a stub may hold: without it no layer can be stored."""


def badly_marked(source: str) -> str:
    """What is wrong with the marks of a cell; empty where each region begins and ends."""
    lines = [line.strip() for line in source.split("\n") if BEGIN in line or END in line]
    if not lines or [BEGIN in line for line in lines] != [True, False] * (len(lines) // 2):
        return f"must have a region {BEGINS} … {ENDS}, and each {END} below its {BEGIN}."
    if wrong := [line for line in lines if line not in (BEGINS, ENDS)]:
        return f"must have nothing else in the line of a mark, not `{short(wrong[0])}`."
    return ""


def around_a_solution(source: str, gives: Collection[str] = ()) -> Iterator[str]:
    """What is wrong with the stub of a well marked cell that defines a function or class.

    gives: names that the stub sets for the learner, above its region
    """
    inside = _inside(source)
    lines = source.split("\n")
    released: set[int] = set()
    tree = ast.parse(source)
    for stub in stubs(tree):
        text = docstring(stub)
        if stub.lineno in inside:
            if text or stub in tree.body:
                yield f"must have the stub of `{stub.name}`, and its docstring, above a region."
            continue
        if (text is None and stub in tree.body) or (text and text.lineno in inside):
            yield f"must have the docstring of `{stub.name}` above a region."
        elif text and not _alone(text, lines):
            yield f"must have no code in the lines of the docstring of `{stub.name}`."
        elif text:
            released |= _lines(text)
        begins = _begins(stub, lines)
        if isinstance(stub, ast.ClassDef):
            methods = [n for n in stub.body if isinstance(n, ast.FunctionDef)]
            if len(begins) > sum(len(_begins(method, lines)) for method in methods):
                yield f"must have its regions inside the methods of `{stub.name}`."
        elif len(begins) > 1:
            yield f"must have one region in `{stub.name}`: each leaves a place to fill in."
        elif begins and begins[0] != " " * stub.body[0].col_offset + BEGINS:
            yield f"must have {BEGINS} as far to the right as the docstring of `{stub.name}`."
        released |= {i for i in _head(stub) if not lines[i - 1].strip().startswith("#")}
        released |= {n.lineno for n in stub.body[:2] if lines[n.lineno - 1].strip() == SUPER}
        for given in (n for n in stub.body if _sets(n) in gives):
            released |= _lines(given)
    yield from _outside(lines, inside | released)


def around_a_choice(source: str, name: str) -> Iterator[str]:
    """The same for the answer to a question, where `name = None` is the stub."""
    lines = source.split("\n")
    stub = re.compile(rf"{re.escape(name)} = None *(#.*)?")
    released = {i for i, line in enumerate(lines, 1) if stub.fullmatch(line)}
    yield from _outside(lines, _inside(source) | released)


def _outside(lines: list[str], rest: set[int]) -> Iterator[str]:
    wrong = [i for i, line in enumerate(lines, 1) if line.strip() and i not in rest]
    if wrong:
        more = f", and {len(wrong) - 1} more," if len(wrong) > 1 else ""
        line = short(lines[wrong[0] - 1].strip())
        yield (
            f"has line {wrong[0]}, `{line}`{more} outside its region, "
            f"where it is released. Move {BEGINS} and {ENDS} around all of the solution."
        )


def _inside(source: str) -> set[int]:
    """The numbers of the lines of all regions, marks included."""
    found, inside = set(), False
    for number, line in enumerate(source.split("\n"), 1):
        inside |= BEGIN in line
        if inside:
            found.add(number)
        inside &= END not in line
    return found


def _sets(node: ast.stmt) -> str:
    """The name that a statement sets, if it sets just one."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    return ", ".join(target.id for target in targets if isinstance(target, ast.Name))


def _head(stub: Stub) -> range:
    """The lines of decorators and signature, up to the first statement."""
    first, below = ([n.lineno, *(d.lineno for d in _decorators(n))] for n in (stub, stub.body[0]))
    return range(min(first), min(below))


def _decorators(node: ast.AST) -> list[ast.expr]:
    return list(getattr(node, "decorator_list", ()))


def _begins(stub: Stub, lines: list[str]) -> list[str]:
    """The lines at which regions begin within a stub."""
    within = lines[stub.lineno - 1 : stub.end_lineno]
    return [line.rstrip() for line in within if BEGIN in line]


def _lines(node: ast.stmt) -> set[int]:
    return set(range(node.lineno, (node.end_lineno or node.lineno) + 1))


def _alone(node: ast.stmt, lines: list[str]) -> bool:
    """Whether nothing stands beside a statement in its lines."""
    first, last = lines[node.lineno - 1].encode(), lines[(node.end_lineno or 0) - 1].encode()
    return not first[: node.col_offset].strip() and not last[node.end_col_offset :].strip()
