"""A submission's folder: how much is in it, and emptying it, whatever was done to it."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

BLOCK = 512
"""Bytes of one block, as the kernel counts them."""


def overfull(folder: str, most_files: int, most_bytes: int) -> bool:
    """Whether more files and folders, or more bytes, lie below `folder`; looks no further.

    What lies so deep that its path is too long counts as too many.
    """
    todo, files, size = [folder], 0, 0
    while todo:
        try:
            entries = list(os.scandir(todo.pop()))
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                return True
            continue  # gone meanwhile, or closed by its owner
        files += len(entries)
        if files > most_files:
            return True
        for entry in entries:
            size += _size(entry)
            if entry.is_dir(follow_symlinks=False):
                todo.append(entry.path)
        if size > most_bytes:
            return True
    return False


def _size(entry: os.DirEntry[str]) -> int:
    """Bytes that a file takes on its disk."""
    with suppress(OSError):
        return entry.stat(follow_symlinks=False).st_blocks * BLOCK
    return 0


def empty(folder: Path) -> None:
    """Remove all that lies below `folder`, however deep and however closed.

    Folders are brought up to the top before they are removed, so that no path is too long.
    """
    names = (f"{folder}/.{number}-{secrets.token_hex(8)}" for number in count())
    progress = True
    while progress:
        progress = False
        for path in _files_gone(folder):
            progress |= _flattened(path, names)


def _flattened(folder: Path, names: Iterator[str]) -> bool:
    """Remove a folder after the folders in it were given other `names`; whether that went well."""
    try:
        folder.chmod(stat.S_IRWXU)
        for inner in _files_gone(folder):
            inner.chmod(stat.S_IRWXU)
            inner.rename(next(names))
        folder.rmdir()
    except OSError:
        return False
    return True


def _files_gone(folder: Path) -> list[Path]:
    """Remove the files right in `folder`; the paths of the folders in it."""
    dirs: list[Path] = []
    for entry in list(os.scandir(folder)):
        if entry.is_dir(follow_symlinks=False):
            dirs.append(Path(entry.path))
        else:
            with suppress(OSError):
                Path(entry.path).unlink()
    return dirs
