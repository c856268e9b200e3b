"""The judge's side of one submission's process: requests with a clock of our own."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from autograder.wire import Failure
from autograder.worker.channel import Channel, Closed, Late, pair, send_with
from autograder.worker.limits import Limits
from autograder.worker.timer import PATIENCE

START_S = 20.0
"""Seconds in which a new process must have locked itself up."""
END_S = 30.0
"""Seconds in which a slot must have killed and cleaned what a submission left."""
SLACK_S = 2.0
"""Seconds beyond a limit of the submission's own clock, before ours ends it."""
MAX_TEXT = 300
"""Characters of one text of a failure."""
MAX_BASES = 20
"""Types that the type of an error is made from."""
KINDS = ("exception", "arguments", "timeout", "exit", "forbidden", "missing", "memory")
"""Failures that a submission's process may report of itself."""
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
PLACES = re.compile(r"/grading/\w+(?:/\d+)?|/tmp/autograder-[^/\s'\"]+(?:/slots/\d+)?")


class MachineryGone(Exception):
    """The warm parent or the slot has failed, not the submission: try again elsewhere."""


class JailOpen(Exception):
    """A submission's process could open what lies outside of its jail; nothing of it was run."""


class JailShut(Exception):
    """A submission's process cannot even read Python; nothing of it was run."""


class Gone(Exception):
    """The submission's process has ended or was ended; carries the failure that says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.kind)
        self.failure = failure


class Session:
    """One process of one submission. `deadline` is when the whole submission must be done.

    `requests` counts what it was asked.
    """

    def __init__(self, slot: Channel, limits: Limits, deadline: float) -> None:
        self._slot = slot
        self._limits = limits
        self._deadline = deadline
        self._channel, theirs = pair()
        self._channel.max_read = limits.reply_bytes
        self._channel.max_header = limits.header_bytes
        self._gone: Failure | None = None
        self._ended: dict[str, Any] | None = None
        self.requests = 0
        try:
            send_with(slot, {"begin": True}, [theirs])
        except Closed as error:
            raise MachineryGone("the slot has closed") from error
        finally:
            theirs.close()
        self._started()

    def _started(self) -> None:
        try:
            first = self._channel.receive(time.monotonic() + START_S)
        except (Closed, Late) as error:
            self.end()
            raise MachineryGone("a process could not be locked up") from error
        if first["shut"]:
            self.end()
            raise JailShut
        if first["open"]:
            self.end()
            raise JailOpen(first["open"][0])

    def request(self, message: dict[str, Any], limit_s: float) -> dict[str, Any]:
        """One request and its reply within `limit_s` seconds of work; raises Gone.

        By the clock it may take PATIENCE times as long, as the submission's own clock allows.
        """
        if self._gone is not None:
            raise Gone(self._gone)
        until = min(time.monotonic() + PATIENCE * limit_s + SLACK_S, self._deadline)
        self.requests += 1
        try:
            self._channel.send([self.requests, message], until)
            reply = self._channel.receive(until)
        except Late:
            raise self._lost(Failure("timeout", message=f"{limit_s:g}")) from None
        except Closed:
            raise self._lost(Failure("crashed")) from None
        if type(reply) is not list or len(reply) != 2 or reply[0] != self.requests:
            raise self._lost(Failure("crashed"))  # something else in there writes, too
        if type(reply[1]) is not dict:
            raise self._lost(Failure("crashed"))
        return reply[1]

    def cell(self, source: str) -> dict[str, Any]:
        """Run one cell; its error (name and message) or None, and its outputs; raises Gone."""
        limit = self._limits.cell_s
        return self.request({"op": "cell", "source": source, "limit_s": limit}, limit)

    def end(self) -> dict[str, Any]:
        """Have everything killed and cleaned; how it ended. Raises MachineryGone.

        A second call changes nothing: the slot has been told already.
        """
        if self._ended is None:
            self._ended = self._end()
        return self._ended

    def _end(self) -> dict[str, Any]:
        self._channel.close()
        try:
            self._slot.send({"end": True}, time.monotonic() + END_S)
            ended = self._slot.receive(time.monotonic() + END_S)
        except (Closed, Late) as error:
            raise MachineryGone("the slot does not answer") from error
        if not ended.get("clean"):
            raise MachineryGone("a process could not be killed")
        return dict(ended)

    def give_up(self, failure: Failure) -> Failure:
        """End the process with this failure, also in the middle of a message; the failure."""
        return (Gone(self._gone) if self._gone else self._lost(failure)).failure

    def _lost(self, failure: Failure) -> Gone:
        """End the process; the slot knows whether it took too much memory or CPU time."""
        ended = self.end()
        if ended.get("memory"):
            failure = Failure("memory")
        elif ended.get("files"):
            failure = Failure("files")
        elif failure.kind == "crashed" and ended.get("cpu_s", 0.0) >= self._limits.cpu_s:
            failure = Failure("timeout", message=f"{self._limits.cpu_s:g}")
        self._gone = failure
        return Gone(failure)

    @property
    def over(self) -> bool:
        """Whether the process is gone already."""
        return self._gone is not None


def harmless(text: object) -> str:
    """A text of the submission, short, without addresses and places of this machine."""
    if not isinstance(text, str):
        return ""
    whole = text[: 4 * MAX_TEXT].encode("utf-8", "replace").decode()  # no half characters
    return PLACES.sub(".", ADDRESS.sub("0x…", whole))[:MAX_TEXT]


def failure_from(data: object) -> Failure:
    """A failure as the submission's process reports it, with nothing taken on trust."""
    if not isinstance(data, dict) or data.get("kind") not in KINDS:
        return Failure("crashed")
    line, bases = data.get("line"), data.get("bases")
    texts: Callable[[str], str] = lambda name: harmless(data.get(name))  # noqa: E731
    return Failure(
        kind=data["kind"],
        type_name=texts("type_name"),
        message=texts("message"),
        line=line if type(line) is int and 0 <= line < 10**6 else 0,
        code=texts("code"),
        bases=tuple(map(harmless, bases[:MAX_BASES])) if isinstance(bases, list | tuple) else (),
    )
