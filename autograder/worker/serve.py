"""One slot: a process beside the warm parent that runs one submission's process at a time.

A judge sends `begin` with a socket for the submission's process, talks with that process, and
sends `end`. Whatever the submission has started is then killed and its folder emptied, before
the slot says how it ended.
"""

from __future__ import annotations

import os
import select
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.worker import child, landlock
from autograder.worker.channel import Channel, Closed, receive_with
from autograder.worker.folder import empty, overfull
from autograder.worker.jail import Slot, prefixes, readable
from autograder.worker.kernel import (
    PR_SET_CHILD_SUBREAPER,
    PR_SET_DUMPABLE,
    PR_SET_PDEATHSIG,
    die_with_parent,
    prctl,
)
from autograder.worker.limits import Limits
from autograder.worker.modules import move_modules
from autograder.worker.shell import Shell

WATCH_S = 0.1
"""Seconds between two looks at the memory that a submission uses."""
KILL_S = 10.0
"""Seconds within which all processes of a submission must be gone."""
TURN_S = 0.002
"""Seconds until killed processes are looked for again."""
KIB = 1024


@dataclass(frozen=True)
class Surroundings:
    """What is around a slot: the warm parent, the stub library, what is hidden, what is tried.

    In `files`, the folder of the assignment's own files, the warm parent works. `hidden` are files
    and folders that no submission may read; `canaries` are files outside of the jail that each
    submission's process tries to open before it runs anything.
    """

    parent: int
    library: Path
    files: Path
    hidden: list[Path]
    canaries: list[str]


@dataclass
class Running:
    """A submission's process, a handle to wait for it, and what is known of how it ended."""

    pid: int
    handle: int
    ended: dict[str, Any] = field(default_factory=dict)


def main(
    control: Channel, shell: Shell, slot: Slot, limits: Limits, surroundings: Surroundings
) -> None:
    """Serve one slot until its judge goes away; never returns."""
    die_with_parent(surroundings.parent)
    prctl(PR_SET_CHILD_SUBREAPER)
    prctl(PR_SET_DUMPABLE, 0)
    _prepare(slot)
    move_modules(surroundings.files, Path(slot.folder))
    seen = [surroundings.files, *readable(surroundings.library, surroundings.hidden)]
    rules = landlock.rules(seen, [Path(slot.folder), *DEVICES], prefixes())
    with suppress(Closed):
        while True:
            _, (end,) = receive_with(control, 1)
            pid = os.fork()
            if pid == 0:
                control.close()
                child.main(end, shell, slot, limits, rules, surroundings.canaries)
            end.close()
            running = Running(pid, os.pidfd_open(pid))
            try:
                _watch(control, running, slot, limits)
            finally:
                gone = _kill_all(slot, running)
                os.close(running.handle)
                empty(Path(slot.folder))
            control.send({**running.ended, "clean": gone and not any(os.scandir(slot.folder))})
    os._exit(0)


DEVICES = (Path("/dev/null"), Path("/dev/zero"), Path("/dev/full"))


def _prepare(slot: Slot) -> None:
    empty(Path(slot.folder))  # of what is left where this slot was served before
    if slot.user is not None:
        os.chown(slot.folder, slot.user, slot.user)
    Path(slot.folder).chmod(0o700)


def _watch(control: Channel, running: Running, slot: Slot, limits: Limits) -> None:
    """Wait for `end`, for the end of the process, or for too much memory or too many files."""
    base = _memory(os.getpid())
    poll = select.poll()
    poll.register(control.socket, select.POLLIN)
    poll.register(running.handle, select.POLLIN)
    while True:
        ready = {number for number, _ in poll.poll(WATCH_S * 1000)}
        if running.handle in ready:
            running.ended["died"] = True
            _sweep(os.getpid())  # its children hold its socket open
            control.receive()
            return
        if ready:
            control.receive()
            return
        if sum(max(0, _memory(p) - base) for p in _below(os.getpid())) > limits.memory_bytes:
            running.ended["memory"] = True
            os.kill(running.pid, signal.SIGKILL)
        elif overfull(slot.folder, limits.files, limits.folder_bytes):
            running.ended["files"] = True
            os.kill(running.pid, signal.SIGKILL)


def _memory(pid: int) -> int:
    """Bytes of memory of a process that are not pages of files: its own, and shared ones."""
    with suppress(OSError, ValueError, IndexError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        sizes = [line.split()[1] for line in lines if line.startswith(("RssAnon", "RssShmem"))]
        return sum(map(int, sizes)) * KIB
    return 0


def _below(root: int) -> list[int]:
    """All processes that descend from `root`; those left by their parents count as its own."""
    parents: dict[int, int] = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            text = (process / "stat").read_text()
            parents[int(process.name)] = int(text.rpartition(")")[2].split()[1])
    found: list[int] = []
    todo = [root]
    while todo:
        owner = todo.pop()
        children = [pid for pid, parent in parents.items() if parent == owner]
        found += children
        todo += children
    return found


def _kill_all(slot: Slot, running: Running) -> bool:
    """Kill everything that the submission started; whether nothing is left."""
    me = os.getpid()
    deadline = time.monotonic() + KILL_S
    while time.monotonic() < deadline:
        if slot.user is not None:
            _kill_user(slot.user)
        _sweep(me)
        _wait(running)
        if _reap(running):
            return True
        time.sleep(TURN_S)
    return False


def _wait(running: Running) -> None:
    """Wait a moment for the end of the submission's first process, which was killed."""
    poll = select.poll()
    poll.register(running.handle, select.POLLIN)
    poll.poll(WATCH_S * 1000)


def _kill_user(user: int) -> None:
    """Kill every process of a slot's user at one stroke, so that none can start another."""
    os.setresuid(user, user, 0)  # the real user too: the kernel lets either of them kill
    try:
        os.kill(-1, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    finally:
        os.setresuid(0, 0, 0)
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of user clears it


def _sweep(root: int) -> None:
    for pid in _below(root):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def _reap(running: Running) -> bool:
    """Take the end of every child that has one; whether no child is left."""
    while True:
        try:
            pid, status, used = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return True
        if pid == 0:
            return False
        if pid == running.pid:
            running.ended["signal"] = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
            running.ended["cpu_s"] = used.ru_utime + used.ru_stime
            running.ended["peak_bytes"] = used.ru_maxrss * 1024
