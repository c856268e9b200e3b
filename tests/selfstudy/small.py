"""A course with a few cells of lesson 03, small enough to be run often."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from autograder.course.clear import without_regions
from autograder.course.course import Course
from autograder.course.notebook import Notebook, RawCell, cells, read, write
from autograder.course.rebuild import replace_answer

ROOT = Path(__file__).resolve().parents[2]
ID, NAME = "03-attention", "attention"
QUIZ, ESSAY = "quiz-attention-scale", "reflection-attention"
GRADED = ("softmax", "softmax-test", QUIZ, f"{QUIZ}-test", ESSAY)
FIRST = "import math\nimport torch\nfrom torch import Tensor, nn\nfrom autograder import check"
STUB = "def softmax(x, dim):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
NO_SHIFT = "def softmax(x, dim):\n    e = x.exp()\n    return e / e.sum(dim, keepdim=True)"
RIGHT = NO_SHIFT.replace("x.exp()", "(x - x.amax(dim, keepdim=True)).exp()")


def code(id_: str, source: str) -> RawCell:
    return {
        "cell_type": "code",
        "id": id_,
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def source() -> Notebook:
    """The instructor's version."""
    whole = read(ROOT / "source" / ID / f"{NAME}.ipynb")
    kept = [whole["cells"][cell.index] for cell in cells(whole) if cell.grade_id in GRADED]
    return {**whole, "cells": [code("first", FIRST), *kept]}


def released() -> Notebook:
    """What a learner gets: stubs, no hidden tests."""
    whole = source()
    for cell in cells(whole):
        raw = whole["cells"][cell.index]
        raw["source"] = without_regions(raw["source"])
        if cell.is_test:
            raw["source"] = raw["source"].split("\n### BEGIN HIDDEN")[0]
    whole = replace_answer(whole, "softmax", STUB)
    return replace_answer(whole, ESSAY, "YOUR ANSWER HERE")


def answered(**answers: str) -> Notebook:
    """A learner's notebook; `-` in the name of an answer is written `_`."""
    notebook = released()
    for name, text in answers.items():
        notebook = replace_answer(notebook, name.replace("_", "-"), text)
    return notebook


def with_cell(notebook: Notebook, after: str, text: str) -> Notebook:
    """The same notebook with a code cell of the learner's own behind the cell `after`."""
    index = next(c.index for c in cells(notebook) if after in (c.id, c.grade_id)) + 1
    before, rest = notebook["cells"][:index], notebook["cells"][index:]
    return {**notebook, "cells": [*before, code("mine", text), *rest]}


def course(root: Path) -> Course:
    """A course in `root` with a release and a source."""
    shutil.copy(ROOT / "nbgrader_config.py", root)
    made = Course(root)
    for folder, notebook in ((made.release(ID), released()), (made.source(ID), source())):
        folder.mkdir(parents=True)
        write(notebook, folder / f"{NAME}.ipynb")
    return made


def hand_in(home: Course, notebook: Any) -> Path:
    """Save a learner's notebook in my-work."""
    path = home.my_work / ID / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    write(notebook, path)
    return path
