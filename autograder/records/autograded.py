"""The notebook that the formgrader opens: the course's cells, the student's answers, our verdicts.

Nothing a student's code put out is in it, no hidden test, and no text that acts when it is shown.
"""

from __future__ import annotations

import json
import re
from typing import Any

from autograder.course.notebook import Notebook, RawCell, cells
from autograder.records.markdown import harmless, pictures
from autograder.records.visible import visible
from autograder.result import AnswerResult, CellResult, GradeResult

HIDDEN = re.compile(
    r"^[ \t]*###[ \t]*BEGIN HIDDEN TESTS.*?(?:###[ \t]*END HIDDEN TESTS[^\n]*\n?|\Z)", re.M | re.S
)
SOLUTION = re.compile(r"^[ \t]*###[ \t]*BEGIN SOLUTION.*?###[ \t]*END SOLUTION[^\n]*$", re.M | re.S)
HIDDEN_NOTE = "# The hidden tests are not shown here; they stand in the assignment's source.\n"
STUBS = {"code": "# YOUR CODE HERE", "markdown": "YOUR ANSWER HERE"}
OWN = "added-"
"""How the ids of a student's own cells begin in a rebuilt notebook."""


def autograded(master: Notebook, result: GradeResult, rebuilt: Notebook | None = None) -> Notebook:
    """The notebook to put into `autograded/`.

    `rebuilt` is the notebook that was run (see `course.rebuild`); without it, the answers of
    `result` are put into `master`, whose own solutions are left out.
    """
    answers = {answer.name: answer.source for answer in result.answers}
    verdicts = {cell.name: cell for cell in result.cells}
    base = rebuilt if rebuilt is not None else master
    shown = [
        _shown(raw, fact.grade_id, answers, verdicts)
        for raw, fact in zip(base["cells"], cells(base), strict=True)
    ]
    return {**base, "cells": [*_notice(result), *shown]}


def sources(notebook: Notebook, name: str = "") -> tuple[str, ...]:
    """What a person grades: the text and pictures of the cell `name`, or of all unlocked cells."""
    both = zip(cells(notebook), notebook["cells"], strict=True)
    seen = [(cell, raw) for cell, raw in both if not (cell.locked or cell.is_test)]
    return tuple(
        f"{cell.source}{json.dumps(raw['attachments'], sort_keys=True)}"
        if raw.get("attachments")
        else cell.source
        for cell, raw in seen
        if not name or cell.grade_id == name
    )


def task_answers(notebook: Notebook) -> tuple[AnswerResult, ...]:
    """What a student wrote below each task, in cells of their own, up to the next graded cell."""
    task, found = "", dict[str, list[str]]()
    for cell in cells(notebook):
        if cell.id.startswith(OWN) and task:
            found.setdefault(task, []).append(cell.source)
        elif cell.grade_id:
            task = cell.grade_id if cell.task else ""
    return tuple(AnswerResult(name, "\n\n".join(texts), True) for name, texts in found.items())


def _notice(result: GradeResult) -> list[RawCell]:
    """A first cell that says why there is nothing to see, where a submission was not graded."""
    if result.status == "graded":
        return []
    text = f"**Not graded ({result.status}).**\n\n{harmless(result.sentence)}"
    return [{"cell_type": "markdown", "id": "not-graded", "metadata": {}, "source": text}]


def _shown(
    raw: RawCell, name: str, answers: dict[str, str], verdicts: dict[str, CellResult]
) -> RawCell:
    fact = cells({"cells": [raw]})[0]
    source = raw["source"]
    if fact.is_answer:
        source = answers.get(name, _without_solution(source, fact.kind))
    if fact.is_test:
        source = HIDDEN.sub(HIDDEN_NOTE, source)
    cell = {**raw, "source": source}
    if fact.is_answer or fact.id.startswith(OWN):
        cell = _students(cell)
    if fact.kind == "code":
        cell |= {"execution_count": None, "outputs": _outputs(verdicts.get(name))}
    return cell


def _without_solution(source: str, kind: str) -> str:
    """An answer cell that was not handed in: where no solution is marked, all of it is one."""
    stub = STUBS.get(kind, "")
    return SOLUTION.sub(stub, source) if SOLUTION.search(source) else stub


def _students(cell: RawCell) -> RawCell:
    """A cell that a student wrote: no attachment but pictures, no text that acts."""
    kept = pictures(cell.pop("attachments", None))
    if cell["cell_type"] != "markdown":
        return {**cell, "source": visible(cell["source"])}
    attached = {"attachments": kept} if kept else {}
    return {**cell, "source": harmless(cell["source"], kept), **attached}


def _outputs(verdict: CellResult | None) -> list[dict[str, Any]]:
    """Our message as the cell's printed output, and the points as its value, as nbgrader shows."""
    if verdict is None:
        return []
    text = visible("\n".join((f"{verdict.name}: {verdict.status}", *verdict.lines)))
    printed = {"output_type": "stream", "name": "stdout", "text": f"{text}\n"}
    if verdict.points is None:
        return [printed]
    value = {"text/plain": repr(float(verdict.points))}
    return [
        printed,
        {"output_type": "execute_result", "execution_count": None, "metadata": {}, "data": value},
    ]
