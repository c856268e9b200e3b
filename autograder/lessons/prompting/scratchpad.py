"""`scratchpad_prompt(question)`: room to work before the answer.

Measured: how often the last number of the frozen model's answer is right, on held-out sums and
word problems, against the prompt that asks for the answer at once.
"""

from __future__ import annotations

from autograder.lessons.prompting.measured import AWKWARD, measured
from autograder.lessons.prompting.table import PROBLEMS, SUMS
from autograder.lessons.sheet import exercise
from autograder.wire import Student, Value

SHOWN = "scratchpad_prompt(question), answered by the model"


def _ask(student: Student, question: str) -> Value:
    return student.call("scratchpad_prompt", question)


SCRATCHPAD_PROMPT = exercise(
    __file__,
    "scratchpad_prompt",
    *(measured(bar, _ask, SHOWN, AWKWARD) for bar in (SUMS, PROBLEMS)),
)
