"""Answers by people who had read the stub only: what is wrong is caught, what is right accepted.

`tests/unseen/NAME.txt` holds the rounds: the second was written after the first was mended, the
third holds what the issue about wrong answers names in its prose. `make test` runs these two.
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
HEAD = re.compile(r"^# %% (wrong|right) ([\d.]+): .*$", re.MULTILINE)
LIVES = {
    ("merge", "3.03"): "no case holds two pairs of which a * 256 + b is the same",
    ("encode", "3.03"): "no merges hold two pairs of which a * 256 + b is the same",
    ("encode_with_special", "3.03"): "no text holds two zero characters with a number between",
    ("tokenizer_json", "3.01"): "merges in the old form open too; the stub's example is not asked",
    ("tokenizer_json", "3.04"): "special tokens stand in the order of their ids in every case",
    ("RMSNorm", "3.07"): "Mixtral's norm is not in the family that is forbidden",
    ("greedy", "3.03"): "tokens that tie are not asked about twice",
    ("top_k", "3.04"): "no logit that stays is 0",
    ("parse_answer", "3.06"): "no label holds a sign that means something in a pattern",
    ("mislabel", "3.03"): "labels of the examples are the very objects of `labels`",
    ("confusion_matrix", "3.01"): "no case has more than ten classes",
    ("fit_probe", "3.03"): "no labels skip a class, whose bias would fall for ever",
    ("retrieval_accuracy", "3.01"): "a right candidate is always nearer than 0.5",
}
"""Wrong answers that nothing catches, each with its reason."""
FALSE = {
    ("tokenizer_json", "3.02"): "any merges that are no pairs of texts are said to hold ids",
    ("split_heads", "3.01"): "heads folded into the batch look like one text where there is one",
    ("causal_mask", "3.04"): "a mask that is kept from the first call looks like a square one",
    ("accuracy", "3.01"): "torch.equal gives 1 and 0 as `//` does",
}
"""Answers that get a cause which is not quite theirs, each with its reason."""
REFUSED = {
    ("decode", "1.02"): "the lesson's prose forbids the library",
    ("decode", "2.03"): "the lesson's prose forbids the library",
    ("decode", "2.05"): "it uses torch, which the lesson does not import",
    ("pre_tokenize", "1.03"): "the lesson's prose forbids the library",
    ("pre_tokenize", "2.01"): "the lesson's prose forbids the library",
    ("softmax", "1.03"): "the lesson's prose forbids nn.Softmax",
    ("softmax", "2.01"): "32-bit numbers near 10000 leave it 0.06 % wrong",
    ("tokenizer_json", "3.07"): "merges as a tuple of pairs, which json.dumps writes as a list",
}
"""Answers that count as right elsewhere, each with its reason."""


def answers(kind: str) -> list[Any]:
    """Exercise, number and cell of all answers of one kind."""
    found = []
    for path in sorted(FOLDER.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        heads = list(HEAD.finditer(text))
        ends = [*(head.start() for head in heads[1:]), len(text)]
        for head, end in zip(heads, ends, strict=True):
            if head[1] == kind:
                cell = text[head.end() : end]
                old = [pytest.mark.long] if head[2].startswith("1.") else []
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
    assert found.passed == ((name, number) in LIVES)
    if (name, number) not in FALSE:
        assert found.mistake in ("", true_causes().get(f"{name} {number}")), found.cause


@pytest.mark.parametrize(("name", "number", "cell"), answers("right"))
def test_a_right_answer_is_accepted(name: str, number: str, cell: str) -> None:
    found = verdict(name, cell)
    assert found.passed == ((name, number) not in REFUSED), found.lines
