"""What a notebook only shows computes nothing while the notebook is graded or validated."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell

from autograder.course.standalone import run_cell
from autograder.exercise import Essay, Lesson
from autograder.given import models, smollm2
from autograder.given.figures.picture import Picture
from autograder.given.figures.show import show
from autograder.given.heads import attention_maps
from autograder.given.lazy import SKIPPED, Stopped, Told, step
from autograder.lessons import lessons
from tests.lessons.notebook import as_released, code_cells

SHOWS = re.compile(r"^(\w+ = )?(tools\.)?(show|step)\(", re.MULTILINE)
"""What a cell calls with what it only shows."""
SOLVED, RELEASED = "with the solutions", "as released"
SPELLED_OUT = ("<listcomp>", "<dictcomp>", "<setcomp>", "<genexpr>")
"""Code of a cell that is a function only inside Python."""
QUICK = ("02-tokenization", "03-attention", "04-transformer")
"""Lessons that are judged in seconds; nbgrader itself grades all of them in test_grading.py."""


@pytest.fixture(params=["autograde", "validate"])
def graded(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """As nbgrader runs a notebook."""
    monkeypatch.setenv("NBGRADER_EXECUTION", request.param)


class Spy:
    """What is called while a cell runs: functions of the notebook, models, the published model."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.called: list[str] = []
        self._forward = torch.nn.Module.__call__
        monkeypatch.setattr(torch.nn.Module, "__call__", self._noted(self._forward, "a model"))
        found = self._noted(smollm2.DOWNLOAD.folder, smollm2.NAME)
        monkeypatch.setattr(type(smollm2.DOWNLOAD), "folder", found)

    def _noted(self, run: Callable[..., Any], name: str) -> Callable[..., Any]:
        def noted(*args: Any, **options: Any) -> Any:
            self.called.append(name)
            return run(*args, **options)

        return noted

    def _see(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        function = code.co_flags & inspect.CO_OPTIMIZED and code.co_name not in SPELLED_OUT
        if event == "call" and function and code.co_filename.startswith("<cell "):
            self.called.append(code.co_name)

    def run(self, source: str, namespace: dict[str, Any]) -> None:
        sys.setprofile(self._see)
        try:
            run_cell(source, namespace)
        finally:
            sys.setprofile(None)


def parts(lesson: Lesson, kind: str) -> Iterator[tuple[str, str]]:
    """Name and source of each code cell; the name of one that is judged ends in -test."""
    for name, source in code_cells(lesson).items():
        yield name, source if kind == SOLVED else as_released(source)


@pytest.mark.usefixtures("graded")
@pytest.mark.parametrize("kind", [SOLVED, RELEASED])
@pytest.mark.parametrize("lesson", [pytest.param(each, id=each.id) for each in lessons()])
def test_nothing_is_computed_but_what_is_judged(
    lesson: Lesson,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spy, namespace = Spy(monkeypatch), {"__name__": "__main__"}
    for name, source in parts(lesson, kind):
        if not name.endswith("-test"):
            spy.run(source, namespace)
            assert spy.called == [], name
            out, err = capsys.readouterr()
            assert (SKIPPED in out) == bool(SHOWS.search(source)), name
            assert err == ""


@pytest.mark.parametrize("kind", [SOLVED, RELEASED])
@pytest.mark.parametrize(
    "lesson", [pytest.param(each, id=each.id) for each in lessons() if each.id in QUICK]
)
def test_the_marks_are_the_same(lesson: Lesson, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The values of the grade cells are full marks or none, with nothing shown before them."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    namespace: dict[str, Any] = {"__name__": "__main__"}
    marks = 0.0
    for name, source in parts(lesson, kind):
        if name.endswith("-test"):
            source = source.replace("check(", "_marks = check(")
        run_cell(source, namespace)
        marks += float(namespace.pop("_marks", 0))
    automatic = sum(each.points for each in lesson.exercises if not isinstance(each, Essay))
    assert marks == (automatic if kind == SOLVED else 0)


def test_what_computes_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The spy of the first test, on what it must not miss."""
    spy = Spy(monkeypatch)
    spy.run("def own(): return [each for each in 'ab']\nfound = [own() for _ in range(2)]", {})
    assert spy.called == ["own", "own"]
    names = {"maps": attention_maps, "model": models.stand_in(), "ids": torch.arange(3)}
    spy.run("maps(model, ids)", names)
    assert spy.called[2] == "a model"


def picture() -> Picture:
    raise AssertionError("it was drawn")


@pytest.mark.usefixtures("graded")
def test_it_is_said_wherever_something_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert [show(picture), step(picture), step(picture, None), show(picture)] == [None] * 4
    assert capsys.readouterr() == (4 * (SKIPPED + "\n"), "")


def test_what_is_missing_is_said_by_a_picture_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setenv("AUTOGRADER_CACHE", str(tmp_path))
    for run in (show, step):
        assert run(lambda: models.checkpoint("smollm2")) is None  # type: ignore[operator]
        assert "run `autograder doctor --fetch` once" in capsys.readouterr().out


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def stopped_by(source: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a cell prints that runs `attempt` as a step, in one line."""
    names: dict[str, Any] = {"step": step}
    run_cell(source + "\nstep(attempt)", names)
    out, err = capsys.readouterr()
    assert (out.count("\n"), err) == (1, "")
    return out


@pytest.mark.usefixtures("looking")
def test_a_right_function_is_not_blamed_for_what_it_was_given(
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = """
def temperature(heat):
    if heat <= 0:
        raise ValueError("it must be above 0.\\nMore of it.")

attempt = lambda: temperature(0)
"""
    assert stopped_by(source, capsys) == (
        "This step stopped: `temperature` raised ValueError: it must be above 0. Look at it and at "
        "what it was given.\n"
    )


@pytest.mark.usefixtures("looking")
def test_a_line_that_announces_the_next_is_shown_with_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As `load_state_dict` says which weights it lacks."""
    source = """
def load():
    raise RuntimeError("Error(s) in loading:\\n\\tMissing key(s): a.weight.\\n\\tMore.")

attempt = load
"""
    assert "RuntimeError: Error(s) in loading: Missing key(s): a.weight. Look" in stopped_by(
        source, capsys
    )


@pytest.mark.usefixtures("looking")
def test_what_a_library_compiles_is_no_function_of_the_notebook(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Such as the template of a chat, whose code has the name of a file's."""
    source = """
from jinja2 import Template

def chat():
    return Template("{{ 'a' + turn }}").render(turn=5)

attempt = chat
"""
    assert stopped_by(source, capsys).startswith("This step stopped: `chat` raised TypeError: ")


@pytest.mark.usefixtures("looking")
def test_a_sentence_of_ours_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    def tell() -> None:
        raise Told("Ask something shorter.")

    assert step(tell) is None
    assert capsys.readouterr() == ("Ask something shorter.\n", "")


@pytest.mark.usefixtures("looking")
@pytest.mark.parametrize("run", [step, show])
def test_an_interrupted_step_stops_the_notebook_in_a_word(
    run: Callable[..., object], capsys: pytest.CaptureFixture[str]
) -> None:
    def long() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(long)
    shell = InteractiveShell()
    shell.push({"run": run, "long": long})
    shell.run_cell("run(long)")
    assert capsys.readouterr() == ("Stopped.\n", "")
    assert issubclass(Stopped, KeyboardInterrupt)
