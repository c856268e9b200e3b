"""A mistake is named when it fails as the learner's code failed and passes where that passed.

In a hurry the mistake of the first tests is too slow for the part that the learner's code passes.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.exercise import Case, Exercise, Mistake, Stage
from autograder.judge.judge import judge
from autograder.worker.direct import DirectStudent
from autograder.worker.timer import TimeLimit
from tests.judge.learner import judged

NAME = "either"


def tie(got: object, expected: object) -> str | None:
    return None if got in (1, 2) else "It must be one of the two that are equally likely."


def mistake(name: str, wrong: str) -> Mistake:
    """A mistake whose cell returns the expression `wrong` of x."""
    return Mistake(name, f"either = lambda x: {wrong}", f"this is {name}.", ("sign",))


def bench(exercise: Exercise, mistake: Mistake, *, hurry: bool) -> DirectStudent:
    """On this slow machine the mistake answers 0 only when it is given time."""

    made: dict[str, Callable[[int], object]] = {}
    exec(mistake.cell, made)

    def wrong(x: int) -> object:
        if hurry and x == 0:
            raise TimeLimit
        return made[NAME](x)

    return DirectStudent({exercise.name: wrong})


def named(learned: Callable[[int], object], *mistakes: Mistake) -> str:
    """The mistake named for `learned`: 0 may become 1 or 2, 5 must become 5."""
    exercise = Exercise(
        name=NAME,
        title="Either",
        difficulty=1,
        minutes=1,
        stages=(
            Stage("tie", 1, "one of the two.", lambda _: [Case((0,), 1, accepts=tie)]),
            Stage("sign", 1, "the number itself.", lambda _: [Case((5,), 5)]),
        ),
        mistakes=mistakes,
    )
    return judge(exercise, DirectStudent({NAME: learned}), bench, seed="a seed").mistake


NEGATED = mistake("negated", "-x if x else 1")


@pytest.mark.parametrize("chosen", [1, 2])
def test_two_right_answers_to_one_question_need_not_be_equal(chosen: int) -> None:
    assert named(lambda x: -x if x else chosen, NEGATED) == "negated"


def test_a_mistake_that_fails_where_the_learner_passed_is_not_named() -> None:
    assert named(lambda x: -x if x else 1, mistake("negated, no tie", "-x")) == ""


def test_a_mistake_that_fails_in_another_way_is_not_named() -> None:
    assert named(lambda x: x + 1 if x else 1, NEGATED) == ""


def test_a_mistake_that_passes_where_the_learner_failed_is_not_named() -> None:
    assert named(lambda x: -x if x else 1, mistake("right", "x or 1")) == ""


def test_no_mistake_is_named_that_does_not_match() -> None:
    """Random wrong answers fit no declared mistake, so none may be named."""
    for number in range(8):
        cell = f"""
        def softmax(x, dim):
            generator = torch.Generator().manual_seed({number})
            return torch.rand(x.shape, generator=generator)
        """
        verdict = judged("softmax", cell)
        assert (verdict.mistake, verdict.cause) == ("", "")


def test_a_mistake_that_differs_on_one_input_is_not_named() -> None:
    """It behaves as "no sum" on the one row that failed, and differently elsewhere."""
    cell = """
    def softmax(x, dim):
        shifted = (x - x.amax(dim, keepdim=True)).exp()
        return shifted if len(x) == 3 else shifted * 2
    """
    assert judged("softmax", cell, hidden=False).mistake == ""
    assert judged("attention_scores", "def attention_scores(q, k):\n    return q").mistake == ""


TWO = """
def final_number(text):
    return max(map(int, re.findall("[0-9]+", text)), default=0)
"""


def test_two_mistakes_at_once_are_named_where_only_this_pair_fits() -> None:
    verdict = judged("final_number", TWO, hidden=True)
    assert len(verdict.mistake.split(" + ")) == 2
    assert "two things at once. First:" in verdict.cause
    assert "largest number" in verdict.cause
    assert "returns 0 where there is no number" in verdict.cause


def test_what_fits_the_first_failure_only_gets_no_name() -> None:
    """Two rows that were turned round look like an even number of other slips."""
    cell = """
    def softmax(x, dim):
        w = torch.exp(x - x.amax(dim, keepdim=True))
        return w / w.sum(dim, keepdim=True) if x.dim() < 3 else w / w.sum(-1, keepdim=True)
    """
    assert judged("softmax", cell, hidden=True).mistake == ""


def test_a_mistake_that_cannot_even_be_defined_fits_nothing() -> None:
    broken = Mistake("broken", "either = (", "this is broken.", ("sign",))
    assert named(lambda x: -x if x else 1, broken, NEGATED) == "negated"


def test_when_the_budget_of_calls_is_spent_there_is_no_name_and_as_many_points(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cell = "def softmax(x, dim):\n    w = x.exp()\n    return w / w.sum(dim, keepdim=True)"
    before = judged("softmax", cell)
    monkeypatch.setattr("autograder.judge.diagnose.CALLS", 3)
    after = judged("softmax", cell)
    assert (before.mistake, after.mistake) == ("no shift", "")
    assert before.stages == after.stages
