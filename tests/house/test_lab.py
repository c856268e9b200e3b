"""make lab: copies of the lessons, and nothing of a learner's ever lost."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from autograder.course import lab
from autograder.course.course import Course, NoCourse, find

LESSON = "03-attention/attention.ipynb"


@pytest.fixture
def course(tmp_path: Path) -> Course:
    made = Course(tmp_path)
    made.config.touch()
    for name in (LESSON, "03-attention/pictures/a.svg", "02-tokenization/tokenization.ipynb"):
        path = tmp_path / "release" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"released {name}")
    return made


def test_copies_every_file_of_every_lesson(course: Course) -> None:
    assert lab.copy_lessons(course) == (
        "02-tokenization/tokenization.ipynb",
        LESSON,
        "03-attention/pictures/a.svg",
    )
    assert (course.my_work / LESSON).read_text() == f"released {LESSON}"


def test_never_writes_to_what_a_learner_has(course: Course) -> None:
    lab.copy_lessons(course)
    mine = course.my_work / LESSON
    mine.write_text("my answers")
    (course.my_work / "02-tokenization/tokenization.ipynb").write_text("")
    (course.my_work / "03-attention/notes.txt").write_text("my notes")
    (course.root / "release" / LESSON).write_text("a newer lesson")
    assert lab.copy_lessons(course) == ()
    assert mine.read_text() == "my answers"
    assert (course.my_work / "02-tokenization/tokenization.ipynb").read_text() == ""
    assert (course.my_work / "03-attention/notes.txt").read_text() == "my notes"


def test_what_was_deleted_or_is_new_comes_again_beside_the_rest(course: Course) -> None:
    lab.copy_lessons(course)
    (course.my_work / "02-tokenization/tokenization.ipynb").write_text("my answers")
    (course.my_work / LESSON).unlink()
    assert lab.copy_lessons(course) == (LESSON,)
    assert (course.my_work / "02-tokenization/tokenization.ipynb").read_text() == "my answers"


def test_a_link_that_leads_nowhere_is_a_learner_s_too(course: Course) -> None:
    (course.my_work / "03-attention").mkdir(parents=True)
    (course.my_work / LESSON).symlink_to(course.root / "gone.ipynb")
    lab.copy_lessons(course)
    assert (course.my_work / LESSON).is_symlink()
    assert not (course.root / "gone.ipynb").exists()


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_a_file_that_appears_meanwhile_is_not_overwritten(
    course: Course, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    """Two `make lab` at once: the other one's file is there when ours is ready."""
    mine = course.my_work / LESSON
    link = os.link

    def meanwhile(source: Path, target: Path) -> None:
        if target == mine:
            mine.write_text("my answers")
        if not links:
            raise OSError("this file system has no links")
        link(source, target)

    monkeypatch.setattr(os, "link", meanwhile)
    if links:
        lab.copy_lessons(course)
    else:
        with pytest.raises(FileExistsError):
            lab.copy_lessons(course)
    assert mine.read_text() == "my answers"


def test_works_where_there_are_no_links(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError("no links")))
    assert LESSON in lab.copy_lessons(course)
    assert [p.name for p in (course.my_work / "03-attention").iterdir() if p.is_file()] == [
        "attention.ipynb"
    ]


def test_a_learner_s_jupyterlab_shows_validate_and_not_the_instructor_s_tools(
    course: Course,
) -> None:
    command = lab.command(course)
    assert f"--ServerApp.root_dir={course.my_work}" in command
    assert not any("validate" in part for part in command)
    assert any("formgrader=False" in part for part in command)
    assert not any("=False" in part for part in lab.command(course, teach=True))


def test_jupyterlab_asks_nothing_of_the_network(course: Course) -> None:
    environment = lab.environment({"JUPYTER_CONFIG_PATH": "mine", "HOME": "/home/me"})
    folders = environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert folders[-1] == "mine"
    assert environment["HF_HUB_OFFLINE"] == "1"
    overrides = Path(folders[1]) / "labconfig" / "default_setting_overrides.json"
    said = json.loads(overrides.read_text())["@jupyterlab/apputils-extension:notification"]
    assert said == {"fetchNews": "false", "checkForUpdates": False}
    assert set(lab.OFFLINE) <= set(lab.command(course))


def test_finds_the_course_from_any_folder_inside(course: Course) -> None:
    inside = course.root / "release" / "03-attention"
    assert find(inside) == Course(course.root.resolve())


def test_outside_a_course_it_says_where_to_go(tmp_path: Path) -> None:
    with pytest.raises(NoCourse, match="Go to the folder of the course first"):
        find(tmp_path)
