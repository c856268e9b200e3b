"""The inner wall: what one submission's process takes from itself before it runs anything."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.worker import landlock, seccomp
from autograder.worker.kernel import (
    PR_SET_DUMPABLE,
    PR_SET_NO_NEW_PRIVS,
    PR_SET_PDEATHSIG,
    prctl,
)
from autograder.worker.limits import Limits

SYSTEM = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin", "/etc", "/proc", "/sys/devices")
"""Folders of the system that Python and its libraries read."""
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty")
SIGNAL_KILL = 9


@dataclass(frozen=True)
class Slot:
    """A place for one submission at a time: its folder, and the user it runs as (None: ours).

    `walled` says that it lies behind the outer wall, in a file system of its own.
    """

    number: int
    folder: str
    user: int | None = None
    walled: bool = False


def readable(library: Path, hidden: Sequence[Path]) -> list[Path]:
    """What a submission may read: the system, Python and its packages, and the stub `library`.

    Of the folders that hold something `hidden`, only what lies beside it.
    """
    folders = [Path(name) for name in (*SYSTEM, *DEVICES)]
    return [library, *around([*folders, *prefixes()], hidden)]


def prefixes() -> list[Path]:
    """Where Python and its packages are installed; their folders may be listed."""
    return sorted({Path(p) for p in (sys.prefix, sys.base_prefix, sys.exec_prefix)})


def around(roots: Iterable[Path], hidden: Sequence[Path]) -> Iterator[Path]:
    """`roots`, each taken apart down to what is `hidden` in it; that is left out."""
    secret = {path.resolve() for path in hidden}
    above = {folder for path in secret for folder in path.parents}
    todo, seen = [root.resolve() for root in roots if root.exists()], set[Path]()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        if path not in above or not path.is_dir():
            yield path
            continue
        todo += [target for child in path.iterdir() if (target := _target(child, secret))]


def _target(child: Path, secret: set[Path]) -> Path | None:
    """The file or folder itself, or what a link leads to; None where that is secret."""
    target = child.resolve()
    refused = {target, *target.parents} if child.is_symlink() else {target}
    return None if refused & secret else target


def lock_up(slot: Slot, limits: Limits, rules: int | None, base_bytes: int) -> None:
    """Take rights and resources away from this process, for good; raises OSError.

    `rules` are Landlock's; `base_bytes` is the address space that the process has already.
    """
    prctl(PR_SET_PDEATHSIG, SIGNAL_KILL)
    _set_limits(slot, limits, base_bytes)
    if slot.user is not None:
        os.setgroups([])
        os.setresgid(slot.user, slot.user, slot.user)
        os.setresuid(slot.user, slot.user, slot.user)
        prctl(PR_SET_PDEATHSIG, SIGNAL_KILL)  # a change of user clears it
    prctl(PR_SET_NO_NEW_PRIVS)
    prctl(PR_SET_DUMPABLE, 0)
    if rules is not None and not landlock.restrict(rules):
        raise OSError("Landlock refused its rules")
    if seccomp.available() and not seccomp.restrict(slot.walled):
        raise OSError("the filter of system calls was refused")


def _set_limits(slot: Slot, limits: Limits, base_bytes: int) -> None:
    processes = limits.processes + (0 if slot.user is not None else own_threads())
    wanted = {
        resource.RLIMIT_CPU: limits.cpu_s,
        resource.RLIMIT_AS: base_bytes + limits.memory_bytes,
        resource.RLIMIT_NPROC: processes,
        resource.RLIMIT_FSIZE: limits.file_bytes,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    for name, value in wanted.items():
        hard = resource.getrlimit(name)[1]
        low = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (low, low))


def own_threads() -> int:
    """Threads that run as this user now, as far as they can be seen."""
    me, count = os.getuid(), 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if process.stat().st_uid == me:
                count += len(list((process / "task").iterdir()))
    return count


def address_space() -> int:
    """Bytes of address space that this process has."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()
