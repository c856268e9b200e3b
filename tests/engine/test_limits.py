"""What one submission may take: each limit binds, the batch goes on, nothing is left behind."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from autograder.wire import WireError
from autograder.worker.channel import Channel
from autograder.worker.folder import empty
from tests.engine.room import RIGHT, Room, cell, statuses

ENDLESS = "def square(x):\n    while True:\n        pass"
SWALLOWS = """def square(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass"""
IGNORES = f"""import signal
for each in signal.valid_signals() - {{9, 19}}:
    signal.signal(each, signal.SIG_IGN)
{ENDLESS}"""
HOSTILE = {
    "loop": (ENDLESS, "timeout"),
    "loop that swallows every exception": (SWALLOWS, "timeout"),
    "loop that ignores every signal": (IGNORES, "timeout"),
    "sleep": ("import time\ndef square(x):\n    time.sleep(10**6)", "timeout"),
    "deadlock": (
        "import threading\ndef square(x):\n    lock = threading.Lock()\n    with lock:\n"
        "        threading.Thread(target=lock.acquire).start()\n        lock.acquire()",
        "timeout",
    ),
    "exit": ("import os\ndef square(x):\n    os._exit(0)", "crashed"),
    "segmentation fault": (
        "import ctypes\ndef square(x):\n    ctypes.string_at(1)",
        "crashed",
    ),
    "kill itself": ("import os\ndef square(x):\n    os.kill(os.getpid(), 9)", "crashed"),
    "system exit": ("def square(x):\n    raise SystemExit", "error"),
    "recursion": ("def square(x):\n    return square(x)", "error"),
    "memory": ("def square(x):\n    return [bytes(10**6) for _ in range(10**6)]", "memory"),
    "endless output": ("def square(x):\n    while True:\n        print('x' * 10**5)", "timeout"),
}


MUCH = {
    "one line": "print('x' * 10**6)",
    "many lines": "for _ in range(30_000):\n        print('x', 1)",
    "many outputs": "from IPython.display import display\n"
    "    for _ in range(500):\n        display('x' * 50)",
    "a command's": "get_ipython().system('seq 100000')",
}


@pytest.mark.parametrize("name", MUCH)
def test_output_that_is_cut_costs_no_mark(name: str, room: Room, tmp_path: Path) -> None:
    source = f"def square(x):\n    {MUCH[name]}\n    return x * x"
    result = room.grade(tmp_path, source)
    assert [cell(result, test).points for test in ("square-test", "parts-test")] == [2, 1.5]
    assert {f.where for f in result.findings if f.kind == "output-limit"} == {
        "square-test", "parts-test"
    }  # fmt: skip


def test_a_warning_after_much_output_costs_what_it_costs_in_nbgrader(
    room: Room, tmp_path: Path
) -> None:
    loud = "import sys\ndef square(x):\n    print('x' * 10**6)\n    print('!', file=sys.stderr)"
    result = cell(room.grade(tmp_path, f"{loud}\n    return x * x"), "square-test")
    assert (result.points, result.lines) == (0, ("Something was written to stderr: !",))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_function_loses_its_own_test_only(name: str, room: Room, tmp_path: Path) -> None:
    source, status = HOSTILE[name]
    result = room.grade(tmp_path, source)
    assert result.status == "graded"
    assert cell(result, "square-test").status == status
    assert cell(result, "square-test").points == 0
    assert cell(result, "last-test").points == 1


@pytest.mark.parametrize("name", ["loop", "exit", "kill itself"])
def test_what_happens_at_the_top_of_a_cell_costs_only_what_the_cell_defines(
    name: str, room: Room, tmp_path: Path
) -> None:
    source = HOSTILE[name][0] + "\nsquare(1)"
    result = room.grade(tmp_path, source)
    assert cell(result, "square-test").points == 0
    assert cell(result, "last-test").points == 1


def test_memory_of_all_processes_counts_together(room: Room, tmp_path: Path) -> None:
    """Each process stays below its own limit; all of them together are far above it."""
    source = """import os, time
def square(x):
    for _ in range(8):
        if os.fork() == 0:
            kept = bytearray(64 * 2**20)
            kept[::4096] = b"x" * len(kept[::4096])
            time.sleep(10**6)
    time.sleep(10**6)"""
    result = room.grade(tmp_path, source)
    assert cell(result, "square-test").status == "memory"


def test_a_fork_bomb_meets_the_limit_of_processes(room: Room, tmp_path: Path) -> None:
    source = """import os
def square(x):
    while True:
        os.fork()"""
    result = room.grade(tmp_path, source)
    assert cell(result, "square-test").points == 0
    assert cell(result, "last-test").points == 1
    assert cell(room.grade(tmp_path, RIGHT), "square-test").points == 2


def test_the_number_of_processes_is_bounded(room: Room, tmp_path: Path) -> None:
    source = """import os, time
def square(x):
    count = 0
    try:
        for _ in range(200):
            if os.fork() == 0:
                time.sleep(10**6)
            count += 1
    except OSError:
        pass
    assert count == 0, f"started {count}"
    """
    line = cell(room.grade(tmp_path, source), "square-test").lines[0]
    started = int(line.split()[-1])
    assert 0 < started <= room.paper.limits.processes


def test_files_have_a_size_and_the_folder_too(room: Room, tmp_path: Path) -> None:
    one = "def square(x):\n    open('big', 'wb').write(bytes(2 * 2**20))\n    return x * x"
    assert "OSError" in cell(room.grade(tmp_path, one), "square-test").lines[0]
    many = """def square(x):
    for number in range(100):
        with open(str(number), "wb") as file:
            file.write(bytes(2**20 - 1))
    return x * x"""
    result = cell(room.grade(tmp_path, many), "square-test")
    if room.machine.capabilities.bubblewrap:
        assert "No space left" in result.lines[0]
    fits = "def square(x):\n    open('f', 'wb').write(bytes(1000))\n    return x * x"
    assert cell(room.grade(tmp_path, fits), "square-test").points == 2


FULL = {
    "many files": "for number in range(10**6):\n        open(str(number), 'w').close()",
    "deep folders": "for _ in range(10**6):\n        os.mkdir('d')\n        os.chdir('d')",
}


@pytest.mark.parametrize("what", FULL)
def test_files_have_a_number_and_nothing_is_too_deep_to_be_removed(
    what: str, room: Room, tmp_path: Path
) -> None:
    fill = f"import os\ndef square(x):\n    {FULL[what]}\n    return x * x"
    assert statuses(room.grade(tmp_path, fill))["square-test"] == "output-limit"
    look = "import os\ndef square(x):\n    assert not os.listdir('.')\n    return x * x"
    assert cell(room.grade(tmp_path, look), "square-test").lines == ()


def test_a_folder_is_emptied_whatever_was_done_to_it(tmp_path: Path) -> None:
    deep = tmp_path
    while len(str(deep)) < 1500:
        deep = deep / ("d" * 200)
        deep.mkdir()
        (deep / "file").touch()
    (tmp_path / "link").symlink_to("/")
    deep.parent.chmod(0)
    empty(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_memory_that_is_shared_counts(room: Room, tmp_path: Path) -> None:
    source = """import mmap, os, time
def square(x):
    for _ in range(4):
        if os.fork() == 0:
            shared = mmap.mmap(-1, 60 * 2**20)
            shared[::4096] = b"x" * len(shared[::4096])
            time.sleep(10**6)
    time.sleep(10**6)"""
    assert cell(room.grade(tmp_path, source), "square-test").status == "memory"


def test_a_value_that_is_too_large_to_cross_is_refused_before_it_is_sent() -> None:
    with pytest.raises(WireError, match="at most 1000 may cross"):
        Channel(socket.socketpair()[0], max_sent=1000).send("x" * 2000)


def test_nothing_outlives_a_submission(room: Room, tmp_path: Path) -> None:
    """A process in a session of its own, that ignores signals, is gone for the next submission."""
    leave = f"""import os, signal, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for s in signal.valid_signals() - {{9, 19}}:
            signal.signal(s, signal.SIG_IGN)
        open("/proc/self/comm", "w").write("left-behind")
        time.sleep(10**6)
    os._exit(0)
open("left-behind", "w").write("x")
os.makedirs("/".join(["deep"] * 400))
{RIGHT}"""
    assert cell(room.grade(tmp_path, leave), "square-test").points == 2
    look = """import glob, os
def square(x):
    names = [open(path).read().strip() for path in glob.glob("/proc/[0-9]*/comm")]
    assert names and "left-behind" not in names and not os.listdir("."), names
    return x * x"""
    assert cell(room.grade(tmp_path, look), "square-test").lines == ()


def test_every_submission_starts_from_the_same_state(room: Room, tmp_path: Path) -> None:
    spoil = f"ready.append(1)\nimport builtins, json\nbuiltins.len = json.dumps = None\n{RIGHT}"
    room.grade(tmp_path, spoil)
    look = f"import json\nassert ready == [] and len('ab') == 2 and json.dumps(1) == '1'\n{RIGHT}"
    assert statuses(room.grade(tmp_path, look))["square-test"] == "passed"


def test_the_rest_is_not_run_when_the_time_of_the_submission_is_used_up(tmp_path: Path) -> None:
    from dataclasses import replace

    from tests.engine.room import LIMITS

    room = Room(replace(LIMITS, submission_s=1.5, cell_s=30.0))
    try:
        result = room.grade(tmp_path, IGNORES)
    finally:
        room.close()
    assert statuses(result) == {
        "square-test": "timeout",
        "parts-test": "not-run",
        "last-test": "not-run",
        "why": "not-run",
    }
    assert result.points == 0
