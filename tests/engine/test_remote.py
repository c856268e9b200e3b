"""Judged through the wall or in the notebook's own process: the same verdict, word for word."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
import torch

from autograder import lessons
from autograder.checking import bench_student, verdict_on
from autograder.course.notebook import dumps
from autograder.course.standalone import define, given_names
from autograder.engine import remote
from autograder.engine.machine import Machine, Settings
from autograder.engine.session import Session
from autograder.engine.steps import lesson_of
from autograder.exercise import Exercise, Lesson, Mistake
from autograder.judge.judge import judge
from autograder.judge.verdict import Verdict
from autograder.wire import Failure, StudentError
from autograder.worker.channel import Channel
from autograder.worker.limits import DEFAULTS
from tests.house.notebooks import notebook

SEED = "a seed for both"
EMPTY = dumps(notebook()).encode()
EXERCISES = [
    (lesson.id, exercise.name)
    for lesson in lessons.lessons()
    for exercise in lesson.exercises
    if isinstance(exercise, Exercise)
]


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """The jail's torch has one; another number may round the last digit otherwise."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def slot(one_thread: None) -> Iterator[Channel]:
    machine = Machine(Settings("02-none", "none", EMPTY, EMPTY, {}, ()), 1)
    machine.start()
    mine, theirs = socket.socketpair()
    machine.open_bare_slot(0, theirs)
    yield Channel(mine)
    mine.close()
    machine.stop()


@pytest.mark.parametrize(
    "some",
    [slice(2), pytest.param(slice(2, None), marks=pytest.mark.long)],
    ids=["right and first", "others"],
)
@pytest.mark.parametrize(("assignment", "name"), EXERCISES)
def test_the_wall_changes_no_verdict(
    assignment: str, name: str, some: slice, slot: Channel
) -> None:
    """Tried with the reference and one mistake of each exercise; in the long form with all."""
    lesson = lesson_of(assignment)
    assert lesson is not None
    exercise = next(e for e in lesson.exercises if e.name == name)
    assert isinstance(exercise, Exercise)
    session = Session(slot, DEFAULTS, time.monotonic() + 600)
    try:
        parts = [e.name for e in lesson.exercises if e.name in given_names(lesson)]
        given = f"from {lesson.given} import {', '.join(parts)}"
        assert session.cell("\n".join([*lesson.imports, given]))["error"] is None
        right = Mistake("", exercise.reference, "", ())
        for mistake in (right, *exercise.mistakes)[some]:
            assert session.cell(mistake.cell)["error"] is None
            through = _through_the_wall(session, lesson, exercise)
            learned = define(mistake.cell, name, lesson)
            direct = verdict_on(lesson, exercise, learned, hidden=True, seed=SEED)
            assert _places(through) == _places(direct), mistake.name
            assert mistake.name in (through.mistake, direct.mistake) or through.cause
            assert through.passed == (mistake is right)
    finally:
        session.end()


def _through_the_wall(session: Session, lesson: Lesson, exercise: Exercise) -> Verdict:
    found, reached, student = remote.bind(session, lesson, exercise, exercise.name, hurries=True)
    assert found
    return judge(
        exercise,
        student,
        partial(bench_student, lesson),
        seed=SEED,
        hidden=True,
        refused=reached,
    )


NAMED = """
import os
def to_bytes(text):
    if text == "end":
        os._exit(1)
    if text == "fail":
        raise ValueError(text)
    print(text)
    return text.encode()
"""


@pytest.fixture
def session(slot: Channel) -> Iterator[Session]:
    opened = Session(slot, DEFAULTS, time.monotonic() + 600)
    assert opened.cell(NAMED)["error"] is None
    yield opened
    opened.end()


def _bound(session: Session, hurries: bool = True) -> remote.RemoteStudent:
    lesson = lesson_of("02-tokenization")
    assert lesson is not None
    exercise = next(e for e in lesson.coding if e.name == "to_bytes")
    _, _, student = remote.bind(session, lesson, exercise, exercise.name, hurries=hurries)
    assert isinstance(student, remote.RemoteStudent)
    return student


def _asked(student: remote.RemoteStudent, texts: list[str]) -> list[object]:
    """The answers to texts, or how they failed."""
    questions = [("to_bytes", text) for text in texts]
    student.ahead("call", questions)
    found: list[object] = []
    for question in questions:
        try:
            found.append(student.call(*question))
        except StudentError as error:
            found.append(error.failure)
    return [*found, student.output()]


TEXTS = ["one", "two", "fail", "three", "four"]


def test_what_is_asked_ahead_is_one_message_up_to_the_first_failure(session: Session) -> None:
    plain, hurried = _bound(session, hurries=False), _bound(session)
    messages: list[int] = []
    for student in (plain, hurried):
        before = session.requests
        messages.append(-before)
        found = _asked(student, TEXTS)
        messages[-1] += session.requests
        assert found[:2] == [b"one", b"two"]
        assert isinstance(found[2], Failure)
        assert found[2].type_name == "ValueError" and found[2].is_a("Exception")
        assert found[3:] == [b"three", b"four", "one\ntwo\nthree\nfour\n"]
    assert messages == [5, 3]  # three of five at once, two that came after the failure


def test_what_was_asked_ahead_answers_nothing_else(session: Session) -> None:
    student = _bound(session)
    questions = [("to_bytes", "one"), ("to_bytes", "two")]
    student.ahead("call", questions)
    assert student.call("to_bytes", "other") == b"other"
    assert student.call(*questions[0]) == b"one"
    student.ahead("call", [("to_bytes", "five"), ("to_bytes", "six")])
    assert student.call(*questions[1]) == b"two"


def test_too_much_for_one_message_is_asked_one_by_one(session: Session) -> None:
    size = DEFAULTS.reply_bytes * 2 // 5
    session.cell(f"def to_bytes(text):\n    return text.encode() * {size}")
    found = _asked(_bound(session), ["a", "b", "c"])
    assert found[:3] == [b"a" * size, b"b" * size, b"c" * size]


def test_a_process_that_ends_amid_many_questions_says_not_at_which(session: Session) -> None:
    with pytest.raises(remote.Hurried):
        _bound(session).ahead("call", [("to_bytes", "one"), ("to_bytes", "end"), ("to_bytes", "b")])
    assert session.over


def _places(verdict: Verdict) -> Verdict:
    """Line numbers and lines of code are told alike; only file names could differ."""
    return replace(verdict, lines=tuple(line.strip() for line in verdict.lines))
