"""`improve_prompt()`: a log of prompts, each with the reason for it.

Measured: every prompt of the log on a development set. The best of them is then tried on test
items, which the choice never saw; the bar is on those.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from autograder.exercise import Case, Draw
from autograder.given import tasks
from autograder.given.prompting import keep_best
from autograder.lessons.prompting.measured import Sitting, model, right_with, share
from autograder.lessons.prompting.table import IMPROVED, REVIEW
from autograder.lessons.sheet import exercise
from autograder.wire import Student, Value

KEYS = ("hypothesis", "change", "template")
PLACE = "{text}"
FIRST = REVIEW.replace("{}", PLACE)
FEWEST, MOST = 4, 10
"""Rows of a log."""
DEVELOPMENT = 150
"""Items on which a prompt is chosen."""
right_on = partial(right_with, IMPROVED.task, PLACE)
"""How many items the frozen model gets right with a template."""

NO_LIST = "It must return the log: a list of dicts."
NO_KEYS = "Each row needs the keys hypothesis, change and template, all of them strings."
FEW_ROWS = f"The log has fewer than {FEWEST} rows."
MANY_ROWS = f"The log has more than {MOST} rows."
NO_FIRST = f"The first row must be the prompt to improve: {FIRST!r}."
NO_PLACE = f"A template must hold {PLACE} just once, where the review goes."
SAME = "Two rows have the same template: nothing was changed between them."
NO_REASON = "Each row after the first needs a hypothesis and a change."
TOO_LONG = f"A template takes more than {IMPROVED.budget} tokens."
NOT_SHOWN = "The best prompt of the log does not reach the bar, and none of them has examples."
NOT_ENOUGH = "The best prompt of the log does not reach the bar."


def unfit(log: Value) -> str:
    """What is wrong with the form of a log; empty where it is fit."""
    if not isinstance(log, list) or not all(isinstance(row, dict) for row in log):
        return NO_LIST
    if any(not isinstance(row.get(key), str) for row in log for key in KEYS):
        return NO_KEYS
    if not FEWEST <= len(log) <= MOST:
        return FEW_ROWS if len(log) < FEWEST else MANY_ROWS
    templates = [row["template"] for row in log]
    if any(template.count(PLACE) != 1 for template in templates):
        return NO_PLACE
    if templates[0] != FIRST:
        return NO_FIRST
    if len(set(templates)) < len(templates):
        return SAME
    if any(not row[key].strip() for row in log[1:] for key in KEYS):
        return NO_REASON
    longest = max(len(model().ids(template)) for template in templates)
    return TOO_LONG if longest > IMPROVED.budget else ""


def measure(log: list[dict[str, Any]], sitting: Sitting) -> dict[str, Value]:
    """The row that is best on the development set, and what it reaches on the test items."""
    dev = tasks.items("judged", f"development/{sitting.draw.seed}", DEVELOPMENT)
    rows = [{**row, "dev": right_on(row["template"], dev) / len(dev), "test": 0.0} for row in log]
    kept = keep_best(rows)
    test = sitting.items
    right, count = right_on(kept["template"], test), len(test)
    met = 100 * right >= sitting.bar.needed * count
    shown = any("\n\n" in row["template"] for row in log)
    return {
        "met": met, "why": "" if met else NOT_ENOUGH if shown else NOT_SHOWN,
        "change": kept["change"], "dev": kept["dev"],
        "right": right, "count": count, "first": right_on(FIRST, test),
    }  # fmt: skip


def told(got: Value) -> str:
    """A measured log in words."""
    if not got["count"]:
        return str(got["why"])
    said = (
        f'Kept: "{got["change"]}". Development set: {got["dev"]:.0%} right. Test set: '
        f"{share(got['right'], got['count'])}; {IMPROVED.needed}% are needed, and the first "
        f"prompt reaches {got['first'] / got['count']:.0%}. Gap between the two sets: "
        f"{100 * (got['dev'] - got['right'] / got['count']):+.0f} points."
    )
    return f"{got['why']} {said}".strip()


def _form(draw: Draw) -> list[Case]:
    model()
    return [
        Case(
            (), "", lambda student: unfit(student.call("improve_prompt")), "improve_prompt()",
            accepts=lambda got, _: got or None,
        )
    ]  # fmt: skip


def _best(draw: Draw) -> list[Case]:
    sitting = Sitting(IMPROVED, draw)

    def program(student: Student) -> Value:
        log = student.call("improve_prompt")
        why = unfit(log)
        return {"met": False, "why": why, "count": 0} if why else measure(log, sitting)

    return [
        Case(
            (), None, program, "improve_prompt(), every prompt answered by the model",
            accepts=lambda got, _: None if got["met"] else told(got),
            symptoms=lambda got: got["why"],
            tells=told,
        )
    ]  # fmt: skip


IMPROVE_PROMPT = exercise(__file__, "improve_prompt", _form, _best)
