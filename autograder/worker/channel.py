"""Messages between processes: a length, then one value as `wire` writes it. Never pickle."""

from __future__ import annotations

import select
import socket
import struct
import time
from typing import Any

from autograder import wire

LENGTH = struct.Struct("<I")
CHUNK = 1 << 20
"""Bytes asked for at one time."""


class Closed(Exception):
    """The other side has gone, or sent what no message is."""


class Late(Exception):
    """The other side did not answer in time."""


class Channel:
    """One end of a socket that carries messages, each within limits in bytes.

    `max_header` limits what of a message read is no raw buffer: a byte of it may become fifty.
    """

    def __init__(self, end: socket.socket, max_sent: int = wire.MAX_BYTES) -> None:
        self.socket = end
        self.max_sent = max_sent
        self.max_read = wire.MAX_BYTES
        self.max_header = wire.MAX_BYTES

    def send(self, message: Any, deadline: float | None = None) -> None:
        """Write one message; raises Closed or Late, and WireError before anything is written."""
        frame = wire.encode(message)
        if len(frame) > self.max_sent:
            raise wire.WireError(
                f"the value takes {len(frame)} bytes; at most {self.max_sent} may cross"
            )
        rest = memoryview(LENGTH.pack(len(frame)) + frame)
        while rest:
            self._wait(deadline, write=True)
            try:
                rest = rest[self.socket.send(rest, socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                continue
            except OSError:
                raise Closed from None

    def receive(self, deadline: float | None = None) -> Any:
        """Read one message before `time.monotonic()` is `deadline`; raises Closed or Late."""
        size: int = LENGTH.unpack(self._exactly(LENGTH.size, deadline))[0]
        if size > self.max_read:
            raise Closed(f"a message of {size} bytes; at most {self.max_read} are read")
        try:
            return wire.decode(self._exactly(size, deadline), self.max_header)
        except wire.WireError as error:
            raise Closed(str(error)) from None

    def close(self) -> None:
        """Close this end."""
        self.socket.close()

    def _exactly(self, size: int, deadline: float | None) -> bytes:
        parts: list[bytes] = []
        while size:
            self._wait(deadline, write=False)
            try:
                part = self.socket.recv(min(size, CHUNK))
            except OSError:
                raise Closed from None
            if not part:
                raise Closed
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _wait(self, deadline: float | None, write: bool) -> None:
        rest = None if deadline is None else max(0.0, deadline - time.monotonic())
        poll = select.poll()
        poll.register(self.socket, select.POLLOUT if write else select.POLLIN)
        if not poll.poll(None if rest is None else rest * 1000):
            raise Late


def pair() -> tuple[Channel, socket.socket]:
    """Two connected ends: one to talk with, one to hand to another process."""
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    return Channel(mine), theirs


def send_with(channel: Channel, message: Any, ends: list[socket.socket]) -> None:
    """Send a message, and with it the open sockets `ends`; raises Closed."""
    try:
        socket.send_fds(channel.socket, [b"+"], [end.fileno() for end in ends])
    except OSError:
        raise Closed from None
    channel.send(message)


def receive_with(channel: Channel, count: int) -> tuple[Any, list[socket.socket]]:
    """A message and the `count` sockets that came with it; raises Closed."""
    try:
        mark, fds, _, _ = socket.recv_fds(channel.socket, 1, count)
    except OSError:
        raise Closed from None
    ends = [socket.socket(fileno=fd) for fd in fds]
    if mark != b"+" or len(ends) != count:
        raise Closed
    return channel.receive(), ends
