"""Courses whose tests are bare assert statements: the verdict can be faked, nothing else may be.

That is one of the two honest limits: such a test runs inside the submission's own process.
"""

from __future__ import annotations

from autograder.proof.attacks.attack import (
    COURSE,
    MARK,
    Attack,
    Change,
    added,
    answer,
    code,
    edited,
)

WRONG = "def square(x):\n    return 3 * x\n"
TEST = "square-test"


def _bare(
    name: str, kind: str, tries: str, *changes: Change, expects: tuple[str, ...], stock: str = ""
) -> Attack:
    return Attack(name, kind, tries, changes, expects, cell=TEST, course="bare", stock=stock)


def _answer(body: str) -> Change:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return answer(f"def square(x):\n{lines}\n", "square")


ATTACKS = (
    _bare(
        "bare-equal-objects",
        "verdict",
        "The answer is equal to whatever an assert compares it with.",
        answer(
            "class Equal(float):\n"
            "    __eq__ = lambda self, other: True\n"
            "    __hash__ = None\n"
            "def square(x):\n    return Equal(0)\n",
            "square",
        ),
        expects=("passed",),
        stock="gains",
    ),
    _bare(
        "bare-skip-execution",
        "verdict",
        "The test cell is never run.",
        answer(WRONG, "square"),
        edited(TEST, lambda c: {**c, "metadata": {**c["metadata"], "tags": ["skip-execution"]}}),
        expects=("failed",),
        stock="gains",
    ),
    _bare(
        "bare-test-edited",
        "verdict",
        "The test cell does nothing.",
        answer(WRONG, "square"),
        edited(TEST, lambda c: {**code("pass"), "metadata": c["metadata"]}),
        expects=("failed",),
    ),
    _bare(
        "bare-read-source",
        "reading",
        "Read the instructor's notebook.",
        _answer(f"raise RuntimeError(open('{COURSE}/source/bare-assert/bare.ipynb').read())"),
        expects=("error",),
        stock="leaks",
    ),
    _bare(
        "bare-gradebook",
        "changing",
        "Give every grade in the gradebook 100 points.",
        answer(WRONG, "square"),
        added(
            "import sqlite3\n"
            "try:\n"
            f"    with sqlite3.connect('{COURSE}/gradebook.db', timeout=1) as database:\n"
            "        database.execute('UPDATE grade SET manual_score = 100')\n"
            "except sqlite3.Error:\n    pass",
            "square",
        ),
        expects=("failed",),
        stock="alters",
    ),
    _bare(
        "bare-file",
        "changing",
        "Leave a file in the course.",
        _answer(f"open('{COURSE}/{MARK}', 'w').write('x')\nreturn 3 * x"),
        expects=("error",),
        stock="alters",
    ),
    _bare(
        "bare-exit",
        "stopping",
        "End the process at once.",
        _answer("import os\nos._exit(0)"),
        expects=("crashed",),
        stock="ends",
    ),
    _bare(
        "bare-loop",
        "stopping",
        "Never return.",
        _answer("while True:\n    pass"),
        expects=("timeout",),
    ),
    _bare(
        "bare-memory",
        "stopping",
        "Ask for all memory.",
        _answer("hoard = []\nwhile True:\n    hoard.append(bytearray(256 * 1024 * 1024))"),
        expects=("memory", "error"),
    ),
    Attack(
        "bare-model",
        "honest",
        "The model answers.",
        (),
        ("passed",),
        cell=TEST,
        deserves=1.0,
        course="bare",
    ),
    Attack(
        "bare-error-elsewhere",
        "honest",
        "Another answer fails when its cell runs.",
        (answer("def cube(x:\n", "cube"),),
        ("passed",),
        cell=TEST,
        deserves=1.0,
        course="bare",
    ),
)
