"""What the course has downloaded, such as the encoder of lesson 09, behind the wall."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.engine.grade import CannotGrade, Task, prepare
from autograder.given import encoder
from autograder.lessons import lesson
from tests.engine.room import Room, cell
from tests.house.tree import ROOT

READS = """
def square(x):
    import os
    from pathlib import Path
    place = Path(os.environ["AUTOGRADER_CACHE"], "model")
    assert (place / "weights").read_text() == "published"
    for change in (
        lambda: (place / "weights").write_text("changed"),
        lambda: (place / "weights").unlink(),
        lambda: (place / "weights").chmod(0o777),
        lambda: (place / "new").touch(),
    ):
        try:
            change()
        except OSError:
            continue
        raise ValueError("a download was changed")
    assert (place / "weights").read_text() == "published"
    return x * x
"""


def test_a_submission_reads_a_download_and_cannot_change_it(tmp_path: Path) -> None:
    model = tmp_path / "home" / "model"
    model.mkdir(parents=True)
    (model / "weights").write_text("published")
    room = Room(downloads=(model,))
    try:
        found = cell(room.grade(tmp_path / "ada", READS), "square-test")
    finally:
        room.close()
    assert found.status == "passed", found
    assert (model / "weights").read_text() == "published"
    assert [path.name for path in model.iterdir()] == ["weights"]


@pytest.mark.parametrize(("name", "reads"), [("09-fine-tuning", True), ("03-attention", False)])
def test_only_the_lesson_that_reads_the_encoder_is_refused_without_it(
    name: str, reads: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOGRADER_CACHE", str(tmp_path))
    notebook = f"{lesson(name).notebook}.ipynb"
    source, release = (ROOT / step / name / notebook for step in ("source", "release"))
    task = Task(ROOT, name, lesson(name).notebook, source, release, (), "seed")
    if not reads:
        assert prepare(task)[0].downloads == ()
        return
    with pytest.raises(CannotGrade, match="run `autograder doctor --fetch` once"):
        prepare(task)
    (tmp_path / "all-MiniLM-L6-v2").mkdir()
    with pytest.raises(CannotGrade, match="is damaged: run `autograder doctor --fetch` once"):
        prepare(task)
    monkeypatch.setattr(encoder, "FILES", {})
    monkeypatch.setattr(encoder, "SIZES", {})
    assert prepare(task)[0].downloads == (tmp_path / "all-MiniLM-L6-v2",)
