"""When a worked solution opens, and what it is."""

from __future__ import annotations

from autograder.course.course import Course
from autograder.course.notebook import UnreadableNotebook
from autograder.course.worked import worked
from autograder.exercise import Essay, Exercise, Lesson, Quiz
from autograder.records.progress import Entry, entry

TRIES = 3
"""Tries after which a worked solution opens."""


def closed_because(lesson: Lesson, exercise: Exercise | Quiz | Essay, home: Course | None) -> str:
    """Why the solution is still closed: one sentence, or nothing when it is open."""
    if isinstance(exercise, Essay):
        return "" if _written(lesson, exercise, home) else (
            f"Write your own answer to `{exercise.name}` first and save the notebook; "
            "then the model answer opens."
        )  # fmt: skip
    return _tries_left(exercise.name, entry(lesson.id, exercise.name))


def _tries_left(name: str, known: Entry | None) -> str:
    tries = known.tries if known else 0
    if (known is not None and known.passed) or tries >= TRIES:
        return ""
    left = TRIES - tries
    times = "once more" if left == 1 else f"{left} more times"
    return f"The solution opens when `{name}` passes, or after you checked your code {times}."


def _written(lesson: Lesson, essay: Essay, home: Course | None) -> bool:
    """Whether the learner's notebook holds an answer of their own."""
    from autograder.selfstudy import find
    from autograder.selfstudy.grade import is_written

    try:
        work = find.work(lesson, find.notebook_path(lesson, None, home), home)
    except (LookupError, UnreadableNotebook):
        return False
    return is_written(work, essay.name)


def solution(lesson: Lesson, exercise: Exercise | Quiz | Essay, home: Course | None) -> str:
    """The worked solution, the quiz explained, or the model answer; empty where none is here."""
    if isinstance(exercise, Quiz):
        return explained(exercise)
    return worked(home, lesson.id, lesson.notebook).get(exercise.name, "") if home else ""


def explained(quiz: Quiz) -> str:
    """A quiz with the reason for every option."""
    options = (
        f"{letter}{' (right)' if letter == quiz.answer else ''}: {option.text}\n   {option.why}"
        for letter, option in zip(quiz.letters, quiz.options, strict=True)
    )
    return "\n".join([quiz.question, *options])
