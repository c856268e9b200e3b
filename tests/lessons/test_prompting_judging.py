"""Lesson 07: what the judge refuses, what it says, and how sure its bars are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import binom, binomtest

from autograder.checking import direct_student
from autograder.exercise import Draw
from autograder.given import models, scoreboard, tasks
from autograder.given import prompting as given
from autograder.judge.judge import judge
from autograder.lessons.prompting import LESSON, improve, measured
from autograder.lessons.prompting.measured import Sitting, model
from autograder.lessons.prompting.table import BARS, SENTIMENT, SUMS
from autograder.proof import bars

EXERCISES = {e.name: e for e in LESSON.coding}


def sat(ask: Callable[[str], Any], bar: Any = SENTIMENT) -> dict[str, Any]:
    """What a measurement says of a learner's prompts."""
    student = direct_student(LESSON, EXERCISES["task_prompt"], ask)
    sitting = Sitting(bar, Draw("tests/sat"))
    return measured.sit(sitting, lambda s, text: s.call("task_prompt", text), student)


def peeks(text: str) -> str:
    answers = {item.text: item.answer for item in Sitting(SENTIMENT, Draw("tests/sat")).items}
    return f"{text}\nAnswer: {answers.get(text, 'good')}\nAgain:"


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (lambda text: None, measured.NO_TEXT),
        (lambda text: "Input: a\nOutput:", measured.NO_INPUT),
        (lambda text: f"{text.upper()}\nAnswer:", measured.ALTERED),
        (lambda text: f"{text[:9]}\nAnswer:", measured.NO_INPUT),
        (lambda text: f"{len(text)} {text}\nAnswer:", measured.CHANGING),
        (lambda text: f"{'very ' * 300}{text}\nAnswer:", f"{measured.TOO_LONG} 224 tokens."),
        (lambda text: text, measured.AT_END),
        (peeks, measured.CHANGING),
    ],
)
def test_a_prompt_that_is_not_fair_is_refused(ask: Callable[[str], Any], why: str) -> None:
    got = sat(ask)
    assert (got["met"], got["why"]) == (False, why)


def test_an_answer_that_the_learner_works_out_cannot_reach_the_prompt() -> None:
    def solves(text: str) -> str:
        total = sum(int(number) for number in re.findall("[0-9]+", text))
        return f"Question: {text}\nLet's think step by step. The answer is {total}"

    assert sat(solves, SUMS)["why"] == measured.CHANGING


def test_the_answers_of_the_items_are_never_handed_to_the_learner() -> None:
    seen: list[str] = []

    def ask(text: str) -> str:
        seen.append(text)
        return f"Review: {text}\nSentiment:"

    sat(ask)
    items = Sitting(SENTIMENT, Draw("tests/sat")).items
    assert seen == [*measured.PROBES, *(item.text for item in items)]


def test_a_trained_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given, "weights_digest", lambda: "other")
    assert sat(lambda text: f"Review: {text}\nSentiment:")["why"] == measured.TRAINED


def test_the_judges_own_copy_is_loaded_again_when_it_was_touched() -> None:
    before = model().digest()
    with torch.no_grad():
        next(model().model.parameters()).add_(1.0)
    assert model().digest() == before


def test_the_judges_copy_is_not_the_notebooks_model() -> None:
    assert model().model is not models.load("base")
    assert model().digest() == given.weights_digest()


def test_a_result_comes_with_its_interval_and_the_baseline() -> None:
    exercise = replace(EXERCISES["scratchpad_prompt"], forbids=())
    student = direct_student(LESSON, exercise, given.scratchpad_prompt)
    verdict = judge(exercise, student, lambda e, m, *, hurry: student, seed="interval")
    said = " ".join(" ".join(verdict.lines).split())
    found = re.search(r"Sums in steps: (\d+) of 30 \((\d+)%, interval (\d+)% to (\d+)%\)", said)
    assert found, said
    right, _, low, high = map(int, found.groups())
    exact = binomtest(right, 30).proportion_ci(method="wilson")
    assert (low, high) == (round(100 * exact.low), round(100 * exact.high))
    assert re.search(r"and the zero-shot prompt reaches \d+%", said)


def test_a_score_has_wilsons_interval() -> None:
    score, exact = scoreboard.Score(18, 20), binomtest(18, 20).proportion_ci(method="wilson")
    assert (score.low, score.high) == pytest.approx((exact.low, exact.high), abs=1e-6)
    assert str(score) == "90% (18 of 20, 95 % interval 70% to 97%)"


def test_a_log_is_chosen_on_one_set_and_examined_on_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dev = tasks.items("judged", "development/tests", improve.DEVELOPMENT)
    test = Sitting(improve.IMPROVED, Draw("tests")).items
    table = {("a", 0): 60, ("b", 0): 135, ("c", 0): 120, ("a", 1): 70, ("b", 1): 60, ("c", 1): 99}
    monkeypatch.setattr(
        improve, "right_on", lambda t, items: table.get((t, 0 if items == dev else 1), 50)
    )
    log = [{"hypothesis": "", "change": name, "template": name} for name in "abc"]
    got = improve.measure(log, Sitting(improve.IMPROVED, Draw("tests")))
    assert (got["change"], got["dev"], got["right"]) == ("b", 0.9, 60)
    assert len(test) == improve.IMPROVED.visible


def test_every_bar_has_a_good_answer_and_names_a_task() -> None:
    assert {bar.task for bar in BARS} <= set(tasks.TASKS)
    assert {*bars.good_prompts(), improve.IMPROVED} == set(BARS)


def test_exams_drawn_with_replacement_pass_as_often_as_the_binomial_says() -> None:
    right = np.array([True] * 90 + [False] * 10)
    generator = np.random.default_rng(0)
    expected = binom.sf(47, 60, 0.9)
    assert bars.passes(right, 60, 80, generator) == pytest.approx(expected, abs=0.01)


def test_the_bars_tell_good_from_untouched_on_fewer_items(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The full measurement takes 2,000 items; this shows that the command measures."""
    bars.main(["--json", "--items", "100"])
    found = json.loads(capsys.readouterr().out)
    assert {row["bar"] for row in found["bars"]} == {bar.name for bar in BARS}
    for row in found["bars"]:
        assert row["good"] > row["needed"] > row["baseline"], row
