"""Changing what is not theirs: grades, files, start-up scripts, modules, and the next test."""

from __future__ import annotations

from autograder.proof.attacks.attack import COURSE, HOME, MARK, WRONG, Attack, added, answer, file

LEAVE = f"open({{path!r}}, 'w').write('{MARK}')"
MODEL = (
    "def softmax(x, dim):\n"
    "    weights = torch.exp(x - x.amax(dim=dim, keepdim=True))\n"
    "    return weights / weights.sum(dim=dim, keepdim=True)\n"
)


def _leave(name: str, tries: str, path: str, stock: str = "", short: bool = False) -> Attack:
    """A wrong answer, and a file left behind."""
    folder = path.rsplit("/", 1)[0]
    source = (
        f"import os\ntry:\n    os.makedirs({folder!r}, exist_ok=True)\n"
        f"    {LEAVE.format(path=path)}\nexcept OSError:\n    pass"
    )
    return Attack(name, "changing", tries, (answer(WRONG), added(source)), stock=stock, short=short)


def _sql(
    name: str, tries: str, statement: str, stock: str = "alters", short: bool = False
) -> Attack:
    source = (
        "import sqlite3\ntry:\n"
        f"    with sqlite3.connect('{COURSE}/gradebook.db', timeout=1) as database:\n"
        f"        database.execute({statement!r})\n"
        "except sqlite3.Error:\n    pass"
    )
    return Attack(name, "changing", tries, (answer(WRONG), added(source)), stock=stock, short=short)


def _shadow(name: str, tries: str, module: str, source: str, stock: str = "") -> Attack:
    return Attack(name, "changing", tries, (answer(WRONG), file(module, source)), stock=stock)


NEIGHBOUR = f"{COURSE}/submitted/neighbour/03-attention/attention.ipynb"

ATTACKS = (
    _sql(
        "gradebook-score",
        "Give every grade in the gradebook 100 points.",
        "UPDATE grade SET manual_score = 100",
        short=True,
    ),
    _sql(
        "gradebook-tests",
        "Replace the test cells that the gradebook keeps.",
        "UPDATE source_cell SET source = 'pass'",
    ),
    _sql("gradebook-gone", "Drop the table of grades.", "DROP TABLE grade", stock="ends"),
    _leave(
        "startup-file",
        "Leave a script that every later notebook runs.",
        f"{HOME}/.ipython/profile_default/startup/{MARK}.py",
        stock="alters",
        short=True,
    ),
    _leave("home-file", "Leave a file in the home folder.", f"{HOME}/{MARK}", stock="alters"),
    _leave("course-file", "Leave a file in the course.", f"{COURSE}/{MARK}", stock="alters"),
    _leave("shared-memory-file", "Leave a file in shared memory.", f"/dev/shm/{MARK}"),
    _leave("tmp-file", "Leave a file in /tmp.", f"/tmp/{MARK}"),
    _leave("source-file", "Leave a file in the source.", f"{COURSE}/source/03-attention/{MARK}"),
    Attack(
        "sitecustomize",
        "changing",
        "Leave a module that every later Python imports.",
        (
            answer(WRONG),
            added(
                "import site, sys\n"
                "for folder in [*site.getsitepackages(), *sys.path]:\n"
                "    try:\n"
                f"        open(folder + '/{MARK}.pth', 'w').write('import sitecustomize')\n"
                "    except OSError:\n        pass"
            ),
        ),
    ),
    Attack(
        "neighbour-overwritten",
        "changing",
        "Overwrite another submission.",
        (
            answer(WRONG),
            added(f"try:\n    open('{NEIGHBOUR}', 'w').write('{{}}')\nexcept OSError:\n    pass"),
        ),
        stock="alters",
    ),
    Attack(
        "neighbour-in-slot",
        "changing",
        "Look through and overwrite the folders where other submissions run.",
        (
            answer(WRONG),
            added(
                "import glob, os\n"
                "for path in glob.glob('/grading/slots/*/*') + glob.glob('/tmp/autograder-*/*'):\n"
                "    try:\n"
                f"        open(path, 'w').write('{MARK}')\n"
                "    except OSError:\n        pass"
            ),
        ),
    ),
    _shadow(
        "shadow-autograder",
        "A file named autograder.py gives the full mark.",
        "autograder.py",
        "def check(*args, **kwargs):\n    return 4.0\n",
        stock="leaks",
    ),
    _shadow(
        "shadow-torch",
        "A file named torch.py stands in for the library.",
        "torch.py",
        "def softmax(*args):\n    return 1\n",
        stock="leaks",
    ),
    _shadow("shadow-numpy", "A file named numpy.py.", "numpy.py", "raise SystemExit\n"),
    _shadow(
        "shadow-sitecustomize",
        "A file that Python imports at its start.",
        "sitecustomize.py",
        "import builtins\nbuiltins.check = lambda *a, **k: 4.0\n",
    ),
    _shadow("shadow-json", "A file named json.py.", "json.py", "loads = dumps = lambda *a: {}\n"),
    Attack(
        "environment",
        "changing",
        "Change environment, search path, defaults and random state for whoever comes next.",
        (
            answer(WRONG),
            added(
                "import os, sys, torch\n"
                "os.environ.update(AUTOGRADER_GRADING_SEED='visible', PYTHONPATH='/tmp')\n"
                "sys.path[:] = []\n"
                "torch.set_default_dtype(torch.float64)\n"
                "torch.manual_seed(0)"
            ),
        ),
    ),
    Attack(
        "inputs-changed",
        "changing",
        "Fill the test's own input in place, so that the wrong answer becomes the expected one.",
        (answer("def softmax(x, dim):\n    x.zero_()\n    return x\n"),),
    ),
    Attack(
        "state-left",
        "changing",
        "Be right once, and wrong ever after.",
        (
            answer(
                "calls = []\n"
                "def softmax(x, dim):\n"
                "    calls.append(1)\n"
                "    weights = torch.exp(x - x.amax(dim=dim, keepdim=True))\n"
                "    return weights / weights.sum(dim=dim, keepdim=True) if len(calls) < 2 else x\n"
            ),
        ),
    ),
    Attack(
        "wire-patched",
        "changing",
        "Change how values leave the process.",
        (
            answer(WRONG),
            added(
                "import autograder.wire as wire\n"
                "wire.plain = wire.encode = lambda *a, **k: b'\\xff' * 100"
            ),
        ),
        ("crashed", "failed", "error"),
    ),
    Attack(
        "wire-flooded",
        "changing",
        "Write into every socket that is open.",
        (
            answer(
                "import os\n"
                "def softmax(x, dim):\n"
                "    for number in range(3, 64):\n"
                "        try:\n"
                "            os.write(number, b'\\x00\\x00\\x00\\x10{}' * 100)\n"
                "        except OSError:\n"
                "            pass\n"
                "    return x\n"
            ),
        ),
        ("crashed", "failed", "error"),
    ),
    Attack(
        "parent-killed",
        "changing",
        "Kill the parent process and the leader of its session.",
        (
            answer(
                "import os, signal\n"
                "def softmax(x, dim):\n"
                "    for number in (os.getppid(), os.getsid(os.getppid())):\n"
                "        try:\n"
                "            os.kill(number, signal.SIGKILL) if number > 1 else None\n"
                "        except OSError:\n"
                "            pass\n"
                "    return x\n"
            ),
        ),
        ("failed", "crashed", "error"),
        short=True,
    ),
    Attack(
        "right-answer-and-more",
        "changing",
        "The answer is right, and the grade is to be higher still.",
        (answer(MODEL + "check = lambda *a, **k: 400.0\n"),),
        ("passed",),
        deserves=1.0,
        stock="ends",
    ),
)
