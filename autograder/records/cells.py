"""The facts about an assignment's cells that nbgrader keeps in its gradebook.

They are worked out by nbgrader's own steps of `generate_assignment`, as the course configures
them, up to the one that saves; so both programs write the same rows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from autograder.course.notebook import Notebook
from autograder.records import place as places
from autograder.records.place import Place

SAVES = "SaveCells"
NEEDS_MARKS = "ClearSolutions"
MARK = "BEGIN SOLUTION"


@dataclass(frozen=True)
class SourceFact:
    """One cell as the gradebook knows it."""

    name: str
    kind: str
    grade: bool
    solution: bool
    task: bool
    locked: bool
    points: float
    source: str
    checksum: str


def source_facts(
    place: Place, master: Notebook, assignment: str, name: str
) -> tuple[SourceFact, ...]:
    """The cells of `master` that nbgrader saves: those graded, written in, locked or a task."""
    text = json.dumps(master)  # the quick way to write it: for nbgrader's steps alone
    return _facts(place.root, place.changed, text, assignment, name)


@lru_cache(maxsize=64)
def _facts(
    root: Path, _changed: int, text: str, assignment: str, name: str
) -> tuple[SourceFact, ...]:
    """The same, once for all submissions of an assignment."""
    from nbformat import reads
    from nbgrader import utils

    notebook: Any = reads(text, as_version=4)  # type: ignore[no-untyped-call]
    resources = {"nbgrader": {"notebook": name, "assignment": assignment, "student": "."}}
    for step in _steps(places.place(root), MARK in text):
        notebook, resources = step.preprocess(notebook, resources)
    kinds = (utils.is_grade, utils.is_solution, utils.is_locked, utils.is_task)
    return tuple(_fact(cell) for cell in notebook.cells if any(kind(cell) for kind in kinds))


def _steps(place: Place, marked: bool) -> list[Any]:
    """nbgrader's steps before `SaveCells`; solutions are cleared only where they are marked."""
    from nbgrader.converters import GenerateAssignment

    whole = GenerateAssignment(coursedir=place.directory, config=place.config)
    steps: list[Any] = []
    for kind in whole.preprocessors:
        if kind.__name__ == SAVES:
            break
        if marked or not any(parent.__name__ == NEEDS_MARKS for parent in kind.__mro__):
            steps.append(kind(parent=whole))
    return steps


def _fact(cell: Any) -> SourceFact:
    from nbgrader import utils

    facts = cell.metadata.nbgrader
    return SourceFact(
        name=facts["grade_id"],
        kind=cell.cell_type,
        grade=bool(utils.is_grade(cell)),
        solution=bool(utils.is_solution(cell)),
        task=bool(utils.is_task(cell)),
        locked=bool(utils.is_locked(cell)),
        points=float(facts.get("points") or 0.0),
        source=cell.source,
        checksum=facts.get("checksum") or "",
    )
