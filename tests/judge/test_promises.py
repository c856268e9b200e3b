"""What every exercise promises: arguments unchanged, the same answer again, gradients."""

from __future__ import annotations

import pytest
import torch

from autograder.judge.verdict import FAILED, PASSED, SKIPPED, Verdict
from tests.judge.learner import judged

SOFTMAX = "w = (x - x.amax(dim, keepdim=True)).exp()\n    return w / w.sum(dim, keepdim=True)"
NORM = """
class RMSNorm(nn.Module):
    def __init__(self, width, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x):
        return x * (x.pow(2).mean(-1, keepdim=True) + self.eps).rsqrt() * self.weight
"""


def promises(verdict: Verdict) -> str:
    assert all(stage.status == PASSED for stage in verdict.stages[:-1]), verdict.lines
    return verdict.stages[-1].status


def message(verdict: Verdict) -> str:
    return " ".join(" ".join(verdict.lines).split())


def norm(old: str, new: str) -> str:
    assert NORM.count(old) == 1
    return NORM.replace(old, new)


def test_a_right_answer_keeps_them() -> None:
    verdict = judged("RMSNorm", NORM, hidden=True)
    assert (promises(verdict), verdict.points) == (PASSED, verdict.max_points)


CHANGING = {
    "a tensor": (
        "softmax",
        f"def softmax(x, dim):\n    x -= x.amax(dim, keepdim=True)\n    {SOFTMAX}",
    ),
    "and put back another": (
        "merge",
        "def merge(ids, pair, new_id):\n    i = 0\n    while i < len(ids) - 1:\n"
        "        if (ids[i], ids[i + 1]) == pair:\n            ids[i:i + 2] = [new_id]\n"
        "        i += 1\n    return ids",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "cell"), CHANGING.values(), ids=CHANGING)
def test_an_argument_that_is_changed_in_place_is_named(name: str, cell: str) -> None:
    verdict = judged(name, cell, hidden=True)
    assert promises(verdict) == FAILED
    assert f"changed `{'x' if name == 'softmax' else 'ids'}`" in message(verdict)
    assert verdict.points == verdict.max_points - verdict.stages[-1].max_points


SETS = f"def softmax(x, dim):\n    torch.{{}}\n    {SOFTMAX}"
OFF = "set_grad_enabled(False)"
GLOBAL = {
    "gradients": ("softmax", SETS.format(OFF)),
    "dtype": ("softmax", SETS.format("set_default_dtype(torch.float64)")),
    "when it is made": ("RMSNorm", norm("self.eps = eps", f"self.eps = eps; torch.{OFF}")),
}


@pytest.mark.parametrize(("name", "cell"), GLOBAL.values(), ids=GLOBAL)
def test_settings_of_the_whole_program_are_named_and_put_back(name: str, cell: str) -> None:
    verdict = judged(name, cell, hidden=True)
    assert promises(verdict) == FAILED
    assert "settings of torch for the whole program" in message(verdict)
    assert torch.is_grad_enabled()
    assert torch.get_default_dtype() == torch.float32


def test_a_block_without_gradients_changes_no_setting() -> None:
    cell = f"@torch.no_grad()\ndef softmax(x, dim):\n    {SOFTMAX}"
    assert promises(judged("softmax", cell)) == PASSED


CHANCE = f"""
asked = []
def softmax(x, dim):
    asked.append(str(x.tolist()))
    if asked[-1] == asked[0] and len(set(asked)) > 1:
        x = x + torch.rand(x.shape)
    {SOFTMAX}
"""
"""The first question is answered by chance after another one."""


def test_what_answers_otherwise_when_asked_again_is_told() -> None:
    verdict = judged("softmax", CHANCE)
    assert promises(verdict) == FAILED
    assert "Asked the same once more" in message(verdict)


def test_a_module_is_asked_again_as_it_stands() -> None:
    first_size = norm(
        "        return x *",
        "        self.calls = getattr(self, 'calls', 0) + 1\n"
        "        x = x if self.calls == 1 else x + self.calls\n        return x *",
    )
    verdict = judged("RMSNorm", first_size, hidden=True)
    assert verdict.stages[-1].status in (FAILED, SKIPPED)
    assert verdict.points < verdict.max_points


KEEPS_ITS_SIZE = norm(
    "return x * (x.pow(2).mean(-1, keepdim=True) + self.eps).rsqrt()",
    "if getattr(self, 'shape', None) != x.shape:\n"
    "            self.shape = x.shape\n"
    "            self.size = (x.pow(2).mean(-1, keepdim=True) + self.eps).rsqrt()\n"
    "        return x * self.size",
)


def test_what_a_module_keeps_of_the_numbers_of_one_call_is_told() -> None:
    verdict = judged("RMSNorm", KEEPS_ITS_SIZE, hidden=True)
    assert promises(verdict) == FAILED
    assert "keeps what belongs to the numbers of one call" in message(verdict)


NONE, ANOTHER = "No gradient comes back to", "is another one"
CUT = {
    "detach": (norm("return x *", "x = x.detach()\n        return x *"), NONE),
    "a buffer": (
        norm(
            "self.weight = nn.Parameter(torch.ones(width))",
            "self.register_buffer('weight', torch.ones(width))",
        ),
        NONE,
    ),
    "frozen": (norm("torch.ones(width))", "torch.ones(width), requires_grad=False)"), NONE),
    "no_grad": (norm("    def forward", "    @torch.no_grad()\n    def forward"), NONE),
    "half of the way": (norm("x.pow(2)", "x.detach().pow(2)"), ANOTHER),
    "by another factor": (
        norm("* self.weight", "* (2 * self.weight - self.weight.detach())"),
        ANOTHER,
    ),
}


@pytest.mark.parametrize(("cell", "told"), CUT.values(), ids=CUT)
def test_a_gradient_that_does_not_come_back_or_is_another_one_is_told(cell: str, told: str) -> None:
    verdict = judged("RMSNorm", cell, hidden=True)
    assert promises(verdict) == FAILED
    assert told in message(verdict)


def test_an_operation_in_place_that_breaks_training_is_told() -> None:
    norm_of_x = "(x.pow(2).mean(-1, keepdim=True) + self.eps).rsqrt()"
    cell = norm(
        f"return x * {norm_of_x} * self.weight",
        f"r = {norm_of_x}\n        out = x * r\n        r += 0\n        return out * self.weight",
    )
    verdict = judged("RMSNorm", cell, hidden=True)
    assert promises(verdict) == FAILED
    assert "operation in place" in message(verdict)


def test_where_nothing_passed_nothing_is_promised() -> None:
    verdict = judged("softmax", "def softmax(x, dim):\n    return x", hidden=True)
    assert verdict.stages[-1].status == SKIPPED
    assert verdict.points == 0


BUFFER = """
buffers = {}
def softmax(x, dim):
    out = buffers.setdefault((x.shape, x.dtype), torch.empty_like(x))
    out.copy_((x - x.amax(dim, keepdim=True)).exp())
    return out.div_(out.sum(dim, keepdim=True))
"""
"""Right in each call, and writes over what it returned before."""


def test_a_result_that_the_next_call_writes_over_is_told() -> None:
    verdict = judged("softmax", BUFFER)
    assert promises(verdict) == FAILED
    assert "is changed by the next call" in message(verdict)


HANDS_OUT = """
done = {{}}
def merge(ids, pair, new_id):
    if (*ids, pair, new_id) not in done:
        out, i = [], 0
        while i < len(ids):
            found = tuple(ids[i:i + 2]) == tuple(pair)
            out.append(new_id if found else ids[i])
            i += 2 if found else 1
        done[(*ids, pair, new_id)] = out
    return {returned}
"""


KEPT = "done[(*ids, pair, new_id)]"


@pytest.mark.parametrize(("returned", "kept"), [(KEPT, FAILED), (f"list({KEPT})", PASSED)])
def test_a_list_that_is_handed_out_twice_is_told(returned: str, kept: str) -> None:
    verdict = judged("merge", HANDS_OUT.format(returned=returned))
    assert promises(verdict) == kept
    assert ("hands out the same object twice" in message(verdict)) == (kept == FAILED)


def test_what_is_asked_in_between_is_valid() -> None:
    """Merges in another order may hold themselves: whoever opens them one by one never ends."""
    cell = """
    asked = []
    def decode(ids, merges):
        asked.append(all(max(pair) < 256 + rank for rank, pair in enumerate(merges)))
        assert all(asked)
        token = {BYTE_TO_ID[byte]: bytes([byte]) for byte in range(256)}
        for new_id, (left, right) in enumerate(merges, 256):
            token[new_id] = token[left] + token[right]
        return b"".join(token[i] for i in ids).decode("utf-8", errors="replace")
    """
    assert promises(judged("decode", cell, hidden=True)) == PASSED
