"""A download: fetched once, checked, whole or not there at all, whatever kills it."""

from __future__ import annotations

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
from autograder.given.downloads import Download, Missing, Source, Tell

CONTENT = {"config.json": b"a configuration", "weights": b"some weights"}


def wrong_files(place: Path) -> list[str]:
    found = {path.name: path.read_bytes() for path in place.glob("*")}
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
        assert wrong_files(wanted(good).fetch()) == []
        assert lying(cache) == ["model"]
        if not killed:
            break
        shutil.rmtree(cache)
        moment += 1
    assert moment > 20
    assert {("draft",), ("model",)} < seen


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

    with pytest.raises(Missing, match=r"fetched: No space left on device \(.*weights\)\. Try"):
        wanted(full).fetch()
    assert lying(cache) == []


def test_a_cache_that_cannot_be_written_is_said(cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    with pytest.raises(Missing, match="could not be fetched: File exists") as said:
        wanted(never).fetch()
    assert len(str(said.value).splitlines()) == 1
