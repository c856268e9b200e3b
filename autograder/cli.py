"""The command line: `autograder VERB`. Every verb lives in its own module of `autograder.verbs`."""

from __future__ import annotations

import argparse
import errno
import io
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from autograder.course.course import NoCourse
from autograder.course.notebook import UnreadableNotebook
from autograder.lessons import UnknownName
from autograder.lessons.sheet import BadSheet
from autograder.verbs import (
    attack,
    bench,
    check,
    demo,
    doctor,
    feedback,
    grade,
    progress,
    quality,
    solution,
)

VERBS = (check, progress, solution, doctor, quality, bench, grade, feedback, attack, demo)
"""Modules with `add(commands)`, which declares the verb and its function."""
SLOW_GRAMMAR = "rfc3987_syntax"
"""What jsonschema loads where it is there, to check addresses that no notebook holds.

It takes 1.9 seconds of a processor, a third of what a command of nbgrader's own takes to begin.
"""
USAGE_STATUS = 2
INTERRUPTED_STATUS = 130
UNHEARD_STATUS = 141
"""What a shell says of a program whose reader is gone (`| head -1`)."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status: 0, 1 below a bar, 2 where it cannot be done."""
    _spell_out()
    try:
        try:
            return _run(argv)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        _let_go()
        return UNHEARD_STATUS
    except OSError as error:
        if error.errno != errno.ENOSPC or error.filename is not None:
            raise
        _let_go()
        print(f"The output could not be written: {error.strerror}.", file=sys.stderr)
        return USAGE_STATUS


def _spell_out() -> None:
    """Let an output that lacks a letter show it in ASCII."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def _let_go() -> None:
    """Send what cannot be written nowhere, so that the end of the program does not try again."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            with suppress(OSError), Path(os.devnull).open("w") as nowhere:
                os.dup2(nowhere.fileno(), stream.fileno())


def _run(argv: Sequence[str] | None) -> int:
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # before torch: waiting threads sleep
    sys.modules.setdefault(SLOW_GRAMMAR, None)  # type: ignore[arg-type]  # "is not installed"
    arguments = parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except (UnknownName, NoCourse, UnreadableNotebook, BadSheet) as error:
        print(error, file=sys.stderr)
        return USAGE_STATUS
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED_STATUS


def parser() -> argparse.ArgumentParser:
    """What may be written after `autograder`."""
    whole = argparse.ArgumentParser(
        prog="autograder", description="Check, grade and follow the lessons of this course."
    )
    commands = whole.add_subparsers(metavar="COMMAND", required=True)
    for verb in VERBS:
        verb.add(commands)
    return whole


if __name__ == "__main__":
    sys.exit(main())
