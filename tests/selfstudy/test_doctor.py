"""`autograder doctor` finds what is wrong, and names the command that mends it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.course.course import Course
from autograder.given.downloads import Download
from autograder.lessons import FOLDERS
from autograder.records import progress
from autograder.selfstudy import doctor
from tests.selfstudy.small import ID


def test_a_whole_installation_is_in_order(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUTOGRADER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert main(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ok"]
    assert [item["name"] for item in found["items"]] == [
        "Python", "packages", "torch", "threads", "kernel", "nbgrader", "disk", "progress",
        "lessons", "encoder of lesson 09", "SmolLM2", "jail for grading",
    ]  # fmt: skip


def test_every_trouble_comes_with_a_command(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor"]) == 1
    shown = capsys.readouterr().out
    gone = ", ".join(id_ for id_ in FOLDERS if id_ != ID)
    assert f"BAD lessons: Not in release/: {gone}." in shown
    assert "mend it with: cd " in shown
    assert ID not in shown.split("Not in release/: ")[1].splitlines()[0]


@pytest.mark.parametrize(
    ("look", "name"),
    [(doctor.encoder, "all-MiniLM-L6-v2"), (doctor.language_model, "SmolLM2-135M-Instruct")],
)
def test_without_a_download_the_installation_is_in_order_but_says_how_to_get_it(
    look: doctor.Look, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AUTOGRADER_CACHE", str(tmp_path))
    found = look(None)
    assert found.ok
    assert "run `autograder doctor --fetch` once" in found.sentence
    (tmp_path / name).mkdir()
    found = look(None)
    assert (found.ok, found.command) == (False, "autograder doctor --fetch")
    assert f"{name} is damaged: run `autograder doctor --fetch` once" in found.sentence
    monkeypatch.setattr(Download, "_damaged", lambda *_: [])
    assert look(None).sentence == f"It is in {tmp_path / name}."


def test_a_cache_that_cannot_be_read_is_a_trouble_with_a_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def closed(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_dir", closed)
    found = doctor.encoder(None)
    assert not found.ok
    assert "The encoder all-MiniLM-L6-v2 cannot be read: Permission denied" in found.sentence
    assert found.command.startswith("export AUTOGRADER_CACHE=")


def test_an_old_python() -> None:
    assert not doctor.python(None, (3, 10, 9)).ok
    assert doctor.python(None, (3, 11, 0)).ok


def test_a_package_that_is_missing_or_of_another_version(course: Course) -> None:
    assert doctor.missing(["torch", "no-such-package"]) == ["no-such-package is missing"]
    (course.root / "constraints.txt").write_text("torch==1.0.0\nunrelated==3\n# a comment\n")
    found = doctor.packages(course)
    assert not found.ok
    assert "torch is 2.13.0, not 1.0.0" in found.sentence
    assert "install -c constraints.txt" in found.command


@pytest.mark.parametrize(
    ("name", "value"), [("OMP_WAIT_POLICY", "active"), ("OMP_NUM_THREADS", "64")]
)
def test_threads_that_would_spin(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    monkeypatch.setattr(doctor, "usable_cores", lambda: 2)
    found = doctor.threads(None)
    assert not found.ok
    assert found.command == "export OMP_WAIT_POLICY=passive OMP_NUM_THREADS=2"


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doctor, "FREE_BYTES", 10**18)
    assert not doctor.disk(None, tmp_path).ok


def test_progress_that_cannot_be_kept_or_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AUTOGRADER_HOME", str(tmp_path))
    assert doctor.progress(None).ok
    progress.path().write_bytes(b"no database" * 100)
    found = doctor.progress(None)
    assert (found.ok, found.command.split()[0]) == (False, "mv")
    with pytest.raises(sqlite3.DatabaseError):
        progress.entries()
    (tmp_path / "file").touch()
    monkeypatch.setenv("AUTOGRADER_HOME", str(tmp_path / "file"))
    found = doctor.progress(None)
    assert (found.ok, found.command.split()[0]) == (False, "mkdir")


def test_a_missing_kernel_and_extension(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *_: [str(tmp_path)])
    found = doctor.extensions(None)
    assert not found.ok
    assert "nbgrader==0.9.6" in found.command
