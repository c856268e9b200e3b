"""Drawing with a learner's code that may not be written yet."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path

from autograder.given.figures.picture import Picture
from autograder.worker.timer import TimeLimit, time_limit

FIGURE_LIMIT_S = 20.0
"""Seconds that drawing one picture may take."""
MAX_MESSAGE = 200
"""Characters of an error's message that are shown."""
LIBRARIES = ("site-packages", "dist-packages", "/lib/python3", "\\Lib\\")
OWN_FILES = str(Path(__file__).resolve().parents[2])


def show(draw: Callable[[], Picture | None]) -> Picture | None:
    """The picture that `draw` makes; without it, one printed sentence that says what it needs.

    A picture cell never stops a notebook and never writes to stderr: a function that is not
    written yet, or raises, or does not end, costs only its picture.

    >>> show(lambda: undefined_function())
    This picture needs `undefined_function`: write it above, then run this cell again.
    """
    try:
        with redirect_stderr(sys.stdout), time_limit(FIGURE_LIMIT_S):
            return draw()
    except TimeLimit:
        print(f"This picture was not ready after {FIGURE_LIMIT_S:g} seconds: does a loop not end?")
    except Exception as error:
        print(sentence(error))
    return None


def sentence(error: Exception) -> str:
    """What stopped a picture, and what to do about it, in one sentence."""
    name = _learners_function(error)
    unwritten = error.name if isinstance(error, NameError) else None
    if isinstance(error, NotImplementedError):
        unwritten = name
    if unwritten:
        return f"This picture needs `{unwritten}`: write it above, then run this cell again."
    first = next(iter(str(error).splitlines()), "")[:MAX_MESSAGE].rstrip(".")
    what = f"{type(error).__name__}: {first}" if first else type(error).__name__
    if name:
        return f"This picture needs `{name}`, which raised {what}. Mend it, then run this again."
    return f"This picture could not be drawn from your results ({what}). Check them above first."


def _learners_function(error: Exception) -> str:
    """The innermost function or class of the notebook that the error passed through, or ""."""
    found = ""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        code, file = frame.f_code, frame.f_code.co_filename
        foreign = file.startswith(OWN_FILES) or any(part in file for part in LIBRARIES)
        if not foreign and not code.co_name.startswith("<"):
            found = code.co_qualname.split(".")[0]
    return found
