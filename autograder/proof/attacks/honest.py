"""Honest submissions that graders punish: each must get full marks."""

from __future__ import annotations

from dataclasses import replace

from autograder.proof.attacks.attack import (
    Attack,
    Change,
    added,
    answer,
    file,
    moved,
    renamed,
    with_cells,
)
from autograder.proof.attacks.target import MODELS

MODEL = MODELS["softmax"]
BODY = MODEL.split("\n", 1)[1]


def _honest(name: str, tries: str, *changes: Change, short: bool = False) -> Attack:
    return Attack(name, "honest", tries, changes, ("passed",), deserves=1.0, short=short)


def _same(name: str, tries: str, source: str, short: bool = False) -> Attack:
    """Another correct answer."""
    return _honest(name, tries, answer(source), short=short)


ATTACKS = (
    _honest("model", "The model answers.", answer(MODEL), short=True),
    _same(
        "warnings",
        "The code warns and writes to stderr.",
        "import sys, warnings\ndef softmax(x, dim):\n"
        "    warnings.warn('careful')\n    print('working', file=sys.stderr)\n" + BODY,
        short=True,
    ),
    _honest(
        "warning-cell",
        "A cell of one's own writes to stderr.",
        answer(MODEL),
        added("import sys\nprint('note to self', file=sys.stderr)"),
    ),
    _same(
        "progress-bar",
        "The code shows a progress bar.",
        "from tqdm.auto import tqdm\ndef softmax(x, dim):\n"
        "    for _ in tqdm(range(3)):\n        pass\n" + BODY,
    ),
    _same("prints", "The code prints what it does.", "def softmax(x, dim):\n    print(x)\n" + BODY),
    _honest(
        "renamed", "The notebook has another name.", answer(MODEL), renamed("attention (1).ipynb")
    ),
    _honest(
        "helper-cell",
        "A helper stands in a cell of its own.",
        answer("def softmax(x, dim):\n    return shifted(x, dim)\n"),
        added("def shifted(x, dim):\n" + BODY),
    ),
    _honest(
        "reordered",
        "The exercises are in another order.",
        answer(MODEL),
        moved("causal_mask-test", "softmax"),
        moved("causal_mask", "causal_mask-test"),
    ),
    _honest(
        "error-elsewhere",
        "A cell of one's own fails.",
        answer(MODEL),
        added("raise ValueError('not finished')"),
        short=True,
    ),
    _honest(
        "error-in-answer",
        "Another answer fails when its cell runs.",
        answer(MODEL),
        answer("def causal_mask(queries, keys:\n", "causal_mask"),
    ),
    _honest(
        "no-metadata",
        "The notebook went through a tool that took the notebook's metadata away.",
        answer(MODEL),
        lambda handed: with_cells(
            handed,
            [
                {**c, "metadata": {"nbgrader": c["metadata"].get("nbgrader", {})}}
                for c in handed.notebook["cells"]
            ],
        ),
    ),
    _same(
        "normalised",
        "Written with the norm that makes the sum of a row one.",
        "def softmax(x, dim):\n"
        "    return F.normalize(torch.exp(x - x.amax(dim, keepdim=True)), p=1.0, dim=dim)\n",
    ),
    _same(
        "in-place",
        "Written in place on a copy.",
        "def softmax(x, dim):\n    w = x.clone()\n    w -= w.amax(dim, keepdim=True)\n"
        "    w.exp_()\n    w /= w.sum(dim, keepdim=True)\n    return w\n",
    ),
    _same(
        "float64",
        "Computed in double precision.",
        "def softmax(x, dim):\n    x = x.double()\n" + BODY,
    ),
    _same(
        "slow",
        "Slow, and within the limit.",
        "import time\ndef softmax(x, dim):\n    time.sleep(0.2)\n" + BODY,
    ),
    _honest(
        "extra-files",
        "A data file is handed in as well.",
        answer("def softmax(x, dim):\n    assert table == '1,2'\n" + BODY),
        file("a-table.csv", "1,2"),
        added("table = open('a-table.csv').read()"),
    ),
    _honest(
        "crowded",
        "Six hundred files stand before the notebook.",
        answer(MODEL),
        lambda handed: replace(handed, files={f"a-{n:03}.txt": b"1" for n in range(600)}),
    ),
)
