"""The mark of a test cell of other people's courses: nbgrader's own rule, without its holes.

Source: `determine_grade` and `get_partial_grade` of nbgrader 0.9.6. Where nbgrader would give
full marks for a mark that is not a number, or below zero, this gives none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

NO_MARK = "The cell's last value is not a mark between 0 and its points."


def score(outputs: Sequence[Any], most: float) -> tuple[float, str, str]:
    """Points, status and one line for a test cell that has run and put out `outputs`.

    An error or anything on stderr gives 0; a last value that is a number gives itself; anything
    else gives full points.
    """
    for output in outputs:
        kind, name, text = (_text(output, key) for key in ("type", "name", "text"))
        if kind == "error":
            return 0.0, "failed" if name == "AssertionError" else "error", first_line(name, text)
        if kind == "stream" and name == "stderr":
            first = next(iter(text.strip().splitlines()), "")
            return 0.0, "error", f"Something was written to stderr: {first}"
        if kind == "execute_result":
            return _partial(text, most)
    return most, "passed", ""


def _partial(text: str, most: float) -> tuple[float, str, str]:
    try:
        mark = float(text)
    except ValueError:
        return most, "passed", ""
    if not math.isfinite(mark) or not 0 <= mark <= most:
        return 0.0, "error", NO_MARK
    return mark, "passed" if mark == most else "failed", ""


def _text(output: Any, key: str) -> str:
    found = output.get(key) if isinstance(output, dict) else None
    return found if isinstance(found, str) else ""


def first_line(name: str, text: str) -> str:
    """An error in one line: its name and the first line of its text, if it has any."""
    first = next(iter(text.strip().splitlines()), "")
    return f"{name}: {first}" if first else name
