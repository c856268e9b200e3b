"""A class from an empty machine to exported marks: every command of the instructor's guide.

The guide's blocks run in order, in the terminals of an instructor and of a student who share an
exchange. Between them the student writes answers and more students hand in their notebooks.
"""

from __future__ import annotations

import getpass
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from autograder.course.course import Course
from autograder.course.notebook import write
from autograder.exercise import Lesson
from autograder.given.downloads import cache_folder
from autograder.lessons import lesson, lessons
from tests.house import answers, guide, tree
from tests.house.answers import HandedIn
from tests.house.server import running
from tests.house.shell import Shell

ADDRESS = "https://example.org/language-models-by-hand.git"
OFFLINE = Path(__file__).with_name("offline")
BIN = Path(sys.executable).parent
FOLLOWED = "03-attention"
"""The assignment that the guide follows."""
SUBMITTED = "2026-01-31 12:00:00.000000 UTC"
STUDENT = getpass.getuser()
"""nbgrader calls a student by the name of the account."""


@dataclass
class Classroom:
    """What is left when the class is over."""

    folder: Path
    printed: dict[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    handed_in: dict[tuple[str, str], HandedIn] = field(default_factory=dict)

    @property
    def course(self) -> Course:
        """The instructor's course."""
        return Course(self.folder / "instructor" / "language-models-by-hand")

    @property
    def desk(self) -> Path:
        """The folder where the student works."""
        return self.folder / "student" / "desk"

    @property
    def tried_network(self) -> Path:
        """What tried to reach the network, if anything did."""
        return self.folder / "tried-network"

    def environment(self, person: str) -> dict[str, str]:
        """The environment of a person's terminal: an own home, a shared exchange, no network."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "AUTOGRADER"))}
        git = {"COUNT": "1", "KEY_0": f"url.{self.folder}/origin.insteadOf", "VALUE_0": ADDRESS}
        return {
            **kept,
            "HOME": str(self.folder / person),
            "PATH": os.pathsep.join(map(str, (self.folder / "shims", BIN, os.environ["PATH"]))),
            "EXCHANGE": str(self.folder / "exchange"),
            "PYTHONPATH": str(OFFLINE),
            "AUTOGRADER_TRIED_NETWORK": str(self.tried_network),
            "AUTOGRADER_CACHE": str(cache_folder()),  # fetched before the tests, else in a home
            "HF_HUB_OFFLINE": "1",
            "OMP_WAIT_POLICY": "passive",
            **{f"GIT_CONFIG_{key}": value for key, value in git.items()},
        }


def hold(folder: Path) -> Classroom:
    """Hold the whole class in `folder`."""
    room = Classroom(folder)
    _prepare(room)
    shells = {
        False: Shell(folder / "instructor", room.environment("instructor")),
        True: Shell(folder / "student" / "course", _student_environment(room)),
    }
    before = {"make install": _link_environment, "make teach": _teach, **_events(shells[True])}
    for block in guide.blocks():
        command = block.commands.strip().splitlines()[0]
        before.get(command, _nothing)(room)
        if command != "make teach":
            room.printed[block.commands] = shells[block.of_student].run(block.commands)
    _other_lessons(room, shells[False])
    for shell in shells.values():
        shell.close()
    return room


def _nothing(_room: Classroom) -> None:
    """Nothing happens before most blocks."""


def _events(student: Shell) -> dict[str, Callable[[Classroom], None]]:
    """What people do between the commands, by the first line of the next block."""
    return {
        "nbgrader fetch_assignment 03-attention": lambda _: student.run("cd ~/desk") and None,
        "nbgrader validate 03-attention/attention.ipynb": _write_answers,
        "nbgrader collect 03-attention": _submit_others,
        "nbgrader generate_feedback 03-attention": _grade_essays,
    }


def _prepare(room: Classroom) -> None:
    for name in ("instructor", "student/desk", "shims", "exchange"):
        (room.folder / name).mkdir(parents=True)
    room.tried_network.touch()
    sudo = room.folder / "shims" / "sudo"
    sudo.write_text(f'#!/bin/sh\necho "$@" >> {room.folder}/installed\n')
    sudo.chmod(0o755)
    origin = tree.copy(room.folder / "origin")
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@example.org"]
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "course"]):
        subprocess.run([*git, *command], cwd=origin, check=True)
    copy = shutil.copytree(origin, room.folder / "student" / "course")
    shutil.rmtree(copy / "source")


def _student_environment(room: Classroom) -> dict[str, str]:
    """A student's pip finds the dependencies that are installed here, and no network."""
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    environment = room.environment("student")
    return {
        **environment,
        "PYTHONPATH": os.pathsep.join([environment["PYTHONPATH"], packages]),
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads this one upside down: no isolation
    }


def _link_environment(room: Classroom) -> None:
    """This Python environment as the instructor's .venv, so that nothing is downloaded."""
    environment = room.course.root / ".venv"
    environment.mkdir()
    for entry in Path(sys.prefix).iterdir():
        if not entry.name.startswith(".installed"):
            (environment / entry.name).symlink_to(entry)
    for stamp in (".installed", ".installed-dev"):
        (environment / stamp).touch()


def _teach(room: Classroom) -> None:
    """Look at the formgrader as `make teach` opens it."""
    home = room.folder / "instructor"
    settings = {"ServerApp": {"open_browser": False, "port": 0}}
    (home / ".jupyter" / "jupyter_server_config.json").write_text(json.dumps(settings))
    environment, log = room.environment("instructor"), home / "jupyterlab.log"
    with running(["make", "teach"], room.course.root, environment, log) as server:
        for page in ("formgrader", "formgrader/api/assignments"):
            room.pages[page] = server.get(page)


def _write_answers(room: Classroom) -> None:
    """The student solves the lesson."""
    followed = lesson(FOLLOWED)
    done = answers.solved(room.course, followed)
    room.handed_in[STUDENT, FOLLOWED] = done
    write(done.notebook, room.desk / FOLLOWED / f"{followed.notebook}.ipynb")


KINDS = {
    "untouched": answers.untouched,
    "first-mistakes": partial(answers.mistaken, number=0),
    "last-mistakes": partial(answers.mistaken, number=-1),
}
"""What other students hand in; one kind of mistakes is enough for all lessons but the first."""


def kinds(assignment: str) -> list[str]:
    """What other students hand in of a lesson."""
    return [kind for kind in KINDS if assignment == FOLLOWED or kind != "first-mistakes"]


def _others(room: Classroom, assignment: Lesson) -> dict[str, HandedIn]:
    others = {kind: KINDS[kind](room.course, assignment) for kind in kinds(assignment.id)}
    room.handed_in.update({(name, assignment.id): done for name, done in others.items()})
    return others


def _submit_others(room: Classroom) -> None:
    """Other accounts hand in through the exchange; it holds what their `nbgrader submit` makes."""
    assignment = lesson(FOLLOWED)
    inbound = room.folder / "exchange" / "language-models-by-hand" / "inbound"
    for name, done in _others(room, assignment).items():
        folder = inbound / f"{name}+{FOLLOWED}+{SUBMITTED}+{name}"
        folder.mkdir()
        write(done.notebook, folder / f"{assignment.notebook}.ipynb")
        (folder / "timestamp.txt").write_text(SUBMITTED)
        (folder / "submission_secret.txt").write_text(f"secret of {name}")


def _grade_essays(room: Classroom) -> None:
    """The instructor gives full points to each written answer, as the formgrader would."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{room.course.root / 'gradebook.db'}") as gradebook:
        submission = gradebook.find_submission(FOLLOWED, STUDENT)
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                if grade.needs_manual_grade:
                    grade.manual_score = grade.max_score
                    grade.needs_manual_grade = False
        gradebook.db.commit()


def _other_lessons(room: Classroom, instructor: Shell) -> None:
    """Every other lesson, without the exchange, graded by this course's own grader."""
    for other in lessons():
        if other.id != FOLLOWED:
            instructor.run(f"nbgrader generate_assignment {other.id}")
            solved = answers.solved(room.course, other)
            room.handed_in["solved", other.id] = solved
            for name, done in {"solved": solved, **_others(room, other)}.items():
                folder = room.course.root / "submitted" / name / other.id
                folder.mkdir(parents=True)
                write(done.notebook, folder / f"{other.notebook}.ipynb")
            room.printed[other.id] = instructor.run(f"autograder grade {other.id} --json")
