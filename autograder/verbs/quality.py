"""`autograder quality`: does the judging catch and name mistakes, and accept what is right?"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder import lessons
from autograder.course import course

if TYPE_CHECKING:
    from autograder.quality import Counts, Item


def add(commands: Any) -> None:
    """Declare the verb."""
    verb = commands.add_parser("quality", help="try every known mistake and every variant")
    verb.add_argument("lesson", nargs="?", help="one lesson; without it, all")
    form = verb.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object")
    form.add_argument("--markdown", action="store_true", help="the table of the README")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the counts; 1 where a bar is not reached."""
    from autograder.quality import as_json, as_markdown, measure, total

    chosen = (lessons.lesson(arguments.lesson),) if arguments.lesson else lessons.lessons()
    found = measure(chosen, root())
    if arguments.json:
        items = tuple(found)
        print(json.dumps(as_json(items), ensure_ascii=False))
    elif arguments.markdown:
        items = tuple(found)
        print(as_markdown(items), end="")
    else:
        items = show(found)
    return 0 if total(item.counts for item in items).ok else 1


def root() -> Path:
    """The course around the current folder, else the one this package was installed from."""
    try:
        return course.find().root
    except course.NoCourse:
        return Path(__file__).resolve().parents[2]


def show(found: Iterable[Item]) -> tuple[Item, ...]:
    """Show a table that grows while exercises are tried; then what went wrong."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    from autograder.quality import total

    console = Console()
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as waiting:
        task = waiting.add_task("trying every mistake and variant")
        items = tuple(_told(found, lambda name: waiting.update(task, description=name)))
    console.print(table(items, total(item.counts for item in items)))
    for item in items:
        for problem in item.problems:
            console.print(f"{item.exercise}: {problem}", markup=False, highlight=False)
    return items


def _told(found: Iterable[Item], tell: Any) -> Iterator[Item]:
    for item in found:
        tell(f"tried {item.exercise}")
        yield item


def table(items: Iterable[Item], whole: Counts) -> Any:
    """The counts as a table for the terminal."""
    from rich.table import Table

    shown = Table("lesson", "exercise")
    for name in ("caught", "named", "accepted"):
        shown.add_column(name, justify="right")
    for item in items:
        shown.add_row(item.lesson, item.exercise, *shares(item.counts))
    shown.add_section()
    shown.add_row("total", "", *shares(whole))
    return shown


def shares(c: Counts) -> tuple[str, str, str]:
    """The three counts as `caught/mistakes`, `named/mistakes`, `accepted/variants`."""
    return (f"{c.caught}/{c.mistakes}", f"{c.named}/{c.mistakes}", f"{c.accepted}/{c.variants}")
