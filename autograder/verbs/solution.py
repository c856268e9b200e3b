"""`autograder solution`: a worked solution, after a pass or three tries."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from autograder import lessons

if TYPE_CHECKING:
    from autograder.exercise import Essay, Exercise, Lesson, Quiz

NONE_HERE = (
    "The worked solutions are in the course's folder, under source/, and it is not here. "
    "Go to the folder that `make lab` was run in; students of a class ask their instructor."
)


def add(commands: Any) -> None:
    """Declare the verb."""
    verb = commands.add_parser("solution", help="a worked solution, after a pass or three tries")
    verb.add_argument("lesson", help="a lesson, such as 03-attention")
    verb.add_argument("exercise", help="the name of an exercise, such as softmax")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Show the solution, or why it is still closed (1)."""
    from autograder.exercise import Exercise
    from autograder.selfstudy import find
    from autograder.selfstudy.solution import closed_because, solution

    lesson = lessons.lesson(arguments.lesson)
    exercise = exercise_of(lesson, arguments.exercise)
    home = find.course_or_none()
    if closed := closed_because(lesson, exercise, home):
        print(closed)
        return 1
    text = solution(lesson, exercise, home)
    if text:
        _print(text, is_code=isinstance(exercise, Exercise))
    else:
        print(NONE_HERE)
    return 0 if text else 1


def exercise_of(lesson: Lesson, name: str) -> Exercise | Quiz | Essay:
    """The exercise of this lesson called `name`; raises UnknownName."""
    for exercise in lesson.exercises:
        if exercise.name == name:
            return exercise
    names = ", ".join(exercise.name for exercise in lesson.exercises)
    raise lessons.UnknownName(f'{lesson.id} has no exercise "{name}". It has: {names}.')


def _print(text: str, is_code: bool) -> None:
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.syntax import Syntax

    console = Console(highlight=False)
    if not console.is_terminal:
        print(text)
    elif is_code:
        console.print(Syntax(text, "python", background_color="default"))
    else:
        console.print(Markdown(text.replace("\n", "  \n")))
