"""`autograder doctor`: what is wrong with an installation, and the command that mends it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
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
        return fetch(arguments.without, arguments.json)
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


def fetch(without: Sequence[str] = (), as_json: bool = False) -> int:
    """Get from the network what is not here yet, once; 1 where something cannot be had."""
    from autograder.given.downloads import FETCH, Missing
    from autograder.given.fetched import DOWNLOADS
    from autograder.selfstudy.doctor import Symptom

    found = []
    for name, wanted in DOWNLOADS.items():
        if name in without:
            continue
        try:
            with _shown(wanted.name) as tell:
                place = wanted.fetch(tell)
            sentence = f"{wanted.title} for {wanted.lessons} is in {place}."
            found.append(Symptom(name, True, sentence))
        except Missing as missing:
            found.append(Symptom(name, False, str(missing), FETCH))
        if not as_json:
            with suppress(BrokenPipeError):  # who listened is gone: the next one is fetched still
                stream = sys.stdout if found[-1].ok else sys.stderr
                print(found[-1].sentence, file=stream, flush=True)
    ok = all(symptom.ok for symptom in found)
    if as_json:
        print(json.dumps({"items": [asdict(symptom) for symptom in found], "ok": ok}))
    elif not found:
        print("Everything was left out: nothing is fetched.")
    return 0 if ok else 1


@contextmanager
def _shown(name: str) -> Iterator[Tell]:
    """Show in a terminal what is done, how much of it, and for how long; elsewhere, that it is."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    begun: list[str] = []
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(name, total=None)

        def tell(doing: str, done: int, total: int) -> None:
            size = f" {done / 1e6:.0f} of {total / 1e6:.0f} MB" if total else ""
            bar.update(
                task, description=f"{name}: {doing}{size}", completed=done, total=total or None
            )
            if bar.disable and not begun:
                begun.append(doing)
                with suppress(BrokenPipeError):
                    print(f"{name}: fetching it ...", file=sys.stderr, flush=True)

        yield tell
