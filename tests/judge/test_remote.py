"""The learner's code is reached through one protocol: a second process gives the same verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.checking import check, verdict_on
from autograder.course.course import Course
from autograder.course.standalone import notebook_namespace, run_cell
from autograder.course.worked import worked
from autograder.exercise import Exercise, Lesson
from autograder.judge.verdict import Verdict
from autograder.lessons import lesson
from tests.judge.remote import Process, Written

COURSE = Course(Path(__file__).parents[2])
LESSONS = ("02-tokenization", "03-attention", "04-transformer", "09-fine-tuning")
EXERCISES = [
    pytest.param(each, exercise, id=exercise.name)
    for each in map(lesson, LESSONS)
    for exercise in each.exercises
    if isinstance(exercise, Exercise)
]


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    running = Process()
    yield running
    running.close()


def cells(lesson: Lesson, until: Exercise, replaced: str = "") -> tuple[str, ...]:
    """The worked answers up to an exercise; its own may be replaced."""
    answers = worked(COURSE, lesson.id, lesson.notebook)
    wanted = []
    for exercise in lesson.exercises:
        if isinstance(exercise, Exercise):
            wanted.append(answers[exercise.name])
        if exercise is until:
            break
    return (*wanted[:-1], replaced or wanted[-1])


def directly(lesson: Lesson, exercise: Exercise, sources: tuple[str, ...]) -> Verdict:
    namespace = notebook_namespace(lesson.imports)
    for source in sources:
        run_cell(source, namespace)
    return verdict_on(lesson, exercise, namespace[exercise.name], hidden=True)


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES)
def test_a_worked_solution_gets_full_marks_through_the_wall(
    process: Process, lesson: Lesson, exercise: Exercise
) -> None:
    written = Written(exercise.name, cells(lesson, exercise))
    verdict = verdict_on(lesson, exercise, written, hidden=True, student=process)
    assert verdict.points == exercise.points
    assert verdict == directly(lesson, exercise, written.cells)


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES)
def test_a_mistake_gets_the_same_verdict_through_the_wall(
    process: Process, lesson: Lesson, exercise: Exercise
) -> None:
    mistake = exercise.mistakes[0]
    sources = cells(lesson, exercise, mistake.cell)
    remote = verdict_on(
        lesson, exercise, Written(exercise.name, sources), hidden=True, student=process
    )
    assert remote == directly(lesson, exercise, sources)
    assert remote.mistake == mistake.name


def test_check_takes_the_other_process_by_one_argument(
    process: Process, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AUTOGRADER_HOME", str(tmp_path))
    source = "def softmax(x, dim):\n    return torch.exp(x)"
    points = check(Written("softmax", (source,)), student=process)
    assert points == 0
    assert points.verdict.status == "failed"
