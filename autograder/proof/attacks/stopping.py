"""Stopping the batch: ending, hanging or filling whatever grades."""

from __future__ import annotations

from autograder.proof.attacks.attack import MARK, TARGET, WRONG, Attack, added, answer


def _call(
    name: str,
    tries: str,
    body: str,
    *expects: str,
    stock: str = "",
    short: bool = False,
) -> Attack:
    """An answer that does something when it is called."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    source = f"def softmax(x, dim):\n{lines}\n    return x\n"
    return Attack(name, "stopping", tries, (answer(source),), expects, stock=stock, short=short)


def _cell(
    name: str, tries: str, source: str, *expects: str, stock: str = "", short: bool = False
) -> Attack:
    """A wrong answer, and a cell of one's own that does something."""
    changes = (answer(WRONG), added(source, TARGET))
    return Attack(
        name, "stopping", tries, changes, expects or ("failed",), stock=stock, short=short
    )


ATTACKS = (
    _call("exit-in-call", "End the process at once.", "import os\nos._exit(0)", "crashed"),
    _call("system-exit", "Raise SystemExit.", "raise SystemExit(0)", "error"),
    _call(
        "keyboard-interrupt",
        "Raise KeyboardInterrupt.",
        "raise KeyboardInterrupt",
        "error",
        "crashed",
    ),
    _cell("exit-in-cell", "End the process in a cell.", "import os\nos._exit(0)", stock="ends"),
    _cell(
        "kernel-shutdown", "Ask the kernel to shut down.", "get_ipython().kernel.do_shutdown(False)"
    ),
    _cell("quit", "Call quit().", "quit()"),
    _call("loop-in-call", "Never return.", "while True:\n    pass", "timeout", short=True),
    _cell("loop-in-cell", "Never end a cell.", "while True:\n    pass"),
    _call(
        "loop-ignores-signals",
        "Never return, and ignore every signal and exception.",
        "import signal\n"
        "for number in range(1, 64):\n"
        "    try:\n"
        "        signal.signal(number, signal.SIG_IGN)\n"
        "    except (OSError, ValueError):\n"
        "        pass\n"
        "while True:\n"
        "    try:\n"
        "        while True:\n"
        "            pass\n"
        "    except BaseException:\n"
        "        pass",
        "timeout",
    ),
    _call(
        "loop-in-c",
        "Never return from a function written in C.",
        "import re\nre.match('(a+)+$', 'a' * 64 + 'b')",
        "timeout",
        "crashed",
    ),
    _call("sleep", "Sleep for a day.", "import time\ntime.sleep(86400)", "timeout"),
    _call(
        "deadlock",
        "Wait for a lock that a thread never gives back.",
        "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
        "timeout",
    ),
    _call(
        "thread-left",
        "Leave a thread that never ends.",
        "import threading\n"
        "def spin():\n    while True:\n        pass\n"
        "threading.Thread(target=spin).start()",
        "failed",
        "timeout",
        "crashed",
        "error",
    ),
    _call(
        "memory-bomb",
        "Ask for all memory.",
        "hoard = []\nwhile True:\n    hoard.append(bytearray(256 * 1024 * 1024))",
        "memory",
        short=True,
    ),
    _call(
        "memory-of-torch",
        "Ask torch for a tensor larger than the machine.",
        "return torch.ones(1 << 40)",
        "memory",
    ),
    _call(
        "huge-result",
        "Give back a small tensor that stands for a huge one.",
        "return torch.zeros(1).expand(1 << 36)",
        "memory",
        "error",
        "crashed",
        "failed",
    ),
    _call(
        "fork-bomb",
        "Fork without end.",
        "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass",
        "timeout",
        "crashed",
        "memory",
        short=True,
    ),
    _call(
        "process-left",
        "Leave a process that outlives the run.",
        "import subprocess, sys\n"
        f"subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(600) # {MARK}'],\n"
        "    start_new_session=True)",
        "failed",
        "error",
        short=True,
    ),
    _cell(
        "disk-full",
        "Fill the disk.",
        "try:\n"
        "    for number in range(100):\n"
        "        with open(f'filler-{number}', 'wb') as file:\n"
        "            for _ in range(1024):\n"
        "                file.write(b'\\0' * 1024 * 1024)\n"
        "except OSError:\n    pass",
    ),
    _cell(
        "inodes-full",
        "Make files without end.",
        "import os\n"
        "try:\n"
        "    os.mkdir('many')\n"
        "    for number in range(300_000):\n"
        "        os.close(os.open(f'many/{number}', os.O_CREAT | os.O_WRONLY))\n"
        "except OSError:\n    pass",
    ),
    _call(
        "deep-folders",
        "Make folders in folders, too deep to be removed.",
        "import os\nfor _ in range(3000):\n    os.mkdir('d')\n    os.chdir('d')",
        "failed",
        "output-limit",
        short=True,
    ),
    _call(
        "shared-memory-bomb",
        "Ask for memory that all processes share.",
        "import mmap, os, time\n"
        "for _ in range(20):\n"
        "    if os.fork() == 0:\n"
        "        shared = mmap.mmap(-1, 200 * 2**20)\n"
        "        shared[::4096] = b'x' * len(shared[::4096])\n"
        "        time.sleep(86400)\n"
        "time.sleep(86400)",
        "memory",
        "timeout",
    ),
    _call(
        "memory-in-files",
        "Keep memory in files that have no name.",
        "import os\nfor number in range(10**6):\n    os.memfd_create(str(number))",
        "error",
    ),
    _call(
        "half-character",
        "Raise an error whose message no file can hold.",
        "raise ValueError('\\ud800')",
        "error",
        short=True,
    ),
    _call(
        "same-hash-keys",
        "Give back keys that take for ever to tell apart.",
        "return {number * (2**61 - 1): 0 for number in range(1, 3000)}",
        "failed",
        "crashed",
    ),
    _call(
        "one-line", "Print 50 MB on one line.", "print('x' * 50_000_000)", "failed", "output-limit"
    ),
    _cell(
        "thousand-displays",
        "Display a thousand things.",
        "from IPython.display import HTML, display\n"
        "for number in range(1000):\n"
        "    display(HTML('<script>alert(1)</script>' * 100))",
    ),
    _cell("endless-print", "Print without end.", "while True:\n    print('x' * 10_000)"),
    _call(
        "deep-recursion",
        "Recurse until the stack is full.",
        "import sys\nsys.setrecursionlimit(10**9)\ndef down(n):\n    return down(n + 1)\ndown(0)",
        "crashed",
        "memory",
        "error",
        "timeout",
    ),
    _call(
        "stack-overflow",
        "Recurse in C until the stack is full.",
        "import sys\nsys.setrecursionlimit(10**9)\n"
        "nested = []\nfor _ in range(10**5):\n    nested = [nested]\nrepr(nested)",
        "crashed",
        "memory",
        "error",
    ),
    _call(
        "c-crash", "Read address zero.", "import ctypes\nctypes.string_at(0)", "crashed", short=True
    ),
    _call("abort", "Abort in C.", "import os\nos.abort()", "crashed"),
    _call(
        "stopped",
        "Stop itself with a signal.",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        "timeout",
    ),
)
