"""What holds of every lesson's notebook: its solutions, its examples, its untouched stubs.

Lesson 09 trains for minutes; its notebook is run on a small encoder (test_fine_tuning_notebook).
"""

from __future__ import annotations

import pytest

from autograder.checking import verdict_on
from autograder.exercise import Exercise, Lesson, Quiz
from autograder.lessons import lessons
from tests.lessons.notebook import examples, solved, untouched

OF_ITS_OWN = ("09-fine-tuning",)
NO_EXAMPLES = (
    "MultiHeadAttention", "GroupedQueryAttention", "find_copying_head", "scratchpad_prompt",
    "improve_prompt", "guarded_prompt",
)  # fmt: skip
"""Exercises whose docstring has no example: it would be the answer, or pages long."""
LONG = (
    "build_prompt", "task_prompt", "scratchpad_prompt", "improve_prompt", "guarded_prompt",
    "TinyLlama", "load_checkpoint", "generate",
)  # fmt: skip
"""Exercises that ask a model so much that fewer seeds must do."""

LESSONS = [
    pytest.param(lesson, id=lesson.id) for lesson in lessons() if lesson.id not in OF_ITS_OWN
]
EXERCISES = [
    pytest.param(lesson, e, id=f"{lesson.id}/{e.name}")
    for lesson in lessons()
    if lesson.id not in OF_ITS_OWN
    for e in lesson.exercises
    if isinstance(e, Exercise)
]


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES)
def test_the_solution_gets_every_point_on_any_seed(lesson: Lesson, exercise: Exercise) -> None:
    learned = solved(lesson.id)[0][exercise.name]
    for seed in ("one",) if exercise.name in LONG else ("one", "two", "three"):
        verdict = verdict_on(lesson, exercise, learned, hidden=True, seed=seed)
        assert verdict.points == exercise.points, "\n".join(verdict.lines)


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES)
def test_the_examples_in_the_docstring_are_true(lesson: Lesson, exercise: Exercise) -> None:
    namespace, _ = solved(lesson.id)
    ran = examples(namespace, exercise.name)
    assert ran.failed == 0
    assert ran.attempted > 0 or exercise.name in NO_EXAMPLES


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES)
def test_an_untouched_stub_gets_nothing_and_is_told_so(lesson: Lesson, exercise: Exercise) -> None:
    verdict = verdict_on(lesson, exercise, untouched(lesson.id)[0][exercise.name], hidden=True)
    assert verdict.points == 0
    assert verdict.lines[0].startswith(f"`{exercise.name}` is not written yet")


@pytest.mark.parametrize("lesson", LESSONS)
def test_an_unanswered_question_gets_nothing(lesson: Lesson) -> None:
    for quiz in (e for e in lesson.exercises if isinstance(e, Quiz)):
        answer = untouched(lesson.id)[0][quiz.name.replace("-", "_")]
        assert verdict_on(lesson, quiz, quiz.name, answer).points == 0
