"""Answers by people who had read the stub only: what is wrong is caught, what is right accepted.

`tests/unseen/NAME.txt` holds the rounds: the second was written after the first was mended, the
third holds what the issue about wrong answers names in its prose, the fourth and fifth were written
after that. `make test` runs the second, the fifth, and some of the third and the fourth;
`make test-all` runs them all.
A false cause is worse than none: each that may be named stands in NAMED.md, read by a person.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from autograder.checking import verdict_on
from autograder.course.standalone import given_names, notebook_namespace, run_cell
from autograder.exercise import Exercise
from autograder.judge.verdict import Verdict
from autograder.lessons import exercise as find

FOLDER = Path(__file__).parents[1] / "unseen"
HEAD = re.compile(r"^# %% (wrong|right) ([\d.]+)( long)?: .*$", re.MULTILINE)
SOME = 3
"""Of so many answers of a large round `make test` tries one."""
REFUSED = {
    ("decode", "1.02"): "the lesson's prose forbids the library",
    ("decode", "2.03"): "the lesson's prose forbids the library",
    ("decode", "2.05"): "it uses torch, which the lesson does not import",
    ("pre_tokenize", "1.03"): "the lesson's prose forbids the library",
    ("pre_tokenize", "2.01"): "the lesson's prose forbids the library",
    ("softmax", "1.03"): "the lesson's prose forbids nn.Softmax",
    ("softmax", "2.01"): "32-bit numbers near 10000 leave it 0.06 % wrong",
}
"""Answers that count as right elsewhere, each with its reason."""


def answers(kind: str) -> list[Any]:
    """Exercise, number and cell of all answers of one kind."""
    found = []
    for path in sorted(FOLDER.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        heads = list(HEAD.finditer(text))
        ends = [*(head.start() for head in heads[1:]), len(text)]
        for turn, (head, end) in enumerate(zip(heads, ends, strict=True)):
            if head[1] == kind:
                cell = text[head.end() : end]
                left = head[2][0] == "1" or head[3] or (head[2][0] in "34" and turn % SOME)
                old = [pytest.mark.long] if left else []
                case = pytest.param(
                    path.stem, head[2], cell, id=f"{path.stem}/{head[2]}", marks=old
                )
                found.append(case)
    return found


@cache
def true_causes() -> dict[str, str]:
    """By exercise and number, the mistake that may be named."""
    lines = (FOLDER / "NAMED.md").read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines if re.match(r"\w+ [\d.]+: ", line))


def verdict(name: str, cell: str) -> Verdict:
    lesson, exercise = find(name)
    assert isinstance(exercise, Exercise)
    given = {n: v for n, v in given_names(lesson).items() if n != name}
    namespace = {**given, **notebook_namespace(lesson.imports)}
    run_cell(cell, namespace)
    return verdict_on(lesson, exercise, namespace[name], hidden=True, seed="unseen")


@pytest.mark.parametrize(("name", "number", "cell"), answers("wrong"))
def test_a_wrong_answer_is_caught_and_no_false_cause_is_named(
    name: str, number: str, cell: str
) -> None:
    found = verdict(name, cell)
    assert not found.passed
    assert found.mistake in ("", true_causes().get(f"{name} {number}")), found.cause


@pytest.mark.parametrize(("name", "number", "cell"), answers("right"))
def test_a_right_answer_is_accepted(name: str, number: str, cell: str) -> None:
    found = verdict(name, cell)
    assert found.passed == ((name, number) not in REFUSED), found.lines
