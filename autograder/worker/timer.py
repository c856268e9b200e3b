"""Stopping code that does not end."""

from __future__ import annotations

import _thread
import signal
import threading
import time
from contextlib import AbstractContextManager, nullcontext
from functools import cache, partial
from types import FrameType
from typing import Any

REPEAT_S = 0.2
"""Seconds after which a stop is sent again, for code that swallows every exception."""
POLITE = 2
"""Stops that may be swallowed before the next one is sent along with each."""
PATIENCE = 3
"""How many times the limit may pass by the clock while other work holds the processor."""
MIN_S = 1e-6
"""The shortest time a timer can be set to; zero would switch it off."""


class TimeLimit(BaseException):
    """Raised inside code that ran out of time. No `except Exception` catches it."""


def time_limit(seconds: float) -> AbstractContextManager[None]:
    """Raise `TimeLimit` in the block after `seconds` of work, again and again until it ends.

    Work is the processor time of this process, so that a busy machine fails nobody's code; code
    that only waits is stopped after PATIENCE times as long by the clock.

    In the main thread of a POSIX system a timer signal interrupts even `while True: pass`. Where
    there is no such signal, the main thread is interrupted as by Ctrl-C. In another thread
    nothing can be interrupted, and there is no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        return nullcontext()
    return _Alarm(seconds) if hasattr(signal, "setitimer") else _Interrupts(seconds)


class _Trip:
    """`-trip` marks a signal as arrived without running its handler yet.

    Python looks for signals at calls and at the end of loops, not at operators. So the next stop
    strikes when the `except` that swallows this one has ended, outside of its `try`.
    """


@cache
def _trip(number: int) -> Any:
    """The trip of a signal."""
    send = staticmethod(partial(_thread.interrupt_main, signal.Signals(number)))
    return type("Trip", (_Trip,), {"__neg__": send})()


class _Limit(AbstractContextManager[None]):
    """A signal that raises `TimeLimit`; a handler that was there before comes back afterwards."""

    number: int

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.stops = 0
        self.trip = _trip(self.number)

    def __enter__(self) -> None:
        self.started, self.worked = time.monotonic(), time.process_time()
        self.handler = signal.signal(self.number, self.stop)
        self.start()

    def __exit__(self, *_raised: object) -> None:
        self.end()
        signal.signal(self.number, self.handler)
        self.go_on()

    def start(self) -> None:
        """Send the signal when time is up, and again every REPEAT_S."""
        raise NotImplementedError

    def end(self) -> None:
        """Send no more."""
        raise NotImplementedError

    def go_on(self) -> None:
        """Start again what this limit has interrupted."""

    def is_early(self) -> bool:
        """Whether somebody else sent the signal."""
        return False

    def has_time_left(self) -> bool:
        """Whether the block was kept from working: the clock ran, the processor did not."""
        if time.process_time() - self.worked >= self.seconds:
            return False
        return time.monotonic() - self.started < PATIENCE * self.seconds

    def stop(self, _number: int, frame: FrameType | None) -> None:
        """Handle the signal."""
        if frame is not None and frame.f_code.co_filename == __file__:
            return  # here or in __exit__, which nothing may cut short
        if self.is_early():
            raise KeyboardInterrupt
        if self.has_time_left():
            return
        self.stops += 1
        if self.stops > POLITE:
            _ = -self.trip
        raise TimeLimit


class _Alarm(_Limit):
    """The timer of POSIX systems; one that ran before goes on afterwards."""

    number = getattr(signal, "SIGALRM", 0)

    def start(self) -> None:
        self.before = signal.setitimer(signal.ITIMER_REAL, self.seconds, REPEAT_S)

    def end(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def go_on(self) -> None:
        delay, interval = self.before
        if delay:
            left = max(delay - (time.monotonic() - self.started), MIN_S)
            signal.setitimer(signal.ITIMER_REAL, left, interval)


class _Interrupts(_Limit):
    """A thread that interrupts the main thread as Ctrl-C does."""

    number = signal.SIGINT

    def start(self) -> None:
        self.ended = threading.Event()
        self.lock = threading.Lock()
        threading.Thread(target=self.watch, daemon=True).start()

    def watch(self) -> None:
        """Interrupt until the block ends, never after it."""
        wait = self.seconds
        while not self.ended.wait(wait):
            with self.lock:
                if not self.ended.is_set():
                    _thread.interrupt_main()
            wait = REPEAT_S

    def end(self) -> None:
        with self.lock:
            self.ended.set()

    def is_early(self) -> bool:
        return time.monotonic() - self.started < self.seconds
