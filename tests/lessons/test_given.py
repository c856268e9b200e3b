"""The given parts that take the place of answers: each one passes the test of its exercise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.checking import verdict_on
from autograder.course.standalone import given_names
from autograder.exercise import Exercise, Lesson
from autograder.lessons import lessons

PARTS = [
    (each, exercise)
    for each in lessons()
    for exercise in each.exercises
    if isinstance(exercise, Exercise) and exercise.name in given_names(each)
]


@pytest.mark.parametrize(("home", "exercise"), PARTS, ids=[e.name for _, e in PARTS])
def test_a_given_part_passes_its_exercise_and_is_no_answer_to_it(
    home: Lesson, exercise: Exercise
) -> None:
    part = given_names(home)[exercise.name]
    free = replace(exercise, forbids=())
    verdict = verdict_on(home, free, part, hidden=True, seed="one")
    assert verdict.passed, "\n".join(verdict.lines)
    refused = verdict_on(home, exercise, part)
    assert (refused.points, refused.status) == (0, "forbidden")


def test_answers_that_others_build_on_have_a_given_part() -> None:
    names = {exercise.name for _, exercise in PARTS}
    assert {"to_bytes", "merge", "pair_counts", "pre_tokenize"} < names
    assert {"softmax", "attention_scores", "causal_mask", "split_heads", "merge_heads"} < names
