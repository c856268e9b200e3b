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
from functools import cache
from pathlib import Path
from typing import TypeVar

from autograder.given.downloads import Missing

GRADING = ("autograde", "validate")
"""What nbgrader, and we, put into NBGRADER_EXECUTION while a notebook is not looked at."""
SKIPPED = (
    "Pictures and demonstrations are not run while grading or validating: no mark depends on them."
)
MAX_MESSAGE = 200
"""Characters of an error's message that are shown."""
LIBRARIES = ("site-packages", "dist-packages", "/lib/python3", "\\Lib\\")
OWN_FILES = str(Path(__file__).resolve().parents[1])

T = TypeVar("T")


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
    return attempt(run, "step", "done")


def skipped() -> bool:
    """Whether nothing is shown now, since a notebook is graded or validated; it says so once."""
    if os.environ.get("NBGRADER_EXECUTION") not in GRADING:
        return False
    _say_skipped()
    return True


@cache
def _say_skipped() -> None:
    print(SKIPPED)


def attempt(run: Callable[[], T], what: str, made: str) -> T | None:
    """What `run` gives; where it cannot, one printed sentence, and nothing on stderr.

    `what` is what the sentence calls it ("picture"), and `made` what is done with it ("drawn").
    """
    try:
        with redirect_stderr(sys.stdout):
            return run()
    except Missing as missing:
        print(missing)
    except Exception as error:
        print(_sentence(error, what, made))
    return None


def _sentence(error: Exception, what: str, made: str) -> str:
    """What stopped it, and what to do about it."""
    name = _learners_function(error)
    unwritten = error.name if isinstance(error, NameError) else None
    if isinstance(error, NotImplementedError):
        unwritten = name
    if unwritten:
        return f"This {what} needs `{unwritten}`: write it above, then run this cell again."
    first = next(iter(str(error).splitlines()), "")[:MAX_MESSAGE].rstrip(".")
    told = f"{type(error).__name__}: {first}" if first else type(error).__name__
    if name:
        return f"This {what} needs `{name}`, which raised {told}. Mend it, then run this again."
    return f"This {what} could not be {made} from your results ({told}). Check them above first."


def _learners_function(error: Exception) -> str:
    """The innermost function or class of the notebook that the error passed through, or ""."""
    found = ""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        code, file = frame.f_code, frame.f_code.co_filename
        foreign = file.startswith(OWN_FILES) or any(part in file for part in LIBRARIES)
        if not foreign and not code.co_name.startswith("<"):
            found = code.co_qualname.split(".")[0]
    return found
