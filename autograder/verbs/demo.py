"""`autograder demo`: a made-up class in a temporary folder, graded, with report and feedback."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder import lessons
from autograder.course import course

if TYPE_CHECKING:
    from autograder.course.notebook import Notebook
    from autograder.exercise import Lesson
    from autograder.result import GradeResult

STUDENTS = 30
JOBS = 2
STAMP = "2026-01-15 12:00:00.000000 UTC"
CURIOUS = 'open("/etc/shadow").read()'
"""What one of the class tries to read."""


def add(commands: Any) -> None:
    """Declare the verb."""
    verb = commands.add_parser("demo", help="grade a made-up class in a temporary folder")
    verb.add_argument("lesson", nargs="?", default="03-attention")
    verb.add_argument("--students", type=int, default=STUDENTS)
    verb.add_argument("--jobs", type=int, default=JOBS)
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make the class, grade it as `autograder grade` does, and say where everything is."""
    from autograder.engine.grade import CannotGrade, Options
    from autograder.engine.session import MachineryGone
    from autograder.verbs import grade

    lesson = lessons.lesson(arguments.lesson)
    root = make(course.find(), lesson, arguments.students)
    try:
        tasks = grade.tasks_of(root, lesson.id)
        results = grade.grade(root, tasks, Options(jobs=arguments.jobs), quiet=False)
    except (CannotGrade, MachineryGone) as error:
        print(error, file=sys.stderr)
        return 2
    grade._report(root, lesson.id, results, as_json=False)
    page = f"{_instructive(results)}/{lesson.id}/{lesson.notebook}.html"
    print(f"The class: {root}")
    print(f"Feedback for one of them: {root / 'feedback' / page}")
    return 0


def _instructive(results: tuple[GradeResult, ...]) -> str:
    """A student whose page names a cause, or else any."""
    named = (r.student for r in results if any(cell.cause for cell in r.cells))
    return next(named, results[0].student)


def make(home: course.Course, lesson: Lesson, students: int) -> Path:
    """A course folder with one assignment and the submissions of a class; its path."""
    root = Path(tempfile.mkdtemp(prefix="autograder-demo-"))
    shutil.copyfile(home.config, root / course.CONFIG)
    for step in ("source", "release"):
        shutil.copytree(home.root / step / lesson.id, root / step / lesson.id)
    for student, data in _class(home, lesson, students):
        folder = root / "submitted" / student / lesson.id
        folder.mkdir(parents=True)
        (folder / f"{lesson.notebook}.ipynb").write_bytes(data)
        (folder / "timestamp.txt").write_text(STAMP, encoding="utf-8")
    return root


def _class(home: course.Course, lesson: Lesson, students: int) -> list[tuple[str, bytes]]:
    """Honest students of every kind, and the last three of another: see `_odd`."""
    from autograder.course.notebook import dumps, read
    from autograder.course.variants import variants
    from autograder.engine.madeclass import made_class

    name = f"{lesson.notebook}.ipynb"
    master, release = (read(f / name) for f in (home.source(lesson.id), home.release(lesson.id)))
    odd = _odd(lesson, master)[: max(0, students - 1)]
    made = made_class(lesson, master, release, variants(lesson, home.root), students - len(odd))
    return [*((student, dumps(notebook).encode()) for student, notebook in made), *odd]


def _odd(lesson: Lesson, master: Notebook) -> list[tuple[str, bytes]]:
    """A file cut short, a curious answer, and one that does not end."""
    from autograder.course.notebook import dumps
    from autograder.course.rebuild import replace_answer
    from autograder.exercise import Exercise

    name = next(item.name for item in lesson.exercises if isinstance(item, Exercise))
    curious = f"def {name}(*args):\n    raise ValueError({CURIOUS})\n"
    endless = f"def {name}(*args):\n    while True:\n        pass\n"
    return [
        ("cut-short", dumps(master).encode()[:-500]),
        ("curious", dumps(replace_answer(master, name, curious)).encode()),
        ("endless", dumps(replace_answer(master, name, endless)).encode()),
    ]
