"""The folder in which a run works, removed by the next run where this one was killed."""

from __future__ import annotations

import fcntl
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from autograder.worker.folder import empty

PREFIX = "autograder-"
LOCK = "in-use"
"""A file that is locked as long as its run lives."""

_held: dict[Path, int] = {}


def folder() -> Path:
    """A new folder that anybody may read."""
    made = Path(tempfile.mkdtemp(prefix=PREFIX))
    made.chmod(0o755)
    handle = os.open(made / "new", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    (made / "new").rename(made / LOCK)  # nobody sees it unlocked
    _held[made] = handle
    return made


def remove(made: Path) -> None:
    """Remove a folder with all that is in it."""
    _gone(made)
    if (handle := _held.pop(made, None)) is not None:
        os.close(handle)


def _gone(made: Path) -> None:
    with suppress(OSError):
        empty(made)
        made.rmdir()


def clear() -> None:
    """Remove folders whose runs were killed."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{LOCK}"):
        with suppress(OSError):
            handle = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                if os.fstat(handle).st_uid == os.geteuid():
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    _gone(path.parent)
            finally:
                os.close(handle)
