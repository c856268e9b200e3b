"""The two assignments that are attacked: part of lesson 03, and one with bare assert statements.

They are built here rather than read from `source/`, so that the corpus runs on any installation.
Every secret of a course holds a word that must never be seen in a student's hands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from autograder import lessons
from autograder.course.notebook import Notebook, RawCell
from autograder.exercise import Essay, Quiz

LESSON = "03-attention"
BARE, BARE_NOTEBOOK = "bare-assert", "bare"
SOLUTION = re.compile(r"^( *)### BEGIN SOLUTION.*?### END SOLUTION", re.M | re.S)
HIDDEN = re.compile(r"\n### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", re.S)
SECRETS = ("solution", "hidden", "gradebook", "neighbour", "home", "seed")
"""What a submission may want to read."""
ESSAY = "Weights sum to one, so the output is a **mean** of the values."

MODELS = {
    "softmax": """def softmax(x, dim):
    weights = torch.exp(x - x.amax(dim=dim, keepdim=True))
    return weights / weights.sum(dim=dim, keepdim=True)
""",
    "causal_mask": """def causal_mask(queries, keys):
    last = torch.arange(keys - queries, keys)[:, None]
    return torch.arange(keys)[None, :] <= last
""",
    "square": "def square(x):\n    return x * x\n",
    "cube": "def cube(x):\n    return x * x * x\n",
}
"""Right answers."""
SIGNATURES = {
    "softmax": "def softmax(x, dim):",
    "causal_mask": "def causal_mask(queries, keys):",
    "square": "def square(x):",
    "cube": "def cube(x):",
}


@dataclass(frozen=True)
class Target:
    """An assignment: its notebook with and without solutions, right answers, points by cell."""

    assignment: str
    name: str
    master: Notebook
    release: Notebook
    models: dict[str, str]
    points: dict[str, float]


def lesson_target(words: dict[str, str]) -> Target:
    """Two exercises, a question and a written answer of lesson 03, judged by `check`."""
    lesson = lessons.lesson(LESSON)
    known = {item.name: item for item in lesson.exercises}
    quiz = next(item for item in lesson.exercises if isinstance(item, Quiz))
    essay = next(item for item in lesson.exercises if isinstance(item, Essay))
    variable = quiz.name.replace("-", "_")
    setup = "\n".join((*lesson.imports, "from autograder import check"))
    cells = [_cell("code", "imports", setup)]
    for name in ("softmax", "causal_mask"):
        cells += [_answer(name, words), _check(name, name, known[name].points, words)]
    chosen = (
        f'{variable} = None\n### BEGIN SOLUTION\n{variable} = "{quiz.answer}"\n### END SOLUTION'
    )
    cells += [
        _cell("code", quiz.name, chosen, solution=True),
        _check(quiz.name, f'"{quiz.name}", {variable}', quiz.points, words),
        _cell("markdown", essay.name, "A model.", grade=True, solution=True, points=essay.points),
    ]
    models = {name: MODELS[name] for name in ("softmax", "causal_mask")}
    models |= {quiz.name: f'{variable} = "{quiz.answer}"', essay.name: ESSAY}
    return _target(LESSON, lesson.notebook, cells, models)


def bare_target(words: dict[str, str]) -> Target:
    """Two functions tested by assert statements, as most courses have them."""
    setup = "import math\nimport torch"
    cells = [_cell("code", "imports", setup)]
    tests = {
        "square": ("assert square(2) == 4", "assert square(-3) == 9\nassert square(1.5) == 2.25"),
        "cube": ("assert cube(2) == 8", "assert cube(-3) == -27"),
    }
    for name, (shown, hidden) in tests.items():
        source = f"{shown}{_hidden(hidden, words)}"
        test = _cell("code", f"{name}-test", source, grade=True, locked=True, points=2.0)
        cells += [_answer(name, words), test]
    models = {name: MODELS[name] for name in tests}
    return _target(BARE, BARE_NOTEBOOK, cells, models)


def _target(assignment: str, name: str, cells: list[RawCell], models: dict[str, str]) -> Target:
    points = {
        cell["id"]: float(cell["metadata"]["nbgrader"]["points"])
        for cell in cells
        if cell["metadata"].get("nbgrader", {}).get("grade")
    }
    master = _notebook(cells)
    release = _notebook([{**cell, "source": _released(cell)} for cell in cells])
    return Target(assignment, name, master, release, models, points)


def _released(cell: RawCell) -> str:
    if cell["cell_type"] == "markdown":
        return "YOUR ANSWER HERE"
    stub = r"\1# YOUR CODE HERE\n\1raise NotImplementedError()"
    if "= None\n" in cell["source"]:
        stub = ""
    return HIDDEN.sub("", SOLUTION.sub(stub, cell["source"])).rstrip("\n")


def _answer(name: str, words: dict[str, str]) -> RawCell:
    body = MODELS[name].split("\n", 1)[1].rstrip("\n")
    source = (
        f"{SIGNATURES[name]}\n    ### BEGIN SOLUTION\n    # {words['solution']}\n"
        f"{body}\n    ### END SOLUTION"
    )
    return _cell("code", name, source, solution=True)


def _check(name: str, args: str, points: float, words: dict[str, str]) -> RawCell:
    source = f"check({args}){_hidden(f'check({args}, hidden=True)', words)}"
    return _cell("code", f"{name}-test", source, grade=True, locked=True, points=points)


def _hidden(tests: str, words: dict[str, str]) -> str:
    return f"\n### BEGIN HIDDEN TESTS\n# {words['hidden']}\n{tests}\n### END HIDDEN TESTS"


def _cell(kind: str, name: str, source: str, **facts: Any) -> RawCell:
    flags = {"grade": False, "solution": False, "locked": False, "task": False}
    grader = {**flags, "schema_version": 3, "grade_id": name, **facts}
    outputs: dict[str, Any] = {"outputs": [], "execution_count": None} if kind == "code" else {}
    metadata = {"nbgrader": grader} if facts else {}
    return {"cell_type": kind, "id": name, "metadata": metadata, "source": source, **outputs}


def _notebook(cells: list[RawCell]) -> Notebook:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
