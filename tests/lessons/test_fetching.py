"""A download: fetched once, checked, whole or not there at all, whatever kills it."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sys
import threading
from collections import namedtuple
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from autograder.given import downloads
from autograder.given.downloads import Damaged, Download, Missing, Source, Tell

CONTENT = {"config.json": b"a configuration", "weights": b"some weights"}


def wrong_files(place: Path) -> list[str]:
    found = {path.name: path.read_bytes() for path in place.glob("*") if path.is_file()}
    return [name for name, data in CONTENT.items() if found.get(name) != data]


def good(place: Path, _tell: Tell) -> None:
    for name, data in CONTENT.items():
        (place / name).write_bytes(data)


def forged(place: Path, tell: Tell) -> None:
    good(place, tell)
    (place / "weights").write_bytes(b"something else")


def dead(place: Path, _tell: Tell) -> None:
    (place / "half").write_bytes(b"half a do")
    raise OSError("nobody answers")


def never(_place: Path, _tell: Tell) -> None:
    raise AssertionError("the network is not needed")


def wanted(*sources: Source) -> Download:
    lost = "every lesson works without it"
    return Download("model", "The model", "lesson 01", lost, 93_000_000, 0, wrong_files, sources)


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv(downloads.CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def lying(cache: Path) -> list[str]:
    """What lies in the cache beside the lock."""
    return sorted(path.name for path in cache.iterdir() if path.name != downloads.LOCK)


def test_nothing_there_is_said_in_one_sentence_that_tells_what_to_do(cache: Path) -> None:
    with pytest.raises(Missing) as found:
        wanted(never).folder()
    assert str(found.value) == (
        "The model model is not on this machine: run `autograder doctor --fetch` once with a "
        "network (93 MB); every lesson works without it."
    )
    assert not cache.exists()


def test_a_notebook_shows_the_sentence_alone(capsys: pytest.CaptureFixture[str]) -> None:
    shell = InteractiveShell()
    shell.run_cell("from autograder.given.downloads import Missing; raise Missing('Get it.')")
    assert capsys.readouterr().out == "Get it.\n"


def test_what_was_fetched_needs_no_source_again(cache: Path) -> None:
    assert wanted(good).fetch() == cache / "model" == wanted().folder()
    assert wanted(never).fetch() == cache / "model"
    assert lying(cache) == ["model"]
    assert {path.name for path in (cache / "model").iterdir()} == set(CONTENT)


def test_the_second_source_serves_when_the_first_does_not_answer() -> None:
    place = wanted(dead, good).fetch()
    assert {path.name for path in place.iterdir()} == set(CONTENT)


@pytest.mark.parametrize(
    ("source", "said"), [(dead, "nobody answers"), (forged, "weights did not have the pinned")]
)
def test_no_good_source_leaves_nothing_behind(cache: Path, source: Source, said: str) -> None:
    with pytest.raises(Missing, match=f"could not be fetched: {said}.*every lesson works"):
        wanted(source).fetch()
    assert lying(cache) == []


@pytest.mark.parametrize("broken", [b"rotten", b"", None])
def test_a_broken_file_in_the_cache_is_replaced(cache: Path, broken: bytes | None) -> None:
    file = wanted(good).fetch() / "weights"
    file.unlink() if broken is None else file.write_bytes(broken)
    assert wrong_files(wanted(good).fetch()) == []
    assert lying(cache) == ["model"]


def test_a_broken_folder_stays_where_no_source_answers(cache: Path) -> None:
    (wanted(good).fetch() / "weights").write_bytes(b"rotten")
    with pytest.raises(Missing):
        wanted(dead).fetch()
    assert lying(cache) == ["model"]


def killed_at(moment: int, fetch: Callable[[], object]) -> bool:
    """Whether SIGKILL ends `fetch` in a process of its own at the `moment`th thing it does."""
    if (child := os.fork()) == 0:
        left = moment

        def strike(event: str, _args: object) -> None:
            nonlocal left
            if event == "open" or event.startswith(("os.", "fcntl.", "shutil.", "tempfile.")):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(strike)
        try:
            fetch()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("broken", [False, True], ids=["an empty cache", "a broken folder"])
def test_killed_at_any_moment_and_repeated_it_is_right(cache: Path, broken: bool) -> None:
    """At every single file that is opened, made, renamed or removed, until it is through."""
    moment, seen = 1, set()
    while True:
        if broken:
            (wanted(good).fetch() / "weights").write_bytes(b"rotten")
        killed = killed_at(moment, wanted(dead, good).fetch)
        left = lying(cache) if cache.exists() else []
        seen.add(tuple("model" if name == "model" else "draft" for name in left))
        assert broken or "model" not in left or wrong_files(cache / "model") == []
        assert not broken or "model" in left
        assert wrong_files(wanted(good).fetch()) == []
        assert lying(cache) == ["model"]
        if not killed:
            break
        shutil.rmtree(cache)
        moment += 1
    assert moment > 20
    assert {("draft", "model") if broken else ("draft",), ("model",)} <= seen


def test_what_another_run_is_making_is_left_alone(cache: Path) -> None:
    """The leftovers of a killed run go, but only while nobody else fetches."""
    (cache / ".model-of-a-killed-run").mkdir(parents=True)
    (cache / ".other-of-a-killed-run").mkdir()
    wanted(good).fetch()
    assert lying(cache) == [".other-of-a-killed-run", "model"]


def test_of_two_at_once_the_second_waits_and_finds_it(cache: Path) -> None:
    begun, waits = threading.Event(), threading.Event()
    fetched, asked = [], []

    def slow(place: Path, tell: Tell) -> None:
        asked.append(place)
        begun.set()
        assert waits.wait(60)
        good(place, tell)

    def hear(doing: str, _done: int, _total: int) -> None:
        if doing == "waiting for another run that fetches":
            waits.set()

    def second() -> None:
        assert begun.wait(60)
        fetched.append(wanted(never).fetch(hear))

    both = [threading.Thread(target=lambda: fetched.append(wanted(slow).fetch()))]
    both.append(threading.Thread(target=second))
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert fetched == [cache / "model"] * 2
    assert len(asked) == 1
    assert lying(cache) == ["model"]


def test_where_files_cannot_be_locked_two_at_once_end_with_one_good_folder(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError("No locks available")

    monkeypatch.setattr(downloads, "_lock", no_locks)
    meet, fetched = threading.Barrier(2), []

    def slow(place: Path, tell: Tell) -> None:
        good(place, tell)
        meet.wait(60)

    both = [threading.Thread(target=lambda: fetched.append(wanted(slow).fetch())) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert fetched == [cache / "model"] * 2
    assert wrong_files(cache / "model") == []
    assert lying(cache) == ["model"]


def test_a_cache_that_is_only_read_serves_what_it_has(cache: Path) -> None:
    """Another account's, with what a killed run left."""
    wanted(good).fetch()
    (cache / ".model-of-a-killed-run").mkdir()
    (cache / downloads.LOCK).unlink()
    (cache / downloads.LOCK).mkdir()  # it cannot be opened, whoever tries
    assert wanted(never).fetch() == cache / "model"
    assert lying(cache) == [".model-of-a-killed-run", "model"]


def test_a_full_disk_is_said_before_anything_is_fetched(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 12_000_000))
    large = replace(wanted(never), room=500_000_000)
    with pytest.raises(Missing, match=r"500 MB are needed in .* and 12 MB are free") as said:
        large.fetch()
    assert len(str(said.value).splitlines()) == 1
    assert lying(cache) == []


def test_a_disk_that_fills_up_meanwhile_is_said_too(cache: Path) -> None:
    def full(place: Path, _tell: Tell) -> None:
        raise OSError(28, "No space left on device", str(place / "weights"))

    with pytest.raises(Missing, match=r"written: No space left on device \(.*weights\)\. Make"):
        wanted(full).fetch()
    assert lying(cache) == []


def test_a_cache_that_cannot_be_written_is_said(cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    with pytest.raises(
        Missing, match=r"could not be written: .*Let AUTOGRADER_CACHE name a"
    ) as said:
        wanted(never).fetch()
    assert len(str(said.value).splitlines()) == 1


def noted(*sources: Source) -> Download:
    """A download that knows the sizes of its files."""
    sizes = {name: len(data) for name, data in CONTENT.items()}
    return replace(wanted(*sources), sizes=lambda _: sizes)


@pytest.mark.parametrize("name", CONTENT)
@pytest.mark.parametrize("broken", [b"", b"cut", None])
def test_a_file_that_is_cut_or_missing_is_seen_by_its_size(
    name: str, broken: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = noted(good).fetch() / name
    monkeypatch.setattr(downloads, "sha256", never)  # too slow for every look
    assert noted().folder() == file.parent
    file.unlink() if broken is None else file.write_bytes(broken)
    with pytest.raises(Damaged) as found:
        noted().folder()
    assert str(found.value) == (
        "The model model is damaged: run `autograder doctor --fetch` once with a network (93 MB); "
        "every lesson works without it."
    )
    assert found.value.command == "autograder doctor --fetch"


def test_an_empty_folder_is_damaged(cache: Path) -> None:
    (cache / "model").mkdir(parents=True)
    for each in (wanted(), noted()):
        with pytest.raises(Damaged):
            each.folder()


def test_a_folder_that_does_not_say_its_sizes_is_held_against_the_hashes() -> None:
    def unsaid(place: Path) -> dict[str, int]:
        return {"size": len((place / "made.json").read_bytes())}

    old = replace(wanted(good), sizes=unsaid)
    file = old.fetch() / "weights"
    assert old.folder() == file.parent
    file.write_bytes(b"rotten thing")
    with pytest.raises(Damaged):
        old.folder()


def test_a_cache_that_cannot_be_looked_into_is_said(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(path: Path) -> bool:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_dir", closed)
    with pytest.raises(Damaged, match=r"cannot be read: Permission denied \(.*model\); every"):
        wanted().folder()
    with pytest.raises(Missing, match=r"Permission denied .*Let AUTOGRADER_CACHE name a folder"):
        wanted(never).fetch()


def test_a_file_that_may_not_be_read_is_no_damage(cache: Path) -> None:
    def closed(place: Path) -> dict[str, int]:
        raise PermissionError(errno.EACCES, "Permission denied", str(place / "made.json"))

    wanted(good).fetch()
    with pytest.raises(Damaged, match=r"cannot be read: Permission denied \(.*made\.json\); every"):
        replace(wanted(), sizes=closed).folder()


@pytest.mark.parametrize("link", [False, True], ids=["a folder", "a link to a folder"])
def test_what_else_lies_in_a_broken_folder_stays(cache: Path, tmp_path: Path, link: bool) -> None:
    """The learner's own; and a folder that lies elsewhere, by a link, is mended where it lies."""
    place = tmp_path / "elsewhere" if link else cache / "model"
    (place / "mine").mkdir(parents=True)
    if link:
        cache.mkdir()
        (cache / "model").symlink_to(place)
    (place / "weights").write_bytes(b"rotten")
    (place / "NOTES.txt").write_text("mine")
    (place / "mine" / "more").write_text("mine, too")
    (place / "config.json").mkdir()
    assert wanted(good).fetch() == cache / "model"
    assert {path.name for path in place.iterdir()} == {*CONTENT, "NOTES.txt", "mine"}
    assert (place / "NOTES.txt").read_text() == "mine"
    assert (place / "mine" / "more").read_text() == "mine, too"
    assert wrong_files(place) == []
    assert (cache / "model").is_symlink() == link
    assert lying(cache) == ["model"]


def test_a_folder_on_another_disk_is_mended_by_a_copy(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.replace

    def within_one_disk(source: Path, target: Path) -> Path:
        if len({path.resolve().is_relative_to(cache) for path in (source, target)}) == 2:
            raise OSError(errno.EXDEV, "Invalid cross-device link", str(source))
        return rename(source, target)

    monkeypatch.setattr(Path, "replace", within_one_disk)
    place = tmp_path / "elsewhere"
    place.mkdir()
    cache.mkdir()
    (cache / "model").symlink_to(place)
    wanted(good).fetch()
    assert {path.name for path in place.iterdir()} == set(CONTENT)
    assert wrong_files(place) == []


def test_a_link_to_nowhere_gives_way(cache: Path) -> None:
    cache.mkdir()
    (cache / "model").symlink_to(cache / "gone")
    with pytest.raises(Missing, match="is not on this machine"):
        wanted().folder()
    assert wanted(good).fetch() == cache / "model"
    assert not (cache / "model").is_symlink()
    assert wrong_files(cache / "model") == []


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (
            errno.EACCES,
            "written: Permission denied. Let AUTOGRADER_CACHE name a folder in which you",
        ),
        (
            errno.EROFS,
            "written: Read-only file system. Let AUTOGRADER_CACHE name a folder in which",
        ),
        (errno.ENAMETOOLONG, "written: File name too long. Let AUTOGRADER_CACHE name a folder in "),
        (errno.ENOSPC, "written: No space left on device. Make room on the disk, then try again; "),
        (errno.ECONNRESET, "fetched: Connection reset by peer. Try again with a network; with one"),
    ],
)
def test_the_advice_fits_the_cause(number: int, said: str) -> None:
    """Also where a source hides the cause behind a sentence of its own."""

    def failing(_place: Path, _tell: Tell) -> None:
        raise OSError(number, os.strerror(number))

    def hiding(_place: Path, _tell: Tell) -> None:
        try:
            failing(_place, _tell)
        except OSError as error:
            raise OSError("the model hub did not answer") from error

    with pytest.raises(Missing, match=said.replace(".", r"\.")):
        wanted(failing).fetch()
    with pytest.raises(Missing, match=said.split(".")[1].replace(".", r"\.")):
        wanted(hiding).fetch()


@pytest.mark.parametrize("named", ["~/models", "models"])
def test_the_cache_is_named_from_the_root_on(
    named: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(downloads.CACHE_VARIABLE, named)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert downloads.cache_folder() == tmp_path / "models"


def test_a_tilde_of_nobody_is_a_name_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(downloads.CACHE_VARIABLE, "~nobody-of-this-name/x")
    assert downloads.cache_folder() == Path.cwd() / "~nobody-of-this-name" / "x"
