"""What a notebook only shows runs where somebody looks, never while it is graded or validated.

A picture or a demonstration is handed over as a function, which is not called there: so it costs
nothing, needs no model, and decides no mark.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path
from typing import TypeVar

from autograder.given.downloads import Missing

GRADING = ("autograde", "validate")
"""What nbgrader, and we, put into NBGRADER_EXECUTION while a notebook is not looked at."""
SKIPPED = "Not run while grading or validating: no mark depends on it."
MAX_MESSAGE = 300
"""Characters of an error's message that are shown."""
LIBRARIES = ("site-packages", "dist-packages", "/lib/python3", "\\Lib\\")
OWN_FILES = str(Path(__file__).resolve().parents[1])

T = TypeVar("T")


class Told(Exception):
    """What stopped a step, in one sentence that is shown as it is."""


class Stopped(KeyboardInterrupt):
    """Somebody has interrupted a step: a notebook says so in a word, without the way to it."""

    def _render_traceback_(self) -> list[str]:
        return ["Stopped."]


def step(run: Callable[[], T], *earlier: object) -> T | None:
    """What `run` gives; where something is missing or your function raises, one printed sentence.

    `earlier` are results of other steps that it needs. For what takes a while and shows something,
    but is no answer: it is not run while a notebook is graded or validated, and never stops one.
    """
    if skipped():
        return None
    if any(result is None for result in earlier):
        print("This step needs the result of an earlier one: make that run first.")
        return None
    return attempt(run, "step")


def skipped() -> bool:
    """Whether nothing is shown now, since a notebook is graded or validated; says so, if it is."""
    if os.environ.get("NBGRADER_EXECUTION") not in GRADING:
        return False
    print(SKIPPED)
    return True


def attempt(run: Callable[[], T], what: str) -> T | None:
    """What `run` gives; where it cannot, one printed sentence, and nothing on stderr.

    `what` is what the sentence calls it ("picture"). Raises Stopped where somebody interrupts it.
    """
    try:
        with redirect_stderr(sys.stdout):
            return run()
    except (Missing, Told) as told:
        print(told)
    except Exception as error:
        print(_sentence(error, what))
    except KeyboardInterrupt:
        raise Stopped from None
    return None


def _sentence(error: Exception, what: str) -> str:
    """What stopped it, and where to look: at a function, or at what it was given."""
    name = _learners_function(error)
    unwritten = error.name if isinstance(error, NameError) else None
    if isinstance(error, NotImplementedError):
        unwritten = name
    if unwritten:
        return f"This {what} needs `{unwritten}`: write it above, then run this cell again."
    told = in_a_line(error)
    if name:
        return f"This {what} stopped: `{name}` raised {told}. Look at it and at what it was given."
    return f"This {what} stopped: {told}. Look at the results and values that it uses."


def in_a_line(error: Exception) -> str:
    """The kind of an error and what it says: its first line, and the next where that announces it.

    >>> in_a_line(ValueError("Wrong in this place:\\n  the number\\n  and more."))
    'ValueError: Wrong in this place: the number'
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = " ".join(lines[: 2 if lines and lines[0].endswith(":") else 1])
    cut = said.rstrip(".") if len(said) <= MAX_MESSAGE else f"{said[:MAX_MESSAGE]} …"
    return f"{type(error).__name__}: {cut}" if cut else type(error).__name__


def _learners_function(error: Exception) -> str:
    """The innermost function or class of the notebook that the error passed through, or ""."""
    found = ""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        code, file = frame.f_code, frame.f_code.co_filename
        foreign = file.startswith(OWN_FILES) or any(part in file for part in LIBRARIES)
        unnamed = code.co_name.startswith("<") or code.co_qualname.startswith("<")
        if not foreign and not unnamed:
            found = code.co_qualname.split(".")[0]
    return found
