"""What was handed in: read within limits, through no link, out of no archive by force."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from autograder.course import intake
from autograder.course.notebook import UnreadableNotebook, dumps
from tests.house.notebooks import code, notebook

BOOK = dumps(notebook(code("a", "x = 1"))).encode()


def put(folder: Path, name: str, data: bytes = BOOK) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def kinds(found: intake.Submission) -> list[str]:
    return [finding.kind for finding in found.findings]


@pytest.mark.parametrize("crowd", ["many", "large"])
def test_other_files_do_not_crowd_the_notebook_out(crowd: str, tmp_path: Path) -> None:
    put(tmp_path, "problem.ipynb")
    for number in range(600 if crowd == "many" else 4):
        put(tmp_path, f"a{number:03}.bin", b"x" * (1 if crowd == "many" else 16_000_000))
    found = intake.take(tmp_path, "problem")
    assert found.notebook["cells"][0]["source"] == "x = 1"
    assert "left-out" in kinds(found)


def archive(*members: tuple[str, bytes], mode: int = 0o100644) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            file.writestr(info, content, zipfile.ZIP_DEFLATED)
    return data.getvalue()


def test_the_notebook_and_its_files(tmp_path: Path) -> None:
    put(tmp_path, "problem.ipynb")
    put(tmp_path, "data/numbers.csv", b"1,2")
    put(tmp_path, "timestamp.txt", b"now")
    put(tmp_path, ".ipynb_checkpoints/problem-checkpoint.ipynb", b"{}")
    found = intake.take(tmp_path, "problem")
    assert found.notebook["cells"][0]["source"] == "x = 1"
    assert found.files == {"data/numbers.csv": b"1,2"}
    assert found.findings == ()


def test_a_renamed_notebook_is_read_and_said(tmp_path: Path) -> None:
    put(tmp_path, "problem (1).ipynb")
    assert kinds(intake.take(tmp_path, "problem")) == ["renamed-notebook"]


SEVERAL: dict[str, tuple[tuple[str, ...], str]] = {
    "right name": (("first.ipynb", "second.ipynb"), ""),
    "not handed in": (("first.ipynb",), "NotHandedIn"),
    "renamed": (("first.ipynb", "mine.ipynb"), "renamed-notebook"),
    "renamed, and another is not there": (("mine.ipynb",), "UnreadableNotebook"),
    "none": (("notes.txt",), "UnreadableNotebook"),
}


@pytest.mark.parametrize("zipped", [False, True], ids=["files", "zip"])
@pytest.mark.parametrize("case", SEVERAL)
def test_a_notebook_is_never_taken_for_another_of_the_assignment(
    case: str, zipped: bool, tmp_path: Path
) -> None:
    names, told = SEVERAL[case]
    if zipped:
        put(tmp_path, "all.zip", archive(*((name, BOOK) for name in names)))
    for name in names if not zipped else ():
        put(tmp_path, name)
    try:
        found = kinds(intake.take(tmp_path, "second", ["first"]))
    except UnreadableNotebook as error:
        found = [type(error).__name__]
    assert found == ([told] if told else ["renamed-notebook"] if zipped else [])


def test_of_several_other_notebooks_none_is_guessed(tmp_path: Path) -> None:
    put(tmp_path, "a.ipynb")
    put(tmp_path, "b.ipynb")
    with pytest.raises(UnreadableNotebook, match=r"problem.ipynb is not in the submission"):
        intake.take(tmp_path, "problem")


def test_links_are_never_followed(tmp_path: Path) -> None:
    secret = put(tmp_path / "source", "problem.ipynb")
    here = tmp_path / "submitted"
    put(here, "other.ipynb")
    (here / "problem.ipynb").symlink_to(secret)
    (here / "folder").symlink_to(secret.parent)
    found = intake.take(here, "problem")
    assert kinds(found) == ["left-out", "left-out", "renamed-notebook"]
    assert found.files == {}
    link = tmp_path / "whole"
    link.symlink_to(here)
    with pytest.raises(UnreadableNotebook, match="is a link"):
        intake.take(link, "problem")


def test_what_is_no_ordinary_file_does_not_stop_the_reader(tmp_path: Path) -> None:
    put(tmp_path, "problem.ipynb")
    os.mkfifo(tmp_path / "pipe")
    assert kinds(intake.take(tmp_path, "problem")) == ["left-out"]


def test_more_files_than_the_limit_are_left_out(tmp_path: Path) -> None:
    put(tmp_path, "a.ipynb")
    for number in range(intake.MAX_FILES + 10):
        put(tmp_path, f"many/{number}", b"")
    found = intake.take(tmp_path, "problem")
    assert len(found.files) < intake.MAX_FILES
    assert "left-out" in kinds(found)


def test_deep_folders_are_not_entered(tmp_path: Path) -> None:
    put(tmp_path, "problem.ipynb")
    put(tmp_path, "/".join(["deep"] * 30) + "/x.csv", b"1")
    assert intake.take(tmp_path, "problem").files == {}


def test_a_large_file_is_left_out(tmp_path: Path) -> None:
    put(tmp_path, "problem.ipynb")
    with (tmp_path / "big.bin").open("wb") as file:
        file.truncate(10**11)
    assert kinds(intake.take(tmp_path, "problem")) == ["left-out"]


def test_a_zip_is_read_without_unpacking_it(tmp_path: Path) -> None:
    put(tmp_path, "work.zip", archive(("hw/problem.ipynb", BOOK), ("hw/__MACOSX/x.ipynb", b"")))
    found = intake.take(tmp_path, "problem")
    assert found.notebook["cells"][0]["source"] == "x = 1"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["work.zip"]


BAD_ARCHIVES = {
    "a way out": archive(("../problem.ipynb", BOOK)),
    "an absolute name": archive(("/tmp/problem.ipynb", BOOK)),
    "a link": archive(("problem.ipynb", b"/etc/passwd"), mode=0o120777),
    "a bomb": archive(("problem.ipynb", b" " * 15_000_000 + BOOK)),
    "no archive": b"PK\x03\x04 not really",
    "nothing": archive(),
}


@pytest.mark.parametrize("name", BAD_ARCHIVES)
def test_a_bad_archive_is_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    put(tmp_path, "work.zip", BAD_ARCHIVES[name])
    with pytest.raises(UnreadableNotebook, match=r"\.$"):
        intake.take(tmp_path, "problem")


def test_modules_that_shadow_a_library_are_said(tmp_path: Path) -> None:
    put(tmp_path, "problem.ipynb")
    put(tmp_path, "torch.py", b"")
    put(tmp_path, "numpy/__init__.py", b"")
    put(tmp_path, "mine.py", b"")
    found = intake.take(tmp_path, "problem")
    assert kinds(found) == ["shadows-module", "shadows-module"]


def test_a_digest_never_fails(tmp_path: Path) -> None:
    assert intake.digest(tmp_path / "nowhere") != intake.digest(tmp_path)
    put(tmp_path, "problem.ipynb", b"\xff")
    assert intake.digest(tmp_path) == intake.digest(tmp_path)
