"""Reading a submission's code: what an answer uses, what a test cell is about, what is odd."""

from __future__ import annotations

import pytest

from autograder.engine.reading import as_the_reference, suspicious, used_by
from autograder.engine.testcell import Check, check_of
from autograder.judge.read import forbidden_in

ANSWER = "def softmax(x, dim):\n    return helper(x, dim)"
HELPERS = {
    "a function": "def helper(x, dim):\n    return torch.softmax(x, dim)",
    "an alias": "helper = torch.softmax",
    "an alias of an alias": "a = torch.softmax\nhelper = lambda x, d: a(x, d)",
    "an import": "from torch import softmax as helper",
    "an import within": "def helper(x, dim):\n    from torch import softmax as s\n"
    "    return s(x, dim)",
    "an attribute set later": "class helper: pass\nhelper.run = torch.softmax",
    "unpacking": "helper, other = torch.softmax, 1",
    "a loop": "for helper in [torch.softmax]:\n    pass",
    "a later redefinition of the answer": "helper = None\ndef softmax(x, dim):\n"
    "    return torch.softmax(x, dim)",
}


@pytest.mark.parametrize("name", HELPERS)
def test_forbidden_functions_are_found_in_whatever_the_answer_uses(name: str) -> None:
    cells = ["import torch", HELPERS[name], ANSWER]
    assert forbidden_in(used_by("softmax", ANSWER, cells), ("torch.softmax",)) == "torch.softmax"


def test_what_the_answer_does_not_use_is_not_held_against_it() -> None:
    own = ["import torch\nplay = torch.softmax(torch.ones(3), 0)", "def other(): return play"]
    answer = "def softmax(x, dim):\n    return x.exp() / x.exp().sum(dim)"
    assert forbidden_in(used_by("softmax", answer, own), ("torch.softmax",)) is None


def test_code_that_does_not_parse_is_left_to_fail_by_itself() -> None:
    assert used_by("f", "def f(", ["x = ("]) == "def f("
    assert used_by("f", "def f(): pass", ["x = ("]) == "def f():\n    pass"


def test_a_person_is_told_of_code_that_no_exercise_needs() -> None:
    found = list(suspicious({"softmax": "import sys\nsys._getframe(1)", "other": "x = 1"}))
    assert [(f.kind, f.where) for f in found] == [("suspicious-frames", "softmax")]


REFERENCE = "def double(x):\n    return 2 * x  # twice\n"
SAME = {
    "as it is": REFERENCE,
    "with the stub's docstring": 'def double(x):\n    """Twice x."""\n\n    return 2*x',
    "with brackets": "def double(x):\n    return (2 * x)",
    "under a line for IPython": "%%time\n!ls\ndef double(x):\n    return 2 * x",
    "timed as a whole": f"\n%%timeit -n 10 -q\n{REFERENCE}",
    "with what it prints kept": f"%%capture out --no-stderr\n{REFERENCE}",
    "between questions to IPython": f"?double\n{REFERENCE}double?\nx.y??\n%matplotlib inline\n",
}
OTHER = {
    "another name": "def double(y):\n    return 2 * y",
    "another order": "def double(x):\n    return x * 2",
    "in another language": f"%%bash\n{REFERENCE}",
    "written to a file": f"%%writefile double.py\n{REFERENCE}",
    "under two cell magics": f"%%time\n%%bash\n{REFERENCE}",
    "under a cell magic that is not the first line": f"!ls\n%%time\n{REFERENCE}",
    "with code to be timed": f"{REFERENCE}%time y = double(1)",
    "with code to be timed often": f"{REFERENCE}%timeit -n 10 double(1)",
    "with code before what is timed": f"%%timeit y = 1\n{REFERENCE}",
    "with a command inside": "def double(x):\n    !ls\n    return 2 * x",
    "with something timed inside": "def double(x):\n    %time y = x\n    return 2 * x",
    "with a line for IPython that is none": "!ls\ndef double(x):\n    return (2 * x\n% 7\n)",
    "with a text in its middle": "def double(x):\n    x\n    'so'\n    return 2 * x",
    "with a text that does nothing": "def double(x):\n    'Twice.'\n    'so'\n    return 2 * x",
    "one statement more": REFERENCE + "double(1)",
    "not Python": "def double(x:",
    "nothing": "",
}


@pytest.mark.parametrize("answer", [*SAME.values(), *OTHER.values()], ids=[*SAME, *OTHER])
def test_an_answer_with_the_reference_s_syntax_tree_is_marked(answer: str) -> None:
    found = list(as_the_reference({"double": answer, "own": REFERENCE}, {"double": REFERENCE}))
    assert [f.where for f in found] == (["double"] if answer in SAME.values() else [])


CHECKS = {
    "check(softmax)": Check("softmax", "softmax", False),
    "check(softmax)\ncheck(softmax, hidden=True)": Check("softmax", "softmax", True),
    "check('quiz-1', quiz_1)": Check("quiz-1", "quiz_1", False),
    "check('quiz-1', quiz_1)\ncheck('quiz-1', quiz_1, hidden=True)": Check(
        "quiz-1", "quiz_1", True
    ),
    "x = 1\ncheck(f)": Check("f", "f", False, "x = 1"),
}


@pytest.mark.parametrize("source", CHECKS)
def test_a_test_cell_says_what_it_is_about(source: str) -> None:
    assert check_of(source) == CHECKS[source]


@pytest.mark.parametrize("source", ["assert f(1) == 2", "check", "check()", "x = check(f)", "("])
def test_other_cells_decide_by_themselves(source: str) -> None:
    assert check_of(source) is None
