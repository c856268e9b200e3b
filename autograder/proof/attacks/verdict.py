"""Faking the verdict: the answer is wrong, and the submission tries to be marked as right."""

from __future__ import annotations

from autograder.course.notebook import RawCell
from autograder.proof.attacks.attack import (
    TARGET,
    TEST,
    WRONG,
    Attack,
    Change,
    Handed,
    added,
    answer,
    edited,
    grade_id,
    moved,
    place,
    with_cells,
)


def _with_metadata(cell: RawCell, **facts: object) -> RawCell:
    grader = {**cell["metadata"].get("nbgrader", {}), **facts}
    return {**cell, "metadata": {**cell["metadata"], "nbgrader": grader}}


def _doubled(handed: Handed) -> Handed:
    """A second test cell of the same name, whose source is a mark, at the end."""
    cells = list(handed.notebook["cells"])
    copy = {**cells[place(cells, TEST)], "source": "4.0"}
    return with_cells(handed, [*cells, copy])


def _all_tests_gone(handed: Handed) -> Handed:
    return with_cells(
        handed, [c for c in handed.notebook["cells"] if not grade_id(c).endswith("-test")]
    )


def _cheat(name: str, tries: str, source: str, stock: str = "gains", short: bool = False) -> Attack:
    """A wrong answer, and a cell of one's own before it."""
    return Attack(name, "verdict", tries, (answer(WRONG), added(source)), stock=stock, short=short)


def _notebook(name: str, tries: str, *changes: Change, stock: str = "") -> Attack:
    """A wrong answer, and a change to the notebook itself."""
    return Attack(name, "verdict", tries, (answer(WRONG), *changes), stock=stock)


SKIP = edited(TEST, lambda c: {**c, "metadata": {**c["metadata"], "tags": ["skip-execution"]}})

ATTACKS = (
    Attack(
        "skip-execution",
        "verdict",
        "The test cell has the tag skip-execution, so that it never runs.",
        (answer(WRONG), SKIP),
        stock="gains",
        short=True,
    ),
    _cheat(
        "input-transformer",
        "Every later cell that calls check is replaced by nothing.",
        "get_ipython().input_transformers_post.append(\n"
        "    lambda lines: ['pass\\n'] if any('check(' in line for line in lines) else lines)",
    ),
    _cheat(
        "ast-transformer",
        "The calls of check are cut out of the syntax tree.",
        "import ast\n"
        "class Cut(ast.NodeTransformer):\n"
        "    def visit_Expr(self, node):\n"
        "        cut = ast.copy_location(ast.Pass(), node)\n"
        "        return cut if 'check' in ast.dump(node) else node\n"
        "get_ipython().ast_transformers.append(Cut())",
    ),
    Attack(
        "run-code",
        "verdict",
        "The shell's run_code does nothing and reports success.",
        (
            answer(WRONG),
            added(
                "async def nothing(*args, **kwargs):\n    return False\n"
                "get_ipython().run_code = nothing"
            ),
        ),
        ("failed", "error"),
        stock="gains",
    ),
    _cheat(
        "display-hook",
        "The shell no longer shows the value of a cell, so that there is no mark to read.",
        "import sys\nget_ipython().displayhook = sys.displayhook = lambda value=None: None",
        stock="",
    ),
    _cheat(
        "display-format",
        "Every value is shown as the full mark.",
        "get_ipython().display_formatter.format = (\n"
        "    lambda value, *a, **k: ({'text/plain': '4.0'}, {}))",
    ),
    _cheat(
        "custom-exception",
        "Errors are caught and never shown.",
        "get_ipython().set_custom_exc((BaseException,), lambda *a, **k: None)",
        stock="",
    ),
    _cheat(
        "forged-output",
        "A thread sends the full mark as a result of whatever cell is running.",
        "import threading, time\n"
        "shell = get_ipython()\n"
        "def forge():\n"
        "    for _ in range(100):\n"
        "        time.sleep(0.01)\n"
        "        shell.displayhook.session.send(shell.displayhook.pub_socket, 'execute_result',\n"
        "            {'data': {'text/plain': '4.0'}, 'metadata': {}, 'execution_count': 1},\n"
        "            parent=shell.displayhook.parent_header)\n"
        "threading.Thread(target=forge, daemon=True).start()",
        stock="",
    ),
    _cheat(
        "patched-judge",
        "The judge is told that nothing ever differs.",
        "import autograder.judge.run as run\nrun._judge_value = lambda case, got: None",
        short=True,
    ),
    _cheat(
        "patched-points",
        "Points show themselves as the full mark.",
        "import autograder.judge.points as points\npoints.Points.__repr__ = lambda self: '4.0'",
    ),
    _cheat(
        "patched-comparisons",
        "torch.allclose, torch.equal and math.isclose say yes to everything.",
        "import builtins, math, torch\n"
        "torch.allclose = torch.equal = math.isclose = lambda *a, **k: True\n"
        "builtins.abs = lambda value: 0",
        stock="",
    ),
    _cheat(
        "check-redefined",
        "The name check is taken by a function that gives the full mark.",
        "def check(*args, **kwargs):\n    return 4.0",
    ),
    _cheat(
        "mark-nan", "check gives a mark that is no number.", "check = lambda *a, **k: float('nan')"
    ),
    _cheat("mark-negative", "check gives a negative mark.", "check = lambda *a, **k: -1.0"),
    _cheat(
        "mark-huge",
        "check gives a mark above the maximum.",
        "check = lambda *a, **k: 1e9",
        stock="ends",
    ),
    _cheat("mark-text", "check gives a text in place of a mark.", "check = lambda *a, **k: 'full'"),
    _cheat(
        "detect-grading",
        "The notebook behaves differently where it is graded.",
        "import os, sys\n"
        "if 'NBGRADER_EXECUTION' in os.environ or 'autograder.worker.child' in sys.modules:\n"
        "    check = lambda *a, **k: 4.0",
    ),
    Attack(
        "check-in-answer",
        "verdict",
        "The answer cell itself takes the name check.",
        (answer(WRONG + "check = lambda *a, **k: 4.0\n"),),
        stock="gains",
    ),
    Attack(
        "borrowed-name",
        "verdict",
        "The answer is the function of another exercise, which was easier.",
        (
            answer(
                "def softmax(queries, keys):\n"
                "    return torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries)\n"
                "softmax.__name__ = softmax.__qualname__ = 'causal_mask'\n"
            ),
        ),
        expects=("error", "failed"),
        stock="gains",
        short=True,
    ),
    Attack(
        "hard-coded",
        "verdict",
        "The answer knows the visible examples by heart.",
        (
            answer(
                "def softmax(x, dim):\n"
                "    g = torch.Generator().manual_seed(0)\n"
                "    known = {(3,): torch.softmax}\n"
                "    if x.shape == (3,) and x.tolist() == [1.0, 2.0, 3.0]:\n"
                "        return torch.tensor([0.09003057, 0.24472848, 0.66524094])\n"
                "    return x * 0\n"
            ),
        ),
        expects=("failed", "forbidden"),
    ),
    Attack(
        "equal-to-everything",
        "verdict",
        "The answer gives an object that is equal to whatever it is compared with.",
        (
            answer(
                "class Equal:\n"
                "    def __eq__(self, other): return True\n"
                "    def __getattr__(self, name): return lambda *a, **k: self\n"
                "    __hash__ = None\n"
                "def softmax(x, dim):\n    return Equal()\n"
            ),
        ),
    ),
    Attack(
        "float-subclass",
        "verdict",
        "The answer gives a number of its own kind that is equal to everything.",
        (
            answer(
                "class Odd(float):\n"
                "    def __eq__(self, other): return True\n"
                "    def __sub__(self, other): return 0.0\n"
                "    __hash__ = float.__hash__\n"
                "def softmax(x, dim):\n    return Odd(4.0)\n"
            ),
        ),
    ),
    Attack(
        "lying-tensor",
        "verdict",
        "The answer gives a tensor that lies about its values wherever torch asks.",
        (
            answer(
                "class Lying(torch.Tensor):\n"
                "    @classmethod\n"
                "    def __torch_function__(cls, func, types, args=(), kwargs=None):\n"
                "        return True if 'eq' in str(func) or 'close' in str(func) else \\\n"
                "            super().__torch_function__(func, types, args, kwargs or {})\n"
                "def softmax(x, dim):\n    return (x * 0).as_subclass(Lying)\n"
            ),
        ),
    ),
    _notebook(
        "points-changed",
        "The test cell says it is worth 400 points.",
        edited(TEST, lambda c: _with_metadata(c, points=400)),
    ),
    _notebook(
        "flags-changed",
        "The test cell says that it is an answer, graded by a person.",
        edited(TEST, lambda c: _with_metadata(c, solution=True, locked=False)),
    ),
    _notebook(
        "id-changed",
        "The test cell has another name.",
        edited(TEST, lambda c: _with_metadata(c, grade_id="other-test")),
    ),
    _notebook("test-deleted", "The test cell is gone.", edited(TEST, lambda c: None)),
    _notebook("all-tests-deleted", "All test cells are gone.", _all_tests_gone),
    _notebook("test-doubled", "A second test cell of the same name is a mark.", _doubled),
    _notebook(
        "test-edited",
        "The test cell's source is a mark.",
        edited(TEST, lambda c: {**c, "source": "4.0"}),
    ),
    _notebook(
        "test-as-text",
        "The test cell has become a text cell.",
        edited(
            TEST,
            lambda c: {
                k: v
                for k, v in {**c, "cell_type": "markdown"}.items()
                if k not in ("outputs", "execution_count")
            },
        ),
    ),
    _notebook("test-first", "The test stands before the answer.", moved(TEST, TARGET)),
)
