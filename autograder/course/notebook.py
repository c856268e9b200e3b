"""Reading a notebook that anyone may have written: never more than the limits, always a sentence.

A notebook stays the plain dictionary of its JSON; `cells` gives the facts that grading needs.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

Notebook: TypeAlias = dict[str, Any]
RawCell: TypeAlias = dict[str, Any]

MAX_BYTES = 20_000_000
"""Bytes of one notebook file, pictures in its outputs included."""
MAX_CELLS = 2_000
"""Cells of one notebook."""
MAX_DEPTH = 60
"""Levels of nesting in its JSON; a notebook with widgets and plots has about 12."""
MAX_SOURCE = 500_000
"""Characters of one cell."""
FORMAT = 4
"""Major version of the notebook format (nbformat)."""
KINDS = ("code", "markdown", "raw")


class UnreadableNotebook(ValueError):
    """A file that is not a notebook we read; the message says why and what to do."""


@dataclass(frozen=True)
class Cell:
    """One cell: its place, source and nbgrader facts. `grade_id` is empty where it has none."""

    index: int
    id: str
    kind: str
    source: str
    grade_id: str = ""
    grade: bool = False
    solution: bool = False
    locked: bool = False
    task: bool = False
    points: float = 0.0

    @property
    def is_answer(self) -> bool:
        """Whether a learner writes here."""
        return bool(self.grade_id) and self.solution

    @property
    def is_test(self) -> bool:
        """Whether this cell's code decides about points."""
        return bool(self.grade_id) and self.grade and not self.solution

    @property
    def is_locked(self) -> bool:
        """Whether nbgrader puts the course's own text back, whatever a learner made of it."""
        return bool(self.grade_id) and not self.solution and (self.grade or self.locked)

    @property
    def is_free(self) -> bool:
        """Whether it has a name, and belongs to the learner all the same: no answer, no test."""
        return bool(self.grade_id) and not (self.solution or self.grade or self.locked or self.task)

    @property
    def is_essay(self) -> bool:
        """Whether a person grades what a learner writes here."""
        return bool(self.grade_id) and self.grade and self.solution


def read(path: Path) -> Notebook:
    """The notebook in the file `path`; raises UnreadableNotebook."""
    return parse(_bytes(path), path.name)


def parse(data: bytes, name: str = "notebook") -> Notebook:
    """The notebook in `data`, every cell's source as one string; raises UnreadableNotebook."""
    if len(data) > MAX_BYTES:
        _refuse(
            name,
            f"it is larger than {MAX_BYTES // 1_000_000} MB. "
            "Clear its outputs (Edit, Clear Outputs of All Cells) and save it again",
        )
    notebook = _json(data, name)
    _check_format(notebook, name)
    return {**notebook, "cells": [_cell(cell, name) for cell in notebook["cells"]]}


def write(notebook: Notebook, path: Path) -> None:
    """Write a notebook as Jupyter does: one space of indent, keys sorted, a final newline."""
    path.write_text(dumps(notebook), encoding="utf-8", newline="\n")


def dumps(notebook: Notebook) -> str:
    """A notebook as the text of its file: every source as a list of lines, as Jupyter writes it."""
    cells = [{**c, "source": c["source"].splitlines(keepends=True)} for c in notebook["cells"]]
    whole = {**notebook, "cells": cells}
    return json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def cells(notebook: Notebook) -> tuple[Cell, ...]:
    """The facts of every cell of a notebook that `read` returned."""
    return tuple(_facts(index, cell) for index, cell in enumerate(notebook["cells"]))


def _facts(index: int, cell: RawCell) -> Cell:
    grader = _grader(cell)
    points = grader.get("points")
    return Cell(
        index=index,
        id=_string(cell.get("id")),
        kind=cell["cell_type"],
        source=cell["source"],
        grade_id=_string(grader.get("grade_id")),
        grade=grader.get("grade") is True,
        solution=grader.get("solution") is True,
        locked=grader.get("locked") is True,
        task=grader.get("task") is True,
        points=float(points) if isinstance(points, int | float) else 0.0,
    )


def _grader(cell: RawCell) -> dict[str, Any]:
    found = cell["metadata"].get("nbgrader")
    return found if isinstance(found, dict) else {}


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _bytes(path: Path) -> bytes:
    """The content of a regular file: no link, no pipe, no device, never more than needed."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags)
    except OSError as error:
        _refuse(path.name, f"it cannot be opened ({error.strerror or error})")
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        _refuse(path.name, "it is not an ordinary file")
    with os.fdopen(handle, "rb") as file:
        return file.read(MAX_BYTES + 1)


def _json(data: bytes, name: str) -> Any:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(name, f"byte {error.start} is not valid UTF-8. Save it again from JupyterLab")
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        _refuse(
            name,
            f"its JSON breaks off at line {error.lineno} ({error.msg}). "
            "Was it cut short, or merged by hand?",
        )
    except ValueError as error:
        _refuse(name, f"its JSON has a number that no notebook has ({error})")
    except RecursionError:
        _refuse_depth(name)
    _check_depth(value, name)
    return value


def _no_constant(text: str) -> NoReturn:
    raise ValueError(text)


def _check_depth(value: Any, name: str) -> None:
    """Refuse JSON nested deeper than MAX_DEPTH, level by level, so that no depth hurts us."""
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    _refuse_depth(name)


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _refuse_depth(name: str) -> NoReturn:
    _refuse(name, f"its JSON is nested deeper than {MAX_DEPTH} levels")


def _check_format(notebook: Any, name: str) -> None:
    if not isinstance(notebook, dict) or "nbformat" not in notebook:
        _refuse(name, "it is JSON, but not a notebook. Was another file handed in?")
    version = notebook["nbformat"]
    if version != FORMAT or isinstance(version, bool):
        _refuse(
            name,
            f"it is in notebook format {str(version)[:20]}, and this course uses {FORMAT}. "
            "Open it in JupyterLab and save it again",
        )
    if not isinstance(notebook.get("cells"), list):
        _refuse(name, "it has no list of cells")
    if len(notebook["cells"]) > MAX_CELLS:
        _refuse(name, f"it has more than {MAX_CELLS} cells")
    if not isinstance(notebook.get("metadata", {}), dict):
        _refuse(name, "its metadata is not a table")


def _cell(cell: Any, name: str) -> RawCell:
    if not isinstance(cell, dict) or cell.get("cell_type") not in KINDS:
        _refuse(name, "one of its cells is neither code nor text")
    metadata = cell.get("metadata", {})
    return {
        **cell,
        "source": _source(cell.get("source", ""), name),
        "metadata": metadata if isinstance(metadata, dict) else {},
    }


def _source(source: Any, name: str) -> str:
    lines = source if isinstance(source, list) else [source]
    if not all(isinstance(line, str) for line in lines):
        _refuse(name, "the text of one of its cells is not text")
    text = "".join(lines)
    if len(text) > MAX_SOURCE:
        _refuse(name, f"one of its cells has more than {MAX_SOURCE} characters")
    return text.encode("utf-8", "replace").decode("utf-8")  # lone surrogates become "?"


def _refuse(name: str, why: str) -> NoReturn:
    raise UnreadableNotebook(f"{name} cannot be read: {why}.".replace("?.", "?"))
