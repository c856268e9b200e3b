"""`autograder bench`: the bars of checking and grading, measured. Exit status 1 below one."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from autograder import lessons
from autograder.course import course

JOBS = 2
SIZES = {"grade": 60, "parity": 60, "repeat": 12, "kills": 12, "stops": 24, "hostile": 100}
"""Students of the made-up class, by what is measured."""
TIMES = {"overhead": 100, "repeat": 20, "kills": 50, "stops": 10}
"""How often it is done."""
EXAMPLE = 200
"""Submissions for the example course of `nbgrader quickstart`."""
DEFAULT_LESSON = "03-attention"


def add(commands: Any) -> None:
    """Declare the verb."""
    verb = commands.add_parser("bench", help="measure how fast and how safe grading is")
    verb.add_argument("subject", choices=SUBJECTS, help="what to measure")
    verb.add_argument("lesson", nargs="*", help="lessons; without any, the usual ones")
    verb.add_argument("--against", choices=("nbgrader",), help="grade: the other grader")
    verb.add_argument("--students", type=int, help="the size of the made-up class")
    verb.add_argument("--example", type=int, default=EXAMPLE, help="parity: of quickstart")
    verb.add_argument("--times", type=int, help="how often")
    verb.add_argument("--jobs", type=int, default=JOBS, help="submissions at one time")
    verb.add_argument("--json", action="store_true", help="one JSON object of numbers")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure and print; 1 below a bar, or where there is no worked solution to measure."""
    arguments.students = arguments.students or SIZES.get(arguments.subject, 0)
    arguments.times = arguments.times or TIMES.get(arguments.subject, 0)
    found = SUBJECTS[arguments.subject](arguments)
    if not found:
        print("There are no worked solutions here: source/ is missing.")
        return 1
    if arguments.json:
        print(json.dumps(found))
    else:
        _print(found)
    return 0 if found.get("ok", True) else 1


def _print(found: dict[str, Any]) -> None:
    width = max(map(len, found))
    for name, value in found.items():
        lines = value if isinstance(value, list) else [value]
        print(f"{name:<{width}}  {lines[0] if lines else 'none'}")
        for line in lines[1:]:
            print(f"{'':<{width}}  {line}")


def _lessons(arguments: argparse.Namespace) -> list[Any]:
    return [lessons.lesson(name) for name in arguments.lesson or [DEFAULT_LESSON]]


def _check(arguments: argparse.Namespace) -> dict[str, Any]:
    from autograder.proof.bench import (
        answering,
        check_times,
        figures,
        left_out,
        wrong_figures,
        wrong_times,
    )

    chosen = _lessons(arguments) if arguments.lesson else lessons.lessons()
    home = course.find()
    times = {name: taken for each in chosen for name, taken in check_times(each, home)}
    if not times:
        return {}
    wrong = [each for lesson in chosen for each in wrong_times(lesson)]
    slow = [e.name for lesson in chosen for e in lesson.coding if left_out(e)]
    return {**figures(times), **wrong_figures(wrong, slow), **answering()}


def _grade(arguments: argparse.Namespace) -> dict[str, Any]:
    from autograder.proof.measure.against import bench

    lesson = _lessons(arguments)[0]
    return bench(course.find(), lesson, arguments.students, arguments.jobs)


def _overhead(arguments: argparse.Namespace) -> dict[str, Any]:
    from autograder.proof.measure.overhead import overhead
    from autograder.verbs.grade import _writer

    return overhead(course.find(), _lessons(arguments)[0], _writer, arguments.times)


def _parity(arguments: argparse.Namespace) -> dict[str, Any]:
    from autograder.proof.measure.parity import parity

    chosen = _lessons(arguments) if arguments.lesson else []
    home = course.find()
    return parity(home, chosen, arguments.students, arguments.example, arguments.jobs)


def _made(arguments: argparse.Namespace) -> tuple[Callable[[Path], Path], str]:
    """The class to grade: of a lesson where one is named, else of the small assignment."""
    from autograder.proof.measure import classes

    if arguments.lesson:
        lesson, home = _lessons(arguments)[0], course.find()
        make = partial(_of_lesson, home, lesson, arguments.students)
        return make, lesson.id
    ways = classes.mixed(classes.SMALL_ANSWERS, arguments.students)
    answers = {f"student-{number:03}": way for number, way in enumerate(ways)}
    return lambda root: classes.small_course(root, answers), classes.SMALL


def _of_lesson(home: Any, lesson: Any, students: int, root: Path) -> Path:
    from autograder.proof.measure.classes import lesson_course

    return lesson_course(home, lesson, root, students)


def _repeat(arguments: argparse.Namespace) -> dict[str, Any]:
    from autograder.proof.measure.repeat import repeat

    return repeat(*_made(arguments), arguments.times)


def _stops(arguments: argparse.Namespace) -> dict[str, Any]:
    from autograder.proof.measure.stops import stops

    return stops(*_made(arguments), arguments.times, arguments.jobs)


def _kills(arguments: argparse.Namespace) -> dict[str, Any]:
    from autograder.proof.measure.kills import kills

    return kills(arguments.times, arguments.students)


def _hostile(arguments: argparse.Namespace) -> dict[str, Any]:
    from autograder.proof.measure.hostile import Mix, hostile

    return hostile(Mix(students=arguments.students), arguments.jobs)


SUBJECTS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "check": _check,
    "grade": _grade,
    "overhead": _overhead,
    "parity": _parity,
    "repeat": _repeat,
    "kills": _kills,
    "stops": _stops,
    "hostile": _hostile,
}
"""What can be measured, by the name that stands after `bench`."""
