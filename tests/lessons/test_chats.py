"""What is wrong with an answer of lesson 04's last cells is said at once, without silly numbers."""

from __future__ import annotations

import re
from typing import Any

import pytest
import torch
from torch import Tensor

from autograder.given import chats
from autograder.given.lazy import Told

PROMPT = torch.tensor([[5, 6, 7]])
LOGITS = torch.zeros(1, 9)
MUST = "it must return the prompt with the new tokens behind it"


def ids(*tokens: int) -> Tensor:
    return torch.tensor([tokens])


def test_a_right_answer_is_given_back() -> None:
    whole = ids(5, 6, 7, 1, 2)
    assert chats.whole(whole, PROMPT, [1, 2]) is whole


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (None, f"returned None; {MUST}, (1, 3 + new)."),
        ([[5, 6, 7, 1, 2]], f"returned a value of type list; {MUST}, (1, 3 + new)."),
        (ids(5, 6, 7, 1, 2)[0], f"returned a tensor (5,); {MUST}, (1, 3 + new)."),
        (ids(5, 6, 7, 1, 2).float(), f"returned a tensor (1, 5) of torch.float32; {MUST}, (1, 3"),
        (ids(1, 2), f"returned a tensor (1, 2) that begins otherwise; {MUST}."),
        (ids(1, 2, 5, 6, 7), f"returned a tensor (1, 5) that begins otherwise; {MUST}."),
        (PROMPT.repeat(2, 1), f"returned a tensor (2, 3); {MUST}, (1, 3 + new)."),
        (PROMPT, "wrote no token: look at it, and at how many it may write."),
        (ids(5, 6, 7, 1), f"returned 1 new tokens that are not the 2 chosen; {MUST}."),
        (ids(5, 6, 7, 1, 3), f"returned 2 new tokens that are not the 2 chosen; {MUST}."),
    ],
)
def test_what_else_generate_returns_is_described(returned: Any, said: str) -> None:
    with pytest.raises(Told, match=f"^`generate` {re.escape(said)}"):
        chats.whole(returned, PROMPT, [1, 2])


def test_one_token_is_chosen() -> None:
    assert chats.one(torch.tensor([4]), LOGITS) == 4


@pytest.mark.parametrize(
    ("token", "logits", "said"),
    [
        (None, LOGITS, "handed a tensor (1, 9) of torch.float32 and gave None; it takes"),
        (4.0, LOGITS, "and gave a value of type float; it takes"),
        (torch.tensor([[4]]), LOGITS, "and gave a tensor (1, 1); it takes"),
        (torch.tensor(4), LOGITS[0], "handed a tensor (9,) of torch.float32 and gave a tensor ();"),
        (torch.tensor([4]), LOGITS[None], "handed a tensor (1, 1, 9) of torch.float32 and gave a"),
    ],
)
def test_what_is_no_choice_is_described(token: object, logits: Tensor, said: str) -> None:
    with pytest.raises(Told, match=re.escape(said)):
        chats.one(token, logits)


def test_a_prompt_that_leaves_no_position_for_an_answer_is_refused() -> None:
    assert chats.fitting(PROMPT, 4) is PROMPT
    with pytest.raises(Told, match="has 3 tokens, and the model has 3 positions, the answer's"):
        chats.fitting(PROMPT, 3)
