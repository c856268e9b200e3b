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
    """One number each: at either end, beside letters and signs, 0, with zeros in front, huge."""
    visible = ["85", "The answer is 85.", "7", "-7", "12km", "x3_", "007", "The answer is 0."]
    visible += ["85.\nThat is all.\n", "5 m² and ½", f"It is {2**53 + 1}."]
    hidden = ["109", "It comes to 40!", "12 in all", "It is -23", "v4", "No_61_", "0080", "0"]
    hidden += ["It is\r\n46\r\n\r\nThat is it.", "½ of ³ is\u00a07", f"So {3**40}, I think"]
    return _cases(draw.size(visible, hidden))


def _steps(draw: Draw) -> list[Case]:
    """Numbers beside numbers: ranges, lists and fractions are several; 0 and a smaller one last."""
    problem = arithmetic.word_problem(WorldDraw(draw.seed))
    total = tasks.items("sum", draw.seed, 1)[0]
    column = draw.size("7 + 8 = 15, write 5, carry 1. 4 + 3 + 1 = 8. The answer is 85.", "")
    visible = ["From 90 take 5 to 7-8", "She has 3,4", "2.5", "3/4", "1,000", "3 - 3 = 0", "4 8 4"]
    visible += ["The answer is 80 + 5 = 85", "1. First 40\n2. Then 31\nDone.", "9, then x2y"]
    hidden = ["20-14", "12,7, 5", "It is 64.25!", "70/8", "6 and 6 and 00", "31 2 31"]
    hidden += ["It is 9: 14 is 20 - 6 and 5", "50\r\nand 16\r\nin all\r\n", "40 = a_8_"]
    texts = [column or f"{total.text} The answer is {total.answer}.", problem.worked]
    return _cases(texts + draw.size(visible, hidden))


def _none(draw: Draw) -> list[Case]:
    visible = ["", "I do not know.", "m²", " \n", "½", "eighty-five", "-", "Ⅳ"]
    hidden = ["Let's think.", "no number here", "\r\n\t", "x³", "¾ of it", "seven", ".,", "①"]
    return _cases(draw.size(visible, hidden))


FINAL_NUMBER = exercise(__file__, "final_number", _numbers, _steps, _none)
