"""From an exercise and a student to a verdict."""

from __future__ import annotations

from autograder.exercise import PROMISES, Case, Exercise, Mistake, Quiz, Stage
from autograder.judge.diagnose import Bench, matching_mistakes, same
from autograder.judge.run import Run, Trial, run
from autograder.judge.sentences import UNANSWERED, is_todo, verdict_of, wrapped
from autograder.judge.shrink import shrunk
from autograder.judge.verdict import (
    ANSWER,
    FAILED,
    FORBIDDEN,
    PASSED,
    SKIPPED,
    StageResult,
    Verdict,
)
from autograder.wire import Failure, Student, Value


def judge(
    exercise: Exercise,
    student: Student,
    bench: Bench,
    *,
    seed: str,
    hidden: bool = False,
    refused: str = "",
) -> Verdict:
    """Judge `student` on `exercise` and say what is wrong.

    `seed` is the grading seed that hidden tests draw from. `refused` names a forbidden function
    that reading the code found; then nothing is run.
    """
    if refused:
        return verdict_of(refusal(exercise, refused), (), hidden)

    def right() -> Student:
        return bench(exercise, Mistake("", exercise.reference, "", ()), hurry=False)

    done = run(exercise, student, seed, hidden, right)
    failed = done.first_failed
    if failed is None or failed.stage == PROMISES or is_todo(failed.failure):
        return verdict_of(done, (), hidden)
    mistakes = matching_mistakes(done, bench, student, seed, hidden)
    less = shrunk(exercise, failed, student, right)
    if all(same(exercise, less, bench(exercise, each, hurry=True)) for each in mistakes):
        done = done.showing(less)
    return verdict_of(done, mistakes, hidden)


def refusal(exercise: Exercise, name: str) -> Run:
    """The run of code that uses the forbidden function `name`: nothing is tried."""
    first, *rest = exercise.stages
    stages = (_stage(first, FORBIDDEN), *(_stage(stage, SKIPPED) for stage in rest))
    failure = Failure("forbidden", message=name)
    return Run(exercise, stages, (Trial(first.name, Case((), None), False, None, failure),))


def _stage(stage: Stage, status: str) -> StageResult:
    return StageResult(stage.name, stage.sentence, status, 0.0, stage.points)


def judge_quiz(quiz: Quiz, answer: Value, *, hidden: bool = False) -> Verdict:
    """Judge a quiz answer: a letter, and why it is right or wrong."""
    letter = answer.strip().upper().rstrip(".)") if isinstance(answer, str) else ""
    right = letter == quiz.answer
    stage = StageResult(
        ANSWER,
        quiz.question,
        PASSED if right else FAILED,
        quiz.points if right else 0.0,
        quiz.points,
    )
    return Verdict(
        quiz.name,
        stage.points,
        quiz.points,
        (stage,),
        _quiz_lines(quiz, letter),
        visible=not hidden,
        attempted=letter in quiz.letters,
    )


def _quiz_lines(quiz: Quiz, letter: str) -> tuple[str, ...]:
    if letter not in quiz.letters:
        choices = ", ".join(f'"{each}"' for each in quiz.letters)
        return (f"{UNANSWERED} {choices}.",)
    option = quiz.options[quiz.letters.index(letter)]
    return wrapped(f"{letter}: {option.text}", option.why)
