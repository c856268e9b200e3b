"""`autograder feedback`: every student's page anew, with the marks and comments given by hand."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from autograder.course import course


def add(commands: Any) -> None:
    """Declare the verb."""
    verb = commands.add_parser("feedback", help="write feedback anew, with marks given by hand")
    verb.add_argument("lesson", help="an assignment, such as 03-attention")
    verb.add_argument("--course", metavar="DIR", type=Path, help="a course folder of nbgrader")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the pages; 1 where nothing has been graded yet."""
    root = arguments.course.resolve() if arguments.course else course.find().root
    pages = write(root, arguments.lesson)
    if not pages:
        print(
            f"Nothing of {arguments.lesson} has been graded here: run "
            f"`autograder grade {arguments.lesson}` first.",
            file=sys.stderr,
        )
        return 1
    print(f"{len(pages)} pages of feedback, the first: {pages[0]}")
    print(f"Hand them out with: nbgrader release_feedback {arguments.lesson}")
    return 0


def write(root: Path, assignment: str) -> list[Path]:
    """Write feedback from the last result of each student; the pages' paths."""
    from autograder.engine.runlog import RunLog
    from autograder.engine.steps import headings
    from autograder.records.feedback import write_feedback
    from autograder.records.place import place

    told = headings(assignment)
    return [
        write_feedback(root, entry.result, notebook=name, titles=told.titles, title=told.title)
        for name in place(root).notebooks(assignment)
        for _, entry in sorted(RunLog(root, assignment, name).past().entries.items())
    ]
