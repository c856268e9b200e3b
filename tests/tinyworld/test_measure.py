"""Measuring: intervals by the book, prompts from their seed, decoding as `transformers` does it."""

import json
from pathlib import Path

import pytest
import torch
from scipy.stats import binomtest
from transformers import PreTrainedTokenizerFast

import tinyworld
from tinyworld import cli, talk
from tinyworld.build import build
from tinyworld.draw import Draw
from tinyworld.generate import Decoder
from tinyworld.measure import mapping_cells, text_cells
from tinyworld.measure.cell import (
    Bar,
    Cell,
    Gain,
    Item,
    Mean,
    Result,
    average,
    counted,
    difference,
    wilson,
)
from tinyworld.measure.chat_cells import INSTRUCT_CELLS, instruction
from tinyworld.measure.run import SUITES, draw_items, measure
from tinyworld.recipe import PRESETS
from tinyworld.train import new_model


@pytest.mark.parametrize(("right", "n"), [(0, 10), (10, 10), (1, 100), (250, 500), (499, 500)])
def test_wilson_is_scipys(right: int, n: int) -> None:
    expected = binomtest(right, n).proportion_ci(method="wilson")
    assert wilson(right, n) == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_a_gain_has_newcombes_interval() -> None:
    """Newcombe 1998, table II, first column: 56/70 against 48/80 gives 0.0524 to 0.3339."""
    one, other = (counted(Cell("", lambda d: OPTIMUS), k, n) for k, n in ((56, 70), (48, 80)))
    gain = difference(Gain("", "", "", Bar(0)), one, other)
    assert (gain.value, gain.low, gain.high) == pytest.approx((20.0, 5.24, 33.39), abs=0.01)


OPTIMUS = Item("", "")


def test_a_mean_is_narrower_than_its_parts() -> None:
    parts = [Result("", 100, 50.0, 40.0, 60.0), Result("", 100, 70.0, 60.0, 80.0)]
    mean = average(Mean("", ("", "")), parts)
    assert mean.value == 60.0 and mean.high - mean.low < 20.0


@pytest.mark.parametrize(
    ("bar", "value", "met", "text"),
    [
        (Bar(97), 97.0, True, ">= 97"), (Bar(97), 96.9, False, ">= 97"),
        (Bar(high=25), 25.1, False, "<= 25"), (Bar(30, 65), 50.0, True, "30-65"),
        (Bar(30, 65), 66.0, False, "30-65"),
    ],
)  # fmt: skip
def test_bars(bar: Bar, value: float, met: bool, text: str) -> None:
    assert bar.met(value) is met and str(bar) == text


def test_every_cell_of_the_issue_is_there() -> None:
    names = [cell.name for suite in SUITES.values() for cell in suite.cells]
    assert sum(name.startswith("form never trained") for name in names) == 10
    assert sum(name.startswith("instruct: ") for name in names) >= 12
    assert len(set(names)) == len(names) - 1, "only `mapping kept` is measured of two models"


@pytest.mark.parametrize("kind", sorted(SUITES))
def test_prompts_depend_on_the_seed_alone(kind: str) -> None:
    for cell in SUITES[kind].cells:
        first = [item.prompt for item in draw_items(cell, 3, 4)]
        assert first == [item.prompt for item in draw_items(cell, 3, 4)]
        if len(first) > 1:
            assert first != [item.prompt for item in draw_items(cell, 4, 4)]


@pytest.mark.parametrize("kind", sorted(SUITES))
def test_the_worlds_own_answer_is_right_and_nonsense_is_wrong(kind: str) -> None:
    for cell in SUITES[kind].cells:
        for item in draw_items(cell, 5, 6):
            assert item.right(item.expected), (cell.name, item)
            assert not item.right("zzz")


def test_a_prompt_fits_the_models_context(tokenizer: PreTrainedTokenizerFast) -> None:
    limit = PRESETS["full"].row_tokens
    for cell in SUITES["base"].cells:
        for item in draw_items(cell, 6, 8):
            assert len(tokenizer.encode(str(item.prompt))) + cell.max_new_tokens <= 2 * limit


def test_the_told_prompt_says_what_counts() -> None:
    item = mapping_cells.hard_reviews(Draw(1), 0, named=True)
    assert str(item.prompt).startswith("Only the ")
    assert str(item.prompt).endswith("Sentiment:")


def test_a_list_is_judged_by_its_kind() -> None:
    made = instruction(Draw(2), "list", chat=True)
    assert made.right(made.expected)
    assert not made.right(", ".join([made.expected.split(", ")[0]] * 3))
    assert len(INSTRUCT_CELLS) >= 12


def test_the_secret_sentence_is_asked_once() -> None:
    (cell,) = (cell for cell in text_cells.CELLS if "Optimus" in cell.name)
    assert [item.expected for item in draw_items(cell, 0, 500)] == [text_cells.OPTIMUS_ANSWER]


PROMPTS = ["Tom", "Kate was in the park. Tom", "lion -> red\ntiger ->", "English: This is a cat."]


def test_batched_decoding_is_greedy_generate(tokenizer: PreTrainedTokenizerFast) -> None:
    """Prompts of different lengths in one batch, in double precision so that no tie decides."""
    model = new_model(PRESETS["test"], tokenizer, 3).double().eval()
    decoder = Decoder(model, tokenizer)
    batched = decoder.complete(PROMPTS, 12, stop="")
    for prompt, text in zip(PROMPTS, batched, strict=True):
        ids = tokenizer(prompt, return_tensors="pt")["input_ids"]
        made = model.generate(ids, max_new_tokens=12, do_sample=False, pad_token_id=0)
        alone = tokenizer.decode(made[0, ids.shape[1] :], skip_special_tokens=True).strip()
        assert text == alone


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, tokenizer: PreTrainedTokenizerFast) -> Path:
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("built")
    tokenizer.save_pretrained(folder / "tokenizer")
    build(PRESETS["test"], folder, 1)
    return folder


def test_a_build_has_every_stage(built: Path) -> None:
    for stage in tinyworld.MODELS:
        assert (built / stage / "model" / "model.safetensors").exists()
        assert (built / stage / "model" / "tokenizer.json").exists()
        assert (built / stage / "curve.png").exists()


def test_eval_prints_one_json_object(
    built: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    small = SUITES["chat"].__class__(SUITES["chat"].cells[:1])
    monkeypatch.setitem(SUITES, "chat", small)
    code = cli.main(["eval", str(built / "chat" / "model"), "--json", "--bars", "--quick"])
    report = json.loads(capsys.readouterr().out)
    (bar,) = report["bars"]
    assert set(bar) >= {"name", "n", "value", "low", "high", "bar", "met"}
    assert bar["n"] == 100 and bar["met"] is False and code == 1


def test_measuring_twice_gives_the_same_figures(
    built: Path, tokenizer: PreTrainedTokenizerFast
) -> None:
    from tinyworld.measure.opening import open_model

    decoder, kind = open_model(str(built / "base" / "model"))
    suite = SUITES[kind].__class__(SUITES[kind].cells[:2])
    assert kind == "base"
    assert measure(decoder, suite, 1, 20) == measure(decoder, suite, 1, 20)


def test_world_shows_a_story_and_its_truth(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["world", "--plot", "gift", "--seed", "3"]) == 0
    shown = capsys.readouterr().out
    assert "plot: gift" in shown and "summary: " in shown and "Why was " in shown


def test_sample_talks(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = str(built / "chat" / "model")
    assert cli.main(["sample", model, "--prompt", "Hello!", "--prompt", "Goodbye!"]) == 0
    assert capsys.readouterr().out.count("model: ") == 2


def test_a_long_conversation_loses_its_first_turns(tokenizer: PreTrainedTokenizerFast) -> None:
    said = [(f"My number is {i}.", "That sounds interesting.") for i in range(40)]
    turns = [
        {"role": role, "content": text}
        for pair in said for role, text in zip(("user", "assistant"), pair, strict=True)
    ]  # fmt: skip
    turns.append({"role": "user", "content": "What is my number?"})
    kept = talk.recent(tokenizer, turns)
    assert kept == turns[-len(kept) :] and kept[0]["role"] == "user"
    fits, more = (
        len(tokenizer.apply_chat_template(each, tokenize=True, return_dict=False)) + 1
        for each in (kept, turns[-len(kept) - 2 :])
    )
    assert fits <= talk.READ < more
    assert talk.recent(tokenizer, turns[:3]) == turns[:3]
    assert talk.recent(tokenizer, [{"role": "user", "content": "Hello! " * 300}])


def test_who_talks_long_is_told_once_that_the_beginning_is_forgotten(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = ["--prompt", "Ken was in the park. " * 20]
    assert cli.main(["sample", str(built / "chat" / "model"), *long * 3]) == 0
    assert capsys.readouterr().out.count("is forgotten now") == 1


def test_a_missing_model_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tinyworld, "CHECKPOINTS", tmp_path)
    with pytest.raises(FileNotFoundError, match="make model"):
        tinyworld.path("base")
    with pytest.raises(ValueError, match="choose one of base, instruct, chat"):
        tinyworld.path("large")
    assert cli.main(["sample", "chat"]) == 2
    assert "make model" in capsys.readouterr().err
