"""An assignment as nbgrader keeps it in its gradebook: the notebook, and the facts of its cells.

It is made by nbgrader's own steps of `generate_assignment`, as the course configures them, up to
the one that saves; so both programs run the same tests and write the same rows.
"""

from __future__ import annotations

import json
from contextlib import chdir
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from autograder.course.notebook import Notebook, parse
from autograder.records import place as places
from autograder.records.place import Place

SAVES = "SaveCells"
NEEDS_MARKS = "ClearSolutions"
MARK = "BEGIN SOLUTION"
IDS_SINCE = 5
"""Minor version of the notebook format in which cells have ids."""


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


class CannotGenerate(RuntimeError):
    """One of nbgrader's steps, or of the course's own, fails on the course's notebook."""


def saved(place: Place, master: Notebook, assignment: str, name: str) -> Notebook:
    """`master` as nbgrader saves it, its hidden tests included; raises CannotGenerate.

    Headers are in it, solutions are not where they are marked, and tests that nbgrader writes
    itself (AUTOTEST) are written out; for those alone a kernel runs the course's solutions.
    """
    return parse(_saved(place.root, place.changed, _text(master), assignment, name))


def source_facts(
    place: Place, master: Notebook, assignment: str, name: str
) -> tuple[SourceFact, ...]:
    """The cells of `master` that nbgrader saves: those graded, written in, locked or a task."""
    return _facts(place.root, place.changed, _text(master), assignment, name)


def _text(master: Notebook) -> str:
    """The quick way to write a notebook, for nbgrader's steps alone."""
    return json.dumps(master)


@lru_cache(maxsize=64)
def _saved(root: Path, changed: int, text: str, assignment: str, name: str) -> bytes:
    """What `saved` gives, as its file, once for all submissions of an assignment."""
    from nbformat import reads

    place = places.place(root)
    notebook: Any = reads(json.dumps(_with_ids(json.loads(text))), as_version=4)  # type: ignore[no-untyped-call]
    folder = place.own_folder("source", assignment)
    resources = {
        "metadata": {"name": name, "path": str(folder)},
        "nbgrader": {
            "notebook": name,
            "assignment": assignment,
            "student": ".",
            "db_url": place.database,
        },
        "unique_key": name,
        "output_files_dir": f"{name}_files",
    }
    with chdir(root):  # nbgrader's steps find the course's files from there
        for step in _steps(place, MARK in text):
            try:
                notebook, resources = step.preprocess(notebook, resources)
            except Exception as error:
                what = f"{type(step).__name__}: {type(error).__name__}: {error}"
                raise CannotGenerate(
                    f"{name} of {assignment} cannot be prepared ({what.rstrip(': ')}). "
                    f"Does `nbgrader generate_assignment {assignment}` work?"
                ) from error
    return json.dumps(notebook, sort_keys=True).encode()


def _with_ids(notebook: Notebook) -> Notebook:
    """Give ids to cells that lack them where the format wants some: nbformat would draw them."""
    if notebook.get("nbformat_minor", 0) < IDS_SINCE:
        return notebook
    named = [{"id": f"cell-{n}", **cell} for n, cell in enumerate(notebook["cells"])]
    return {**notebook, "cells": named}


@lru_cache(maxsize=64)
def _facts(
    root: Path, changed: int, text: str, assignment: str, name: str
) -> tuple[SourceFact, ...]:
    """The same, once for all submissions of an assignment."""
    from nbformat import reads
    from nbgrader import utils

    made = _saved(root, changed, text, assignment, name).decode()
    notebook: Any = reads(made, as_version=4)  # type: ignore[no-untyped-call]
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
