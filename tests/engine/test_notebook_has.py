"""What a notebook may count on in a kernel, it may count on behind the wall."""

from __future__ import annotations

import multiprocessing
import multiprocessing.synchronize
import threading
from pathlib import Path
from typing import Any

import pytest

from autograder.worker.semaphores import SemLock
from tests.engine.room import Room, cell

HAS = {
    "processes that share work": "from multiprocessing import Pool\n"
    "with Pool(2) as pool:\n    assert pool.map(abs, [-1, -2]) == [1, 2]",
    "functions of the notebook in them": "def twice(x): return 2 * x\n"
    "from multiprocessing import Pool\n"
    "with Pool(2) as pool:\n    assert pool.map(twice, [1, 2]) == [2, 4]",
    "an executor of processes": "from concurrent.futures import ProcessPoolExecutor\n"
    "with ProcessPoolExecutor(2) as pool:\n    assert list(pool.map(abs, [-1])) == [1]",
    "a queue": "from multiprocessing import Process, Queue\nqueue = Queue()\n"
    "Process(target=queue.put, args=(3,)).start()\nassert queue.get(timeout=20) == 3",
    "shared values": "from multiprocessing import Process, Value\nvalue = Value('i', 0)\n"
    "def add():\n    with value.get_lock():\n        value.value += 1\n"
    "both = [Process(target=add) for _ in range(2)]\n[p.start() for p in both]\n"
    "[p.join() for p in both]\nassert value.value == 2",
    "shared memory": "from multiprocessing import Process\n"
    "from multiprocessing.shared_memory import SharedMemory\n"
    "memory = SharedMemory(create=True, size=10)\n"
    "def fill():\n    found = SharedMemory(memory.name)\n    found.buf[0] = 7\n"
    "filling = Process(target=fill)\nfilling.start(); filling.join()\n"
    "assert memory.buf[0] == 7\nmemory.close(); memory.unlink()",
    "a user's name": "import getpass; assert getpass.getuser()",
    "a command": "get_ipython().run_cell('!echo 1')\nassert _exit_code == 0",
    "the output of a command": "found = get_ipython().getoutput('echo 1')\nassert found == ['1']",
    "names in a command": "n = 5\nget_ipython().run_cell('!exit $n')\nassert _exit_code == 5",
    "Python by its name": "import subprocess\n"
    "assert subprocess.check_output(['python', '-c', 'print(1)']) == b'1\\n'",
    "a kernel's shell, by name": "assert type(get_ipython()).__name__ == 'ZMQInteractiveShell'",
}


@pytest.mark.parametrize("what", HAS)
def test_it_is_there(what: str, room: Room, tmp_path: Path) -> None:
    source = f"{HAS[what]}\ndef square(x):\n    return x * x"
    result = room.grade(tmp_path, source)
    assert cell(result, "square-test").points == 2, cell(result, "square-test").lines


def test_installing_says_that_there_is_no_network(room: Room, tmp_path: Path) -> None:
    install = "get_ipython().run_cell('%pip install nothing-of-this-name')"
    source = f"{install}\nassert _exit_code == 1\ndef square(x):\n    return x * x"
    assert cell(room.grade(tmp_path, source), "square-test").points == 2


def locks(kind: int, value: int, most: int) -> list[Any]:
    """Python's own lock, and ours."""
    own = multiprocessing.synchronize.SemLock(
        kind, value, most, ctx=multiprocessing.get_context("fork")
    )
    return [own._semlock, SemLock(kind, value, most, "", True)]


def outcome(lock: Any, method: str, *arguments: object) -> object:
    """What a method gives or raises, in another thread where its name begins with `other`."""
    found: list[object] = []

    def ask() -> None:
        try:
            found.append(getattr(lock, method.removeprefix("other "))(*arguments))
        except (AssertionError, ValueError) as error:
            found.append((type(error), str(error)))

    if method.startswith("other "):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    else:
        ask()
    return found[0]


@pytest.mark.parametrize(
    ("kind", "value", "most"), [(0, 1, 1), (1, 1, 1), (1, 2, 3), (1, 0, SemLock.SEM_VALUE_MAX)]
)
def test_locks_do_what_python_s_own_do(kind: int, value: int, most: int) -> None:
    moves = [
        ("_get_value",), ("acquire", False), ("_is_mine",), ("other _is_mine",), ("_count",),
        ("acquire", False), ("acquire", True, 0.01), ("_count",), ("other acquire", False),
        ("_is_zero",), ("release",), ("other release",), ("release",), ("_count",), ("release",),
        ("release",), ("_get_value",), ("acquire",), ("_is_zero",), ("_count",),
    ]  # fmt: skip
    if kind == 0:
        moves = [move for move in moves if move != ("acquire",)]
    both = locks(kind, value, most)
    python, ours = ([outcome(lock, *move) for move in moves] for lock in both)
    assert python == ours


def test_a_lock_for_processes_that_are_not_forked_is_refused() -> None:
    with pytest.raises(OSError, match="forked"):
        SemLock(0, 1, 1, "name", False)
