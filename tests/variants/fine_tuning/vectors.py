"""Other correct ways to write vectors of lesson 09, each standing alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.given import fine_tuning as given


def pool_einsum(hidden: Tensor, mask: Tensor) -> Tensor:
    return torch.einsum("bth,bt->bh", hidden, mask.float()) / mask.sum(dim=1)[:, None]


def pool_loop(hidden: Tensor, mask: Tensor) -> Tensor:
    return torch.stack(
        [row[kept.bool()].mean(dim=0) for row, kept in zip(hidden, mask, strict=True)]
    )


def pool_nan(hidden: Tensor, mask: Tensor) -> Tensor:
    return hidden.masked_fill(mask[..., None] == 0, torch.nan).nanmean(dim=1)


def pool_double(hidden: Tensor, mask: Tensor) -> Tensor:
    weights = (mask / mask.sum(dim=1, keepdim=True)).double()
    return (weights[:, None] @ hidden.double())[:, 0]


def cosine_normalize(a: Tensor, b: Tensor) -> Tensor:
    return F.normalize(a, dim=1) @ F.normalize(b, dim=1).T


def cosine_loop(a: Tensor, b: Tensor) -> Tensor:
    out = torch.zeros(len(a), len(b))
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            length = float(x.norm() * y.norm())
            out[i, j] = float(x @ y) / length if length else 0.0
    return out


def cosine_divided(a: Tensor, b: Tensor) -> Tensor:
    lengths = a.norm(dim=-1)[:, None] * b.norm(dim=-1)
    return (a @ b.T / lengths).nan_to_num(0.0)


def cosine_root(a: Tensor, b: Tensor) -> Tensor:
    squares = torch.outer((a**2).sum(1), (b**2).sum(1)).double()
    return a.double() @ b.double().T / squares.sqrt().clamp_min(1e-12)


def described_as_questions() -> dict[str, str]:
    return {
        "track_order": "Where is my parcel, and when will my order be delivered?",
        "return_item": "I want to return or exchange something I bought because it does not fit.",
        "refund_status": "I returned my order. When do I get my refund, my money back?",
        "wrong_item": "What arrived is broken, faulty, incomplete or not what I ordered.",
        "lost_card": "My bank card is lost or stolen. Please block it and send a new card.",
        "unknown_charge": "There is a payment on my statement that I did not make.",
        "transfer_problem": "My bank transfer has not arrived or failed.",
        "fee_question": "What fees and interest rates does the bank charge for my account or card?",
        "cancel_plan": "I want to cancel my subscription.",
        "playback_problem": "The video does not play: it freezes, has no sound or wrong subtitles.",
        "sign_in_problem": "I cannot log in to my account: password, code, device.",
        "find_title": "I am looking for a film, series or song to watch. What do you recommend?",
    }


def described_by_zip() -> dict[str, str]:
    intents = (
        "track_order",
        "return_item",
        "refund_status",
        "wrong_item",
        "lost_card",
        "unknown_charge",
        "transfer_problem",
        "fee_question",
        "cancel_plan",
        "playback_problem",
        "sign_in_problem",
        "find_title",
    )
    texts = (
        "Where is my parcel, and when will my order be delivered by the courier?",
        "How do I send back or exchange a thing I bought that I do not like or that does not fit?",
        "I returned my order and I am still waiting for my refund.",
        "The product arrived broken, faulty or incomplete, or it is not the one I ordered.",
        "My bank card is lost, stolen or damaged. Please block it and send me a new card.",
        "There is a payment on my statement that I did not make, or I was charged twice.",
        "My bank transfer has not arrived or failed, or I sent money to the wrong account.",
        "What fees and interest does the bank charge for my account, card or loan?",
        "I want to cancel, pause or end my subscription membership.",
        "The video or music does not play: it freezes or has no sound.",
        "I cannot log in: password, code, locked account or access from a device.",
        "I am looking for a film, series, song or podcast. What do you recommend?",
    )
    return dict(zip(intents, texts, strict=True))


def described_shortly() -> dict[str, str]:
    known = {"track_order": "Where is my parcel? When will my order be delivered?"}
    known["return_item"] = "I want to return or exchange something because I do not like it."
    known["refund_status"] = "I am still waiting for my refund. When do I get my money back?"
    known["wrong_item"] = "The product that arrived is broken, faulty or not the one I ordered."
    known["lost_card"] = "My bank card is lost or stolen, block it and send a new card."
    known["unknown_charge"] = "There is a payment on my statement that I did not make."
    known["transfer_problem"] = "My bank transfer has not arrived or has failed."
    known["fee_question"] = "What fees and interest rates does the bank charge?"
    known["cancel_plan"] = "I want to cancel or end my subscription."
    known["playback_problem"] = "The video does not play: it freezes or has no sound."
    known["sign_in_problem"] = "I cannot log in: password, code or locked account."
    known["find_title"] = "I am looking for a film, series or song. What do you recommend?"
    return known


def retrieval_normalized(queries: Tensor, candidates: Tensor, right: Tensor) -> float:
    found = (F.normalize(queries, dim=-1) @ F.normalize(candidates, dim=-1).T).argmax(dim=1)
    return float((found == right).float().mean())


def retrieval_given(queries: Tensor, candidates: Tensor, right: Tensor) -> float:
    near = given.cosine_similarity(queries, candidates).max(dim=1).indices
    return int((near == right).sum()) / len(right)


def retrieval_loop(queries: Tensor, candidates: Tensor, right: Tensor) -> float:
    hits = 0
    for query, wanted in zip(queries, right.tolist(), strict=True):
        scores = [float(query @ c / c.norm()) for c in candidates]
        hits += scores.index(max(scores)) == wanted
    return hits / len(queries)


VARIANTS: dict[str, tuple[Callable[..., Any], ...]] = {
    "mean_pool": (pool_einsum, pool_loop, pool_nan, pool_double),
    "cosine_similarity": (cosine_normalize, cosine_loop, cosine_divided, cosine_root),
    "describe_intents": (described_as_questions, described_by_zip, described_shortly),
    "retrieval_accuracy": (retrieval_normalized, retrieval_given, retrieval_loop),
}
