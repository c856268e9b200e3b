"""`final_number(text)`: what an answer in steps comes to.

Oracle: `itertools.groupby` over the signs of the text: the last run of digits.
"""

from __future__ import annotations

import re
from itertools import groupby

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage
from autograder.given import tasks
from tinyworld import arithmetic
from tinyworld.draw import Draw as WorldDraw

DIGITS = "0123456789"


def by_groups(text: str) -> int | None:
    """The last run of digits as a number."""
    runs = ["".join(run) for is_digit, run in groupby(text, DIGITS.__contains__) if is_digit]
    return int(runs[-1]) if runs else None


def _cases(texts: list[str]) -> list[Case]:
    return [Case((text,), by_groups(text)) for text in texts]


def _numbers(draw: Draw) -> list[Case]:
    return _cases(
        draw.size(["85", "The answer is 85.", "7"], ["109", "It comes to 40!", "12 in all"])
    )


def _steps(draw: Draw) -> list[Case]:
    problem = arithmetic.word_problem(WorldDraw(draw.seed))
    total = tasks.items("sum", draw.seed, 1)[0]
    column = draw.size("7 + 8 = 15, write 5, carry 1. 4 + 3 + 1 = 8. The answer is 85.", "")
    return _cases([column or f"{total.text} The answer is {total.answer}.", problem.worked])


def _none(draw: Draw) -> list[Case]:
    return _cases(draw.size(["", "I do not know."], ["Let's think.", "no number here"]))


def number_first(text: str) -> int | None:
    found = re.search(r"\d+", text)
    return int(found.group()) if found else None


def number_joined(text: str) -> int | None:
    digits = "".join(sign for sign in text if sign.isdigit())
    return int(digits) if digits else None


def number_last_digit(text: str) -> int | None:
    digits = [sign for sign in text if sign.isdigit()]
    return int(digits[-1]) if digits else None


def number_as_text(text: str) -> str | None:
    found = re.findall(r"\d+", text)
    return found[-1] if found else None


def number_no_none(text: str) -> int:
    return int(re.findall(r"\d+", text)[-1])


def number_last_word(text: str) -> int | None:
    words = text.split()
    return int(words[-1]) if words and words[-1].isdigit() else None


def number_zero(text: str) -> int:
    found = re.findall(r"\d+", text)
    return int(found[-1]) if found else 0


def number_largest(text: str) -> int | None:
    found = re.findall(r"\d+", text)
    return max(int(number) for number in found) if found else None


NUMBERS, STEPS, NONE = "numbers", "steps", "no number"

MISTAKES = (
    Mistake(
        "first",
        number_first,
        "it takes the first number, and the steps come before the answer. Take the last.",
        (STEPS,),
    ),
    Mistake(
        "joined",
        number_joined,
        "it joins all digits of the text into one number. Digits with something between them are "
        "different numbers.",
        (STEPS,),
    ),
    Mistake(
        "last digit",
        number_last_digit,
        "it takes one digit. Digits that stand together are one number.",
        (NUMBERS,),
    ),
    Mistake(
        "as text",
        number_as_text,
        "it returns a string. Return a whole number: int.",
        (NUMBERS,),
    ),
    Mistake(
        "no none",
        number_no_none,
        "it raises an error where the text holds no number. Return None.",
        (NONE,),
    ),
    Mistake(
        "last word",
        number_last_word,
        "it looks at the last word alone, and the full stop makes it no number.",
        (NUMBERS,),
    ),
    Mistake(
        "zero",
        number_zero,
        "it returns 0 where there is no number, and 0 may be a right answer. Return None.",
        (NONE,),
    ),
    Mistake(
        "largest",
        number_largest,
        "it takes the largest number. Take the last.",
        (STEPS,),
    ),
)

FINAL_NUMBER = Exercise(
    name="final_number",
    title="What the steps come to",
    difficulty=1,
    minutes=6,
    forbids=("autograder.given.prompting.final_number",),
    stages=(
        Stage("numbers", 1, "a text with one number.", _numbers),
        Stage("steps", 0.5, "many numbers: the last one counts.", _steps, needs=("numbers",)),
        Stage("no number", 0.5, "None where the text holds no number.", _none, needs=("numbers",)),
    ),
    mistakes=MISTAKES,
)
