"""`autograder check`: the full grade of a learner's notebook, hidden tests included."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder import lessons

if TYPE_CHECKING:
    from autograder.exercise import Lesson
    from autograder.result import GradeResult
    from autograder.selfstudy.execute import Executed, Tell
    from autograder.selfstudy.find import Work


def add(commands: Any) -> None:
    """Declare the verb."""
    verb = commands.add_parser("check", help="the full grade of your notebook, hidden tests too")
    verb.add_argument("lesson", help="a lesson, such as 03-attention")
    verb.add_argument("--notebook", metavar="FILE", help="your notebook, if it is elsewhere")
    verb.add_argument("--html", metavar="FILE", help="write the report as a page, too")
    verb.add_argument("--json", action="store_true", help="one JSON object")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Grade and report; 0 where every automatic point is earned, else 1."""
    from autograder.records import report
    from autograder.selfstudy import find
    from autograder.selfstudy.grade import grade

    lesson = lessons.lesson(arguments.lesson)
    home = find.course_or_none()
    path = find.notebook_path(lesson, arguments.notebook, home)
    home = home or find.course_or_none(path.parent)
    work = find.work(lesson, path, home)
    result = grade(work, _executed(work, find.grading_seed(home), quiet=arguments.json))
    remember(lesson, result)
    found = report.as_dict(result)
    if arguments.html:
        page = report.html(result, f"{lesson.id}: {lesson.title}")
        Path(arguments.html).write_text(page, encoding="utf-8")
    if arguments.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        _print(report.terminal(result))
    return 0 if found["ok"] else 1


def _executed(work: Work, seed: str, quiet: bool) -> Executed:
    from autograder.selfstudy.execute import execute

    with progress_of_cells(work, quiet) as tell:
        return execute(work.to_run, seed, work.files, tell)


@contextmanager
def progress_of_cells(work: Work, quiet: bool) -> Iterator[Tell]:
    """Show on stderr which cell runs."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True, quiet=quiet)
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task(f"reading {work.path.name}", total=len(work.to_run["cells"]))

        def tell(index: int, count: int) -> None:
            shown.update(task, completed=index, description=f"cell {index + 1} of {count}")

        yield tell


def remember(lesson: Lesson, result: GradeResult) -> None:
    """Count the check as a try of every exercise that was judged and written."""
    from autograder.records import progress

    names = {exercise.name for exercise in lesson.exercises}
    for cell in result.cells:
        if cell.name in names and cell.points is not None and cell.status != "not-run":
            passed = cell.points >= cell.max_points
            if passed or not _is_untouched(cell.lines):
                progress.remember(lesson.id, cell.name, cell.points, cell.max_points, passed)


def _is_untouched(lines: tuple[str, ...]) -> bool:
    from autograder.judge.sentences import NOT_WRITTEN, UNANSWERED

    return any(NOT_WRITTEN in line or UNANSWERED in line for line in lines)


def _print(shown: list[Any]) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    for each in shown:
        console.print(each, soft_wrap=True)
