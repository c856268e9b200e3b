"""`autograder bench check`: how fast `check` answers. A benchmark, never a test."""

from __future__ import annotations

import argparse
import json
from typing import Any

from autograder import lessons
from autograder.course import course

SUBJECTS = ("check",)


def add(commands: Any) -> None:
    """Declare the verb."""
    verb = commands.add_parser("bench", help="measure how fast checks are")
    verb.add_argument("subject", choices=SUBJECTS, help="what to measure")
    verb.add_argument("lesson", nargs="?", help="one lesson; without it, all")
    verb.add_argument("--json", action="store_true", help="one JSON object of numbers")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure and print; 1 where there is no worked solution to measure."""
    from autograder.bench import check_times, figures

    chosen = (lessons.lesson(arguments.lesson),) if arguments.lesson else lessons.lessons()
    home = course.find()
    times = {name: taken for lesson in chosen for name, taken in check_times(lesson, home)}
    if not times:
        print("There are no worked solutions here: source/ is missing.")
        return 1
    found = figures(times)
    if arguments.json:
        print(json.dumps(found))
    else:
        _print(found)
    return 0


def _print(found: dict[str, float]) -> None:
    width = max(map(len, found))
    for name, seconds in found.items():
        print(f"{name:<{width}}  {seconds * 1000:8.1f} ms")
