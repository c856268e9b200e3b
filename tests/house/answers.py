"""Notebooks as students hand them in: solved, mistaken, untouched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from autograder.course.course import Course
from autograder.course.notebook import Notebook, read
from autograder.course.rebuild import replace_answer
from autograder.course.worked import answers, unmarked
from autograder.exercise import PROMISES, Essay, Exercise, Lesson, Mistake, Quiz


@dataclass(frozen=True)
class HandedIn:
    """A notebook, and the points that each of its grade cells must get."""

    notebook: Notebook
    points: dict[str, float]


def released(course: Course, lesson: Lesson) -> Notebook:
    return read(course.release(lesson.id) / f"{lesson.notebook}.ipynb")


def untouched(course: Course, lesson: Lesson) -> HandedIn:
    """The release as it is."""
    points = {cell_name(exercise): 0.0 for exercise in lesson.exercises}
    return HandedIn(released(course, lesson), points)


def solved(course: Course, lesson: Lesson) -> HandedIn:
    """The instructor's solution, model answers included."""
    notebook = released(course, lesson)
    for cell in answers(course, lesson.id, lesson.notebook):
        source = cell.source if cell.is_essay else unmarked(cell.source)
        notebook = replace_answer(notebook, cell.grade_id, source)
    points = {cell_name(exercise): exercise.points for exercise in lesson.exercises}
    return HandedIn(notebook, points)


def mistaken(course: Course, lesson: Lesson, number: int) -> HandedIn:
    """Of every exercise the mistake with this index, and of every question a wrong letter."""
    whole = solved(course, lesson)
    notebook, points = whole.notebook, dict(whole.points)
    for exercise in lesson.exercises:
        if isinstance(exercise, Quiz):
            wrong = next(each for each in exercise.letters if each != exercise.answer)
            name = exercise.name.replace("-", "_")
            notebook = replace_answer(notebook, exercise.name, f'{name} = "{wrong}"')
            points[cell_name(exercise)] = 0.0
        elif isinstance(exercise, Exercise) and exercise.mistakes:
            mistake = exercise.mistakes[number]
            cell = with_given_parts(lesson, exercise, mistake.cell)
            notebook = replace_answer(notebook, exercise.name, cell)
            points[cell_name(exercise)] = left(exercise, mistake)
    return HandedIn(notebook, points)


def with_given_parts(lesson: Lesson, exercise: Exercise, cell: str) -> str:
    """The cell with given parts for the earlier answers it uses: those are mistaken as well."""
    before = [e.name for e in lesson.exercises[: lesson.exercises.index(exercise)]]
    used = [name for name in before if re.search(rf"\b{name}\b", cell)]
    return f"from {lesson.given} import {', '.join(used)}\n{cell}" if used else cell


def left(exercise: Exercise, mistake: Mistake) -> float:
    """The points that a mistake leaves: those of stages it passes, and that need none it fails."""
    lost = set(mistake.loses)
    for stage in exercise.stages:
        if lost & set(stage.needs):
            lost.add(stage.name)
    if len(lost) == len(exercise.stages) - 1:  # where nothing passed, nothing is promised
        lost.add(PROMISES)
    return sum(stage.points for stage in exercise.stages if stage.name not in lost)


def cell_name(exercise: Any) -> str:
    """The grade_id of the cell with an exercise's points."""
    return exercise.name if isinstance(exercise, Essay) else f"{exercise.name}-test"
