"""Locks that processes share, where a submission may not make files in /dev/shm.

`multiprocessing` makes its locks as named semaphores, which are files in a folder that all
submissions would share. Those here have no name: they lie in memory that a process shares with
those that it forks, and with nobody else. Source: `_multiprocessing/semaphore.c`.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

RECURSIVE = 0
"""The kind of a lock that its owner may take again."""
BILLION = 1_000_000_000


class _Time(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class SemLock:
    """Does what `_multiprocessing.SemLock` does, for processes that are forked."""

    SEM_VALUE_MAX = 2**31 - 1
    name = None

    def __init__(self, kind: int, value: int, maxvalue: int, _name: str, unlink: bool) -> None:
        if not unlink:
            raise OSError(
                errno.EPERM, "Here processes that are forked can share locks, and no others"
            )
        self.kind, self.maxvalue = kind, maxvalue
        self._memory = mmap.mmap(-1, mmap.PAGESIZE)
        self.handle = ctypes.addressof(ctypes.c_char.from_buffer(self._memory))
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._held, self._owner = 0, 0
        self._call("sem_init", 1, ctypes.c_uint(value))

    def _call(self, name: str, *more: Any) -> None:
        """Call a function of the C library on the semaphore; raises OSError."""
        if getattr(self._libc, name)(ctypes.c_void_p(self.handle), *more):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Take it, at once or within `timeout` seconds; whether that went well."""
        if self.kind == RECURSIVE and self._is_mine():
            self._held += 1
            return True
        if not self._wait(block, timeout):
            return False
        self._held += 1
        self._owner = threading.get_ident()
        return True

    def _wait(self, block: bool, timeout: float | None) -> bool:
        end = None if timeout is None else time.time() + max(0.0, timeout)
        while True:
            try:
                if not block:
                    self._call("sem_trywait")
                elif end is None:
                    self._call("sem_wait")
                else:
                    until = _Time(int(end), int(end % 1 * BILLION))
                    self._call("sem_timedwait", ctypes.byref(until))
                return True
            except OSError as error:
                if error.errno in (errno.EAGAIN, errno.ETIMEDOUT):
                    return False
                if error.errno != errno.EINTR:  # after a signal it waits on
                    raise

    def release(self) -> None:
        """Give it back."""
        if self.kind == RECURSIVE:
            if not self._is_mine():
                raise AssertionError("attempt to release recursive lock not owned by thread")
            if self._held > 1:
                self._held -= 1
                return
        elif self._get_value() >= self.maxvalue:
            raise ValueError("semaphore or lock released too many times")
        self._held -= 1
        self._call("sem_post")

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_raised: object) -> None:
        self.release()

    def _count(self) -> int:
        return self._held

    def _is_mine(self) -> bool:
        return self._held > 0 and self._owner == threading.get_ident()

    def _get_value(self) -> int:
        value = ctypes.c_int()
        self._call("sem_getvalue", ctypes.byref(value))
        return max(0, value.value)

    def _is_zero(self) -> bool:
        return self._get_value() == 0

    def _after_fork(self) -> None:
        self._held = 0


def shm_open(path: str, flags: int, mode: int = 0o777) -> int:
    """Open memory that processes share under a name: here a file of the submission's own."""
    return os.open(_named(path), flags | os.O_NOFOLLOW, mode)


def shm_unlink(path: str) -> None:
    """Take its name away."""
    _named(path).unlink()


def _named(path: str) -> Path:
    return Path(tempfile.gettempdir()) / f".shared-{path.strip('/')}"


def install() -> None:
    """Let `multiprocessing` make its locks, and the memory it shares, without /dev/shm."""
    import _multiprocessing  # type: ignore[import-not-found]
    import _posixshmem  # type: ignore[import-not-found]
    import multiprocessing
    from multiprocessing import context, heap

    _multiprocessing.SemLock = SemLock
    _posixshmem.shm_open, _posixshmem.shm_unlink = shm_open, shm_unlink
    setattr(heap.Arena, "_dir_candidates", [])  # noqa: B010
    fork = multiprocessing.get_context("fork")  # the method that is used unasked until Python 3.14
    setattr(context._default_context, "_default_context", fork)  # noqa: B010
