"""Heads that copy: the model set by hand, the published one, and what lesson 03 says of both."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch

from autograder.given import attention as given
from autograder.given import copying, models
from autograder.given.copying import TOKENS, copying_model
from autograder.given.heads import attention_maps, repeated_ids
from autograder.lessons.attention import LESSON
from autograder.lessons.attention.induction import score_by_diagonal
from tests.lessons.notebook import SOURCE, code_cells, run_all

SIZES = ((2, 2), (2, 4), (3, 3), (4, 2))
"""Layers and heads."""
PLACES = [
    (layers, heads, (layer, head))
    for layers, heads in SIZES
    for layer, head in product(range(1, layers), range(heads))
]
HELPED = "genuine-"
"""How the names of the cells begin that need the published model."""
TWICE = 32
"""Tokens of a draw, as in the lesson."""


@pytest.mark.parametrize(("layers", "heads", "place"), PLACES)
def test_the_head_that_was_built_copies_and_no_other_does(
    layers: int, heads: int, place: tuple[int, int]
) -> None:
    model = copying_model(layers, heads, place)
    for length, seed in product((5, 12, 20, TOKENS), range(3)):
        ids = repeated_ids(TOKENS, length, 2, seed)
        scores = score_by_diagonal(attention_maps(model, ids), length)
        others = scores.clone()
        others[place] = 0
        assert scores[place] >= 0.95
        assert others.max() <= 0.3


def test_it_takes_the_other_head_too() -> None:
    """Without what the first layer writes down, nothing is found."""
    model = copying_model.__wrapped__(2, 4, (1, 2))
    with torch.no_grad():
        model.model.layers[0].self_attn.o_proj.weight.zero_()
    ids = repeated_ids(TOKENS, 12)
    assert score_by_diagonal(attention_maps(model, ids), 12).max() <= 0.3


def test_what_is_copied_is_what_the_model_says_next() -> None:
    ids = repeated_ids(TOKENS, 20)
    with torch.no_grad():
        chances = copying_model()(ids[None]).logits[0].softmax(-1)
    right = chances[torch.arange(39), ids[1:]]
    assert right[20:].min() > 0.99
    assert right[:19].max() < 0.01


@pytest.mark.parametrize("place", [(0, 1), (2, 0), (1, 4), (1, -1)])
def test_no_head_of_the_first_layer_can_copy(place: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="can copy in 2 layers of 4 heads"):
        copying_model(2, 4, place)


def test_its_weights_depend_on_nothing_drawn() -> None:
    torch.manual_seed(1)
    first = copying_model.__wrapped__().state_dict()
    torch.manual_seed(2)
    second = copying_model.__wrapped__().state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not any(weight.any() for name, weight in first.items() if "mlp" in name)


@pytest.mark.parametrize("draws", [3, pytest.param(20, marks=pytest.mark.long)])
def test_the_same_head_of_smollm2_copies_whatever_the_tokens(draws: int) -> None:
    """The measurement that lesson 03 reports: 20 draws of 32 tokens, twice."""
    model, found = models.load("smollm2"), []
    for seed in range(draws):
        ids = repeated_ids(model.config.vocab_size, TWICE, 2, seed)
        maps = attention_maps(model, ids)
        place = given.find_copying_head(maps, ids)
        score = given.induction_score(maps[place], ids)
        assert score == pytest.approx(float(score_by_diagonal(maps, TWICE).max()), abs=1e-5)
        assert score >= 0.8
        with torch.no_grad():
            guesses = model(ids[None]).logits[0, :-1]
        right = guesses.softmax(-1)[torch.arange(2 * TWICE - 1), ids[1:]]
        first = (guesses.argmax(-1) == ids[1:])[: TWICE - 1]
        assert right[: TWICE - 1].mean() < 1e-4 < 0.05 < right[TWICE:].mean()
        assert not first.any()
        found.append(place)
    assert found.count((18, 6)) >= 0.95 * draws


def prose() -> dict[str, str]:
    """The text cells of lesson 03 by id, each on one line."""
    path = SOURCE / LESSON.id / f"{LESSON.notebook}.ipynb"
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return {c["id"]: " ".join("".join(c["source"]).split()) for c in cells}


@cache
def printed_with_smollm2() -> dict[str, str]:
    """What each cell prints where the published model is there."""
    return run_all(code_cells(LESSON))[1]


SAID = {
    "copying-why": ("copying-figure", r"best head scores ([\d.]+\d)"),
    "genuine-stripe-why": ("genuine-scores", r"[Hh]ead 6(?: of layer 18)? scores ([\d.]+\d)"),
    "genuine-guess-why": ("genuine-guess", r"([\d]+) of 31(?: tokens\.\n$| are)"),
}


@pytest.mark.parametrize("text", SAID)
def test_the_text_has_the_numbers_that_the_cells_print(text: str) -> None:
    cell, number = SAID[text]
    (told,), printed = re.findall(number, prose()[text]), printed_with_smollm2()[cell]
    assert re.findall(number, printed) == [told]


def test_where_the_published_model_is_missing_it_is_said_once_and_all_else_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AUTOGRADER_CACHE", str(tmp_path))
    models.load.cache_clear()
    cells = {name: s for name, s in code_cells(LESSON).items() if not name.endswith("-test")}
    printed: dict[str, Any] = run_all(cells)[1]
    models.load.cache_clear()
    asked = [name for name, text in printed.items() if "autograder doctor --fetch" in text]
    assert asked == ["genuine-scores"]
    stopped = [name for name, text in printed.items() if "This step" in text]
    assert all(name.startswith(HELPED) for name in stopped)
    assert "This picture" not in "".join(printed.values())
    assert list(tmp_path.iterdir()) == []


def test_the_built_model_is_a_plain_llama() -> None:
    config = copying_model().config
    assert config.model_type == "llama" and config.hidden_act == "silu"
    assert config.hidden_size == config.num_attention_heads * copying.HEAD_SIZE
    assert config.rope_parameters["rope_type"] == "default"
