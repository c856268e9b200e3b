"""Feedback for one student: a page of its own, the same as JSON and as text.

It holds what `GradeResult` says and what people wrote into the gradebook; no script, no hidden
test, no path of the grading machine. It is put where `nbgrader release_feedback` looks for it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from autograder.course.notebook import UnreadableNotebook, read
from autograder.records import place as places
from autograder.records.autograded import task_answers
from autograder.records.explain import Explained
from autograder.records.marks import marks
from autograder.records.page import html
from autograder.records.place import Place
from autograder.records.told import Feedback, facts, points_line, score_line, tell
from autograder.records.visible import one_line, visible
from autograder.result import AnswerResult, GradeResult


def write_feedback(
    course: Path,
    result: GradeResult,
    *,
    notebook: str,
    titles: Mapping[str, str] | None = None,
    title: str = "",
) -> Path:
    """Write page, JSON and text into the student's feedback folder; the path of the page.

    Beside them stand the timestamp and the secret by which `nbgrader release_feedback` files the
    page. Without a secret of the submission one is made up, so that the release of the others
    does not stop; such a page reaches its student only by hand.
    """
    place = places.place(course)
    given = marks(course, result.assignment, notebook, result.student)
    own = _below_tasks(place, result, notebook) if result.more else ()
    told = tell(replace(result, answers=(*result.answers, *own)), titles, given, title)
    folder = place.folder("feedback", result.student, result.assignment)
    name = places.checked(notebook)
    places.write_whole(folder / f"{name}.html", html(told))
    places.write_whole(folder / f"{name}.feedback.json", as_json(told))
    places.write_whole(folder / f"{name}.feedback.txt", as_text(told))
    places.write_whole(folder / "timestamp.txt", one_line(result.timestamp, 60))
    submitted = place.folder("submitted", result.student, result.assignment)
    secret = places.secret_of(submitted) or places.secret_of(folder) or secrets.token_hex(64)
    places.write_whole(folder / "submission_secret.txt", secret)
    return folder / f"{name}.html"


def _below_tasks(place: Place, result: GradeResult, notebook: str) -> tuple[AnswerResult, ...]:
    """What a person grades of a task, as the notebook in `autograded/` shows it."""
    folder = place.folder("autograded", result.student, result.assignment)
    try:
        return task_answers(read(folder / f"{notebook}.ipynb"))
    except UnreadableNotebook:
        return ()


def as_json(told: Feedback) -> str:
    """Feedback as one JSON object."""
    items: list[dict[str, Any]] = [
        {**asdict(cell), "done": cell.done, "found": list(cell.found)} for cell in told.cells
    ]
    total = {"points": told.points, "max_points": told.max_points, "waiting": told.waiting}
    names = {"assignment": told.assignment, "student": told.student, "handed_in": told.handed_in}
    whole = {**names, "total": total, "note": told.note, "notes": list(told.notes), "items": items}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def as_text(told: Feedback) -> str:
    """Feedback as plain text, for a terminal or a letter."""
    head = [f"{told.title}: feedback for {visible(told.student)}", score_line(told)]
    notes = [line for line in (told.note, *told.notes) if line]
    cells = [line for cell in told.cells for line in ("", *_text_of(cell))]
    return "\n".join([*head, *notes, *cells]) + "\n"


def _text_of(cell: Explained) -> list[str]:
    lines = [f"{cell.title}: {cell.result}, {points_line(cell)}"]
    lines += [f"  {p.name}: {p.result}, {p.points:g} of {p.max_points:g}" for p in cell.parts]
    for label, texts in facts(cell):
        lines += [f"  {label}: {texts[0]}", *(f"    {text}" for text in texts[1:])]
    return lines
