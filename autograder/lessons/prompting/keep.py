"""`keep_best(log)`: the prompt to keep, chosen on one set of items and reported on another.

Oracle: `numpy.argmax`, which gives the first of equals.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.exercise import Case, Draw, Exercise, Mistake, Stage

Row = dict[str, Any]
CHANGES = (
    "as it was",
    "a labels line",
    "four examples",
    "eight examples",
    "other cue words",
    "says what counts",
    "shorter",
)


def by_argmax(log: list[Row]) -> Row:
    """The first row with the highest `dev`, with its gap."""
    best = log[int(np.argmax([row["dev"] for row in log]))]
    return {**best, "gap": best["dev"] - best["test"]}


def rows(*figures: tuple[float, float]) -> list[Row]:
    """A log with these accuracies on the development and the test set."""
    return [
        {"change": change, "dev": dev, "test": test}
        for change, (dev, test) in zip(CHANGES, figures, strict=False)
    ]


def _case(log: list[Row]) -> Case:
    return Case((log,), by_argmax(log))


def _clear(draw: Draw) -> list[Case]:
    visible = rows((0.5, 0.375), (0.625, 0.625), (0.875, 0.75), (0.5625, 0.5))
    hidden = rows((0.5, 0.375), (0.25, 0.25), (0.75, 0.5), (0.625, 0.375))
    return [_case(draw.size(visible, hidden))]


def _honest(draw: Draw) -> list[Case]:
    visible = rows((0.5, 0.5), (0.875, 0.5), (0.75, 0.75), (0.5, 0.875))
    hidden = rows((0.25, 0.375), (0.875, 0.5), (0.75, 0.75), (0.5, 0.9375), (0.625, 0.5))
    return [_case(draw.size(visible, hidden))]


def _below(draw: Draw) -> list[Case]:
    visible = rows((0.5, 0.25), (0.75, 0.875), (0.625, 0.5))
    hidden = rows((0.625, 0.5), (0.5, 0.25), (0.6875, 0.75), (0.375, 0.25))
    return [_case(draw.size(visible, hidden))]


def _tie(draw: Draw) -> list[Case]:
    visible = rows((0.5, 0.25), (0.75, 0.625), (0.75, 0.5), (0.25, 0.5))
    hidden = rows((0.75, 0.75), (0.5, 0.25), (0.75, 0.625), (0.75, 0.25))
    return [_case(draw.size(visible, hidden))]


def keep_by_test(log: list[dict[str, Any]]) -> dict[str, Any]:
    best = max(log, key=lambda row: row["test"])
    return {**best, "gap": best["dev"] - best["test"]}


def keep_last(log: list[dict[str, Any]]) -> dict[str, Any]:
    best = log[-1]
    return {**best, "gap": best["dev"] - best["test"]}


def keep_by_mean(log: list[dict[str, Any]]) -> dict[str, Any]:
    best = max(log, key=lambda row: row["dev"] + row["test"])
    return {**best, "gap": best["dev"] - best["test"]}


def keep_later(log: list[dict[str, Any]]) -> dict[str, Any]:
    best = log[0]
    for row in log:
        if row["dev"] >= best["dev"]:
            best = row
    return {**best, "gap": best["dev"] - best["test"]}


def keep_turned(log: list[dict[str, Any]]) -> dict[str, Any]:
    best = max(log, key=lambda row: row["dev"])
    return {**best, "gap": best["test"] - best["dev"]}


def keep_absolute(log: list[dict[str, Any]]) -> dict[str, Any]:
    best = max(log, key=lambda row: row["dev"])
    return {**best, "gap": abs(best["dev"] - best["test"])}


def keep_no_gap(log: list[dict[str, Any]]) -> dict[str, Any]:
    return max(log, key=lambda row: row["dev"])


def keep_gain(log: list[dict[str, Any]]) -> dict[str, Any]:
    best = max(log, key=lambda row: row["dev"])
    return {**best, "gap": best["dev"] - log[0]["dev"]}


def keep_best_of_both(log: list[dict[str, Any]]) -> dict[str, Any]:
    best = max(log, key=lambda row: row["dev"])
    top = max(row["test"] for row in log)
    return {**best, "test": top, "gap": best["dev"] - top}


def keep_lowest(log: list[dict[str, Any]]) -> dict[str, Any]:
    best = min(log, key=lambda row: row["dev"])
    return {**best, "gap": best["dev"] - best["test"]}


def keep_smallest_gap(log: list[dict[str, Any]]) -> dict[str, Any]:
    best = min(log, key=lambda row: abs(row["dev"] - row["test"]))
    return {**best, "gap": best["dev"] - best["test"]}


CLEAR, HONEST, BELOW, TIE = "clear", "honest", "below zero", "tie"

MISTAKES = (
    Mistake(
        "by test",
        keep_by_test,
        "it chooses by the accuracy on the test set, which then says nothing about new items. "
        "Choose by `dev`.",
        (HONEST,),
    ),
    Mistake("last", keep_last, "it keeps the last prompt of the log. Keep the best.", (CLEAR,)),
    Mistake(
        "by mean",
        keep_by_mean,
        "the test set takes part in the choice. Choose by `dev` alone.",
        (HONEST,),
    ),
    Mistake(
        "later",
        keep_later,
        "of two that are as good it keeps the later one. Keep the first: the simpler prompt.",
        (TIE,),
    ),
    Mistake(
        "turned",
        keep_turned,
        "the gap has the wrong sign. It is `dev` minus `test`.",
        (CLEAR,),
    ),
    Mistake(
        "absolute",
        keep_absolute,
        "the gap has lost its sign. It is below zero where the test set went better.",
        (BELOW,),
    ),
    Mistake("no gap", keep_no_gap, "the gap is missing. Add it as `gap`.", (CLEAR,)),
    Mistake(
        "gain",
        keep_gain,
        "it reports the gain over the first prompt. The gap is `dev` minus `test` of the same row.",
        (CLEAR,),
    ),
    Mistake(
        "best of both",
        keep_best_of_both,
        "it reports the best accuracy that any prompt reached on the test set. Report that of the "
        "prompt you keep.",
        (HONEST,),
    ),
    Mistake("lowest", keep_lowest, "it keeps the worst prompt. Keep the best.", (CLEAR,)),
    Mistake(
        "smallest gap",
        keep_smallest_gap,
        "it keeps the prompt whose accuracies agree best. Keep the one that is best on `dev`.",
        (CLEAR,),
    ),
)

KEEP_BEST = Exercise(
    name="keep_best",
    title="Choose here, report there",
    difficulty=2,
    minutes=8,
    forbids=("autograder.given.prompting.keep_best",),
    stages=(
        Stage("clear", 1, "the row that is best on both sets, with its gap.", _clear),
        Stage(
            "honest",
            1,
            "another prompt is better on the test set, and it must not matter.",
            _honest,
            needs=("clear",),
        ),
        Stage("below zero", 0.5, "the test set went better.", _below, needs=("clear",)),
        Stage("tie", 0.5, "as good: the first one.", _tie, needs=("clear",)),
    ),
    mistakes=MISTAKES,
)
