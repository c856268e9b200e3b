"""A visible failure is shown on the smallest input on which the learner's code still fails."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from autograder.judge.shrink import smaller, weight
from tests.judge.learner import judged

FAILING = {
    "merge overlaps": (
        "merge",
        """
        def merge(ids, pair, new_id):
            out = list(ids)
            for i in range(len(ids) - 1):
                if (ids[i], ids[i + 1]) == pair:
                    out[i:i + 2] = [new_id]
            return out
        """,
        4,
    ),
    "decode shows the table": (
        "decode",
        """
        def decode(ids, merges):
            token = {BYTE_TO_ID[b]: BYTE_TO_CHAR[b] for b in range(256)}
            for new, (a, b) in enumerate(merges, 256):
                token[new] = token[a] + token[b]
            return "".join(token[i] for i in ids)
        """,
        1,
    ),
    "final_number takes the first": (
        "final_number",
        """
        def final_number(text):
            found = re.findall("[0-9]+", text)
            return int(found[0]) if found else None
        """,
        3,
    ),
}


@pytest.mark.parametrize(("name", "cell", "items"), FAILING.values(), ids=FAILING)
def test_rows_and_texts_get_as_short_as_they_can(name: str, cell: str, items: int) -> None:
    verdict = judged(name, cell)
    assert len(verdict.args[0]) <= items
    assert repr(verdict.args[0])[:20] in " ".join(verdict.lines)


def test_tensors_are_cut_together_and_their_numbers_get_short() -> None:
    cell = "def attention_scores(q, k):\n    return q @ k.transpose(-2, -1)"
    q, k = judged("attention_scores", cell).args
    assert q.shape[-1] == k.shape[-1] == 2, "with one number per vector the scale is 1"
    assert q.shape[0] == k.shape[0] == 1
    assert torch.equal(q, q.round()) and torch.equal(k, k.round())


def test_what_is_shown_is_valid() -> None:
    """Of two equal logits either may be the best: such a row shows nothing."""
    cell = "def greedy(logits):\n    return logits.shape[-1] - 1 - logits.flip(-1).argmin(-1)"
    (logits,) = judged("greedy", cell).args
    assert len(logits.unique()) == logits.numel()


def test_a_failure_of_another_sort_is_none_to_go_on_with() -> None:
    """On an empty list this answer raises; what it was asked first, it gets wrong."""
    cell = "def majority_vote(answers):\n    return answers[0] and answers[-1]"
    verdict = judged("majority_vote", cell)
    assert verdict.args[0]
    assert "raised" not in " ".join(verdict.lines)


def test_a_hidden_failure_is_not_shrunk_for_it_is_not_shown() -> None:
    cell = "def final_number(text):\n    return int(text.split()[-1]) if len(text) < 12 else 0"
    verdict = judged("final_number", cell, hidden=True)
    assert not verdict.passed


ARGUMENTS = {
    "numbers": (3, 2.56),
    "rows in rows": ([[1, 2, 3], [4]], [("a", "b"), ("c", "d")]),
    "texts": ("a text", ["", "and more"]),
    "tables": ({(1, 2): 3, (4,): 5}, {"a": 1}),
    "tensors": (torch.tensor([[1.26, -0.01, 2.0]]), torch.tensor([[1, 2]])),
}


@pytest.mark.parametrize("args", ARGUMENTS.values(), ids=ARGUMENTS)
def test_what_is_offered_is_of_the_same_types_and_something_is_smaller(
    args: tuple[Any, ...],
) -> None:
    before = repr(args)
    offered = list(smaller(args))
    assert all([*map(type, less)] == [*map(type, args)] for less in offered)
    assert any(weight(less) < weight(args) for less in offered)
    assert repr(args) == before, "the original stays as it is"


@pytest.mark.parametrize("empty", [([],), ("",), ({},), (0,), (None,), (torch.tensor(1),)])
def test_of_nothing_nothing_is_smaller(empty: tuple[Any, ...]) -> None:
    assert not [less for less in smaller(empty) if weight(less) < weight(empty)]
