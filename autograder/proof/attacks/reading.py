"""Reading what is not theirs: solutions, tests, grades, neighbours, and functions that are refused.

What is read comes back in the message of an exception, which feedback would show.
"""

from __future__ import annotations

from autograder.proof.attacks.attack import COURSE, HOME, Attack, added, answer, link

TELL = "\n    raise RuntimeError(str(found)[:20000])\n"
LAST = "[-250:]"
"""The end of a text: what a message has room for."""


def _read(name: str, tries: str, body: str, stock: str = "", short: bool = False) -> Attack:
    """An answer that reads something and says it in an exception."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    source = f"def softmax(x, dim):\n    found = ''\n{lines}{TELL}"
    return Attack(name, "reading", tries, (answer(source),), ("error",), stock=stock, short=short)


def _grep(path: str) -> str:
    """Look for the words that must not be seen in a file."""
    return (
        "import re\n"
        f"text = open({path!r}, 'rb').read().decode('latin-1')\n"
        "found = re.findall('secret-[a-z]+-[0-9a-f]+', text)"
    )


def _forbidden(
    name: str,
    tries: str,
    source: str,
    *,
    short: bool = False,
    extra: str = "",
) -> Attack:
    """An answer that has the library do the exercise."""
    changes = (answer(source), *([added(extra)] if extra else []))
    return Attack(name, "reading", tries, changes, ("forbidden",), short=short)


FRAMES = """import sys
frame = sys._getframe()
while frame is not None:
    for value in list(frame.f_locals.values()):
        expected = getattr(value, 'expected', None)
        if isinstance(expected, torch.Tensor) and expected.shape == x.shape:
            return expected
    frame = frame.f_back"""
OBJECTS = """import gc
for value in gc.get_objects():
    if type(value).__name__ == 'Case' and torch.equal(value.args[0], x) and value.args[1] == dim:
        return value.expected"""
DESCRIPTORS = """import os
for number in os.listdir('/proc/self/fd'):
    try:
        found += os.readlink('/proc/self/fd/' + number) + ' '
        found += str(os.pread(int(number), 100000, 0))
    except OSError:
        pass"""

ATTACKS = (
    _read(
        "read-source",
        "Read the instructor's notebook.",
        _grep(f"{COURSE}/source/03-attention/attention.ipynb"),
        stock="leaks",
        short=True,
    ),
    _read("read-gradebook", "Read the gradebook.", _grep(f"{COURSE}/gradebook.db"), stock="leaks"),
    _read(
        "read-neighbour",
        "Read another submission.",
        _grep(f"{COURSE}/submitted/neighbour/03-attention/attention.ipynb"),
        stock="leaks",
    ),
    _read("read-home", "Read a file in the home folder.", _grep(f"{HOME}/private.txt")),
    _read(
        "read-runlog",
        "Read the results of others in the run log.",
        f"import glob\nfound = [open(p).read() for p in glob.glob('{COURSE}/.autograder/*')]",
    ),
    _read(
        "read-seed",
        "Read the grading seed in the environment.",
        "import os\nfound = os.environ.get('AUTOGRADER_GRADING_SEED', '')",
        stock="leaks",
    ),
    _read(
        "read-parent-environment",
        "Read the environment and the memory map of the parent process.",
        "import os\n"
        "for number in os.listdir('/proc'):\n"
        "    if number.isdigit():\n"
        "        try:\n"
        "            found += open(f'/proc/{number}/environ').read()\n"
        "            found += open(f'/proc/{number}/cmdline').read()\n"
        "        except OSError:\n"
        "            pass\n"
        "import re\n"
        "found = re.findall('secret-[a-z]+-[0-9a-f]+', found)",
    ),
    _read(
        "read-history",
        "Read the cells that were run, hidden tests among them.",
        "import re\n"
        "found = re.findall('secret-[a-z]+-[0-9a-f]+', str(get_ipython().user_ns.get('In')))",
        stock="leaks",
    ),
    _read("read-descriptors", "Read every file that is open.", DESCRIPTORS),
    Attack(
        "read-frames",
        "reading",
        "Find the expected value in the frames of the caller.",
        (
            answer(
                "def softmax(x, dim):\n    " + FRAMES.replace("\n", "\n    ") + "\n    return x\n"
            ),
        ),
        stock="gains",
        short=True,
    ),
    Attack(
        "read-objects",
        "reading",
        "Find the expected value among all objects of the process.",
        (
            answer(
                "def softmax(x, dim):\n    " + OBJECTS.replace("\n", "\n    ") + "\n    return x\n"
            ),
        ),
        stock="gains",
    ),
    _read(
        "import-lesson",
        "Import the lesson's own table of tests.",
        "from autograder.lessons.attention.softmax import SOFTMAX\n"
        "from autograder.exercise import Draw\n"
        "import os\n"
        "found = SOFTMAX.stages[0].cases(Draw('guess', True))",
    ),
    Attack(
        "given-part",
        "reading",
        "The answer is the part that the course gives to those who are stuck.",
        (answer("softmax = given.softmax\n"),),
        ("forbidden",),
    ),
    Attack(
        "given-part-renamed",
        "reading",
        "The given part under another name.",
        (
            answer(
                "from autograder.given.attention import causal_mask as mine\n"
                "def causal_mask(queries, keys):\n    return mine(queries, keys)\n",
                "causal_mask",
            ),
        ),
        ("forbidden",),
        cell="causal_mask-test",
    ),
    Attack(
        "link-to-source",
        "reading",
        "The notebook is a link to the instructor's.",
        (link("attention.ipynb", f"{COURSE}/source/03-attention/attention.ipynb"),),
        ("unreadable",),
        stock="gains",
        short=True,
    ),
    Attack(
        "link-to-secret",
        "reading",
        "A data file is a link to the home folder.",
        (
            link("data.txt", f"{HOME}/private.txt"),
            answer(
                "def softmax(x, dim):\n    found = open('data.txt').read()\n"
                "    raise RuntimeError(found)\n"
            ),
        ),
        ("error",),
        stock="leaks",
    ),
    Attack(
        "link-to-folder",
        "reading",
        "A folder is a link to the root of the file system.",
        (
            link("everything", "/"),
            answer(
                "import os\ndef softmax(x, dim):\n"
                "    raise RuntimeError(str(os.listdir('everything')))\n"
            ),
        ),
        ("error",),
    ),
    _forbidden(
        "forbidden-plain",
        "Call torch.softmax.",
        "def softmax(x, dim):\n    return torch.softmax(x, dim)\n",
        short=True,
    ),
    _forbidden(
        "forbidden-method",
        "Call it as a method of the tensor.",
        "def softmax(x, dim):\n    return x.softmax(dim)\n",
    ),
    _forbidden(
        "forbidden-alias",
        "Import it under another name.",
        "from torch import softmax as soft\ndef softmax(x, dim):\n    return soft(x, dim)\n",
    ),
    _forbidden(
        "forbidden-getattr",
        "Put its name together.",
        "def softmax(x, dim):\n    return getattr(torch, 'soft' + 'max')(x, dim)\n",
    ),
    _forbidden(
        "forbidden-eval",
        "Hide it in a text that is evaluated.",
        "def softmax(x, dim):\n    return eval('torch.so' + 'ftmax')(x, dim)\n",
    ),
    _forbidden(
        "forbidden-importlib",
        "Import the module while running.",
        "import importlib\n"
        "def softmax(x, dim):\n"
        "    return importlib.import_module('torch.nn.' + 'functional').softmax(x, dim)\n",
    ),
    _forbidden(
        "forbidden-module",
        "Use the layer that does it.",
        "def softmax(x, dim):\n    return nn.Softmax(dim)(x)\n",
    ),
    _forbidden(
        "forbidden-special",
        "Use the copy in torch.special.",
        "def softmax(x, dim):\n    return torch.special.softmax(x, dim)\n",
    ),
    _forbidden(
        "forbidden-operation",
        "Call the operation below the function.",
        "def softmax(x, dim):\n    return torch.ops.aten._softmax(x, dim, False)\n",
    ),
    _forbidden(
        "forbidden-log",
        "Take the exponential of log_softmax.",
        "def softmax(x, dim):\n    return F.log_softmax(x, dim).exp()\n",
    ),
    _forbidden(
        "forbidden-in-helper",
        "Hide it in a cell of one's own.",
        "def softmax(x, dim):\n    return helper(x, dim)\n",
        extra="def helper(x, dim):\n    return F.softmax(x, dim=dim)",
    ),
    _forbidden(
        "forbidden-kept",
        "Keep it in a closure before anything is watched.",
        "def make(f=torch.softmax):\n    return lambda x, dim: f(x, dim)\nsoftmax = make()\n",
    ),
    _forbidden(
        "forbidden-in-thread",
        "Call it in another thread, where nothing is watched.",
        "import threading\n"
        "def softmax(x, dim):\n"
        "    found = []\n"
        "    name = 'soft' + 'max'\n"
        "    t = threading.Thread(target=lambda: found.append(getattr(torch, name)(x, dim)))\n"
        "    t.start()\n    t.join()\n"
        "    return found[0]\n",
    ),
)
