"""Taking in what was handed in: no link is followed, and nothing is larger than the limits."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

from autograder.course.notebook import MAX_BYTES, Notebook, UnreadableNotebook, parse
from autograder.result import Finding

MAX_FILES = 500
"""Files and folders of one submission that are looked at."""
MAX_NAMES = 20_000
"""Names of a submission's files that are read at all, to find the notebook among them."""
MAX_LEVELS = 6
"""Levels of folders within a submission."""
MAX_TOTAL = 32_000_000
"""Bytes of all files of a submission beside its notebook."""
MAX_RATIO = 200
"""Times that a file in a zip archive may be larger than its compressed form."""
OWN_FILES = ("timestamp.txt", "submission_secret.txt")
"""What nbgrader itself puts into a submission's folder."""
LINK_MODE = 0o120000
"""File type of a symbolic link, as zip archives record it."""


class NotHandedIn(UnreadableNotebook):
    """One notebook of several is not there, and others are; the message names it."""


@dataclass(frozen=True)
class Submission:
    """What was handed in: the notebook, other files by relative name, and what was odd."""

    notebook: Notebook
    files: dict[str, bytes]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Folder:
    """The ordinary files of a folder, and what was left out of it."""

    files: dict[str, bytes]
    findings: tuple[Finding, ...]


def take(folder: Path, name: str, others: Sequence[str] = ()) -> Submission:
    """The submission in `folder` for the notebook called `name`; raises UnreadableNotebook.

    `others` are the names of the assignment's other notebooks. A notebook of such a name is never
    taken for this one, and one of a strange name only where no other notebook lacks, too.
    """
    found = _read_folder(folder)
    names = [f"{other}.ipynb" for other in others]
    data, used, findings = _notebook_bytes(found.files, f"{name}.ipynb", names)
    rest = {n: d for n, d in found.files.items() if _is_extra(n, used)}
    shadows = tuple(_shadowing(rest))
    return Submission(parse(data, used), rest, (*found.findings, *findings, *shadows))


def digest(folder: Path) -> str:
    """The sha256 of all that was handed in, links by where they point; never fails."""
    try:
        found = _read_folder(folder)
    except UnreadableNotebook as error:
        return hashlib.sha256(str(error).encode()).hexdigest()
    total = hashlib.sha256(repr(found.findings).encode())
    for name, data in sorted(found.files.items()):
        if name not in OWN_FILES:
            total.update(name.encode("utf-8", "surrogateescape") + b"\0")
            total.update(hashlib.sha256(data).digest())
    return total.hexdigest()


def timestamp(folder: Path) -> str:
    """What timestamp.txt says, at most a line."""
    found = _read_file(folder / "timestamp.txt", 200)
    return next(iter((found or b"").decode("utf-8", "replace").splitlines()), "").strip()


def _read_folder(folder: Path) -> _Folder:
    if folder.is_symlink() or not folder.is_dir():
        raise UnreadableNotebook(f"{folder.name} is a link or no folder: nothing was read.")
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    room = MAX_TOTAL + MAX_BYTES
    named = sorted(islice(_walk(folder, "", 1), MAX_NAMES), key=_first_notebooks)
    if len(named) > MAX_FILES:
        findings.append(_left_out(named[MAX_FILES][0], f"there are more than {MAX_FILES} files"))
    for name, path in named[:MAX_FILES]:
        data = _read_file(path, min(room, MAX_BYTES))
        if data is None:
            findings.append(_left_out(name, "it is a link, too large or no ordinary file"))
        else:
            room -= len(data)
            files[name] = data
    return _Folder(files, tuple(findings))


def _first_notebooks(named: tuple[str, Path]) -> tuple[bool, int, str]:
    """Notebooks, those at the top before all: what lies beside them must not crowd them out."""
    name, _ = named
    return not name.endswith(".ipynb"), name.count("/"), name


def _walk(folder: Path, prefix: str, level: int) -> Iterator[tuple[str, Path]]:
    """Relative names and paths below a folder, links included but never entered."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        name = f"{prefix}{entry.name}"
        if not entry.is_dir(follow_symlinks=False):
            yield name, Path(entry.path)
        elif level < MAX_LEVELS and not entry.name.startswith("."):
            yield from _walk(Path(entry.path), f"{name}/", level + 1)


def _read_file(path: Path, most: int) -> bytes | None:
    """The content of an ordinary file of at most `most` bytes; None for anything else."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, flags | getattr(os, "O_BINARY", 0))
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > most:
            return None
        data = file.read(most + 1)
    return data if len(data) <= most else None


def _left_out(name: str, why: str) -> Finding:
    return Finding("left-out", name, f"{name} was not read: {why}.")


def _notebook_bytes(
    files: dict[str, bytes], wanted: str, others: Sequence[str]
) -> tuple[bytes, str, tuple[Finding, ...]]:
    """The notebook's bytes and name: the right name, else the only notebook, else from a zip."""
    if wanted in files:
        return files[wanted], wanted, ()
    here = [n for n in files if n.endswith(".ipynb") and ".ipynb_checkpoints" not in n]
    strange = [n for n in here if n not in others]
    lacking = [n for n in others if n not in files]
    if len(strange) == 1 and not lacking:
        return files[strange[0]], strange[0], (_renamed(strange[0], wanted),)
    archives = [n for n in files if n.lower().endswith(".zip")]
    if not here and len(archives) == 1:
        return _from_zip(files[archives[0]], archives[0], wanted, others)
    if len(lacking) < len(others) and not strange:
        raise NotHandedIn(f"{wanted} was not handed in.")
    count = f"{len(here)} others" if here else "no other notebook"
    raise UnreadableNotebook(f"{wanted} is not in the submission, and there is {count}.")


def _renamed(name: str, wanted: str) -> Finding:
    sentence = f"The notebook is called {name} and was read as {wanted}."
    return Finding("renamed-notebook", name, sentence)


def _from_zip(
    data: bytes, archive: str, wanted: str, others: Sequence[str]
) -> tuple[bytes, str, tuple[Finding, ...]]:
    """The one notebook in a zip archive, read in memory: nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            found = [i for i in file.infolist() if _is_notebook(i)]
            named = {i.filename: PurePosixPath(i.filename).name for i in found}
            strange = [i for i in found if named[i.filename] not in others]
            lacking = set(others) - set(named.values())
            right = [i for i in found if named[i.filename] == wanted] or strange
            if not right and len(lacking) < len(others):
                raise NotHandedIn(f"{wanted} was not handed in.")
            if len(right) != 1 or (lacking and right == strange):
                raise UnreadableNotebook(f"{archive} holds {len(found)} notebooks, not one.")
            inner = _unpacked(file, right[0], archive)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise UnreadableNotebook(f"{archive} cannot be opened ({error}).") from None
    return inner, wanted, (_renamed(archive, wanted),)


def _is_notebook(info: zipfile.ZipInfo) -> bool:
    """Whether an archive's member is a notebook, with no way out of the archive in its name."""
    path = PurePosixPath(info.filename)
    inside = not path.is_absolute() and ".." not in path.parts and len(path.parts) <= MAX_LEVELS
    ordinary = (info.external_attr >> 16) & 0o170000 != LINK_MODE
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return inside and ordinary and not hidden and path.suffix == ".ipynb"


def _unpacked(file: zipfile.ZipFile, info: zipfile.ZipInfo, archive: str) -> bytes:
    if info.file_size > min(MAX_BYTES, MAX_RATIO * max(1, info.compress_size)):
        raise UnreadableNotebook(f"{archive} unpacks to far more than a notebook: not opened.")
    with file.open(info) as member:
        data = member.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UnreadableNotebook(f"{archive} unpacks to far more than a notebook: not opened.")
    return data


def _is_extra(name: str, notebook: str) -> bool:
    """Whether a file goes with the notebook into the jail."""
    path = PurePosixPath(name)
    plain = not any(part.startswith(".") for part in path.parts)
    return plain and name != notebook and name not in OWN_FILES and path.suffix != ".ipynb"


def _shadowing(files: dict[str, bytes]) -> Iterator[Finding]:
    """Files that carry the name of a module of Python's or of a library."""
    known = set(sys.stdlib_module_names) | {"torch", "numpy", "transformers", "autograder"}
    for name in files:
        if PurePosixPath(name).parts[0].removesuffix(".py") in known:
            yield Finding("shadows-module", name, f"{name} has the name of a library's module.")
