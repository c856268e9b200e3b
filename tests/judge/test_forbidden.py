"""The library function that would do the exercise is refused, under whatever name it is called."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.lessons import exercise
from autograder.worker.guard import ForbiddenCall, forbid
from autograder.worker.reach import reached
from tests.judge.learner import judged, said

FORMS = {
    "by name": ("def softmax(x, dim):\n    return torch.softmax(x, dim)",),
    "as a method": ("def softmax(x, dim):\n    return x.softmax(dim)",),
    "as F": ("def softmax(x, dim):\n    return F.softmax(x, dim)",),
    "as a module": ("def softmax(x, dim):\n    return nn.Softmax(dim)(x)",),
    "as its logarithm": ("def softmax(x, dim):\n    return torch.log_softmax(x, dim).exp()",),
    "alias in another cell": (
        "weights = torch.softmax",
        "def softmax(x, dim):\n    return weights(x, dim)",
    ),
    "helper in another cell": (
        "def helper(x, dim):\n    return torch.softmax(x, dim)",
        "def softmax(x, dim):\n    return helper(x, dim)",
    ),
    "import under another name": (
        "def softmax(x, dim):\n    from torch import softmax as s\n    return s(x, dim)",
    ),
    "computed name": ("def softmax(x, dim):\n    return getattr(torch, 'soft' + 'max')(x, dim)",),
    "eval": ("def softmax(x, dim):\n    return eval('torch.soft' + 'max(x, dim)')",),
    "importlib": (
        "import importlib",
        "def softmax(x, dim):\n"
        "    return vars(importlib.import_module('torch'))['soft' 'max'](x, dim)",
    ),
    "default argument": (
        "def softmax(x, dim, s=getattr(torch, 'soft' + 'max')):\n    return s(x, dim)",
    ),
    "closure": (
        "def make(s):\n    def softmax(x, dim):\n        return s(x, dim)\n    return softmax",
        "softmax = make(vars(torch)['soft' + 'max'])",
    ),
    "operation of torch": (
        "def softmax(x, dim):\n    return torch.ops.aten._softmax(x, dim, False)",
    ),
    "in another thread": (
        """
        def softmax(x, dim):
            import threading
            found = []
            call = lambda: found.append(getattr(torch, 'soft' + 'max')(x, dim))
            thread = threading.Thread(target=call)
            thread.start()
            thread.join()
            return found[0]
        """,
    ),
    "the lesson's own part": ("def softmax(x, dim):\n    return given.softmax(x, dim)",),
    "the lesson's own part, computed": (
        "def softmax(x, dim):\n    return getattr(given, 'soft' + 'max')(x, dim)",
    ),
    "refusal swallowed": (
        """
        def softmax(x, dim):
            try:
                return eval('torch.soft' + 'max(x, dim)')
            except:
                e = (x - x.amax(dim, keepdim=True)).exp()
                return e / e.sum(dim, keepdim=True)
        """,
    ),
}  # fmt: skip


@pytest.mark.parametrize("cells", FORMS.values(), ids=FORMS)
def test_every_form_of_the_library_function_is_refused(cells: tuple[str, ...]) -> None:
    verdict = judged("softmax", *cells, hidden=True)
    assert (verdict.status, verdict.points) == ("forbidden", 0)
    assert "does this exercise for you" in " ".join(verdict.lines)


SCORES = "vars(given)['attention' '_scores']"
COPIES = {
    "a function of its code": (
        "from types import FunctionType",
        f"attention_scores = FunctionType({SCORES}.__code__, globals())",
    ),
    "called by another": (
        f"from types import FunctionType\ncopy = FunctionType({SCORES}.__code__, globals())",
        "def attention_scores(q, k):\n    return copy(q, k)",
    ),
    "made at each call": (
        f"from types import FunctionType\ncode = {SCORES}.__code__",
        "def attention_scores(q, k):\n    return FunctionType(code, globals())(q, k)",
    ),
    "read back from bytes": (
        f"import marshal\ncode = marshal.loads(marshal.dumps({SCORES}.__code__))",
        "def attention_scores(q, k):\n    pass\nattention_scores.__code__ = code",
    ),
}


@pytest.mark.parametrize("cells", COPIES.values(), ids=COPIES)
def test_a_copy_of_the_code_of_the_given_part_is_the_given_part(cells: tuple[str, ...]) -> None:
    verdict = judged("attention_scores", *cells, hidden=True)
    assert (verdict.status, verdict.points) == ("forbidden", 0)


HELD = {
    "in a partial": f"from functools import partial\ncopy = partial({SCORES})",
    "in a list": f"held = [{SCORES}]\ncopy = lambda *a: held[0](*a)",
    "in a dict of sets": f"held = {{1: {{{SCORES}}}}}\ncopy = lambda *a: [*held[1]][0](*a)",
    "in a cache": f"from functools import lru_cache\ncopy = lru_cache({SCORES})",
    "in an object": f"class Own:\n    f = [{SCORES}]\nown = Own()\ncopy = lambda *a: own.f[0](*a)",
    "in slots": "class Own:\n    __slots__ = ('f',)\nown = Own()\n"
    f"own.f = {SCORES}\ncopy = lambda *a: own.f(*a)",
}


@pytest.mark.parametrize("cell", HELD.values(), ids=HELD)
def test_what_holds_the_given_part_is_looked_into(cell: str) -> None:
    verdict = judged(
        "attention_scores", cell, "def attention_scores(q, k):\n    return copy(q, k)", hidden=True
    )
    assert (verdict.status, verdict.points) == ("forbidden", 0)


ONLY_HELD = {
    "beside the answer, to compare with": (
        "def attention_scores(q, k):\n    return q @ k.mT / q.shape[-1] ** 0.5",
        "attention_scores.theirs = given.attention_scores",
    ),
    "by a decorator": (
        "def checked(by):\n    def wrap(f):\n        f.by = by\n        return f\n    return wrap",
        "@checked(given.attention_scores)\n"
        "def attention_scores(q, k):\n    return q @ k.mT / q.shape[-1] ** 0.5",
    ),
    "in a table of which another entry is used": (
        "parts = {'mine': lambda q, k: q @ k.mT / q.shape[-1] ** 0.5}",
        f"parts['theirs'] = {SCORES}",
        "def attention_scores(q, k):\n    return parts['mine'](q, k)",
    ),
}


@pytest.mark.parametrize("cells", ONLY_HELD.values(), ids=ONLY_HELD)
def test_the_given_part_may_be_kept_as_long_as_it_is_not_called(cells: tuple[str, ...]) -> None:
    assert judged("attention_scores", *cells, hidden=True).passed


OTHERS_CODE = """
from types import FunctionType
names = {**vars(given), "word_counts": lambda words: words}
counted = FunctionType(vars(given)["train_bpe" "_fast"].__code__, names)
"""


def test_code_of_another_given_part_with_names_of_ones_own_is_refused() -> None:
    cell = "def pair_counts(words):\n    return counted(words, 0, Counter())"
    verdict = judged("pair_counts", OTHERS_CODE, cell, hidden=True)
    assert (verdict.status, verdict.points) == ("forbidden", 0)


FOUND_LATER = """
class MultiHeadAttention(nn.Module):
    def __new__(cls, *sizes):
        return [c for c in nn.Module.__subclasses__() if c.__name__ == cls.__name__
                and c.__module__.startswith("autograder")][0](*sizes)
"""


def test_a_given_class_that_the_answer_finds_when_it_runs_is_refused() -> None:
    verdict = judged("MultiHeadAttention", FOUND_LATER, hidden=True)
    assert (verdict.status, verdict.points) == ("forbidden", 0)


UNUSUAL = {
    "attributes of a dict": """
        class Settings(dict):
            def __getattr__(self, name):
                return self[name]
        settings = Settings(power=0.5)
    """,
    "a class of its own choice": """
        class Settings:
            power = 0.5
            __class__ = property(lambda self: 1 / 0)
        settings = Settings()
    """,
    "no module": """
        made = {}
        exec("class settings:\\n    power = 0.5\\ndef half(x): return x", made)
        settings, half = made["settings"], made["half"]
        half.__module__ = None
        settings.half = half
    """,
}


@pytest.mark.parametrize("cell", UNUSUAL.values(), ids=UNUSUAL)
def test_whatever_an_answer_holds_it_is_read_without_running_it(cell: str) -> None:
    answer = "def attention_scores(q, k):\n    return q @ k.mT / q.shape[-1] ** settings.power"
    assert judged("attention_scores", cell, answer, hidden=True).passed


def test_the_published_pattern_may_be_compiled_by_the_learner_too() -> None:
    from autograder.given.tokenization import WORDS

    cell = f"import regex\nPATTERN = regex.compile({WORDS.pattern!r})"
    answer = "def pre_tokenize(text):\n    return PATTERN.findall(text)"
    assert judged("pre_tokenize", cell, answer, hidden=True).passed


BASES = {
    "as it is": "class MultiHeadAttention(getattr(given, 'MultiHead' 'Attention')):\n    pass",
    "in between": "class Between(getattr(given, 'MultiHead' 'Attention')):\n    pass\n"
    "class MultiHeadAttention(Between):\n    pass",
}


@pytest.mark.parametrize("cell", BASES.values(), ids=BASES)
def test_a_class_made_from_the_given_part_is_the_given_part(cell: str) -> None:
    verdict = judged("MultiHeadAttention", cell, hidden=True)
    assert (verdict.status, verdict.points) == ("forbidden", 0)


def test_an_earlier_given_part_may_be_built_upon() -> None:
    cell = "class GroupedQueryAttention(given.MultiHeadAttention):\n    forward = None"
    assert judged("GroupedQueryAttention", cell).status != "forbidden"


def test_code_that_two_functions_share_by_a_decorator_is_nobodys() -> None:
    """torch.no_grad puts the same code around every function."""
    import torch

    from autograder.given import transformer as given

    @torch.no_grad()
    def mine() -> int:
        return 1

    inner = given.generate.__wrapped__  # type: ignore[attr-defined]
    name = "autograder.given.transformer.generate"
    assert reached(mine, (name,)) is None
    with forbid((name,)) as refused:
        assert mine() == 1
        with pytest.raises(ForbiddenCall, match=name):
            inner()
    assert refused == [name]


CLASSES = {
    "by name": "self.inner = [nn.MultiheadAttention(width, heads)]",
    "computed": "self.inner = [getattr(nn, 'Multihead' + 'Attention')(width, heads)]",
}


@pytest.mark.parametrize("line", CLASSES.values(), ids=CLASSES)
def test_a_class_is_read_and_watched_too(line: str) -> None:
    cell = f"""
    class MultiHeadAttention(nn.Module):
        def __init__(self, width, heads):
            super().__init__()
            for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
                setattr(self, name, nn.Linear(width, width, bias=False))
            {line}

        def forward(self, x, mask=None):
            return self.inner[0](x, x, x)[0]
    """
    verdict = judged("MultiHeadAttention", cell, hidden=True)
    assert "forbidden" in [stage.status for stage in verdict.stages]
    assert verdict.points <= 1  # of the stage that only looks at the parameters


def test_what_is_not_forbidden_is_allowed() -> None:
    """The word in a comment or a string, and functions of the same name that are one's own."""
    cell = '''
    def softmax(x, dim):
        """Like torch.softmax."""
        shifted = x - x.amax(dim, keepdim=True)  # torch.softmax does the same
        return shifted.exp() / shifted.exp().sum(dim, keepdim=True)
    '''
    assert judged("softmax", cell, hidden=True).passed
    assert "does this exercise" not in said("softmax", "def softmax(x, dim):\n    return x")


def test_nothing_stays_replaced() -> None:
    import torch

    from autograder.given import attention as given

    before = (given.softmax, torch.softmax(torch.ones(2), 0).tolist())
    judged("softmax", FORMS["eval"][0])
    judged("softmax", FORMS["the lesson's own part"][0])
    assert (given.softmax, torch.softmax(torch.ones(2), 0).tolist()) == before


def test_looking_for_forbidden_names_imports_nothing() -> None:
    """transformers loads its parts lazily, which takes seconds: a check must not."""
    program = (
        "import sys, tokenizers\n"
        "from autograder.lessons import exercise\n"
        "from autograder.worker.guard import forbid\n"
        "from autograder.worker.reach import reached\n"
        "names = exercise('merge')[1].forbids\n"
        "before = set(sys.modules)\n"
        "with forbid(names): reached(print, names)\n"
        "print(sorted(set(sys.modules) - before))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_a_name_that_is_not_loaded_is_refused_and_forgotten() -> None:
    import transformers

    name = "GPT2Tokenizer"
    was_loaded = name in vars(transformers)
    with pytest.raises(BaseException, match=name), forbid((f"transformers.{name}",)):
        transformers.GPT2Tokenizer()
    assert (name in vars(transformers)) == was_loaded
    assert exercise("merge")[1].forbids
