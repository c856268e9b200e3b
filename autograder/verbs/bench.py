"""`autograder bench`: how fast `check` answers, how fast a class is graded. Never a test."""

from __future__ import annotations

import argparse
import json
from typing import Any

from autograder import lessons
from autograder.course import course

SUBJECTS = ("check", "grade")
CLASS_SIZE = 60
JOBS = 2


def add(commands: Any) -> None:
    """Declare the verb."""
    verb = commands.add_parser("bench", help="measure how fast checks and grading are")
    verb.add_argument("subject", choices=SUBJECTS, help="what to measure")
    verb.add_argument("lesson", nargs="?", help="one lesson; without it, all")
    verb.add_argument("--against", choices=("nbgrader",), help="grade: the other grader")
    verb.add_argument("--students", type=int, default=CLASS_SIZE, help="grade: the class's size")
    verb.add_argument("--jobs", type=int, default=JOBS, help="grade: submissions at one time")
    verb.add_argument("--json", action="store_true", help="one JSON object of numbers")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure and print; 1 where there is no worked solution to measure."""
    if arguments.subject == "grade":
        return _grade(arguments)
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


def _grade(arguments: argparse.Namespace) -> int:
    """Grade one made-up class with both graders; 1 where a score differs."""
    from autograder.engine.bench import bench

    if not arguments.lesson:
        print("Say which lesson: autograder bench grade 03-attention --against nbgrader")
        return 2
    lesson = lessons.lesson(arguments.lesson)
    found = bench(course.find(), lesson, arguments.students, arguments.jobs)
    differences = found["differences"]
    if arguments.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name:<22}  {value}")
    return 1 if differences else 0


def _print(found: dict[str, float]) -> None:
    width = max(map(len, found))
    for name, seconds in found.items():
        print(f"{name:<{width}}  {seconds * 1000:8.1f} ms")
