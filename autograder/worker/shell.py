"""The IPython shell that runs a submission's cells, without a kernel around it."""

from __future__ import annotations

import subprocess
import sys
from codecs import getincrementaldecoder
from contextlib import nullcontext
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from autograder.worker.library import KERNEL
from autograder.worker.outputs import Outputs
from autograder.worker.timer import TimeLimit, time_limit

MAX_EVALUE = 2_000
"""Characters of an exception's message."""
CHUNK = 65_536
"""Bytes that are read at once of what a command prints."""


class Hook(DisplayHook):
    """Keeps the value of a cell's last expression."""

    def write_output_prompt(self) -> None:
        """No prompt."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
        """Keep the plain text of the value, from which a mark is read."""
        assert isinstance(self.shell, Shell)
        self.shell.outputs.add("execute_result", str(format_dict.get("text/plain", "")))


class Publisher(DisplayPublisher):
    """Keeps that something was displayed."""

    def publish(self, data: Any, metadata: Any = None, *_more: Any, **_named: Any) -> None:
        """Count what was displayed, pictures included; keep its text."""
        assert isinstance(self.shell, Shell)
        size = sum(len(part) for part in data.values() if isinstance(part, str | bytes))
        text = str(data.get("text/plain", ""))
        self.shell.outputs.add("display_data", text, size=max(0, size - len(text)))


class ZMQInteractiveShell(InteractiveShell):
    """Runs cells as a kernel does: an error ends the cell, not the notebook.

    It is called as a kernel's shell is: libraries ask for the name.
    """

    def __init__(self, **settings: Any) -> None:
        self.outputs = Outputs(0)
        settings |= {"displayhook_class": Hook, "display_pub_class": Publisher}
        super().__init__(**settings)  # type: ignore[no-untyped-call]

    def _tee(self, channel: Any) -> Any:
        """Keep no second copy of what is printed: the one that IPython keeps has no limit."""
        return nullcontext()

    def system_piped(self, cmd: str) -> None:
        """Run a command of the system, as `!command` and `%pip` do; it prints on stdout."""
        if cmd.rstrip().endswith("&"):
            raise OSError("Background processes not supported.")
        decode = getincrementaldecoder("utf-8")("replace").decode
        with subprocess.Popen(
            self.var_expand(cmd, depth=1),  # type: ignore[no-untyped-call]
            shell=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
        ) as process:
            assert process.stdout is not None
            try:
                while data := process.stdout.read(CHUNK):
                    print(decode(data), end="")
            except BaseException:
                process.kill()
                raise
        self.user_ns["_exit_code"] = process.returncode

    system = system_piped

    def enable_gui(self, gui: Any = None) -> None:
        """There is no window here."""

    def showtraceback(self, *_args: Any, **_more: Any) -> None:
        """Keep an error by name and message, without the cost of a traceback."""
        self._note(sys.exc_info()[1])

    def showsyntaxerror(self, *_args: Any, **_more: Any) -> None:
        """Keep an error in the code itself."""
        self._note(sys.exc_info()[1])

    def showindentationerror(self) -> None:
        """Keep an error in the code itself."""
        self._note(sys.exc_info()[1])

    def _note(self, error: BaseException | None) -> None:
        self.outputs.add("error", message_of(error), type(error).__name__)


def message_of(error: BaseException | None) -> str:
    """The message of an exception, whatever its own methods do."""
    try:
        return str(error)[:MAX_EVALUE]
    except Exception:
        return ""


Shell = ZMQInteractiveShell


def make_shell() -> Shell:
    """The one shell of this process, as quiet as a kernel, with no file of its own."""
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    if KERNEL in sys.modules:
        config.IPKernelApp.parent_appname = ""  # libraries ask whether it is there
    shell = Shell.instance(config=config)
    assert isinstance(shell, Shell)
    return shell


def run_cell(shell: Shell, source: str, limit_s: float) -> dict[str, Any]:
    """Run one cell within `limit_s` seconds: how it ended, and what it put out.

    `error` is None or the error's name and message; a cell that ran out of time has the
    error `TimeLimit`.
    """
    error: BaseException | None = None
    try:
        with time_limit(limit_s):
            result = shell.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
        error = result.error_before_exec or result.error_in_exec
    except TimeLimit as late:
        error = late
    except BaseException as odd:  # an exception that IPython lets pass
        error = odd
    outputs, lost = shell.outputs.take()
    named = None if error is None else [type(error).__name__, message_of(error)]
    return {"error": named, "outputs": outputs, "lost": lost}
