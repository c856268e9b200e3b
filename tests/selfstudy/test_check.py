"""`autograder check`: the full grade, the same as nbgrader's, whatever the notebook does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.cli import main
from autograder.course.course import Course
from autograder.course.notebook import write
from autograder.course.rebuild import with_hidden_tests
from autograder.records import progress
from autograder.selfstudy.execute import execute
from tests.selfstudy import small
from tests.selfstudy.small import ID, NAME, NO_SHIFT, QUIZ, RIGHT, hand_in

LIMIT_S = 3
MIXED = {"softmax": NO_SHIFT, "quiz_attention_scale": 'quiz_attention_scale = "Z"'}


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    main(["check", ID, "--json", *arguments])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def points(found: dict[str, Any]) -> dict[str, float | None]:
    return {item["name"]: item["points"] for item in found["items"]}


def test_the_grade_is_that_of_nbgrader_and_the_notebook_stays_as_it_is(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    path = hand_in(course, small.answered(**MIXED, reflection_attention="The cache is small."))
    before = path.read_bytes()
    found = report(capsys, "--html", "report.html")
    assert points(found) == {"softmax": 3, QUIZ: 0, "reflection-attention": None}
    assert points(found) == nbgrader_points(course, path)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]

    softmax, quiz, essay = found["items"]
    assert softmax["cause"] == "exp overflows for large scores. Subtract the largest score first."
    assert [part["status"] for part in softmax["parts"]] == [
        "passed", "passed", "failed", "passed", "passed"
    ]  # fmt: skip
    assert "Set the answer to one of the letters" in quiz["lines"][0]
    assert essay["lines"][0] == "Read by a person, with this rubric:"
    page = Path("report.html").read_text()
    assert "softmax: 3 of 4 points, failed" in page and "<script" not in page


def nbgrader_points(course: Course, path: Path) -> dict[str, float | None]:
    """What stock `nbgrader autograde` gives for the same notebook."""
    handed_in = course.root / "submitted" / "ada" / ID
    handed_in.mkdir(parents=True)
    (handed_in / path.name).write_bytes(path.read_bytes())
    for verb in (["generate_assignment", ID, "--force"], ["autograde", ID]):
        command = [sys.executable, "-m", "nbgrader", *verb]
        subprocess.run(command, cwd=course.root, check=True, capture_output=True)
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
        grades = gradebook.find_submission(ID, "ada").notebooks[0].grades
        return {g.name.removesuffix("-test"): g.auto_score for g in grades}


def test_a_try_is_counted_for_what_was_written_only(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(course, small.answered(softmax=RIGHT))
    found = report(capsys)
    assert points(found) == {"softmax": 4, QUIZ: 0, "reflection-attention": 0}
    tried = [(entry.exercise, entry.tries, entry.passed) for entry in progress.entries()]
    assert tried == [("softmax", 1, True)]


@pytest.mark.parametrize("with_release", [True, False])
def test_a_notebook_from_elsewhere_is_judged_with_hidden_tests(
    with_release: bool, course: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    path = tmp_path / "elsewhere.ipynb"
    only_visible = "if x.shape == (7,):\n        return x\n    "
    cheat = RIGHT.replace("    e =", f"    {only_visible}e =")
    write(small.answered(softmax=cheat), path)
    if not with_release:
        monkeypatch.chdir(tmp_path)
    found = report(capsys, "--notebook", str(path))
    assert found["items"][0]["points"] == 0
    assert "hidden example" in " ".join(found["items"][0]["lines"])


def test_a_kernel_that_dies_costs_only_what_comes_after(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = small.answered(softmax=RIGHT)
    hand_in(course, small.with_cell(notebook, "softmax-test", "import os; os._exit(1)"))
    found = report(capsys)
    assert points(found)["softmax"] == 4
    assert points(found)[QUIZ] == 0
    assert found["note"].startswith("Cell 4 ended the whole Python process")
    assert not found["ok"]


def test_cells_that_do_not_end_are_stopped_and_a_deaf_kernel_is_given_up() -> None:
    deaf = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    whole = {
        **small.released(),
        "cells": [
            small.code("loop", "while True: pass"),
            small.code("after", "print('after')"),
            small.code("deaf", deaf),
            small.code("waits", "print('never')"),
            small.code("last", "print('never')"),
        ],
    }
    done = execute(whole, "seed", limit_s=LIMIT_S)
    first, after, *_ = done.notebook.cells
    assert first.outputs[-1].ename == "CellTimeoutError"
    assert after.outputs[0].text == "after\n"
    assert done.done < 5
    assert done.end.startswith("Cell 3 does not end, even when it is interrupted.")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "its JSON breaks off at line 1"),
        ('{"cells": []}', "it is JSON, but not a notebook"),
        ("\udcff", "is not valid UTF-8"),
    ],
)
def test_a_notebook_that_cannot_be_read_is_said(
    course: Course, content: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = course.root / "broken.ipynb"
    path.write_text(content, errors="surrogateescape")
    assert main(["check", ID, "--notebook", str(path)]) == 2
    shown = capsys.readouterr()
    assert sentence in shown.err
    assert "Traceback" not in shown.err + shown.out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", "99-nothing"], 'There is no lesson "99-nothing". Lessons: 02-tokenization'),
        (["check", ID], "There is no attention.ipynb here or in my-work/03-attention."),
        (["check", ID, "--notebook", "gone.ipynb"], "gone.ipynb cannot be read: it cannot be"),
    ],
)
def test_what_cannot_be_found_is_said_with_what_to_do(
    course: Course, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert sentence in capsys.readouterr().err


def test_the_cells_get_the_seed_and_no_file_beside_the_notebook_is_changed(tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_text("mine")
    text = "import os\nprint(os.environ['AUTOGRADER_GRADING_SEED'], open('data.txt').read())"
    spoil = "open('data.txt', 'w').write('spoilt')"
    cells = [small.code("a", text), small.code("b", spoil)]
    done = execute({**small.released(), "cells": cells}, "a-seed", (tmp_path,))
    assert done.notebook.cells[0].outputs[0].text == "a-seed mine\n"
    assert (tmp_path / "data.txt").read_text() == "mine"


def test_the_hidden_call_is_the_one_that_counts() -> None:
    sources = [cell["source"] for cell in with_hidden_tests(small.released())["cells"]]
    assert "check(softmax)\ncheck(softmax, hidden=True)" in sources
    assert NAME == "attention"
