"""`autograder quality`: does the judging catch and name mistakes, and accept what is right?"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder import lessons
from autograder.course import course

if TYPE_CHECKING:
    from autograder.exercise import Lesson
    from autograder.proof.quality import Counts, Item


def add(commands: Any) -> None:
    """Declare the verb."""
    verb = commands.add_parser("quality", help="try every known mistake and every variant")
    verb.add_argument("lesson", nargs="?", help="one lesson; without it, all")
    sweep = verb.add_mutually_exclusive_group()
    sweep.add_argument("--mutants", action="store_true", help="every small change of an answer")
    sweep.add_argument(
        "--seeds", type=_at_least(1), metavar="N", help="every answer with N grading seeds"
    )
    verb.add_argument("--jobs", type=_at_least(0), default=0, help="processes; one on each core")
    form = verb.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object")
    form.add_argument("--markdown", action="store_true", help="the table of the README")
    verb.set_defaults(run=run)


def _at_least(least: int) -> Callable[[str], int]:
    """A whole number of an argument, not below `least`."""

    def number(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text} is no whole number from {least} on")
        return int(text)

    return number


def run(arguments: argparse.Namespace) -> int:
    """Print the counts; 1 where a bar is not reached."""
    from autograder.proof.quality import as_json, as_markdown, measure, ok

    chosen = (lessons.lesson(arguments.lesson),) if arguments.lesson else lessons.lessons()
    if arguments.mutants or arguments.seeds:
        return _sweep(arguments, chosen)
    found = measure(chosen, root())
    if arguments.json:
        items = tuple(found)
        print(json.dumps(as_json(items), ensure_ascii=False))
    elif arguments.markdown:
        items = tuple(found)
        print(as_markdown(items), end="")
    else:
        items = show(found)
    return 0 if ok(items) else 1


def _sweep(arguments: argparse.Namespace, chosen: tuple[Lesson, ...]) -> int:
    """Print what a sweep finds, and keep it; 1 where a mutant lives or a verdict changes."""
    from autograder.proof import sweep

    name = "mutants" if arguments.mutants else "seeds"
    sweep.ready(root(), name, chosen)
    seeds = [sweep.SEED] if arguments.mutants else sweep.drawn(arguments.seeds)
    found: dict[str, list[Any]] = {}
    with _waiting() as tell:
        checks = (sweep.broken(lesson, root(), seeds, arguments.jobs, tell) for lesson in chosen)
        if broken := [sentence for check in checks for sentence in check]:
            print("\n".join(broken), "Nothing was swept.", sep="\n", file=sys.stderr)
            return 1
        for lesson in chosen:
            found[lesson.id] = list(
                sweep.sweep_mutants(lesson, root(), arguments.jobs, tell)
                if arguments.mutants
                else sweep.sweep_seeds(lesson, root(), arguments.seeds, arguments.jobs, tell)
            )
    items = [item for each in found.values() for item in each]
    ok = all(item.ok for item in items)
    path = sweep.keep(root(), name, found)
    if arguments.json:
        rows = [{"lesson": lesson, **asdict(i)} for lesson, each in found.items() for i in each]
        print(json.dumps({"total": _sums(rows), "items": rows, "ok": ok}, ensure_ascii=False))
    else:
        _show_sweep(items)
        print(f"Written to {path}")
    return 0 if ok else 1


def _sums(rows: list[dict[str, Any]]) -> dict[str, int]:
    """The sums of all counts, and how many entries the lists have."""
    found: Counter[str] = Counter()
    for row in rows:
        for name, value in row.items():
            if not isinstance(value, str):
                found[name] += value if isinstance(value, int) else len(value)
    return dict(found)


def _show_sweep(items: list[Any]) -> None:
    """A line for each exercise, then what went wrong, each thing on a line of its own."""
    for item in items:
        row = asdict(item)
        counts = (f"{n} {len(v) if isinstance(v, tuple) else v}" for n, v in row.items())
        _, *rest = counts
        print(f"{item.exercise:<30}  {', '.join(rest).replace('_', ' ')}")
        for name, value in row.items():
            for line in value if isinstance(value, tuple) else ():
                print(f"    {name.replace('_', ' ')}: {line}")


@contextmanager
def _waiting() -> Iterator[Callable[[str], None]]:
    """A line that says what is being done, as long as it is."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as waiting:
        task = waiting.add_task("starting")
        yield lambda text: waiting.update(task, description=text)


def root() -> Path:
    """The course around the current folder, else the one this package was installed from."""
    try:
        return course.find().root
    except course.NoCourse:
        return Path(__file__).resolve().parents[2]


def show(found: Iterable[Item]) -> tuple[Item, ...]:
    """Show a table that grows while exercises are tried; then what went wrong."""
    from rich.console import Console

    from autograder.proof.quality import total

    console = Console()
    with _waiting() as tell:
        items = tuple(_told(found, tell))
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
