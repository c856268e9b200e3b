"""Lesson 09's notebook from the first cell to the last, on an encoder small enough for a test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from transformers import BertConfig, BertModel

from autograder.checking import verdict_on
from autograder.given import encoder
from autograder.given import features as tools
from autograder.lessons.fine_tuning import LESSON
from tests.lessons.notebook import as_released, code_cells, examples, run_all

EXERCISES = {e.name: e for e in LESSON.coding}
STEPS = {name: source for name, source in code_cells(LESSON).items() if not name.endswith("-test")}
FAILED = ("This step", "This picture")
"""How the sentence begins that stands in place of a step's result."""


def small_encoder() -> Any:
    """A BERT of the real one's words, 32 wide, with random weights."""
    config = BertConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64
    )
    torch.manual_seed(0)
    return BertModel(config).eval()  # type: ignore[no-untyped-call]


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    """The small encoder in place of the real one, and nothing kept of either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoder, "model", small_encoder)
        patch.delenv("NBGRADER_EXECUTION", raising=False)
        _forget()
        yield
    _forget()


def _forget() -> None:
    tools.published.cache_clear()
    tools.features.cache_clear()


@pytest.fixture(scope="module")
def solved(small: None) -> tuple[dict[str, Any], dict[str, str]]:
    return run_all(STEPS)


@pytest.fixture(scope="module")
def untouched(small: None) -> tuple[dict[str, Any], dict[str, str]]:
    return run_all({name: as_released(source) for name, source in STEPS.items()})


def test_with_the_answers_every_step_runs(solved: Any) -> None:
    _, printed = solved
    assert [text for text in printed.values() if any(word in text for word in FAILED)] == []
    assert "The published weights are untouched." in printed["lora"]
    assert "peft trains 7,680 numbers; largest difference of a vector" in printed["peft"]
    assert len(printed["gains"].splitlines()) == 4
    rows = [line.rsplit(maxsplit=2)[0] for line in printed["forgetting"].splitlines()[1:]]
    assert rows == ["published", "LoRA", "full", "in a hurry"]


def test_without_answers_every_step_says_what_it_needs(untouched: Any) -> None:
    _, printed = untouched
    assert "This step needs `mean_pool`" in printed["similar"]
    assert "This step needs `describe_intents`" in printed["zero-shot"]
    assert "This step needs `fit_probe`" in printed["probe"]
    for name in ("full", "map-after", "lora", "peft", "gains", "cost", "hurry", "forgetting"):
        assert "needs the result of an earlier one" in printed[name], name


def test_training_changes_the_encoder_and_lora_does_not(solved: Any) -> None:
    names, _ = solved
    published = tools.published().state_dict()
    full = names["full_model"].encoder.state_dict()
    assert any(not torch.equal(published[name], full[name]) for name in published)
    lora = names["lora_model"].encoder.state_dict()
    frozen = {name.replace(".base.", "."): weight for name, weight in lora.items()}
    assert all(torch.equal(published[name], frozen[name]) for name in published)


@pytest.mark.parametrize("name", [name for name in EXERCISES if name != "describe_intents"])
def test_the_solution_gets_every_point_on_any_seed(name: str, solved: Any) -> None:
    for seed in ("one", "two", "three"):
        verdict = verdict_on(LESSON, EXERCISES[name], solved[0][name], hidden=True, seed=seed)
        assert verdict.points == EXERCISES[name].points, "\n".join(verdict.lines)


@pytest.mark.parametrize("name", EXERCISES)
def test_the_examples_in_the_docstring_are_true(name: str, solved: Any) -> None:
    namespace, _ = solved
    ran = examples(namespace, name)
    assert ran.failed == 0
