"""`guarded_prompt(review)`: a prompt that is not talked over by its own input.

Measured: on reviews into which somebody wrote an order or a line that looks like an answer, how
often the frozen model still says what the review says; and on reviews without an attack.
"""

from __future__ import annotations

from functools import partial

from autograder.exercise import Case, Draw
from autograder.lessons.prompting.measured import Sitting, measured
from autograder.lessons.prompting.table import ATTACKED, UNHARMED, Bar
from autograder.lessons.sheet import exercise
from autograder.wire import Student, Value

SHOWN = "guarded_prompt(review), answered by the model"


def _ask(student: Student, review: str) -> Value:
    return student.call("guarded_prompt", review)


def _cases(bar: Bar, draw: Draw) -> list[Case]:
    return [measured(Sitting(bar, draw), _ask, SHOWN)]


GUARDED_PROMPT = exercise(
    __file__, "guarded_prompt", partial(_cases, UNHARMED), partial(_cases, ATTACKED)
)
