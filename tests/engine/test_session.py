"""What a judge does with what a new process says of its jail."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import pytest

from autograder.engine.session import JailOpen, JailShut, Session
from autograder.worker.channel import Channel, receive_with
from autograder.worker.limits import DEFAULTS


def answered(slot: Channel, first: dict[str, Any], told: list[Any]) -> None:
    """A slot whose process says `first` and is then ended."""
    _, (end,) = receive_with(slot, 1)
    Channel(end).send(first)
    told.append(slot.receive())
    slot.send({"clean": True})


@pytest.mark.parametrize(
    ("first", "error"),
    [
        ({"locked": True, "open": ["/home/secret"], "shut": False}, JailOpen),
        ({"locked": True, "open": [], "shut": True}, JailShut),
    ],
)
def test_nothing_runs_in_a_jail_that_is_open_or_shut(
    first: dict[str, Any], error: type[Exception]
) -> None:
    mine, theirs = (Channel(end) for end in socket.socketpair())
    told: list[Any] = []
    slot = threading.Thread(target=answered, args=(theirs, first, told))
    slot.start()
    with pytest.raises(error):
        Session(mine, DEFAULTS, time.monotonic() + 60)
    slot.join()
    assert told == [{"end": True}]
