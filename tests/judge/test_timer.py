"""Code that does not end is stopped, whatever it swallows; a person's Ctrl-C passes."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from autograder.worker.direct import DirectStudent
from autograder.worker.timer import PATIENCE, TimeLimit, time_limit

SOON_S = 0.05


def plain_loop() -> None:
    while True:
        pass


def swallows() -> None:
    while True:
        try:  # noqa: SIM105
            sorted(range(50))
        except:  # noqa: E722
            pass


def swallows_twice() -> None:
    while True:
        try:
            swallows()
        except BaseException:
            continue


def swallows_sleeping() -> None:
    while True:
        try:
            time.sleep(0.001)
        finally:
            continue  # noqa: B012


LOOPS = [plain_loop, swallows, swallows_twice, swallows_sleeping]


@pytest.fixture(params=["timer", "no timer"])
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With and without `setitimer`, which Windows lacks."""
    if request.param == "no timer":
        monkeypatch.delattr(signal, "setitimer")
    return str(request.param)


@pytest.fixture(autouse=True)
def handlers_come_back() -> Iterator[None]:
    before = [signal.getsignal(number) for number in (signal.SIGALRM, signal.SIGINT)]
    yield
    assert [signal.getsignal(number) for number in (signal.SIGALRM, signal.SIGINT)] == before


@pytest.mark.parametrize("loop", LOOPS)
def test_an_endless_loop_is_stopped(system: str, loop: Callable[[], None]) -> None:
    with pytest.raises(TimeLimit), time_limit(SOON_S):
        loop()


def test_a_busy_machine_takes_no_time_from_the_code(
    system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "process_time", lambda: 0.0)  # the processor is with other work
    start = time.monotonic()
    with pytest.raises(TimeLimit), time_limit(SOON_S):
        plain_loop()
    assert time.monotonic() - start >= PATIENCE * SOON_S


def test_code_that_ends_is_left_alone(system: str) -> None:
    with time_limit(60):
        found = sum(range(1000))
    assert found == 499500


def test_ctrl_c_of_a_person_passes_through(system: str) -> None:
    def pressed() -> None:
        signal.raise_signal(signal.SIGINT)

    student = DirectStudent({"f": pressed}, limit_s=60)
    with pytest.raises(KeyboardInterrupt):
        student.call("f")


def test_no_limit_outside_of_the_main_thread_but_the_call_works() -> None:
    got: list[object] = []
    student = DirectStudent({"f": lambda: 7})
    thread = threading.Thread(target=lambda: got.append(student.call("f")))
    thread.start()
    thread.join()
    assert got == [7]


def test_an_outer_limit_goes_on_after_an_inner_one() -> None:
    with pytest.raises(TimeLimit), time_limit(2 * SOON_S):
        with time_limit(60):
            pass
        plain_loop()


def test_an_inner_limit_that_strikes_leaves_the_outer_one() -> None:
    with pytest.raises(TimeLimit), time_limit(4 * SOON_S):
        with pytest.raises(TimeLimit), time_limit(SOON_S):
            plain_loop()
        plain_loop()
