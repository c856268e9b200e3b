"""A lesson of this course, graded whole: from its own notebook, behind the wall."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.course.course import Course
from autograder.course.notebook import Notebook, cells, read, write
from autograder.course.rebuild import replace_answer
from autograder.engine import judges, remote, submission
from autograder.engine.grade import Task, prepare
from autograder.engine.machine import Machine
from autograder.engine.session import Session
from autograder.engine.steps import Step
from autograder.engine.submission import Grading
from autograder.exercise import Lesson
from autograder.judge.verdict import Verdict
from autograder.lessons import lesson
from autograder.result import GradeJob, GradeResult
from autograder.worker.channel import Channel
from tests.engine.room import cell, without_seconds

HOME = Course(Path(__file__).resolve().parents[2])
LESSON = lesson("03-attention")
FILE = f"{LESSON.notebook}.ipynb"
MASTER = read(HOME.source(LESSON.id) / FILE)
RELEASE = read(HOME.release(LESSON.id) / FILE)


class Desk:
    """Grades notebooks of a lesson."""

    def __init__(self, lesson: Lesson = LESSON) -> None:
        self.lesson, self.file = lesson, f"{lesson.notebook}.ipynb"
        source, release = (place(lesson.id) / self.file for place in (HOME.source, HOME.release))
        task = Task(HOME.root, lesson.id, lesson.notebook, source, release, (), "seed")
        settings, _ = prepare(task)
        self.machine = Machine(settings, 1)
        self.machine.start()
        self.paper = judges.paper_from(self.machine._for_judges(len(settings.setup)))
        mine, theirs = socket.socketpair()
        self.machine.open_bare_slot(0, theirs)
        self.slot = Channel(mine)

    def grade(self, folder: Path, notebook: Notebook) -> GradeResult:
        write(notebook, folder / self.file)
        job = GradeJob(self.lesson.id, "ada", str(folder), "digest", "seed")
        return judges.grade(job, self.paper, self.slot)

    def close(self) -> None:
        self.slot.close()
        self.machine.stop()


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    found = Desk()
    yield found
    found.close()


def test_the_model_answers_have_every_automatic_point(desk: Desk, tmp_path: Path) -> None:
    result = desk.grade(tmp_path, MASTER)
    by_hand = [each for each in result.cells if each.points is None]
    assert [each.name for each in by_hand] == ["reflection-attention"]
    assert result.points == result.max_points - sum(each.max_points for each in by_hand)
    assert {each.status for each in result.cells} == {"passed", "not-run"}


def test_a_failure_of_the_machinery_is_told_in_one_line_with_its_place() -> None:
    with pytest.raises(StopIteration) as told:
        next(iter(()))
    with pytest.raises(UnicodeDecodeError) as long:
        b"\xff".decode()
    assert re.fullmatch(r"StopIteration, in test_lesson\.py, line \d+", judges.broken(told.value))
    assert "can't decode byte 0xff" in judges.broken(long.value)
    with pytest.raises(ValueError, match="one") as lines:
        raise ValueError("one\ntwo")
    assert judges.broken(lines.value).startswith("ValueError: one, in test_lesson.py")


def test_a_lesson_that_writes_files_has_every_automatic_point_too(tmp_path: Path) -> None:
    """Lesson 04 writes checkpoints, and a submission may write in its own folder only."""
    transformer = lesson("04-transformer")
    desk = Desk(transformer)
    try:
        result = desk.grade(tmp_path, read(HOME.source(transformer.id) / desk.file))
    finally:
        desk.close()
    lost = [each.name for each in result.cells if each.points not in (None, each.max_points)]
    assert lost == []


def test_the_released_notebook_has_no_point(desk: Desk, tmp_path: Path) -> None:
    result = desk.grade(tmp_path, RELEASE)
    assert result.points == 0
    assert all("not written yet" in each.lines[0] for each in result.cells if each.parts[1:])


def test_an_object_is_judged_as_it_is_when_its_test_is_reached(desk: Desk, tmp_path: Path) -> None:
    spoiled = {**MASTER, "cells": [*MASTER["cells"], {**MASTER["cells"][1]}]}
    spoiled["cells"][-1] = {
        "cell_type": "code", "id": "late", "metadata": {}, "source": "softmax = None",
        "outputs": [], "execution_count": None,
    }  # fmt: skip
    assert cell(desk.grade(tmp_path, spoiled), "softmax-test").status == "passed"


def test_a_test_that_fakes_check_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    fake = "def softmax(x, dim):\n    return x\ndef check(*a, **k):\n    return 99"
    result = desk.grade(tmp_path, replace_answer(MASTER, "softmax", fake))
    assert cell(result, "softmax-test").status == "failed"


def test_forbidden_functions_are_refused_under_any_name(desk: Desk, tmp_path: Path) -> None:
    for body in (
        "return torch.softmax(x, dim)",
        "return getattr(torch, 'soft' + 'max')(x, dim)",
        "return torch.ops.aten._softmax(x, dim, False)",
        "return (lambda f: f(x, dim))(vars(torch)['softmax'])",
    ):
        source = f"def softmax(x, dim):\n    {body}"
        result = desk.grade(tmp_path, replace_answer(MASTER, "softmax", source))
        assert cell(result, "softmax-test").status == "forbidden", body
        assert cell(result, "softmax-test").points == 0


def test_no_expected_value_is_there_beside_the_learner_s_code(desk: Desk, tmp_path: Path) -> None:
    """The learner's function can see what it is asked: inputs alone, no answers."""
    spy = """def softmax(x, dim):
    import gc, sys
    frame, names = sys._getframe(), set()
    while frame:
        names |= set(frame.f_locals) | {frame.f_code.co_name}
        frame = frame.f_back
    modules = [m for m in sys.modules if m.startswith("autograder")]
    bad = [m for m in modules if ".judge" in m or ".lessons" in m or ".engine" in m]
    if bad or {"expected", "case", "cases", "stage", "seed"} & names:
        raise RuntimeError(f"seen {bad} {names}")
    e = (x - x.max(dim=dim, keepdim=True).values).exp()
    return e / e.sum(dim=dim, keepdim=True)"""
    result = desk.grade(tmp_path, replace_answer(MASTER, "softmax", spy))
    assert cell(result, "softmax-test").status == "passed", cell(result, "softmax-test").lines


ENDS = """def softmax(x, dim):
    import os
    if x.dim() {case}:
        os._exit(0)
    e = (x - x.max(dim=dim, keepdim=True).values).exp()
    return e / e.sum(dim=dim, keepdim=True)"""


@pytest.mark.parametrize("case", ["== 1", "== 3"])
def test_a_case_that_ends_the_process_is_the_one_that_is_told(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    """Many questions go in one message; who ends the process is asked again, one by one."""
    notebook = replace_answer(MASTER, "softmax", ENDS.format(case=case))
    told = without_seconds(desk.grade(tmp_path, notebook))
    monkeypatch.setattr(remote.RemoteStudent, "ahead", lambda *_: None)
    assert told == without_seconds(desk.grade(tmp_path, notebook))
    assert cell(told, "softmax-test").status == "crashed"
    assert cell(told, "attention_scores-test").status == "passed"


NO_SOFTMAX = "def softmax(x, dim):\n    return x"


def test_an_answer_that_failed_does_not_cost_the_next_one(desk: Desk, tmp_path: Path) -> None:
    """attention uses the learner's softmax: where that failed, the course's takes its place."""
    result = desk.grade(tmp_path, replace_answer(MASTER, "softmax", NO_SOFTMAX))
    assert cell(result, "softmax-test").status == "failed"
    attention = cell(result, "scaled_dot_product_attention-test")
    assert attention.points == attention.max_points
    assert attention.lines[0].startswith("`softmax` did not pass before")
    assert attention.name in [f.where for f in result.findings if f.kind == "given-part"]


def test_right_answers_that_do_not_fit_together_cost_nothing(desk: Desk, tmp_path: Path) -> None:
    """A softmax in float64 is right; its product with values in float32 is refused by torch."""
    double = "def softmax(x, dim):\n    x = (x - x.amax(dim, keepdim=True)).double().exp()\n" + (
        "    return x / x.sum(dim, keepdim=True)"
    )
    result = desk.grade(tmp_path, replace_answer(MASTER, "softmax", double))
    assert [c.name for c in result.cells if c.points != c.max_points] == ["reflection-attention"]
    told = [f.where for f in result.findings if f.kind == "given-part"]
    names = ("scaled_dot_product_attention", "MultiHeadAttention", "GroupedQueryAttention")
    assert told == [f"{name}-test" for name in names]
    assert "Compare the number types" in cell(result, told[0]).lines[0]


def test_a_given_part_for_a_name_that_was_never_there_goes_away_again(
    desk: Desk, tmp_path: Path
) -> None:
    """A cell that does not parse defines nothing: each later use of it is told anew."""
    result = desk.grade(tmp_path, replace_answer(MASTER, "softmax", "def softmax(x:\n    retrun"))
    told = [f.where for f in result.findings if f.kind == "given-part"]
    names = ("scaled_dot_product_attention", "MultiHeadAttention", "GroupedQueryAttention")
    assert told == [f"{name}-test" for name in names]


def test_a_given_part_saves_no_wrong_answer_and_stays_for_no_other_cell(
    desk: Desk, tmp_path: Path
) -> None:
    wrong = replace_answer(MASTER, "softmax", NO_SOFTMAX)
    unscaled = (
        "def scaled_dot_product_attention(q, k, v, mask=None):\n    return softmax(q, -1) @ v"
    )
    wrong = replace_answer(wrong, "scaled_dot_product_attention", unscaled)
    look = "def split_heads(x, heads):\n    assert softmax(3, 0) == 3\n" + (
        "    return x.unflatten(2, (heads, -1)).transpose(1, 2)"
    )
    result = desk.grade(tmp_path, replace_answer(wrong, "split_heads", look))
    assert cell(result, "scaled_dot_product_attention-test").status != "passed"
    assert cell(result, "split_heads-test").status == "passed"


def test_judging_has_a_limit_too(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A value that takes the judge for ever costs its own test only."""
    judged = Grading._judged

    def slow(self: Grading, session: Session, step: Step) -> Verdict:
        while step.cell.grade_id == "softmax-test":
            pass
        return judged(self, session, step)

    monkeypatch.setattr(Grading, "_judged", slow)
    monkeypatch.setattr(submission, "JUDGING_S", 0.3)
    result = desk.grade(tmp_path, MASTER)
    assert (cell(result, "softmax-test").status, cell(result, "softmax-test").points) == (
        "timeout",
        0,
    )
    assert cell(result, "attention_scores-test").status == "passed"


def test_the_same_submission_has_the_same_result(desk: Desk, tmp_path: Path) -> None:
    wrong = "def softmax(x, dim):\n    return object()"
    notebook = replace_answer(MASTER, "softmax", wrong)
    first, second = (without_seconds(desk.grade(tmp_path, notebook)) for _ in range(2))
    assert first == second


def test_the_notebooks_under_test_have_answers() -> None:
    assert sum(each.is_answer for each in cells(MASTER)) > 5
