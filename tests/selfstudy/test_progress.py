"""Progress survives crashes and several notebooks at once, and opens solutions."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.course.course import Course
from autograder.records import progress
from autograder.verbs.progress import bar
from tests.selfstudy import small
from tests.selfstudy.small import ESSAY, ID, QUIZ, hand_in

WRITER = """
from autograder.records.progress import remember
print("ready", flush=True)
for number in range({count}):
    remember("03-attention", "softmax", number % 5, 4, number % 5 == 4)
"""
COUNT = 40


def writer(home: Path, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER.format(count=count)],
        env={**os.environ, progress.HOME_VARIABLE: str(home)},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(progress.HOME_VARIABLE, str(tmp_path))
    return tmp_path


def test_several_notebooks_at_once_lose_no_try(home: Path) -> None:
    writers = [writer(home, COUNT) for _ in range(4)]
    assert [process.wait() for process in writers] == [0, 0, 0, 0]
    entry = progress.entry(ID, "softmax")
    assert entry is not None
    assert (entry.tries, entry.best, entry.passed) == (4 * COUNT, 4, True)


def test_a_process_killed_while_writing_leaves_a_whole_file(home: Path) -> None:
    for _ in range(3):
        process = writer(home, 1_000_000)
        assert process.stdout is not None
        process.stdout.readline()
        while progress.entry(ID, "softmax") is None:
            assert process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
    with sqlite3.connect(progress.path()) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    before = progress.entry(ID, "softmax")
    progress.remember(ID, "softmax", 1, 4, False)
    after = progress.entry(ID, "softmax")
    assert before is not None and after is not None
    assert after.tries == before.tries + 1


def test_a_file_that_is_no_database_is_said_and_stops_nobody(home: Path) -> None:
    progress.path().write_bytes(b"no database" * 100)
    with pytest.warns(UserWarning, match="Progress could not be kept in"):
        progress.remember(ID, "softmax", 1, 4, False)


def test_the_table_shows_every_lesson(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    progress.remember(ID, "softmax", 2, 4, False)
    progress.remember(ID, "softmax", 1, 4, False)
    assert main(["progress"]) == 0
    shown = capsys.readouterr().out
    assert "02-tokenization" in shown and "03-attention" in shown
    row = next(line for line in shown.splitlines() if "│ softmax " in line)
    assert row.split("│")[2:5] == [" ########-------- ", "  2/4 ", "     2 "]


@pytest.mark.parametrize(("share", "full"), [(-1, 0), (0, 0), (0.5, 8), (1, 16), (7, 16)])
def test_a_bar_is_never_longer_than_full(share: float, full: int) -> None:
    assert bar(share) == "#" * full + "-" * (16 - full)


def test_a_solution_opens_after_three_tries(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    left = []
    for _ in range(3):
        assert main(["solution", ID, "softmax"]) == 1
        left.append(capsys.readouterr().out.split("you checked your code ")[1].strip())
        progress.remember(ID, "softmax", 0, 4, False)
    assert left == ["3 more times.", "2 more times.", "once more."]
    assert main(["solution", ID, "softmax"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("def softmax(x: Tensor, dim: int)")
    assert "SOLUTION" not in shown


def test_a_solution_opens_after_a_pass(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    progress.remember(ID, QUIZ, 1, 1, True)
    assert main(["solution", ID, QUIZ]) == 0
    shown = capsys.readouterr().out
    assert shown.count(" (right): ") == 1


def test_a_model_answer_opens_once_there_is_an_answer(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(course, small.answered())
    assert main(["solution", ID, ESSAY]) == 1
    assert "Write your own answer" in capsys.readouterr().out
    hand_in(course, small.answered(reflection_attention="Keys do not change."))
    assert main(["solution", ID, ESSAY]) == 0
    assert len(capsys.readouterr().out) > 100


def test_without_source_it_says_where_solutions_are(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(home)
    progress.remember(ID, "softmax", 4, 4, True)
    assert main(["solution", ID, "softmax"]) == 1
    assert "ask their instructor" in capsys.readouterr().out
    assert main(["solution", ID, "softmaxx"]) == 2
    assert '03-attention has no exercise "softmaxx". It has: softmax,' in capsys.readouterr().err
