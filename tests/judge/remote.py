"""A Student whose learner lives in another process; only frames of plain values go between."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, BinaryIO

from autograder import wire
from autograder.checking import resource
from autograder.course.standalone import given_names, notebook_namespace, run_cell
from autograder.exercise import Exercise, Lesson
from autograder.lessons import exercise as find_exercise
from autograder.wire import Failure, Handle, StudentError, Value
from autograder.worker.direct import DirectStudent

HEAD = struct.Struct(">Q")


class Written:
    """What a learner wrote: the name of the exercise, and the sources of the notebook's cells."""

    def __init__(self, name: str, cells: tuple[str, ...]) -> None:
        self.__name__, self.cells = name, cells


class Process:
    """The learner's process. Called like `direct_student`, it makes a RemoteStudent."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.judge.remote"]
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __call__(self, lesson: Lesson, exercise: Exercise, learned: object) -> RemoteStudent:
        assert isinstance(learned, Written)
        self.ask("load", exercise.name, list(learned.cells))
        return RemoteStudent(self)

    def ask(self, *message: Value) -> Value:
        assert self.child.stdin and self.child.stdout
        send(self.child.stdin, list(message))
        kind, value = receive(self.child.stdout)
        if kind == "failure":
            raise StudentError(Failure(**value))
        return value

    def close(self) -> None:
        self.child.communicate()


class RemoteStudent:
    """The `Student` protocol as messages."""

    def __init__(self, process: Process) -> None:
        self.ask = process.ask

    def call(self, name: str, *args: Value) -> Value:
        return self.ask("call", name, *args)

    def new(self, name: str, *args: Value) -> Handle:
        handle = self.ask("new", name, *args)
        assert isinstance(handle, Handle)
        return handle

    def method(self, handle: Handle, name: str, *args: Value) -> Value:
        return self.ask("method", handle, name, *args)

    def load_state(self, handle: Handle, state: Mapping[str, Value]) -> None:
        self.ask("load_state", handle, dict(state))

    def state(self, handle: Handle) -> dict[str, Value]:
        return dict(self.ask("state", handle))

    def grads(self, handle: Handle) -> dict[str, Value]:
        return dict(self.ask("grads", handle))

    def again(
        self, name: str, handle: Handle | None, args: Sequence[Value], others: Sequence[Value]
    ) -> list[Value]:
        return list(self.ask("again", name, handle, list(args), list(others)))

    def gradients(
        self, name: str, handle: Handle | None, *args: Value
    ) -> dict[str, tuple[float, float]]:
        return dict(self.ask("gradients", name, handle, *args))

    def ahead(self, op: str, questions: Sequence[Sequence[Value]]) -> None:
        """Nothing: every question is a message of its own."""

    def changed(self) -> tuple[int, ...]:
        return tuple(self.ask("changed"))

    def output(self) -> str:
        return str(self.ask("output"))


def send(stream: BinaryIO | Any, message: Value) -> None:
    frame = wire.encode(message)
    stream.write(HEAD.pack(len(frame)) + frame)
    stream.flush()


def receive(stream: BinaryIO | Any) -> Value:
    head = stream.read(HEAD.size)
    if len(head) < HEAD.size:
        raise EOFError
    return wire.decode(stream.read(HEAD.unpack(head)[0]))


def serve() -> None:
    """Answer messages until the pipe closes. What the learner prints goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    student: Any = None
    while True:
        try:
            what, *args = receive(sys.stdin.buffer)
        except EOFError:
            return
        try:
            if what == "load":
                student, value = load(*args), None
            else:
                value = getattr(student, what)(*args)
            send(answers, ["value", value])
        except StudentError as error:
            send(answers, ["failure", asdict(error.failure)])


def load(name: str, sources: list[str]) -> DirectStudent:
    lesson, exercise = find_exercise(name)
    assert isinstance(exercise, Exercise)
    namespace = notebook_namespace(lesson.imports)
    for source in sources:
        run_cell(source, namespace)
    known = {**given_names(lesson), name: namespace[name]}
    return DirectStudent(known, resource, exercise.limit_s, exercise.forbids)


if __name__ == "__main__":
    serve()
