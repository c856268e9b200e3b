"""`autograder doctor`: what is wrong with an installation, and the command that mends it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.given.downloads import Tell

NAMES = ("encoder", "smollm2")
"""What `--fetch` gets."""


def add(commands: Any) -> None:
    """Declare the verb."""
    verb = commands.add_parser("doctor", help="what is wrong with an installation")
    verb.add_argument("--json", action="store_true", help="one JSON object")
    fetching = "get the encoder of lesson 09 (84 MB) and the language model SmolLM2 (93 MB)"
    verb.add_argument("--fetch", action="store_true", help=fetching)
    verb.add_argument(
        "--without", action="append", default=[], choices=NAMES, help="with --fetch: leave this out"
    )
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Say what was looked at; 1 where something is wrong."""
    if arguments.fetch:
        return fetch(arguments.without)
    if arguments.without:
        print("--without goes with --fetch.", file=sys.stderr)
        return 2
    from autograder.selfstudy.doctor import examine
    from autograder.selfstudy.find import course_or_none

    found = examine(course_or_none())
    ok = all(symptom.ok for symptom in found)
    if arguments.json:
        print(json.dumps({"items": [asdict(symptom) for symptom in found], "ok": ok}))
        return 0 if ok else 1
    for symptom in found:
        print(f"{'ok ' if symptom.ok else 'BAD'} {symptom.name}: {symptom.sentence}")
        if not symptom.ok:
            print(f"    mend it with: {symptom.command}")
    print("Everything is in order." if ok else "Mend from the top; then run this again.")
    return 0 if ok else 1


def fetch(without: Sequence[str] = ()) -> int:
    """Get from the network what is not here yet, once; 1 where something cannot be had."""
    from autograder.given.downloads import Missing
    from autograder.given.fetched import DOWNLOADS

    status = 0
    for wanted in (each for name, each in DOWNLOADS.items() if name not in without):
        try:
            with _shown(wanted.name) as tell:
                place = wanted.fetch(tell)
            print(f"{wanted.title} for {wanted.lessons} is in {place}.", flush=True)
        except Missing as missing:
            print(missing, file=sys.stderr)
            status = 1
    return status


@contextmanager
def _shown(name: str) -> Iterator[Tell]:
    """Show in a terminal what is done, how much of it, and for how long."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(name, total=None)

        def tell(doing: str, done: int, total: int) -> None:
            size = f" {done / 1e6:.0f} of {total / 1e6:.0f} MB" if total else ""
            told = f"{name}: {doing}{size}"
            bar.update(task, description=told, completed=done, total=total or None)

        yield tell
