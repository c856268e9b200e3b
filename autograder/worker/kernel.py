"""The few calls to the Linux kernel that Python does not offer."""

from __future__ import annotations

import ctypes
import os
import platform
import signal
from contextlib import suppress
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
LINUX = platform.system() == "Linux"


def libc() -> Any:
    """The C library, with errno kept."""
    return ctypes.CDLL(None, use_errno=True)


def prctl(option: int, value: Any = 1, other: Any = 0) -> bool:
    """Set an attribute of this process; False where the kernel refuses."""
    return LINUX and libc().prctl(option, value, other, 0, 0) == 0


def syscall(number: int, *args: Any) -> int:
    """A system call by number: its result, or minus the error number."""
    result = int(libc().syscall(number, *args))
    return -ctypes.get_errno() if result < 0 else result


def die_with_parent(parent: int) -> None:
    """Be killed when the process `parent`, which started this one, ends."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def reap(flags: int) -> None:
    """Take the end of children: of those that have ended (os.WNOHANG), or of all (0)."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, flags)[0]:
            pass
