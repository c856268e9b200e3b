"""Shipping: small 16-bit folders that `transformers` opens, with a card that hides nothing."""

import json
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerFast

import tinyworld
from tinyworld import card, ship
from tinyworld.build import build
from tinyworld.recipe import PRESETS

REPORT = {
    "seed": 5,
    "bars": [
        {"model": "base", "name": "copies", "n": 500, "value": 98.2, "low": 96.6, "high": 99.1,
         "bar": ">= 97", "met": True},
        {"model": "base", "name": "counts", "n": 500, "value": 12.0, "low": 9.4, "high": 15.1,
         "bar": ">= 80", "met": False},
        {"model": "chat", "name": "remembers", "n": 500, "value": 99.0, "low": 97.7, "high": 99.6,
         "bar": ">= 97", "met": True},
        {"model": "all", "name": "gap", "n": 500, "value": 31.0, "low": 25.0, "high": 37.0,
         "bar": ">= 30", "met": True},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory, tokenizer: PreTrainedTokenizerFast) -> Path:
    torch.set_num_threads(1)
    run, place = tmp_path_factory.mktemp("run"), tmp_path_factory.mktemp("shipped")
    tokenizer.save_pretrained(run / "tokenizer")
    build(PRESETS["test"], run, 1)
    (run / "report.json").write_text(json.dumps(REPORT), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ship, "CHECKPOINTS", place)
        ship.ship(run, ship.reports(run / "report.json"), ship.Origin("abc1234", "A test."))
    return place


@pytest.mark.parametrize("name", tinyworld.MODELS)
def test_a_folder_opens_in_sixteen_bits(
    shipped: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tinyworld, "CHECKPOINTS", shipped)
    model = AutoModelForCausalLM.from_pretrained(tinyworld.path(name))
    tokenizer = AutoTokenizer.from_pretrained(tinyworld.path(name))
    assert model.dtype == torch.bfloat16
    assert model.config.vocab_size == len(tokenizer)
    end = "<|endoftext|>" if name == "base" else "<|end|>"
    assert tokenizer.decode([model.generation_config.eos_token_id]) == end
    assert not model.generation_config.do_sample


def test_everybody_may_read_the_files(shipped: Path) -> None:
    """A grader drops its rights before it opens them."""
    assert all(file.stat().st_mode & 0o444 == 0o444 for file in shipped.glob("*/*"))


def test_the_shipped_weights_are_finite_and_tied(shipped: Path) -> None:
    model = AutoModelForCausalLM.from_pretrained(shipped / "base", dtype=torch.float32)
    assert all(torch.isfinite(weight).all() for weight in model.parameters())
    assert model.lm_head.weight is model.model.embed_tokens.weight


def test_a_card_reports_every_cell_also_below_the_bar(shipped: Path) -> None:
    card = (shipped / "base" / "README.md").read_text(encoding="utf-8")
    assert "| copies | 500 | 98.2 | 96.6 to 99.1 | >= 97 | yes |" in card
    assert "| counts | 500 | 12.0 | 9.4 to 15.1 | >= 80 | no |" in card
    assert "Below the bar: counts." in card
    assert "commit abc1234" in one_line(card) and "A test." in card
    assert "gap" not in card
    for heading in ("Data", "Recipe", "What it can do", "Limits", "Not for"):
        assert f"## {heading}" in card


def test_the_gap_stands_in_the_instruct_card(shipped: Path) -> None:
    card = (shipped / "instruct" / "README.md").read_text(encoding="utf-8")
    assert "| gap | 500 | 31.0 |" in card


def test_what_is_shipped_stays_when_a_run_is_not_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, found = tmp_path / "shipped", tmp_path / "report.json"
    (place / "base").mkdir(parents=True)
    (place / "base" / "README.md").write_text("as it was", encoding="utf-8")
    found.write_text(json.dumps(REPORT), encoding="utf-8")
    monkeypatch.setattr(ship, "CHECKPOINTS", place)
    with pytest.raises(FileNotFoundError, match="holds no model"):
        ship.ship(tmp_path / "typo", ship.reports(found), ship.Origin("abc1234"))
    assert [file.read_text(encoding="utf-8") for file in place.glob("*/*")] == ["as it was"]
    assert [folder.name for folder in place.iterdir()] == ["base"]


def test_a_card_needs_a_report_of_its_model() -> None:
    with pytest.raises(ValueError, match="measures no model called chat"):
        card.card("chat", [STATE], {"seed": 0, "bars": []}, {"commit": "abc1234", "note": ""})


STATE = {
    "identity": {"preset": {"name": "full", "steps": {"base": 9}, "rows": 2, "row_tokens": 4},
                 "stage": "base", "seed": 1, "device": "cpu", "precision": "float32"},
    "losses": [1.0], "seconds": 60.0, "step": 9, "model": {},
}  # fmt: skip


def test_a_second_seed_stands_beside_the_first() -> None:
    origin = {"commit": "abc1234", "note": ""}
    missed = REPORT["bars"][0] | {"value": 96.4, "met": False}  # type: ignore[index]
    both = card.card("base", [STATE, STATE], REPORT, origin, {"bars": [missed]})
    alone = card.card("base", [STATE], REPORT, origin)
    assert "| met | second training seed |" in both
    assert "| copies | 500 | 98.2 | 96.6 to 99.1 | >= 97 | yes | 96.4 |" in both
    assert "| counts | 500 | 12.0 | 9.4 to 15.1 | >= 80 | no | |" in both
    assert "Below the bar: counts. With the second training seed: copies. Outside" in one_line(both)
    assert card.ONE_SEED not in one_line(both) and card.ONE_SEED in one_line(alone)
    assert "18 steps" in both and "Time: 2 minutes" in both


def test_the_lines_of_a_card_are_no_longer_than_a_screen_is_wide() -> None:
    origin = {"commit": "abc1234", "note": "Other work ran beside it. " * 9}
    text = card.card("base", [STATE], REPORT, origin)
    assert max(map(len, text.splitlines())) <= 100
    wide = REPORT["bars"][0] | {"name": "copies " * 20}  # type: ignore[index]
    assert f"| {'copies ' * 20} | 500 |" in card.card(
        "base", [STATE], {"seed": 0, "bars": [wide]}, origin
    )


def one_line(text: str) -> str:
    """A text without its line ends."""
    return " ".join(text.split())
