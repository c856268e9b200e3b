"""Limits: the defaults, what a lesson needs, what a course asks for."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course.course import Course
from autograder.engine.allowed import NO_LIMIT_S, UnknownLimit, allowed
from autograder.engine.grade import CannotGrade
from autograder.lessons import FOLDERS, lesson
from autograder.lessons.needs import NEEDS
from autograder.proof.measure.classes import (
    SMALL,
    SMALL_ANSWERS,
    lesson_course,
    mixed,
    small_course,
)
from autograder.records.place import place
from autograder.verbs.grade import tasks_of
from autograder.worker.limits import DEFAULTS
from tests.house.tree import ROOT


def test_without_settings_the_defaults_hold() -> None:
    assert allowed("ps1", {}) == allowed("03-attention", {}) == DEFAULTS


def test_nbgrader_s_time_for_a_cell_counts_for_other_courses() -> None:
    found = allowed("ps1", {}, timeout=100)
    assert (found.cell_s, found.submission_s, found.cpu_s) == (100, 400, 400)
    assert allowed("03-attention", {}, timeout=100) == DEFAULTS
    none = allowed("ps1", {}, timeout=None)
    assert none.cell_s == none.submission_s == none.cpu_s == NO_LIMIT_S


TIMES = {
    "c.Execute.timeout = 90": 90,
    "c.ExecutePreprocessor.timeout = 90": 90,
    "c.NotebookClient.timeout = 90": 90,
    "c.NotebookClient.timeout = 90\nc.Execute.timeout = 7": 7,
    "c.ExecutePreprocessor.timeout = -1": None,
    "c.Execute.timeout = None": None,
    "": 30,
}


@pytest.mark.parametrize("line", TIMES)
def test_the_time_of_a_cell_is_what_nbgrader_makes_of_the_configuration(
    line: str, tmp_path: Path
) -> None:
    (tmp_path / "nbgrader_config.py").write_text(f"c = get_config()\n{line}\n")
    assert place(tmp_path).cell_s == TIMES[line]


def test_the_configuration_is_read_from_every_place_that_nbgrader_reads(tmp_path: Path) -> None:
    """nbgrader itself is the oracle."""
    shared, root = tmp_path / "shared", tmp_path / "course"
    for folder in (shared, root):
        folder.mkdir()
    everywhere = "c = get_config()\nc.Execute.startup_timeout = 1\nc.Execute.timeout = 1\n"
    (shared / "jupyter_config.py").write_text(f"{everywhere}c.CourseDirectory.course_id = 'j'\n")
    (shared / "nbgrader_config.py").write_text("c = get_config()\nc.Execute.timeout = 2\n")
    (shared / "nbgrader_config.json").write_text('{"Execute": {"kernel_name": "k"}}')
    own = "import beside\nc = get_config()\nc.Execute.timeout = beside.timeout\n"
    (root / "nbgrader_config.py").write_text(own)
    (root / "beside.py").write_text("timeout = 4\n")
    ours = (
        "from pathlib import Path; from autograder.records.place import place;"
        "print(place(Path.cwd()).config)"
    )
    stock = (
        "from nbgrader.apps.baseapp import NbGrader; app = NbGrader();"
        "app.initialize([], root='.'); app.config.pop('NbGrader', 0); print(app.config)"
    )
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(shared), "PYTHONPATH": str(ROOT)}
    said = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=root,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for program in (ours, stock)
    ]
    found, known = (
        {name: section for name, section in ast.literal_eval(text).items() if section}
        for text in said
    )
    assert found == known
    assert found["Execute"] == {"startup_timeout": 1, "timeout": 4, "kernel_name": "k"}
    assert found["CourseDirectory"] == {"course_id": "j"}


def test_the_course_s_own_settings_come_before_all() -> None:
    found = allowed("09-fine-tuning", {"cell_s": 7, "processes": 3.0}, timeout=100)
    assert (found.cell_s, found.processes) == (7.0, 3)
    assert type(found.processes) is int
    assert found.submission_s > DEFAULTS.submission_s


def test_a_lesson_asks_for_limits_that_there_are() -> None:
    assert NEEDS.keys() <= FOLDERS.keys()
    for name, needed in NEEDS.items():
        assert allowed(name, {}) == allowed(name, needed.limits)


def test_the_driver_plans_without_waiting_for_torch(tmp_path: Path) -> None:
    """Only the judges and the warm parent load it, at the same time; the driver starts both."""
    course = lesson_course(Course(ROOT), lesson("09-fine-tuning"), tmp_path / "course", 1)
    program = (
        "import sys; from pathlib import Path; from autograder.verbs.grade import tasks_of;"
        "from autograder.engine.grade import prepare;"
        "[prepare(task) for task in tasks_of(Path.cwd(), '09-fine-tuning')];"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=course, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "False"


def test_a_misspelt_limit_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownLimit, match=r"c\.AutograderLimits\.memory is no limit"):
        allowed("ps1", {"memory": 1})
    root = small_course(tmp_path / "course", {"ada": mixed(SMALL_ANSWERS, 1)[0]})
    config = root / "nbgrader_config.py"
    config.write_text(config.read_text() + "c.AutograderLimits.memory = 1\n")
    with pytest.raises(CannotGrade, match="memory_bytes"):
        tasks_of(root, SMALL)


def test_a_course_sets_limits_in_its_configuration(tmp_path: Path) -> None:
    root = small_course(tmp_path / "course", {"ada": mixed(SMALL_ANSWERS, 1)[0]})
    config = root / "nbgrader_config.py"
    config.write_text(
        config.read_text() + "c.Execute.timeout = 90\nc.AutograderLimits.files = 10\n"
    )
    (task,) = tasks_of(root, SMALL)
    assert (task.limits.cell_s, task.limits.files) == (90, 10)


def test_a_student_whose_name_is_no_text_is_named_and_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = dict.fromkeys(("ada", os.fsdecode(b"b\xffb")), mixed(SMALL_ANSWERS, 1)[0])
    (task,) = tasks_of(small_course(tmp_path / "course", answers), SMALL)
    assert [student for student, _ in task.folders] == ["ada"]
    assert "'b\\udcffb' was left out" in capsys.readouterr().err
