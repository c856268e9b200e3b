"""A test cell's mark: nbgrader's own function is the oracle, but where it gives points away."""

from __future__ import annotations

from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_output
from nbgrader.utils import determine_grade

from autograder.engine.score import NO_MARK, score

MOST = 4.0
Outputs = list[dict[str, str]]


def out(kind: str, text: str = "", name: str = "") -> dict[str, str]:
    return {"type": kind, "name": name, "text": text}


HONEST: dict[str, Outputs] = {
    "nothing": [],
    "print": [out("stream", "ok", "stdout")],
    "text": [out("execute_result", "'done'")],
    "None shown": [out("display_data", "None")],
    "all": [out("execute_result", "4")],
    "part": [out("execute_result", "1.5")],
    "none": [out("execute_result", "0")],
    "error": [out("error", "no", "ValueError")],
    "failed": [out("error", "no", "AssertionError")],
    "warning": [out("stream", "careful", "stderr")],
    "print, then error": [out("stream", "ok", "stdout"), out("error", "", "KeyError")],
    "mark, then error": [out("execute_result", "2"), out("error", "", "KeyError")],
    "display, then mark": [out("display_data", "3"), out("execute_result", "2")],
    "spaces": [out("execute_result", " 2 ")],
    "underscore": [out("execute_result", "0_1")],
    "a list": [out("execute_result", "[1, 2]")],
}
DISHONEST = {"nan": "nan", "below zero": "-1", "too much": "5", "infinite": "inf"}


def as_nbgrader(outputs: Outputs) -> Any:
    cell = new_code_cell()
    cell.metadata["nbgrader"] = {"grade": True, "solution": False, "points": MOST}
    for each in outputs:
        kind, name, text = each["type"], each["name"], each["text"]
        if kind == "stream":
            made = new_output(kind, name=name, text=text)
        elif kind == "error":
            made = new_output(kind, ename=name, evalue=text, traceback=[])
        else:
            made = new_output(kind, {"text/plain": text})
        cell.outputs.append(made)
    return cell


@pytest.mark.parametrize("name", HONEST)
def test_marks_are_nbgrader_s(name: str) -> None:
    points, _ = determine_grade(as_nbgrader(HONEST[name]))
    assert score(HONEST[name], MOST)[0] == points


@pytest.mark.parametrize("name", DISHONEST)
def test_a_mark_that_is_none_gives_nothing(name: str) -> None:
    points, status, line = score([out("execute_result", DISHONEST[name])], MOST)
    assert (points, status, line) == (0, "error", NO_MARK)


def test_outputs_that_are_no_outputs_give_no_error() -> None:
    assert score([None, 3, {"type": 5, "text": ["x"]}], MOST)[0] == MOST
    assert score([{"type": "error", "name": 5}], MOST)[0] == 0


def test_words() -> None:
    assert score(HONEST["failed"], MOST) == (0, "failed", "AssertionError: no")
    assert score(HONEST["error"], MOST)[1] == "error"
    assert score(HONEST["part"], MOST)[1] == "failed"
    assert score(HONEST["all"], MOST)[1] == "passed"
