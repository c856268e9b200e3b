"""Landlock: a process takes file and signal rights from itself, and from all it starts, for good.

Works for every user, inside and outside of namespaces. Source: the kernel's documentation,
userspace-api/landlock.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable
from contextlib import suppress
from functools import reduce
from pathlib import Path

from autograder.worker.kernel import LINUX, syscall

CREATE, ADD_RULE, RESTRICT = 444, 445, 446
"""System calls; their numbers are the same on every architecture."""
VERSION_FLAG = 1
PATH_BENEATH = 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
FILE_RIGHTS = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
"""Rights on files that a version of Landlock knows first: 13 of them, refer, truncate, ioctl."""
TCP = 3
"""Binding and connecting TCP sockets, since version 4."""
SIGNALS = 3
"""Abstract sockets and signals to processes outside, since version 6."""
READING = EXECUTE | READ_FILE | READ_DIR
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | (1 << 14) | (1 << 15)
"""Rights that a rule about a single file may name."""
TCP_SINCE, SIGNALS_SINCE = 4, 6


def version() -> int:
    """The kernel's version of Landlock; 0 where there is none."""
    return max(0, syscall(CREATE, None, 0, VERSION_FLAG)) if LINUX else 0


def rules(
    readable: Iterable[Path], writable: Iterable[Path], listed: Iterable[Path] = ()
) -> int | None:
    """A set of rules as a file descriptor; None without Landlock. Raises OSError.

    Everything below `readable` may be read and run, below `writable` also changed; folders below
    `listed` may be listed; nothing else may be opened. Paths that do not exist are left out.
    """
    abi = version()
    if not abi:
        return None
    all_rights = reduce(int.__or__, (r for since, r in FILE_RIGHTS.items() if since <= abi))
    net = TCP if abi >= TCP_SINCE else 0
    scoped = SIGNALS if abi >= SIGNALS_SINCE else 0
    attributes = struct.pack("<QQQ", all_rights, net, scoped)
    size = 24 if abi >= SIGNALS_SINCE else 16 if abi >= TCP_SINCE else 8
    handle = syscall(CREATE, ctypes.c_char_p(attributes), size, 0)
    if handle < 0:
        raise OSError(-handle, "Landlock took no rules")
    for path in readable:
        _allow(handle, path, READING & all_rights)
    for path in listed:
        _allow(handle, path, READ_DIR)
    for path in writable:
        _allow(handle, path, all_rights)
    return handle


def restrict(handle: int) -> bool:
    """Take away all rights that the rules do not give; False where the kernel refuses."""
    return syscall(RESTRICT, handle, 0) == 0


def _allow(handle: int, path: Path, rights: int) -> None:
    with suppress(OSError):
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        if not path.is_dir():
            rights &= ON_FILES
        rule = struct.pack("<Qi", rights, place)
        syscall(ADD_RULE, handle, PATH_BENEATH, ctypes.c_char_p(rule), 0)
        os.close(place)
