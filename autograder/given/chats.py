"""What the last cells of lesson 04 ask of the code that answers: said at once where it is wrong."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from autograder.given.lazy import Told


def fitting(ids: Tensor, positions: int) -> Tensor:
    """The same prompt, (1, T); raises Told where the model has no position left for an answer."""
    if ids.shape[1] < positions:
        return ids
    raise Told(
        f"The prompt has {ids.shape[1]:,} tokens, and the model has {positions:,} positions, the "
        "answer's among them: ask something shorter."
    )


def one(token: object, logits: Tensor) -> int:
    """The token that was chosen from `logits`; raises Told where it is not one for one text."""
    if isinstance(token, Tensor) and token.shape == (1,) and logits.ndim == 2:
        return int(token)
    raise Told(
        f"`choose` was handed {_kind(logits)} and gave {_kind(token)}; it takes the logits of "
        "the last position, (1, vocabulary), and gives the next token, (1,)."
    )


def whole(returned: object, ids: Tensor, written: Sequence[int]) -> Tensor:
    """What `generate` returned for the prompt `ids` (1, T), `written` being the tokens chosen.

    Raises Told where that is not the prompt with these tokens behind it.
    """
    begin, wanted = ids.shape[1], "it must return the prompt with the new tokens behind it"
    table = isinstance(returned, Tensor) and returned.ndim == 2 and len(returned) == 1
    if not isinstance(returned, Tensor) or not table or returned.is_floating_point():
        raise Told(f"`generate` returned {_kind(returned)}; {wanted}, (1, {begin} + new).")
    if not torch.equal(returned[:, :begin], ids):
        raise Told(f"`generate` returned {_kind(returned)} that begins otherwise; {wanted}.")
    new = returned[0, begin:].tolist()
    if not new:
        raise Told("`generate` wrote no token: look at it, and at how many it may write.")
    if new != list(written):
        raise Told(
            f"`generate` returned {len(new)} new tokens that are not the {len(written)} chosen; "
            f"{wanted}."
        )
    return returned


def _kind(value: object) -> str:
    """What something is, in words.

    >>> _kind(torch.zeros(1, 5, dtype=torch.long))
    'a tensor (1, 5)'
    """
    if not isinstance(value, Tensor):
        return "None" if value is None else f"a value of type {type(value).__name__}"
    numbers = f" of {value.dtype}" if value.is_floating_point() else ""
    return f"a tensor {tuple(value.shape)}{numbers}"
