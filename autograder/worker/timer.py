"""Stopping code that does not end."""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

REPEAT_S = 0.2
"""Seconds after which a stop is sent again, for code that swallows every exception."""


class TimeLimit(BaseException):
    """Raised inside code that ran out of time. No `except Exception` catches it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeLimit` in the block after `seconds` of wall time, again and again until it ends.

    In the main thread of a POSIX system a timer signal interrupts even `while True: pass`. Where
    there is no such signal, the main thread is interrupted as by Ctrl-C.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
    elif hasattr(signal, "setitimer"):
        yield from _by_signal(seconds)
    else:
        yield from _by_interrupt(seconds)


def _by_signal(seconds: float) -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TimeLimit

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, REPEAT_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _by_interrupt(seconds: float) -> Iterator[None]:
    fired = threading.Event()

    def stop() -> None:
        fired.set()
        _thread.interrupt_main()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    except KeyboardInterrupt:
        if not fired.is_set():
            raise
        raise TimeLimit from None
    finally:
        timer.cancel()
