"""Every lesson's tables: mistakes are caught and named, variants pass, keys and points agree.

And hidden cases can be drawn whatever seed an instructor's course has: a draw that fails on one
seed in fifty stops the grading of one class in fifty.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.checking import verdict_on
from autograder.course.standalone import define, source_of
from autograder.course.variants import variants
from autograder.exercise import Essay, Exercise, Lesson, Mistake, Quiz
from autograder.judge.run import draws
from autograder.judge.verdict import MAX_LINES, PASSED, SKIPPED, Verdict
from autograder.lessons import lessons, likely_first
from autograder.wire import Resource
from tests.lessons.draws import SEED, committed, digest, drawn

ROOT = Path(__file__).parents[2]
MIN_MISTAKES, MIN_VARIANTS = 6, 3
SEEDS, SEEDS_OF_SLOW = 200, 3
SLOW = (
    "train_bpe", "tokenizer_json", "train_bpe_fast", "GroupedQueryAttention", "induction_score",
    "find_copying_head", "Block", "TinyLlama", "load_checkpoint", "generate", "score_labels",
    "task_prompt", "describe_intents", "fit_probe", "SentenceClassifier", "add_lora",
)  # fmt: skip
"""Exercises whose cases take more than a hundredth of a second to draw."""
Row = tuple[Lesson, Exercise, Callable[..., object]]
VARIANTS = {lesson.id: variants(lesson, ROOT) for lesson in lessons()}


def each(kind: type) -> Iterator[tuple[Lesson, Exercise | Quiz | Essay]]:
    return ((lesson, e) for lesson in lessons() for e in lesson.exercises if isinstance(e, kind))


def lost(verdict: Verdict) -> tuple[str, ...]:
    return tuple(s.name for s in verdict.stages if s.status not in (PASSED, SKIPPED))


MISTAKES = [
    pytest.param(lesson, e, mistake, id=f"{e.name}/{mistake.name}")
    for lesson, e in each(Exercise)
    for mistake in e.mistakes
]
WAYS = [
    pytest.param(lesson, e, variant, id=f"{e.name}/{variant.__name__}")
    for lesson, e in each(Exercise)
    for variant in VARIANTS[lesson.id].get(e.name, ())
]
HIDDEN = [
    pytest.param(False, id="visible", marks=pytest.mark.long),
    pytest.param(True, id="hidden"),
]
"""The hidden test begins with all that the visible one asks."""
EXERCISES = [pytest.param(lesson, e, id=e.name) for lesson, e in each(Exercise)]
QUIZZES = [pytest.param(quiz, id=quiz.name) for _, quiz in each(Quiz)]
LESSONS = [pytest.param(lesson, id=lesson.id) for lesson in lessons()]


@pytest.mark.parametrize(("lesson", "exercise", "mistake"), MISTAKES)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_mistake_loses_just_its_stages_and_is_named(
    lesson: Lesson, exercise: Exercise, mistake: Mistake, hidden: bool
) -> None:
    learned = define(mistake.cell, exercise.name, lesson)
    verdict = verdict_on(lesson, exercise, learned, hidden=hidden, seed=SEED)
    visible = [stage.name for stage in exercise.stages if hidden or not stage.hidden_only]
    assert lost(verdict) == tuple(name for name in mistake.loses if name in visible)
    if lost(verdict):
        assert verdict.mistake == mistake.name, "\n".join(verdict.lines)
        assert " ".join(mistake.sentence.split()) in " ".join(" ".join(verdict.lines).split())
    assert len(verdict.lines) < MAX_LINES


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES)
def test_the_reference_gets_every_point_with_what_the_exercise_forbids(
    lesson: Lesson, exercise: Exercise
) -> None:
    learned = define(exercise.reference, exercise.name, lesson)
    verdict = verdict_on(lesson, exercise, learned, hidden=True, seed=SEED)
    assert verdict.points == exercise.points, "\n".join(verdict.lines)


@pytest.mark.parametrize(("lesson", "exercise", "variant"), WAYS)
def test_another_correct_way_gets_every_point(
    lesson: Lesson, exercise: Exercise, variant: Callable[..., object]
) -> None:
    learned = define(source_of(variant, exercise.name), exercise.name, lesson)
    verdict = verdict_on(lesson, exercise, learned, hidden=True, seed=SEED)
    assert verdict.points == exercise.points, "\n".join(verdict.lines)


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES)
def test_what_is_asked_is_in_the_domain_that_is_declared(
    lesson: Lesson, exercise: Exercise
) -> None:
    """Where a case has its own way to accept, several answers may be right."""
    cases = [case for case in drawn(exercise) if case.program is None]
    if exercise.domain is None:
        assert (
            not cases
            or any(isinstance(a, Resource) for c in cases for a in c.args)
            or (exercise.name == "describe_intents")
        ), "what takes plain values has a domain"
        return
    inside = [exercise.domain(*case.args) for case in cases]
    assert all(valid for valid, case in zip(inside, cases, strict=True) if case.accepts is None)
    assert sum(inside) > len(cases) / 2


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES)
def test_the_cases_come_from_the_seed_alone(lesson: Lesson, exercise: Exercise) -> None:
    """In every process the same. After a change: python -m tests.lessons.draws, and commit."""
    assert digest(drawn(exercise)) == committed()[exercise.name]


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES)
def test_stages_and_mistakes_refer_to_each_other(lesson: Lesson, exercise: Exercise) -> None:
    names = [stage.name for stage in exercise.stages]
    assert len(set(names)) == len(names)
    for i, stage in enumerate(exercise.stages):
        assert set(stage.needs) <= set(names[:i]), "a stage needs stages before it"
    assert all(mistake.loses and set(mistake.loses) <= set(names) for mistake in exercise.mistakes)
    for field in ("name", "sentence", "cell"):
        values = [getattr(mistake, field) for mistake in exercise.mistakes]
        assert len(set(values)) == len(values), f"two mistakes share a {field}"


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES)
def test_every_stage_draws_its_hidden_cases_from_any_seed(
    lesson: Lesson, exercise: Exercise
) -> None:
    for seed in range(SEEDS_OF_SLOW if exercise.name in SLOW else SEEDS):
        for stage in exercise.stages[:-1]:  # the last one, `promises`, asks again
            *_, hidden = draws(exercise, stage, f"any {seed}", hidden=True)
            assert hidden.hidden
            assert list(stage.cases(hidden)), stage.name


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES)
def test_there_are_enough_mistakes_and_other_ways(lesson: Lesson, exercise: Exercise) -> None:
    assert len(exercise.mistakes) >= MIN_MISTAKES
    assert len(VARIANTS[lesson.id][exercise.name]) >= MIN_VARIANTS


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_exercise_has_other_ways_and_every_way_an_exercise(lesson: Lesson) -> None:
    exercises = {e.name for e in lesson.coding}
    assert set(VARIANTS[lesson.id]) == exercises


@pytest.mark.parametrize("quiz", QUIZZES)
def test_the_key_of_a_question_is_what_the_libraries_say(quiz: Quiz) -> None:
    assert quiz.verify() == quiz.answer
    assert quiz.answer in quiz.letters
    assert all(option.why for option in quiz.options)
    assert len({option.text for option in quiz.options}) == len(quiz.options)


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_letter_is_right_more_often_than_its_share(lesson: Lesson) -> None:
    quizzes = [e for e in lesson.exercises if isinstance(e, Quiz)]
    right = Counter(quiz.answer for quiz in quizzes)
    options = min((len(quiz.options) for quiz in quizzes), default=1)
    assert max(right.values(), default=0) <= math.ceil(len(quizzes) / options)


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_notebook_gives_the_points_of_the_tables(lesson: Lesson) -> None:
    path = ROOT / "source" / lesson.id / f"{lesson.notebook}.ipynb"
    graders = [
        cell["metadata"]["nbgrader"]
        for cell in json.loads(path.read_text("utf-8"))["cells"]
        if "nbgrader" in cell["metadata"]
    ]
    points = {g["grade_id"].removesuffix("-test"): g["points"] for g in graders if g["grade"]}
    assert points == {e.name: e.points for e in lesson.exercises}


def test_the_first_check_of_a_notebook_opens_its_own_lesson_first() -> None:
    for lesson in lessons():
        for e in lesson.exercises:
            assert likely_first(e.name)[0] == lesson.id, e.name


def test_names_are_unique_over_the_course() -> None:
    names = [e.name for lesson in lessons() for e in lesson.exercises]
    assert len(set(names)) == len(names)
