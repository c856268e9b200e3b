"""The residual stream: how one token's vector grows through a model, and what it would say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from autograder.given.figures.picture import Picture
from autograder.given.figures.svg import BLUE, ORANGE, label, picture, text
from autograder.given.workbench import trace

ROW = 40.0
"""Height of one station, in pixels."""
LEFT, TOP, BAR, SAYS = 170.0, 40.0, 230.0, 490.0
"""Where bars begin, where rows begin, length of the longest bar, where the guess stands."""


@dataclass(frozen=True)
class Station:
    """The stream after one part has added to it.

    `size` is the root of the mean of squares of the vector, `added` that of what the part gave, 0
    for the embedding. `says` is the token the head would choose here, with its `chance`.
    """

    name: str
    size: float
    added: float
    says: str
    chance: float


@torch.no_grad()
def stations(model: Any, ids: Tensor, name: Callable[[int], str]) -> list[Station]:
    """The stream at the last position of `ids` (1, T), from the embedding to the last block."""
    steps = {step: value[0, -1] for step, value in trace(model, ids).items()}
    nothing = torch.zeros(1)  # what was added before the embedding
    found = [_station(model, "embedding", steps["embedding"], nothing, name)]
    for i in range(sum(step.endswith(" attention") for step in steps)):
        for part, after in (("attention", "residual"), ("feed-forward", "second residual")):
            stream, added = steps[f"{i} {after}"], steps[f"{i} {part}"]
            found.append(_station(model, f"block {i}: {part}", stream, added, name))
    return found


def _station(
    model: Any, where: str, stream: Tensor, added: Tensor, name: Callable[[int], str]
) -> Station:
    chances = model.lm_head(model.model.norm(stream)).softmax(dim=-1)
    best = int(chances.argmax())
    return Station(where, _size(stream), _size(added), name(best), float(chances[best]))


def _size(vector: Tensor) -> float:
    return float(vector.pow(2).mean().sqrt())


def stream_figure(line: Sequence[Station], *, title: str) -> Picture:
    """One row for each station: the stream in blue, what was just added in orange, the guess."""
    longest = max(max(each.size, each.added) for each in line) or 1.0
    body = text(LEFT, 10, "size of the vector (blue),")
    body += text(LEFT, 26, "of what was just added (orange)") + text(SAYS, 26, "would say")
    body += "".join(_row(i, each, longest) for i, each in enumerate(line))
    said = "; ".join(_said(each) for each in line)
    return picture(SAYS + 190, TOP + ROW * len(line) + 4, body, title, said + ".")


def _row(i: int, each: Station, longest: float) -> str:
    y = TOP + ROW * i
    return (
        text(LEFT - 8, y + 16, each.name, anchor="end")
        + _bar(y + 3, each.size / longest, BLUE, f"{each.size:.2f}")
        + (_bar(y + 18, each.added / longest, ORANGE, f"+ {each.added:.2f}") if each.added else "")
        + text(SAYS, y + 16, f"{label(each.says)} {each.chance:.0%}")
    )


def _bar(y: float, share: float, colour: str, number: str) -> str:
    length = BAR * share
    bar = f'<rect x="{LEFT:g}" y="{y:g}" width="{length:.4g}" height="12" fill="{colour}"/>'
    return bar + text(LEFT + length + 6, y + 6, number, size=11)


def _said(each: Station) -> str:
    added = f", {each.added:.2f} added" if each.added else ""
    return f"{each.name}: size {each.size:.2f}{added}, would say {each.says.strip() or 'a space'}"
