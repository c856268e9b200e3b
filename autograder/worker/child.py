"""A submission's own process: locked up first, then it answers requests until it is ended.

Everything here runs beside the learner's code, which may change it. Nothing it says is believed
but the values that calls give back, and those are judged outside.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from autograder import wire
from autograder.wire import Failure, StudentError
from autograder.worker import jail
from autograder.worker.channel import Channel, Closed
from autograder.worker.direct import DirectStudent
from autograder.worker.jail import Slot
from autograder.worker.limits import Limits
from autograder.worker.modules import here_first
from autograder.worker.outputs import Outputs, Stream
from autograder.worker.reach import reached
from autograder.worker.shell import Shell, run_cell

METHODS = ("call", "new", "method", "load_state", "state", "grads", "again", "gradients")
"""What of `wire.Student` may be asked for."""
LONG_S = 0.1
"""Seconds after which a row of questions is not gone on with: it was not worth one message."""
MAX_NAME = 100
"""Characters of a file's name."""
NO_MEMORY = ("can't allocate memory", "out of memory", "Cannot allocate memory")
"""How libraries say that there is no memory left, where they do not raise MemoryError."""


class Child:
    """Answers the requests about one submission."""

    def __init__(self, shell: Shell, limits: Limits) -> None:
        self.shell = shell
        self.limits = limits
        self.student: DirectStudent | None = None
        self.replaced: dict[str, object] = {}

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The reply to one request."""
        name = request["op"]
        if name in METHODS:
            return self._student_answer(name, request["args"])
        known: dict[str, Callable[..., dict[str, Any]]] = {
            "cell": self._cell,
            "bind": self._bind,
            "give": self._give,
            "files": self._files,
            "fresh": self._fresh,
            "memory": private_memory,
            "many": self._many,
        }
        return known[name](**{key: value for key, value in request.items() if key != "op"})

    def _cell(self, source: str, limit_s: float) -> dict[str, Any]:
        return run_cell(self.shell, source, limit_s)

    def _fresh(self) -> dict[str, Any]:
        """Forget what the setup cells made: this submission has cells of its own among them."""
        self.shell.reset(new_session=True)  # type: ignore[no-untyped-call]
        return {}

    def _files(self, files: dict[str, bytes]) -> dict[str, Any]:
        for name, data in files.items():
            path = Path(name)
            with contextlib.suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        importlib.invalidate_caches()
        return {}

    def _bind(
        self,
        expression: str,
        name: str,
        given: str,
        models: str,
        forbids: list[str],
        limit_s: float,
    ) -> dict[str, Any]:
        """Take the object that a check cell is about, as it is now.

        `given` and `models` name modules: the lesson's given parts, and what loads a `Resource`.
        """
        names = vars(importlib.import_module(given)) if given else {}
        namespace = {key: names[key] for key in names.get("__all__", ())}
        found = _evaluate(expression, self.shell.user_ns)
        namespace.pop(name, None)  # the given part of this name is no answer
        if found is not MISSING:
            namespace[name] = found
        self.student = DirectStudent(namespace, partial(_load, models), limit_s, tuple(forbids))
        missing = found is MISSING
        value = None if missing else wire.plain(found)
        code = (reached(found, forbids) or "") if forbids and not missing else ""
        return {"found": not missing, "value": value, "reached": code}

    def _give(self, given: str, names: list[str]) -> dict[str, Any]:
        """Put parts of the module `given` in place of names of the notebook, or all names back."""
        notebook, parts = self.shell.user_ns, vars(importlib.import_module(given))
        for name, own in self.replaced.items():
            notebook[name] = own
            if own is MISSING:
                del notebook[name]
        self.replaced = {name: notebook.get(name, MISSING) for name in names}
        notebook.update({name: parts[name] for name in names})
        return {}

    def _many(self, name: str, questions: list[list[Any]]) -> dict[str, Any]:
        """The replies to questions in a row, up to the first that fails or that many have taken."""
        replies: list[dict[str, Any]] = []
        until = time.monotonic() + LONG_S
        for args in questions:
            replies.append(self._student_answer(name, args))
            if "failure" in replies[-1] or time.monotonic() > until:
                break
        return {"replies": replies}

    def _student_answer(self, name: str, args: list[Any]) -> dict[str, Any]:
        assert self.student is not None, "a check cell binds its object first"
        try:
            value = getattr(self.student, name)(*args)
            reply = {"value": value}
        except StudentError as error:
            reply = {"failure": asdict(_as_memory(error.failure))}
        noted = {"printed": self.student.output(), "changed": list(self.student.changed())}
        return {**reply, **noted}


MISSING = object()


def private_memory() -> dict[str, Any]:
    """Bytes that this process does not share with the warm parent."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    sizes = [int(line.split()[1]) for line in lines if line.startswith("Private_")]
    return {"bytes": sum(sizes) * 1024}


def _as_memory(failure: Failure) -> Failure:
    if failure.kind == "exception" and any(text in failure.message for text in NO_MEMORY):
        return Failure("memory", failure.type_name, failure.message, failure.line, failure.code)
    return failure


def _evaluate(expression: str, namespace: dict[str, Any]) -> object:
    if expression.isidentifier():
        return namespace.get(expression, MISSING)
    try:
        return eval(expression, namespace)
    except Exception:
        return MISSING


def _load(models: str, name: str) -> object:
    return importlib.import_module(models).load(name)


def main(
    end: socket.socket,
    shell: Shell,
    slot: Slot,
    limits: Limits,
    rules: int | None,
    canaries: list[str],
) -> None:
    """Lock this process up, then serve the socket `end`; never returns.

    Before it runs anything it says which of the files `canaries`, outside of the jail, it can
    still open: it must be none. It also says
    whether Python itself is out of its reach.
    """
    try:
        os.setsid()
        _forget(end.fileno(), rules)
        files = str(Path.cwd())
        os.chdir(slot.folder)
        jail.lock_up(slot, limits, rules, jail.address_space())
        channel = Channel(end, limits.reply_bytes)
        found = [name for name in canaries if _opens(name)]
        channel.send({"locked": True, "open": found, "shut": not os.access(os.__file__, os.R_OK)})
        here_first(files)
        _speak(shell, limits)
        _serve(channel, Child(shell, limits))
    except (Closed, KeyboardInterrupt):
        os._exit(0)
    except BaseException:
        os._exit(1)
    os._exit(0)


def _opens(name: str) -> bool:
    """Whether this process can read or change the file `name`."""
    for flags in (os.O_RDONLY, os.O_WRONLY):
        with contextlib.suppress(OSError):
            os.close(os.open(name, flags | os.O_NONBLOCK))
            return True
    return False


def _serve(channel: Channel, child: Child) -> None:
    """Answer request after request; a process that the learner's code forks answers nothing."""
    os.register_at_fork(after_in_child=channel.close)
    while True:
        number, request = channel.receive()
        try:
            channel.send([number, child.answer(request)])
        except wire.WireError as error:
            failure = Failure("exception", "TypeError", str(error))
            channel.send([number, {"failure": asdict(failure), "printed": ""}])
        except MemoryError:
            failure = Failure("memory", "MemoryError")
            channel.send([number, {"failure": asdict(failure), "printed": ""}])


def _forget(keep: int, rules: int | None) -> None:
    """Close everything that was open in the parent, and read and print nothing of its."""
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    last = 3
    for number in sorted({keep, *(() if rules is None else (rules,))}):
        os.closerange(last, number)
        last = number + 1
    os.closerange(last, os.sysconf("SC_OPEN_MAX"))
    for each in (signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP):
        signal.signal(each, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _speak(shell: Shell, limits: Limits) -> None:
    """Keep what cells put out."""
    shell.outputs = Outputs(limits.output_bytes)
    sys.stdout = Stream(shell.outputs, "stdout")
    sys.stderr = Stream(shell.outputs, "stderr")
    tempfile.tempdir = os.environ["HOME"] = os.environ["TMPDIR"] = str(Path.cwd())
    gc.enable()
