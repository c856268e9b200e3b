"""The worked solutions of a lesson, read from the instructor's notebook."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from autograder.course.course import Course
from autograder.course.notebook import Cell, cells, read

Stub = ast.FunctionDef | ast.ClassDef
MARKER = re.compile(r"^[ \t]*###[ \t]*(?:BEGIN|END) SOLUTION[^\n]*\n?", re.MULTILINE)


def worked(course: Course, assignment: str, notebook: str) -> dict[str, str]:
    """The answer cells by name, in order, solutions included; empty where there is no source."""
    return {cell.grade_id: unmarked(cell.source) for cell in answers(course, assignment, notebook)}


def answers(course: Course, assignment: str, notebook: str) -> tuple[Cell, ...]:
    """The answer cells of the instructor's notebook, as they stand there."""
    path = course.source(assignment) / f"{notebook}.ipynb"
    if not path.exists():
        return ()
    return tuple(cell for cell in cells(read(path)) if cell.is_answer)


def unmarked(source: str) -> str:
    """A source without the comments that mark its solution.

    >>> print(unmarked("def f():\\n    ### BEGIN SOLUTION\\n    return 1\\n    ### END SOLUTION"))
    def f():
        return 1
    """
    return MARKER.sub("", source).rstrip()


def bare(source: str) -> str:
    """A solution cell as its reference is written: no marks, and no docstrings of the stub.

    >>> print(bare("def f():\\n    'Give one.'\\n    ### BEGIN SOLUTION\\n    return 1"), end="")
    def f():
        return 1
    """
    text = unmarked(source)
    lines = text.split("\n")
    left_out = set(_docstring_lines(text))
    return "".join(f"{line}\n" for i, line in enumerate(lines, 1) if i not in left_out)


def stubs(tree: ast.Module) -> list[Stub]:
    """The functions and classes at the top of a cell, and the methods of those classes."""
    tops = [node for node in tree.body if isinstance(node, Stub)]
    classes = [node for node in tops if isinstance(node, ast.ClassDef)]
    return [*tops, *(n for c in classes for n in c.body if isinstance(n, ast.FunctionDef))]


def docstring(stub: Stub) -> ast.stmt | None:
    """The statement that is the docstring of a function or class."""
    return stub.body[0] if ast.get_docstring(stub) is not None else None


def _docstring_lines(source: str) -> Iterator[int]:
    """The numbers of the lines of a stub's docstrings, and of the blank lines right below them."""
    lines = source.split("\n")
    for text in filter(None, map(docstring, stubs(ast.parse(source)))):
        end = text.end_lineno or text.lineno
        while end < len(lines) and not lines[end].strip():
            end += 1
        yield from range(text.lineno, end + 1)
