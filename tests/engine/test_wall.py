"""What a submission can reach: its own folder, Python, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.engine.machine import Machine
from autograder.engine.pool import LocalPool
from autograder.worker import landlock
from autograder.worker.jail import around
from tests.engine.room import HIDDEN, Room, cell, hand_in, master, settings

ROOT = Path(__file__).resolve().parents[2]
REFUSED = {
    "the lessons": "import autograder.lessons",
    "the judge": "import autograder.judge",
    "the engine": "import autograder.engine",
    "the gradebook": "import autograder.records",
    "the repository": f"open({str(ROOT / 'pyproject.toml')!r}).read()",
    "the lessons' files": f"open({str(ROOT / 'autograder/lessons/__init__.py')!r}).read()",
    "the home folder": "import os; open(os.path.expanduser('~root/.profile')).read()",
    "a file of the parent": "open('/tmp/x', 'w')",
    "the library": "import autograder; open(autograder.__file__, 'a')",
    "the system": "open('/etc/x', 'w')",
    "memory of the parent": "import os; open(f'/proc/{os.getppid()}/mem', 'rb')",
    "environment of the parent": "import os; open(f'/proc/{os.getppid()}/environ', 'rb').read()",
    "a signal to the parent": "import os; os.kill(os.getppid(), 9)",
    "a signal to everybody": "import os, signal; os.kill(1, signal.SIGKILL)",
    "the network": "import socket; socket.create_connection(('127.0.0.1', 80), 1)",
    "a datagram": "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "another user": "import os; os.setuid(0) or os.setgid(0) or open('/etc/x', 'w')",
    "a mount": "import ctypes, os; c = ctypes.CDLL(None, use_errno=True)\n"
    "assert c.mount(b'/', b'/', None, 4096, None) == 0, 'refused'",
    "a namespace": "import ctypes\nassert ctypes.CDLL(None).unshare(0x10000000) == 0, 'refused'",
    "tracing": "import ctypes, os\n"
    "assert ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0, 'refused'",
    "memory that nobody counts": "import os; os.memfd_create('x')",
    "more memory": "import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
}


@pytest.mark.parametrize("what", REFUSED)
def test_out_of_reach(what: str, room: Room, tmp_path: Path) -> None:
    reach = "\n".join(f"    {line}" for line in REFUSED[what].splitlines())
    source = f"def square(x):\n{reach}\n    return x * x"
    result = cell(room.grade(tmp_path, source), "square-test")
    assert (result.points, result.status) in ((0, "error"), (0, "failed")), result
    assert any(
        word in result.lines[0]
        for word in ("refused", "Error", "not permitted", "denied", "No such file")
    )


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_is_possible_without_a_jail(what: str) -> None:
    """The list is worth something only if its code is well formed."""
    compile(REFUSED[what], what, "exec")


def test_the_environment_tells_nothing_of_the_grading_machine(room: Room, tmp_path: Path) -> None:
    source = "import os\ndef square(x):\n    assert 0, sorted(os.environ)"
    line = cell(room.grade(tmp_path, source), "square-test").lines[0]
    for name in ("AUTOGRADER_GRADING", "USER", "SSH", "PYTEST"):
        assert name not in line


def test_the_course_s_own_notebook_is_not_in_the_process(room: Room, tmp_path: Path) -> None:
    """Solutions and later tests are nowhere in memory before their cell is run."""
    needle = "unlikely_" + "name"
    source = f"""import gc
def square(x):
    texts = [o for o in gc.get_objects() if isinstance(o, (list, dict))]
    assert not any("{HIDDEN[:20]}" in str(v) for o in texts[:2000] for v in
                   (o.values() if isinstance(o, dict) else o) if isinstance(v, str)
                   and "{needle}" not in v and "assert not any" not in v
                   and "square(3)" not in v), "found"
    return x * x"""
    assert cell(room.grade(tmp_path, source), "last-test").points == 1


def test_a_jail_with_a_hole_runs_nothing(tmp_path: Path) -> None:
    """/etc/passwd stands for a file that must stay out of reach: the jail lets it be read."""
    machine = Machine(settings(), 1)
    machine.canaries = [tmp_path / "nothing", Path("/etc/passwd")]
    machine.start()
    pool = LocalPool(machine, 1)
    result = pool.submit(hand_in(tmp_path, master())).result()
    pool.close()
    machine.close()
    assert (result.status, result.cells) == ("infrastructure", ())
    assert "could open /etc/passwd" in result.sentence


def test_the_canaries_are_files_that_anybody_here_can_open(tmp_path: Path) -> None:
    guarded = tmp_path / "submitted"
    guarded.mkdir()
    (guarded / "secret").touch()
    machine = Machine(replace(settings(), guarded=[guarded, tmp_path / "missing"]), 1)
    own, *others = machine.canaries
    assert own.stat().st_mode & 0o777 == 0o666
    assert others == [guarded / "secret"]
    machine.stop()


def test_what_is_hidden_is_left_out_of_what_can_be_read(tmp_path: Path) -> None:
    for name in ("lib/ours", "lib/theirs", "bin"):
        (tmp_path / "usr" / name).mkdir(parents=True)
    (tmp_path / "usr/lib/link").symlink_to(tmp_path / "usr/lib/ours")
    found = around([tmp_path / "usr"], [tmp_path / "usr/lib/ours", tmp_path / "elsewhere"])
    assert set(found) == {tmp_path / "usr/bin", tmp_path / "usr/lib/theirs"}


SOCKETS = {
    "socket.socketpair()": (True, True),
    "socket.socket(socket.AF_UNIX)": (True, False),
    "socket.socketpair(type=socket.SOCK_DGRAM)": (True, False),
    "socket.socketpair()[0].connect('/')": (False, False),
    "socket.socket()": (False, False),
}
"""Whether each works behind the outer wall, and without it."""


@pytest.mark.parametrize("what", SOCKETS)
def test_without_a_wall_no_socket_leads_to_the_machine_s_other_programs(what: str) -> None:
    for walled, works in zip((True, False), SOCKETS[what], strict=True):
        lock = f"prctl(PR_SET_NO_NEW_PRIVS); assert seccomp.restrict(walled={walled})"
        code = (
            "import socket\nfrom autograder.worker import seccomp\n"
            f"from autograder.worker.kernel import prctl, PR_SET_NO_NEW_PRIVS\n{lock}\n{what}"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert (done.returncode == 0) is works, done.stderr


def test_rules_say_nothing_where_the_kernel_has_no_landlock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(landlock, "version", lambda: 0)
    assert landlock.rules([Path("/usr")], []) is None


ALLOWED = {
    "Python's library": "import json.tool, sqlite3",
    "the given parts": "import autograder.given.sentences",
    "check, which says nothing there": "from autograder import check\n"
    "assert check(square) is None and check('q', 'A', hidden=True) is None",
    "pictures, which nobody draws there": "from autograder.given.figures.show import show\n"
    "assert show(lambda: 1 / 0) is None",
    "its own folder": "open('x', 'w').write('y'); import os; assert os.listdir() == ['x']",
    "a temporary file": "import tempfile; tempfile.TemporaryFile().write(b'x')",
    "a thread": "import threading; threading.Thread(target=int).start()",
    "a process": "import subprocess, sys\n"
    "assert subprocess.check_output([sys.executable, '-c', 'print(1)']) == b'1\\n'",
}


@pytest.mark.parametrize("what", ALLOWED)
def test_within_reach(what: str, room: Room, tmp_path: Path) -> None:
    do = "\n".join(f"    {line}" for line in ALLOWED[what].splitlines())
    source = f"def square(x):\n{do}\n    return x * x"
    assert cell(room.grade(tmp_path, source), "square-test").lines == ()
