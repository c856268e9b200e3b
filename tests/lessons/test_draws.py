"""Hidden cases can be drawn whatever seed an instructor's course has.

A draw that fails on one seed in fifty stops the grading of one class in fifty.
"""

from __future__ import annotations

import pytest

from autograder.exercise import Exercise
from autograder.judge.run import draws
from autograder.lessons import lessons

SEEDS, SEEDS_OF_SLOW = 200, 3
SLOW = (
    "train_bpe", "tokenizer_json", "train_bpe_fast", "GroupedQueryAttention", "induction_score",
    "find_copying_head", "Block", "TinyLlama", "load_checkpoint", "generate", "score_labels",
    "task_prompt", "describe_intents", "fit_probe", "SentenceClassifier", "add_lora",
)  # fmt: skip
"""Exercises whose cases take more than a hundredth of a second to draw."""

EXERCISES = [
    pytest.param(e, id=f"{lesson.id}/{e.name}")
    for lesson in lessons()
    for e in lesson.exercises
    if isinstance(e, Exercise)
]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_stage_draws_its_hidden_cases_from_any_seed(exercise: Exercise) -> None:
    for seed in range(SEEDS_OF_SLOW if exercise.name in SLOW else SEEDS):
        for stage in exercise.stages:
            *_, hidden = draws(exercise, stage, f"any {seed}", hidden=True)
            assert hidden.hidden
            assert list(stage.cases(hidden)), stage.name
