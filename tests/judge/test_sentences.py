"""Each kind of wrong answer gets a plain sentence of its own, and none gets a traceback."""

from __future__ import annotations

import pytest

from autograder import check
from autograder.judge.hints import HINTS
from autograder.judge.sentences import text
from autograder.judge.verdict import MAX_LINES
from tests.judge.learner import judged, said

MAX_COLUMNS = 100
RIGHT = "    x = x - x.amax(dim, keepdim=True)\n    w = x.exp()\n"
ENDLESS = "def merge(ids, pair, new_id):\n    while True:\n"

WRONG = {
    "wrong type": (
        "softmax",
        "def softmax(x, dim):\n    return [1, 2, 3]",
        "Wrong type: got list ([1, 2, 3]), expected torch.Tensor.",
    ),
    "wrong shape": (
        "softmax",
        "def softmax(x, dim):\n    return x[:2]",
        "Wrong shape: got (2,), expected (3,).",
    ),
    "wrong value": (
        "softmax",
        "def softmax(x, dim):\n    return x * 0 + 0.25",
        "First difference at [0]: got 0.25, expected 1.",
    ),
    "missing parameter": (
        "softmax",
        "def softmax(x):\n    return x",
        "cannot be called with the arguments of the exercise: too many positional arguments. "
        "Your signature is (x).",
    ),
    "one parameter too many": (
        "softmax",
        "def softmax(x, dim, axis):\n    return x",
        "missing a required argument: 'axis'. Your signature is (x, dim, axis).",
    ),
    "module whose forward lacks a parameter": (
        "MultiHeadAttention",
        """
        class MultiHeadAttention(nn.Module):
            def __init__(self, width, heads):
                super().__init__()
                for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
                    setattr(self, name, nn.Linear(width, width, bias=False))

            def forward(self, x):
                return x
        """,
        "cannot be called with the arguments of the exercise: too many positional arguments",
    ),
    "exception": (
        "softmax",
        "def softmax(x, dim):\n    y = x + 1\n    return y[7]",
        "It raised IndexError: index 7 is out of bounds for dimension 0 with size 1. "
        "In your line 3: return y[7]",
    ),
    "exception in a part of the lesson": (
        "MultiHeadAttention",
        """
        class MultiHeadAttention(nn.Module):
            def __init__(self, width, heads):
                super().__init__()
                for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
                    setattr(self, name, nn.Linear(width, width, bias=False))

            def forward(self, x, mask=None):
                return given.split_heads(x, 5)
        """,
        "In your line 8: return given.split_heads(x, 5)",
    ),
    "two number types": (
        "attention_scores",
        "def attention_scores(q, k):\n    return q.double() @ k.mT",
        "torch multiplies equal types only. Find the part that returns float64",
    ),
    "exception that is no Exception": (
        "softmax",
        "class Stop(BaseException): pass\ndef softmax(x, dim):\n    raise Stop('enough')",
        "It raised Stop: enough. In your line 3: raise Stop('enough')",
    ),
    "endless recursion": (
        "softmax",
        "def softmax(x, dim):\n    return softmax(x, dim)",
        "It raised RecursionError: maximum recursion depth exceeded",
    ),
    "endless loop": (
        "merge",
        f"{ENDLESS}        pass",
        "It was still running after 1 s and was stopped: a loop does not end",
    ),
    "endless loop that swallows every exception": (
        "merge",
        f"{ENDLESS}        try:\n            sorted(ids)\n        except:\n            pass",
        "It was still running after 1 s and was stopped: a loop does not end",
    ),
    "printed": (
        "softmax",
        f"def softmax(x, dim):\n{RIGHT}    print(w / w.sum(dim, keepdim=True))",
        "It printed its result and returned None. End with `return` and the value.",
    ),
    "no return": (
        "softmax",
        f"def softmax(x, dim):\n{RIGHT}    w / w.sum(dim, keepdim=True)",
        "It returned None; expected torch.Tensor. Is a `return` missing?",
    ),
    "not written": (
        "softmax",
        "def softmax(x, dim):\n    # YOUR CODE HERE\n    raise NotImplementedError()",
        "0 of 4 points. `softmax` is not written yet: its code raises NotImplementedError.",
    ),
    "ends the program": (
        "softmax",
        "import sys\ndef softmax(x, dim):\n    sys.exit(0)",
        "It raised SystemExit and would have ended the program. Return a value instead.",
    ),
    "numpy": (
        "softmax",
        "import numpy as np\ndef softmax(x, dim):\n    return np.exp(x.numpy())",
        "Wrong type: got numpy.ndarray (a numpy.ndarray), expected torch.Tensor.",
    ),
    "generator": (
        "to_bytes",
        "def to_bytes(text):\n    return (byte for byte in text.encode())",
        "Wrong type: got generator (a generator), expected list.",
    ),
    "yield": (
        "to_bytes",
        "def to_bytes(text):\n    for byte in text.encode():\n        yield byte",
        "Wrong type: got generator (a generator), expected list.",
    ),
    "NaN": (
        "softmax",
        "def softmax(x, dim):\n    return x * float('nan')",
        "got nan, expected 1.",
    ),
    "whole numbers": (
        "softmax",
        "def softmax(x, dim):\n    return x.long()",
        "Wrong type: got int64 tensor (1,) (dtype int64, expected float32), "
        "expected float32 tensor (1,).",
    ),
    "complex numbers": (
        "softmax",
        "def softmax(x, dim):\n    return x + 0j",
        "complex numbers where real ones are expected",
    ),
    "sparse": (
        "softmax",
        "def softmax(x, dim):\n    return x.to_sparse()",
        "Wrong type: got tensor of an unusual kind",
    ),
    "tensor without numbers": (
        "softmax",
        "def softmax(x, dim):\n    return x.to('meta')",
        "Wrong type: got tensor without numbers",
    ),
    "a number too long to print": (
        "to_bytes",
        "def to_bytes(text):\n    return [10 ** 5000]",
        "got a number of 16610 bits",
    ),
    "a list that contains itself": (
        "to_bytes",
        "def to_bytes(text):\n    found = []\n    found += [found, found, found]\n    return found",
        "Wrong type at [0]: got structure that is nested too deeply",
    ),
    "class without nn.Module": (
        "MultiHeadAttention",
        "class MultiHeadAttention:\n    def __init__(self, width, heads):\n        pass",
        "`MultiHeadAttention` is no nn.Module: write `class MultiHeadAttention(nn.Module)`.",
    ),
    "an error of torch is not an unwritten stub": (
        "softmax",
        "def softmax(x, dim):\n    return torch.linalg.eig(x.to('meta').to_sparse())",
        "It raised",
    ),
    "memory": (
        "softmax",
        "def softmax(x, dim):\n    raise MemoryError",
        "It asked for more memory than there is.",
    ),
    "error whose text cannot be read": (
        "softmax",
        """
        class Odd(Exception):
            def __str__(self):
                raise ValueError

        def softmax(x, dim):
            raise Odd
        """,
        "It raised Odd. In your line 6: raise Odd",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "cell", "sentence"), WRONG.values(), ids=WRONG)
def test_every_kind_of_wrong_answer_has_its_sentence(name: str, cell: str, sentence: str) -> None:
    assert sentence in said(name, cell)


PAIR = "With a dimension, `max` and `min` give a pair: the values and where they stand."
SEVERAL = "Python asks here whether a tensor is true"
KEYS = "A loop over a dict gives its keys alone. If this is a dict, write `.items()` behind it."
SLIPS = {
    "the pair in a difference": ("softmax", "return x - x.max(dim, keepdim=True)", PAIR),
    "the pair as an argument": ("softmax", "return torch.exp(x.max(dim))", PAIR),
    "a method of the pair": ("softmax", "return x.min(dim).exp()", PAIR),
    "the pair of sort": ("softmax", "return x / x.sort(dim)", "`sort`, `topk` and their like"),
    "if": ("softmax", "if x > 0: return x", SEVERAL),
    "and": ("softmax", "return x is not None and x or 1", SEVERAL),
    "the maximum of Python": ("softmax", "return max(x, x)", SEVERAL),
    "an array": ("softmax", "return x if x.numpy() else 0", SEVERAL),
    "numbers for keys": ("to_bytes", "for k, v in {1: 2}.copy(): pass", ""),
    "keys that are numbers": ("to_bytes", "d = {1: 2}\n    for k, v in d: pass", KEYS),
    "keys that are words": ("to_bytes", "d = {'abc': 2}\n    return [k for k, v in d]", KEYS),
    "keys of one letter": ("to_bytes", "d = {'a': 2}\n    for (k, v) in d: pass", KEYS),
    "a filter": ("to_bytes", "d = {'a': 2}\n    return {k: v for k, v in d if v}", KEYS),
    "properties of letters": (
        "to_bytes", "import re; return re.findall(r'\\p{L}+', text)", "does not know `\\p{...}`"
    ),
    "a loop over pairs of a list": ("to_bytes", "for k, v in enumerate([(1, 2)], 1, 2): pass", ""),
    "a line without a loop": ("to_bytes", "k, v = text, 1, 2", ""),
    "an exception of one's own": (
        "softmax", "raise TypeError('torch.return_types.max is a pair')", ""
    ),
    "another pattern that is wrong": ("to_bytes", "import re; return re.findall('(', text)", ""),
    "an empty tensor": ("softmax", "return 1 if x[:0] else 0", ""),
}  # fmt: skip


@pytest.mark.parametrize(("name", "body", "sentence"), SLIPS.values(), ids=SLIPS)
def test_an_exception_whose_text_says_little_gets_a_hint(
    name: str, body: str, sentence: str
) -> None:
    parameters = {"softmax": "x, dim", "to_bytes": "text"}[name]
    message = said(name, f"def {name}({parameters}):\n    {body}")
    assert "It raised" in message
    assert sentence in message
    shown = [each.sentence for each in HINTS if " ".join(each.sentence.split()) in message]
    assert len(shown) == bool(sentence)


def test_a_hint_tells_nothing_of_a_hidden_input() -> None:
    cell = """
    def softmax(x, dim):
        w = (x - x.amax(dim, keepdim=True)).exp()
        return w / w.sum(dim, keepdim=True) if x.shape != (7,) else x - x.max(dim)
    """
    shown = said("softmax", cell, hidden=True)
    assert "on a hidden example" in shown
    assert PAIR not in shown


@pytest.mark.parametrize("body", ["return None", "print(args)"])
@pytest.mark.parametrize("name", ["parse_answer", "final_number", "majority_vote"])
def test_where_none_can_be_right_no_return_is_missed(name: str, body: str) -> None:
    message = said(name, f"def {name}(*args):\n    {body}")
    assert "It returned None; expected " in message
    assert "`return`" not in message


@pytest.mark.parametrize(("name", "cell", "sentence"), WRONG.values(), ids=WRONG)
def test_a_message_is_short_and_shows_none_of_our_files(
    name: str, cell: str, sentence: str
) -> None:
    if "while True" in cell:
        cell = cell.replace("while True", "for _ in range(3)")  # one endless loop is enough
    shown = text(judged(name, cell, hidden=True)).splitlines()
    assert len(shown) <= MAX_LINES
    assert max(map(len, shown)) <= MAX_COLUMNS
    assert not any("autograder" in line or "Traceback" in line for line in shown)


def test_an_endless_message_is_cut() -> None:
    cell = "def to_bytes(text):\n    raise ValueError('long ' * 10_000)"
    shown = text(judged("to_bytes", cell)).splitlines()
    assert len(shown) <= MAX_LINES
    assert max(map(len, shown)) <= MAX_COLUMNS


def test_an_untouched_exercise_is_no_try() -> None:
    stub = judged("softmax", "def softmax(x, dim):\n    raise NotImplementedError()")
    wrong = judged("softmax", "def softmax(x, dim):\n    return x")
    assert (stub.attempted, wrong.attempted) == (False, True)


@pytest.mark.parametrize(
    "body",
    [
        "x = x.double(); w = (x - x.amax(dim, keepdim=True)).exp()",
        "x = x.clone(); x -= x.amax(dim, keepdim=True); w = x.exp_()",
        "print('here'); w = (x - x.amax(dim, keepdim=True)).exp()",
        "import warnings; warnings.warn('odd'); w = (x - x.amax(dim, keepdim=True)).exp()",
        "w = nn.Parameter((x - x.amax(dim, keepdim=True)).exp())",
    ],
    ids=["float64", "in place on a copy", "prints", "warns", "parameter"],
)
def test_what_does_no_harm_is_accepted(body: str, capfd: pytest.CaptureFixture[str]) -> None:
    cell = f"def softmax(x, dim):\n    {body}\n    return w / w.sum(dim, keepdim=True)"
    assert judged("softmax", cell, hidden=True).passed
    assert capfd.readouterr() == ("", "")


def test_inputs_that_the_learner_changes_stay_what_they_were() -> None:
    spoilt = "def softmax(x, dim):\n    x.zero_()\n    return x"
    good = "def softmax(x, dim):\n    w = (x - x.amax(dim, keepdim=True)).exp()\n"
    good += "    return w / w.sum(dim, keepdim=True)"
    assert not judged("softmax", spoilt).passed
    assert judged("softmax", good, hidden=True).passed


def test_hidden_inputs_are_not_shown() -> None:
    cell = """
    def to_bytes(text):
        return list(text.encode()) if text.isascii() or len(text) < 3 else [len(text)]
    """
    verdict = judged("to_bytes", cell, hidden=True, seed="a seed")
    assert not verdict.passed
    hidden = """
    def softmax(x, dim):
        w = (x - x.amax(dim, keepdim=True)).exp()
        return w / w.sum(dim, keepdim=True) * (0.5 if x.shape == (7,) else 1)
    """
    shown = said("softmax", hidden, hidden=True)
    assert "on a hidden example" in shown
    assert "A value of what it returned is wrong" in shown


TELLS = {
    "its exception": "raise ValueError(f'secret {x.tolist()}')",
    "an exception of its own": "raise type('Secret', (Exception,), {})(x)",
    "the name of an exception": "raise type('secret' + str(x.tolist()), (ValueError,), {})()",
    "what it prints": "print('secret', x); return None",
    "its type": "return type('secret', (), {})()",
    "its value": "return 'secret' + str(x.tolist())",
    "its shape": "return torch.zeros(1234567, 0)",
    "a line of code": "exec(compile('secret = 1/0', 'f' + str(x.tolist()), 'exec'))",
    "a signature": "softmax.__signature__ = 'secret'; return x(1)",
}


@pytest.mark.parametrize("body", TELLS.values(), ids=TELLS)
def test_nothing_of_a_hidden_input_comes_back(body: str) -> None:
    cell = (
        "def softmax(x, dim):\n    w = (x - x.amax(dim, keepdim=True)).exp()\n"
        f"    if x.shape == (7,):\n        {body}\n    return w / w.sum(dim, keepdim=True)"
    )
    shown = said("softmax", cell, hidden=True)
    assert "on a hidden example" in shown
    assert "secret" not in shown.lower()
    assert "1234567" not in shown
    assert "tensor" not in shown


def test_a_check_gives_the_same_score_twenty_times() -> None:
    cell = "def softmax(x, dim):\n    e = x.exp()\n    return e / e.sum(dim, keepdim=True)"
    verdicts = [judged("softmax", cell, hidden=True) for _ in range(20)]
    assert verdicts == verdicts[:1] * 20
    assert verdicts[0].points == 3


def test_an_exercise_named_in_quotes_gets_told_to_leave_them_out() -> None:
    with pytest.raises(TypeError, match=r"Leave the quotes out: check\(softmax\)"):
        check("softmax")
