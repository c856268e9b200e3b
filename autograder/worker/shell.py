"""The IPython shell that runs a submission's cells, without a kernel around it."""

from __future__ import annotations

import io
import sys
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from autograder.worker.timer import TimeLimit, time_limit

MAX_EVALUE = 2_000
"""Characters of an exception's message."""


@dataclass
class Outputs:
    """What cells put out, in order, up to `room` bytes over all cells; more is counted as lost."""

    room: int
    items: list[dict[str, str]] = field(default_factory=list)
    lost: bool = False

    def add(self, kind: str, text: str, name: str = "") -> None:
        """Keep an output as far as there is room."""
        kept = text[: max(0, self.room)]
        self.room -= max(1, len(kept))  # empty outputs are not free
        if len(kept) < len(text) or self.room < 0:
            self.lost = True
        last = self.items[-1] if self.items else {}
        if kind == "stream" and last.get("type") == kind and last.get("name") == name:
            last["text"] += kept
        elif self.room >= 0:
            self.items.append({"type": kind, "name": name, "text": kept})

    def take(self) -> tuple[list[dict[str, str]], bool]:
        """The outputs since the last time, and whether some were lost."""
        taken = (self.items, self.lost)
        self.items, self.lost = [], False
        return taken


class Stream(io.TextIOBase):
    """Stands for stdout or stderr."""

    encoding = "utf-8"

    def __init__(self, outputs: Outputs, name: str) -> None:
        self._outputs = outputs
        self._name = name

    def write(self, text: str) -> int:
        """Keep what is written."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            self._outputs.add("stream", text, self._name)
        return len(text)

    def writable(self) -> bool:
        """Yes."""
        return True


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
        self.shell.outputs.room -= max(0, size - len(text))
        self.shell.outputs.add("display_data", text)


class Shell(InteractiveShell):
    """Runs cells as a kernel does: an error ends the cell, not the notebook."""

    def __init__(self, **settings: Any) -> None:
        self.outputs = Outputs(0)
        settings |= {"displayhook_class": Hook, "display_pub_class": Publisher}
        super().__init__(**settings)  # type: ignore[no-untyped-call]

    def _tee(self, channel: Any) -> Any:
        """Keep no second copy of what is printed: the one that IPython keeps has no limit."""
        return nullcontext()

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


def make_shell() -> Shell:
    """The one shell of this process, as quiet as a kernel, with no file of its own."""
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
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
