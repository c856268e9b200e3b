"""`autograder progress`: how far a learner is in every lesson."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from autograder import lessons

if TYPE_CHECKING:
    from autograder.exercise import Essay, Exercise, Lesson, Quiz
    from autograder.records.progress import Entry

BAR_WIDTH = 16
"""Characters of a full bar."""


def add(commands: Any) -> None:
    """Declare the verb."""
    verb = commands.add_parser("progress", help="how far you are in every lesson")
    verb.add_argument("lesson", nargs="?", help="one lesson; without it, all")
    verb.add_argument("--json", action="store_true", help="one JSON object")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Show the table."""
    from autograder.records.progress import entries

    chosen = (lessons.lesson(arguments.lesson),) if arguments.lesson else lessons.lessons()
    known = {(entry.lesson, entry.exercise): entry for entry in entries()}
    if arguments.json:
        items = [asdict(e) for e in known.values() if e.lesson in {c.id for c in chosen}]
        print(json.dumps({"items": items}, ensure_ascii=False))
        return 0
    _print([each for lesson in chosen for each in (heading(lesson, known), table(lesson, known))])
    return 0


def heading(lesson: Lesson, known: dict[tuple[str, str], Entry]) -> str:
    """One line for a lesson."""
    names = [exercise.name for exercise in lesson.exercises]
    passed = sum(e.passed for (id_, name), e in known.items() if id_ == lesson.id and name in names)
    return f"{lesson.id}  {lesson.title}: {passed} of {len(names)} passed"


def table(lesson: Lesson, known: dict[tuple[str, str], Entry]) -> Any:
    """One lesson: a bar, the best points and the tries of every exercise."""
    from rich.table import Table

    shown = Table("exercise", "")
    shown.add_column("best", justify="right")
    shown.add_column("tries", justify="right")
    for exercise in lesson.exercises:
        shown.add_row(*_row(exercise, known.get((lesson.id, exercise.name))))
    return shown


def _row(exercise: Exercise | Quiz | Essay, entry: Entry | None) -> tuple[str, str, str, str]:
    best, tries = (entry.best, str(entry.tries)) if entry else (0.0, "")
    share = best / exercise.points if exercise.points else 0.0
    return (exercise.name, bar(share), f"{best:g}/{exercise.points:g}", tries)


def bar(share: float) -> str:
    """A bar that is full at 1.

    >>> bar(0.5)
    '########--------'
    """
    full = round(max(0.0, min(1.0, share)) * BAR_WIDTH)
    return "#" * full + "-" * (BAR_WIDTH - full)


def _print(tables: list[Any]) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    for each in tables:
        console.print(each)
