"""What a student reads about one graded cell: tried, found, likely cause, what to look at next."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.records.report import status_of
from autograder.records.visible import one_line, visible
from autograder.result import CellResult, PartResult

TEST = "-test"
"""How the name of an exercise's test cell ends."""
MAX_LINE = 400
"""Characters of one line."""
MAX_LINES = 14
"""Lines of one message."""
TRIED = "Called: "
CAUSES = ("Cause: ", "Often the reason: ", "Your results fit", "- ")
LOOKED = "What this part looks at: "
STATES = "Parts: "
PATH = re.compile(
    r"(?<![\w./:\\<-])(?:/(?:[^\s/'\"<>:,;()]+/)+|[A-Za-z]:\\(?:[^\s\\'\"<>:,;()]+\\)+)"
)
"""The folders of an absolute path; the name at its end stays."""
NEXT = {
    "timeout": "Look for a loop that does not end, or that does far more work than it needs.",
    "memory": "Look for a list or tensor that grows with every step, or is far too large.",
    "crashed": "Look for the line that ends the process: an exit, or very deep recursion.",
    "output-limit": "Take out the line that prints without end.",
    "forbidden": "Write this part from smaller operations; the message names the one to avoid.",
    "error": "Start at the line named above; run that call yourself in a new cell.",
    "failed": "Make the same call in a new cell and compare what you get with what is expected.",
    "skipped": "Begin with the part that failed; this one needs it.",
    "not-run": "",
}
"""What to look at next, by how a cell ended."""
UNCALLED = "Read the message above, change your answer, and run the test cell again."
"""The same for a test that made no call of its own: a quiz, or a bare assert."""
INDENT = "  "
"""How the second and later lines of a wrapped sentence begin."""


@dataclass(frozen=True)
class Mark:
    """What a person gave for a cell: a score, extra credit, a comment."""

    score: float | None = None
    extra: float = 0.0
    comment: str = ""


@dataclass(frozen=True)
class Part:
    """One part of a test, in a reader's words."""

    name: str
    result: str
    points: float
    max_points: float


@dataclass(frozen=True)
class Explained:
    """One graded cell as its student reads it; `points` is None while a person is to grade."""

    name: str
    title: str
    result: str
    points: float | None
    max_points: float
    parts: tuple[Part, ...] = ()
    tried: str = ""
    found: tuple[str, ...] = ()
    cause: str = ""
    next: str = ""
    comment: str = ""

    @property
    def done(self) -> bool:
        """Whether nothing is left to gain here."""
        return self.points is not None and self.points >= self.max_points


def explain(cell: CellResult, titles: Mapping[str, str], mark: Mark | None = None) -> Explained:
    """Put one cell's result, and what a person gave for it, into words for its student."""
    mark = mark or Mark()
    name = cell.name.removesuffix(TEST)
    points = cell.points if mark.score is None else mark.score
    points = points if points is None else points + mark.extra
    lines = [clean(line) for line in unwrapped(cell.lines[:MAX_LINES])]
    tried = next((line[len(TRIED) :] for line in lines if line.startswith(TRIED)), "")
    open_ = points is not None and points < cell.max_points and mark.score is None
    return Explained(
        name=cell.name,
        title=clean(titles.get(name, titles.get(cell.name, name))),
        result="graded by a person" if mark.score is not None else _result(cell),
        points=points,
        max_points=cell.max_points,
        parts=tuple(_part(part) for part in cell.parts) if len(cell.parts) > 1 else (),
        tried=tried,
        found=tuple(line for line in lines if _is_finding(line, cell.cause)) if open_ else (),
        cause=_sentence(clean(cell.cause)) if open_ else "",
        next=_next(cell, tried) if open_ else "",
        comment=visible(mark.comment),
    )


def clean(line: str) -> str:
    """One line without control characters or the folders of the grading machine."""
    return PATH.sub("…/", one_line(line, MAX_LINE))


def _result(cell: CellResult) -> str:
    if cell.points is not None and 0 < cell.points < cell.max_points:
        return "partly passed"
    return status_of(cell)


def _part(part: PartResult) -> Part:
    return Part(clean(part.name), part.status, part.points, part.max_points)


def _is_finding(line: str, cause: str) -> bool:
    """Whether a line says what was found, and not what other fields already say."""
    if line.startswith((TRIED, LOOKED, STATES)):
        return False
    return not (cause and line.startswith(CAUSES))


def _next(cell: CellResult, tried: str) -> str:
    """The first part that did not pass, in its own sentence, or advice by how the cell ended."""
    if cell.status == "failed" and not tried:
        return UNCALLED
    part = next((part for part in cell.parts if part.status != "passed"), None)
    if part is not None and part.sentence and cell.status == "failed":
        return f"Begin with “{clean(part.name)}”: {clean(part.sentence)}"
    return NEXT.get(cell.status, NEXT["failed"])


def unwrapped(lines: Sequence[str]) -> list[str]:
    """Lines that were broken to fit a card, put together again.

    >>> unwrapped(["Cause: it sums", "  over rows.", "Parts: a passed."])
    ['Cause: it sums over rows.', 'Parts: a passed.']
    """
    whole: list[str] = []
    for line in lines:
        if line.startswith(INDENT) and whole:
            whole[-1] = f"{whole[-1]} {line.strip()}"
        else:
            whole.append(line)
    return whole


def _sentence(text: str) -> str:
    """A sentence that stands alone begins with a capital, unless it begins with a name in code."""
    return text[:1].upper() + text[1:]
