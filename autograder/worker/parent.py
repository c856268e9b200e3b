"""The warm parent: everything a lesson imports and prepares, loaded once, for children to inherit.

Started as `python -m autograder.worker.parent FD`, behind the outer wall where there is one. It
runs the instructor's cells that come before the first answer, then forks one process per slot.
It never runs a learner's code and never has more than one thread, so that forking is safe.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograder.worker import semaphores, serve
from autograder.worker.channel import Channel, Closed, receive_with
from autograder.worker.jail import Slot
from autograder.worker.kernel import PR_SET_DUMPABLE, prctl, reap
from autograder.worker.library import KERNEL
from autograder.worker.limits import Limits
from autograder.worker.outputs import Outputs
from autograder.worker.shell import Shell, make_shell, run_cell
from autograder.worker.threads import one_thread

SETUP_LIMIT_S = 300.0
"""Seconds that one of the instructor's own cells may take."""
WARM_CELL = "import torch as _t; _t.softmax(_t.ones(2, 2, requires_grad=True), -1).sum().backward()"


def main(number: int) -> None:
    """Serve the socket with this file descriptor until the other side closes it."""
    prctl(PR_SET_DUMPABLE, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = Channel(socket.socket(fileno=number))
    with suppress(Closed):
        settings = control.receive()
        shell = _warm(settings["libraries"])
        done = _set_up(shell, settings["setup"])
        gc.collect()
        gc.freeze()
        control.send({"ready": True, "setup": done})
        _serve(control, shell, settings)
    reap(0)


def _warm(libraries: list[str]) -> Shell:
    """Import what submissions need and use it once, in one thread.

    The shell comes before the libraries, some of which look for it.
    """
    semaphores.install()
    if KERNEL in libraries:
        importlib.import_module(KERNEL)
    shell = make_shell()
    for name in libraries:
        with suppress(ImportError):
            importlib.import_module(name)
    if "torch" in sys.modules:
        one_thread()
    shell.outputs = Outputs(sys.maxsize)
    with suppress(Exception):
        run_cell(shell, WARM_CELL if "torch" in sys.modules else "1", SETUP_LIMIT_S)
        shell.user_ns.pop("_t", None)
    return shell


def _set_up(shell: Shell, sources: list[str]) -> int:
    """Run the instructor's first cells up to one that fails; how many ran.

    What fails runs with each submission, so nothing of its first try is kept.
    """
    shell.reset(new_session=True)  # type: ignore[no-untyped-call]
    for count, source in enumerate(sources):
        if run_cell(shell, source, SETUP_LIMIT_S)["error"] is not None:
            return _set_up(shell, sources[:count])
    return len(sources)


def _serve(control: Channel, shell: Shell, settings: dict[str, Any]) -> None:
    limits = Limits(**settings["limits"])
    slots = {slot["number"]: Slot(**slot) for slot in settings["slots"]}
    surroundings = serve.Surroundings(
        parent=os.getpid(),
        library=Path(settings["library"]),
        files=Path.cwd(),
        hidden=[Path(name) for name in settings["hidden"]],
        canaries=settings["canaries"],
    )
    while True:
        request, (end,) = receive_with(control, 1)
        reap(os.WNOHANG)
        if os.fork() == 0:
            control.close()
            serve.main(Channel(end), shell, slots[request["slot"]], limits, surroundings)
        end.close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
