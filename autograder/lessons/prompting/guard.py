"""`guarded_prompt(review)`: a prompt that is not talked over by its own input.

Measured: on reviews into which somebody wrote an order or a line that looks like an answer, how
often the frozen model still says what the review says; and on reviews without an attack.
"""

from __future__ import annotations

from autograder.lessons.prompting.measured import measured
from autograder.lessons.prompting.table import ATTACKED, UNHARMED
from autograder.lessons.sheet import exercise
from autograder.wire import Student, Value

SHOWN = "guarded_prompt(review), answered by the model"


def _ask(student: Student, review: str) -> Value:
    return student.call("guarded_prompt", review)


GUARDED_PROMPT = exercise(
    __file__, "guarded_prompt", *(measured(bar, _ask, SHOWN) for bar in (UNHARMED, ATTACKED))
)
