"""`final_number(text)`: what an answer in steps comes to.

Oracle: `itertools.groupby` over the signs of the text: the last run of digits.
"""

from __future__ import annotations

from itertools import groupby

from autograder.exercise import Case, Draw
from autograder.given import tasks
from autograder.lessons.sheet import exercise
from tinyworld import arithmetic
from tinyworld.draw import Draw as WorldDraw


def by_groups(text: str) -> int | None:
    """The last run of digits as a number."""
    runs = ["".join(run) for is_digit, run in groupby(text, "0123456789".__contains__) if is_digit]
    return int(runs[-1]) if runs else None


def _cases(texts: list[str]) -> list[Case]:
    return [Case((text,), by_groups(text)) for text in texts]


def _numbers(draw: Draw) -> list[Case]:
    visible, hidden = ["85", "The answer is 85.", "7"], ["109", "It comes to 40!", "12 in all"]
    return _cases(draw.size(visible, hidden))


def _steps(draw: Draw) -> list[Case]:
    problem = arithmetic.word_problem(WorldDraw(draw.seed))
    total = tasks.items("sum", draw.seed, 1)[0]
    column = draw.size("7 + 8 = 15, write 5, carry 1. 4 + 3 + 1 = 8. The answer is 85.", "")
    return _cases([column or f"{total.text} The answer is {total.answer}.", problem.worked])


def _none(draw: Draw) -> list[Case]:
    return _cases(draw.size(["", "I do not know."], ["Let's think.", "no number here"]))


FINAL_NUMBER = exercise(__file__, "final_number", _numbers, _steps, _none)
