"""One slot: a process beside the warm parent that runs one submission's process at a time.

A judge sends `begin` with a socket for the submission's process, talks with that process, and
sends `end`. Whatever the submission has started is then killed and its folder emptied, before
the slot says how it ended.
"""

from __future__ import annotations

import os
import resource
import select
import shutil
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.worker import child, landlock
from autograder.worker.channel import Channel, Closed, receive_with
from autograder.worker.jail import Slot, prefixes, readable
from autograder.worker.kernel import (
    PR_SET_CHILD_SUBREAPER,
    PR_SET_DUMPABLE,
    PR_SET_PDEATHSIG,
    die_with_parent,
    prctl,
)
from autograder.worker.limits import Limits
from autograder.worker.shell import Shell

WATCH_S = 0.1
"""Seconds between two looks at the memory that a submission uses."""
KILL_S = 10.0
"""Seconds within which all processes of a submission must be gone."""
TURN_S = 0.002
"""Seconds until killed processes are looked for again."""
PAGE = resource.getpagesize()


@dataclass
class Running:
    """A submission's process, a handle to wait for it, and what is known of how it ended."""

    pid: int
    handle: int
    ended: dict[str, Any] = field(default_factory=dict)


def main(
    control: Channel, shell: Shell, slot: Slot, limits: Limits, library: Path, parent: int
) -> None:
    """Serve one slot until its judge goes away; never returns."""
    die_with_parent(parent)
    prctl(PR_SET_CHILD_SUBREAPER)
    prctl(PR_SET_DUMPABLE, 0)
    _prepare(slot)
    rules = landlock.rules(readable(library), [Path(slot.folder), *DEVICES], prefixes())
    with suppress(Closed):
        while True:
            _, (end,) = receive_with(control, 1)
            pid = os.fork()
            if pid == 0:
                control.close()
                child.main(end, shell, slot, limits, rules)
            end.close()
            running = Running(pid, os.pidfd_open(pid))
            try:
                _watch(control, running, limits)
            finally:
                gone = _kill_all(slot, running)
                os.close(running.handle)
                _empty(Path(slot.folder))
            control.send({**running.ended, "clean": gone})
    os._exit(0)


DEVICES = (Path("/dev/null"), Path("/dev/zero"), Path("/dev/full"))


def _prepare(slot: Slot) -> None:
    if slot.user is not None:
        os.chown(slot.folder, slot.user, slot.user)
    Path(slot.folder).chmod(0o700)


def _watch(control: Channel, running: Running, limits: Limits) -> None:
    """Wait for `end`, for the end of the process, or for too much memory in use."""
    base = _anonymous(os.getpid())
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
        if sum(max(0, _anonymous(p) - base) for p in _below(os.getpid())) > limits.memory_bytes:
            running.ended["memory"] = True
            os.kill(running.pid, signal.SIGKILL)


def _anonymous(pid: int) -> int:
    """Bytes of memory that a process does not share with files."""
    with suppress(OSError, ValueError, IndexError):
        fields = Path(f"/proc/{pid}/statm").read_text().split()
        return (int(fields[1]) - int(fields[2])) * PAGE
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
        if _reap(running):
            return True
        time.sleep(TURN_S)
    return False


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


def _empty(folder: Path) -> None:
    """Remove all that a submission left behind, however deep."""
    for entry in list(os.scandir(folder)):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            with suppress(OSError):
                Path(entry.path).unlink()
