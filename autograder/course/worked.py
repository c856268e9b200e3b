"""The worked solutions of a lesson, read from the instructor's notebook."""

from __future__ import annotations

import re

from autograder.course.course import Course
from autograder.course.notebook import Cell, cells, read

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
