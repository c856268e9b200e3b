"""`task_prompt(task, text)`: one model, five tasks; only the words around the input change.

Measured: the frozen model's accuracy on held-out items of each task, against the zero-shot prompt
that says nothing of the task.
"""

from __future__ import annotations

from functools import partial

from autograder.lessons.prompting.measured import AWKWARD, measured
from autograder.lessons.prompting.table import MANY_TASKS, Bar
from autograder.lessons.sheet import Cases, exercise
from autograder.wire import Student, Value


def _ask(task: str, student: Student, text: str) -> Value:
    return student.call("task_prompt", task, text)


def _stage(bar: Bar) -> Cases:
    shown = f'task_prompt("{bar.task}", text), answered by the model'
    return measured(bar, partial(_ask, bar.task), shown, AWKWARD)


TASK_PROMPT = exercise(__file__, "task_prompt", *map(_stage, MANY_TASKS))
