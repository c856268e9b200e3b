"""`autograder grade`: a whole class, in a jail, into nbgrader's own gradebook."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.course import course
from autograder.lessons import FOLDERS

if TYPE_CHECKING:
    from autograder.course.notebook import Notebook
    from autograder.engine.grade import Options, Task
    from autograder.engine.steps import Headings
    from autograder.records.place import Place
    from autograder.result import GradeResult
    from autograder.worker.limits import Limits

REFUSED_STATUS = 2
MOST_JOBS = 64


def add(commands: Any) -> None:
    """Declare the verb."""
    verb = commands.add_parser("grade", help="grade a class into nbgrader's gradebook")
    verb.add_argument("lesson", help="an assignment, such as 03-attention")
    verb.add_argument("--students", metavar="GLOB", default="*", help="only these students")
    verb.add_argument("--jobs", metavar="N", type=_jobs, default=os.cpu_count() or 1)
    verb.add_argument("--only", choices=("failed", "changed"), default="all", help="only these")
    verb.add_argument("--course", metavar="DIR", type=Path, help="a course folder of nbgrader")
    verb.add_argument("--dry-run", action="store_true", help="say what would be graded")
    verb.add_argument("--json", action="store_true", help="one JSON object")
    verb.add_argument(
        "--trust-submissions", action="store_true", help="grade also without a strict jail"
    )
    verb.set_defaults(run=run)


def _jobs(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MOST_JOBS:
        raise argparse.ArgumentTypeError(f"from 1 to {MOST_JOBS}")
    return number


def run(arguments: argparse.Namespace) -> int:
    """Grade and report; 0 where every submission has a score, else 1."""
    from autograder.engine.grade import CannotGrade, Options
    from autograder.engine.runlog import AlreadyRunning
    from autograder.engine.session import MachineryGone
    from autograder.records.gradebook import GradebookUnavailable

    options = Options(
        arguments.students, arguments.jobs, arguments.only, arguments.trust_submissions
    )
    root = arguments.course.resolve() if arguments.course else course.find().root
    try:
        tasks = tasks_of(root, arguments.lesson)
        if arguments.dry_run:
            return _say_plan(tasks, options, arguments.json)
        results = grade(root, tasks, options, quiet=arguments.json)
    except (CannotGrade, AlreadyRunning, MachineryGone, GradebookUnavailable) as error:
        print(error, file=sys.stderr)
        return REFUSED_STATUS
    if not results and not arguments.json:
        print("There is nothing to grade: the last report stands.")
        return 0
    return _report(root, tasks[0].assignment, results, arguments.json)


def tasks_of(root: Path, lesson: str) -> tuple[Task, ...]:
    """One task for each notebook of the assignment; raises CannotGrade."""
    from autograder.engine.grade import CannotGrade, Task
    from autograder.records.place import place, students_with
    from autograder.selfstudy.find import grading_seed

    here = place(root)
    assignment = _assignment(root, lesson)
    names = here.notebooks(assignment)
    if not names:
        raise CannotGrade(f"{root} has no assignment {assignment} in its source or release folder.")
    folders = _with_names(students_with(here, assignment))
    if not folders:
        raise CannotGrade(f"Nobody has handed in {assignment}: run `nbgrader collect` first.")
    source, release = (here.own_folder(step, assignment) for step in ("source", "release"))
    seed = grading_seed(course.Course(root))
    limits = _limits(here, assignment)
    return tuple(
        Task(
            root,
            assignment,
            name,
            source / f"{name}.ipynb",
            release / f"{name}.ipynb",
            folders,
            seed,
            limits,
            _master(here, source / f"{name}.ipynb", assignment, name),
            tuple(other for other in names if other != name),
        )
        for name in names
    )


def _master(here: Place, path: Path, assignment: str, name: str) -> Notebook | None:
    """The notebook that nbgrader would save; None where there is no source. Raises CannotGrade."""
    from autograder.course.notebook import UnreadableNotebook, read
    from autograder.engine.grade import CannotGrade
    from autograder.records.cells import CannotGenerate, saved

    try:
        return saved(here, read(path), assignment, name) if path.exists() else None
    except (CannotGenerate, UnreadableNotebook) as error:
        raise CannotGrade(str(error)) from error


def _with_names(folders: tuple[tuple[str, Path], ...]) -> tuple[tuple[str, Path], ...]:
    """Leave out, and say so, students whose folder's name no gradebook can hold."""
    odd = {name for name, _ in folders if name.encode("utf-8", "replace") != os.fsencode(name)}
    for student in sorted(odd):
        print(f"{student!a} was left out: rename the folder in plain text.", file=sys.stderr)
    return tuple(each for each in folders if each[0] not in odd)


def _limits(here: Place, assignment: str) -> Limits:
    """The limits that the course's configuration asks for; raises CannotGrade."""
    from autograder.engine.allowed import SECTION, UnknownLimit, allowed
    from autograder.engine.grade import CannotGrade

    try:
        return allowed(assignment, dict(here.config[SECTION]), here.cell_s)
    except UnknownLimit as error:
        raise CannotGrade(str(error)) from None


def _assignment(root: Path, lesson: str) -> str:
    """The assignment's folder; a lesson of this course may be named by its number or word."""
    if (root / "source" / lesson).is_dir() or (root / "release" / lesson).is_dir():
        return lesson
    short = (id_ for id_, name in FOLDERS.items() if lesson in (name, id_.split("-")[0]))
    return next(short, lesson)


def grade(
    root: Path, tasks: tuple[Task, ...], options: Options, quiet: bool
) -> tuple[GradeResult, ...]:
    """Grade all notebooks of an assignment, each result into the gradebook as it comes."""
    from autograder.engine import grade as engine
    from autograder.records import gradebook

    engine.check_tier(options.trust)
    gradebook.backup(root)
    found: list[GradeResult] = []
    for task in tasks:
        with _progress(task, options, quiet) as seen:
            found += engine.run(task, options, _writer(task), seen)
    return _merged(found)


def _writer(task: Task) -> Callable[[GradeResult, Headings], None]:
    """Writes a result of this notebook into the gradebook, and the student's feedback."""
    from autograder.course.notebook import read
    from autograder.records import feedback, gradebook

    master, folders = read(task.source), dict(task.folders)

    def write(result: GradeResult, headings: Headings) -> None:
        shown = _handed_in(task, result.student, folders) if result.more else None
        gradebook.write_result(task.course, result, master, notebook=task.name, rebuilt=shown)
        feedback.write_feedback(
            task.course,
            result,
            notebook=task.name,
            titles=headings.titles,
            title=headings.title,
        )

    return write


def _handed_in(task: Task, student: str, folders: Mapping[str, Path]) -> Notebook | None:
    """The notebook that was run, with the student's own cells and pictures."""
    from autograder.course.intake import take
    from autograder.course.notebook import UnreadableNotebook, read
    from autograder.course.rebuild import rebuild

    try:
        submission = take(folders[student], task.name, task.others).notebook
    except (UnreadableNotebook, KeyError):  # it was taken away meanwhile
        return None
    return rebuild(task.master or read(task.source), read(task.release), submission).notebook


@contextmanager
def _progress(task: Task, options: Options, quiet: bool) -> Iterator[Callable[[GradeResult], None]]:
    """A bar on stderr with count, time left and the submissions without a score so far."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    from autograder.engine import grade as engine

    todo = engine.planned(task, options, engine.prepare(task)[1])
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Left())
    trouble: list[str] = []
    with Progress(*columns, console=Console(stderr=True, quiet=quiet)) as shown:
        bar = shown.add_task(task.name, total=len(todo.jobs) + len(todo.unwritten))
        if todo.kept:
            shown.console.print(f"{todo.kept} were graded before the interruption.")

        def seen(result: GradeResult) -> None:
            if result.status != "graded":
                trouble.append(result.student)
            failures = f" ({len(trouble)} without a score)" if trouble else ""
            shown.update(bar, advance=1, description=f"{task.name}{failures}")

        yield seen


def _merged(results: list[GradeResult]) -> tuple[GradeResult, ...]:
    """One result for each student, over all notebooks of the assignment."""
    merged: dict[str, GradeResult] = {}
    for result in results:
        before = merged.get(result.student)
        if before is None or result.status != "graded":
            merged[result.student] = result
        elif before.status == "graded":
            merged[result.student] = replace(
                before,
                cells=before.cells + result.cells,
                answers=before.answers + result.answers,
                findings=before.findings + result.findings,
                seconds=before.seconds + result.seconds,
            )
    return tuple(merged[student] for student in sorted(merged))


def _say_plan(tasks: tuple[Task, ...], options: Options, as_json: bool) -> int:
    from autograder.engine import grade as engine
    from autograder.worker import probe

    found = {t.name: engine.planned(t, options, engine.prepare(t)[1]) for t in tasks}
    tier = probe.probe().tier
    if as_json:
        names = {name: [job.student for job in todo.jobs] for name, todo in found.items()}
        print(json.dumps({"tier": tier, "would_grade": names}))
        return 0
    for name, todo in found.items():
        print(f"{name}: {len(todo.jobs)} to grade, in a {tier} jail.")
        for job in todo.jobs:
            print(f"  {job.student}")
    return 0


def _report(root: Path, assignment: str, results: tuple[GradeResult, ...], as_json: bool) -> int:
    from autograder.records import gradereport, gradereport_forms

    told = gradereport.report(assignment, results)
    page = gradereport_forms.write(root, told)
    if as_json:
        print(json.dumps(gradereport.as_dict(told), ensure_ascii=False))
    else:
        from rich.console import Console

        console = Console(highlight=False)
        for each in gradereport_forms.terminal(told):
            console.print(each)
        console.print(f"The whole report: {page}", soft_wrap=True)
    return 0 if len(told.graded) == len(told.lines) else 1
