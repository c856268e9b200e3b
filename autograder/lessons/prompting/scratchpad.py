"""`scratchpad_prompt(question)`: room to work before the answer.

Measured: how often the last number of the frozen model's answer is right, on held-out sums and
word problems, against the prompt that asks for the answer at once.
"""

from __future__ import annotations

from functools import partial

from autograder.exercise import Case, Draw
from autograder.lessons.prompting.measured import Sitting, measured
from autograder.lessons.prompting.table import PROBLEMS, SUMS, Bar
from autograder.lessons.sheet import exercise
from autograder.wire import Student, Value

SHOWN = "scratchpad_prompt(question), answered by the model"


def _ask(student: Student, question: str) -> Value:
    return student.call("scratchpad_prompt", question)


def _cases(bar: Bar, draw: Draw) -> list[Case]:
    return [measured(Sitting(bar, draw), _ask, SHOWN)]


SCRATCHPAD_PROMPT = exercise(
    __file__, "scratchpad_prompt", partial(_cases, SUMS), partial(_cases, PROBLEMS)
)
