"""Grading one submission: run its cells behind the wall, judge its objects from outside."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from autograder.checking import bench_student
from autograder.course.notebook import Cell
from autograder.course.rebuild import Rebuilt
from autograder.course.standalone import given_names
from autograder.engine import remote
from autograder.engine.reading import mentions, names_used, used_by
from autograder.engine.results import from_verdict, manual, not_run, scored
from autograder.engine.score import score
from autograder.engine.session import Gone, Session, harmless
from autograder.engine.steps import Step, is_own
from autograder.exercise import Exercise, Lesson, Quiz
from autograder.judge.judge import judge, judge_quiz
from autograder.judge.read import forbidden_in
from autograder.judge.run import STATUS_OF
from autograder.judge.verdict import FORBIDDEN, MAX_LINES, Verdict
from autograder.result import CellResult, Finding
from autograder.wire import Failure, Student
from autograder.worker.limits import Limits
from autograder.worker.timer import TimeLimit, time_limit

JUDGING_S = 120.0
"""Seconds of work that judging one submission may take, its own time in the jail not counted."""
MAX_STARTS = 20
"""Processes that one submission may lose before the rest of its tests is left alone."""
GIVEN = "{} did not pass before, so the course's own took its place for this test."
FITTING = (
    "With your own {} it does not work, with the course's own it does, and that was used for this "
    "test. Compare the number types (float32, float64) that both return."
)
OUTPUT = "It printed more than is kept."
WORDS = {
    "timeout": "it was still running after {0} seconds and was stopped",
    "memory": "it asked for more memory than there is",
    "files": "it wrote more files than there is room for, and was stopped",
    "crashed": "it ended the whole process",
}


@dataclass
class Walk:
    """Where the grading of one submission stands.

    `failures` says by answer cell how its code went wrong when it ran; `lost` holds the cells
    that ended the process and are not run again. `passed` says of each exercise that was judged
    whether its test passed, `judging_s` is what is left of the judge's own time. The exercises
    `one_by_one` ended the process when they were asked much at once.
    """

    results: dict[str, CellResult] = field(default_factory=dict)
    failures: dict[str, Failure] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    passed: dict[str, bool] = field(default_factory=dict)
    judging_s: float = field(default_factory=lambda: JUDGING_S)
    one_by_one: set[str] = field(default_factory=set)


class Grading:
    """Grades one rebuilt notebook. `open_session` starts a process for it behind the wall."""

    def __init__(
        self,
        lesson: Lesson | None,
        rebuilt: Rebuilt,
        steps: tuple[Step, ...],
        seed: str,
        limits: Limits,
        open_session: Callable[[float], Session],
    ) -> None:
        self.lesson = lesson
        self.rebuilt = rebuilt
        self.steps = steps
        self.seed = seed
        self.limits = limits
        self.open_session = open_session
        self.walk = Walk()
        self.learned = _learned(steps, rebuilt)

    def run(self) -> tuple[CellResult, ...]:
        """Results of all graded cells, in order; raises MachineryGone."""
        deadline = time.monotonic() + self.limits.submission_s
        for _ in range(MAX_STARTS):
            if self._pass(deadline) or time.monotonic() > deadline:
                break
        return tuple(
            self.walk.results.get(s.cell.grade_id) or not_run(s.cell)
            for s in self.steps
            if s.kind != "run"
        )

    def _pass(self, deadline: float) -> bool:
        """Walk the notebook in one process; whether it came to the end."""
        session = self.open_session(deadline)
        try:
            for step in self.steps:
                self._step(session, step)
                if session.over:
                    return False
            return True
        finally:
            session.end()

    def _step(self, session: Session, step: Step) -> None:
        if step.cell.index in self.walk.lost:
            return
        known = step.cell.grade_id in self.walk.results
        if step.kind == "manual":
            self._keep(manual(step.cell, self.rebuilt))
            if step.cell.kind == "code":
                self._run(session, step.cell)
        elif step.kind == "run":
            self._run(session, step.cell)
        elif step.kind == "test":
            self._test(session, step.cell)
        elif not known:
            started = time.monotonic()
            try:
                verdict = self._check(session, step)
            except remote.Hurried:
                assert step.item is not None
                self.walk.one_by_one.add(step.item.name)
                return
            self.walk.passed[verdict.exercise] = verdict.passed
            self._keep(from_verdict(step.cell, verdict, time.monotonic() - started))

    def _keep(self, result: CellResult) -> None:
        self.walk.results.setdefault(result.name, result)

    def _run(self, session: Session, cell: Cell) -> None:
        try:
            reply = session.cell(cell.source)
        except Gone as gone:
            self.walk.lost.add(cell.index)
            self.walk.failures[cell.grade_id] = gone.failure
            self._find("cell-" + gone.failure.kind, cell, sentence_of(gone.failure))
            return
        if (failure := _failure_of_cell(reply.get("error"), self.limits.cell_s)) is not None:
            self.walk.failures.setdefault(cell.grade_id, failure)
        if reply.get("lost") is True:
            self._find("output-limit", cell, OUTPUT)

    def _find(self, kind: str, cell: Cell, sentence: str) -> None:
        where = cell.grade_id or cell.id
        finding = Finding(kind, where, sentence[:1].upper() + sentence[1:])
        if finding not in self.walk.findings:
            self.walk.findings.append(finding)

    def _test(self, session: Session, cell: Cell) -> None:
        """A test cell that decides by itself: scored as nbgrader scores it."""
        started = time.monotonic()
        try:
            reply = session.cell(cell.source)
        except Gone as gone:
            self.walk.lost.add(cell.index)
            status = STATUS_OF.get(gone.failure.kind, "error")
            self._keep(scored(cell, 0.0, status, sentence_of(gone.failure)))
            return
        if reply.get("lost") is True:
            self._find("output-limit", cell, OUTPUT)
        points, status, line = score_reply(reply, cell.points, self.limits.cell_s)
        seconds = time.monotonic() - started
        self._keep(scored(cell, points, status, line, seconds))

    def _check(self, session: Session, step: Step) -> Verdict:
        """Judge an object, within the time that is left: what comes back may be made to cost us."""
        started = time.process_time()
        try:
            with time_limit(self.walk.judging_s):
                return self._judged(session, step)
        except TimeLimit:
            failure = session.give_up(Failure("timeout", message=f"{JUDGING_S:g}"))
            return self._judge(step, remote.FailedStudent(failure))
        finally:
            used = time.process_time() - started
            self.walk.judging_s = max(self.walk.judging_s - used, 1.0)

    def _judged(self, session: Session, step: Step) -> Verdict:
        assert step.check is not None and self.lesson is not None
        try:
            if step.check.before:
                session.cell(step.check.before)
            if isinstance(step.item, Quiz):
                return self._quiz(session, step.item, step)
            assert step.item is not None
            return self._exercise(session, self.lesson, step.item, step)
        except Gone as gone:
            return self._judge(step, remote.FailedStudent(gone.failure))

    def _quiz(self, session: Session, quiz: Quiz, step: Step) -> Verdict:
        assert step.check is not None
        reply = remote.take(session, step.check.expression, "answer", "")
        return judge_quiz(quiz, reply.get("value"), hidden=True)

    def _exercise(
        self, session: Session, lesson: Lesson, exercise: Exercise, step: Step
    ) -> Verdict:
        """Judge it with the learner's own earlier parts, then with the course's where that helps.

        First those that failed give way; then all, because parts that are each right may not fit
        together: a softmax in float64 and values in float32.
        """
        verdict = self._asked(session, lesson, exercise, step)
        used = self._replaceable(lesson, exercise, verdict)
        failed = [name for name in used if not self.walk.passed[name]]
        tries = [(failed, GIVEN), *([(used, FITTING)] if used != failed else [])]
        for names, sentence in tries:
            if not names or session.over:
                continue
            again = self._with_given(session, lesson, exercise, step, names)
            if again is not None and again.points > verdict.points:
                told = sentence.format(" and ".join(f"`{name}`" for name in names))
                self._find("given-part", step.cell, f"`{exercise.name}`: {told}")
                return replace(again, lines=(told, *again.lines)[:MAX_LINES])
        return verdict

    def _with_given(
        self, session: Session, lesson: Lesson, exercise: Exercise, step: Step, names: list[str]
    ) -> Verdict | None:
        """With the course's parts in place of `names`; None where the process ended with it."""
        try:
            remote.give(session, lesson.given, names)
            again = self._asked(session, lesson, exercise, step)
            remote.give(session, lesson.given, ())
        except Gone:
            return None
        return again

    def _replaceable(self, lesson: Lesson, exercise: Exercise, verdict: Verdict) -> list[str]:
        """Earlier answers that this one uses, and that the course has a part for."""
        if verdict.passed or verdict.status == FORBIDDEN:
            return []
        answer = self.rebuilt.answer(exercise.name) or ""
        used = names_used(exercise.name, answer, self.learned.values())
        return sorted(self.walk.passed.keys() & used & given_names(lesson).keys())

    def _asked(self, session: Session, lesson: Lesson, exercise: Exercise, step: Step) -> Verdict:
        assert step.check is not None
        hurries = exercise.name not in self.walk.one_by_one
        expression = step.check.expression
        found, reached, student = remote.bind(session, lesson, exercise, expression, hurries)
        failure = self.walk.failures.get(exercise.name)
        if not found and failure is not None:
            student = remote.FailedStudent(failure)
        return self._judge(step, student, self._forbidden(exercise) or reached)

    def _judge(self, step: Step, student: Student, refused: str = "") -> Verdict:
        assert step.check is not None and self.lesson is not None
        lesson = self.lesson
        if isinstance(step.item, Quiz):
            return judge_quiz(step.item, None, hidden=step.check.hidden)
        assert step.item is not None
        return judge(
            step.item,
            student,
            partial(bench_student, lesson),
            seed=self.seed,
            hidden=step.check.hidden,
            refused=refused,
        )

    def _forbidden(self, exercise: Exercise) -> str:
        """A forbidden function in the answer, or in whatever of the learner's code it uses."""
        answer = self.rebuilt.answer(exercise.name) or ""
        code = used_by(exercise.name, answer, self.learned.values())
        named = [name for name in exercise.forbids if mentions(code, name)]
        return (forbidden_in(code, named) or "") if named else ""


def _learned(steps: tuple[Step, ...], rebuilt: Rebuilt) -> Mapping[str, str]:
    """The learner's code by cell: answers, and cells of their own."""
    own = {s.cell.id: s.cell.source for s in steps if is_own(s.cell) and s.kind == "run"}
    return {**{answer.name: answer.source for answer in rebuilt.answers}, **own}


def score_reply(reply: dict[str, object], most: float, limit_s: float) -> tuple[float, str, str]:
    """Points, status and a line from what a test cell's process reports."""
    outputs = reply.get("outputs")
    if not isinstance(outputs, list):
        return 0.0, "crashed", sentence_of(Failure("crashed"))
    if (failure := _failure_of_cell(reply.get("error"), limit_s)) is not None:
        if failure.kind in ("timeout", "memory"):
            return 0.0, failure.kind, sentence_of(failure)
        outputs = [*outputs, {"type": "error", "name": failure.type_name, "text": failure.message}]
    points, status, line = score(outputs, most)
    return points, status, harmless(line)


def _failure_of_cell(error: object, limit_s: float) -> Failure | None:
    """How a cell failed, from its error's name and message."""
    if not isinstance(error, list) or len(error) != 2:
        return None
    name, message = (harmless(part) for part in error)
    if name == "TimeLimit":
        return Failure("timeout", message=f"{limit_s:g}")
    if name == "MemoryError":
        return Failure("memory", name, message)
    return Failure("exception", name, message)


def sentence_of(failure: Failure) -> str:
    """What happened to a cell, in one sentence."""
    words = WORDS.get(failure.kind, "it failed").format(failure.message)
    return f"{words[0].upper()}{words[1:]}."
