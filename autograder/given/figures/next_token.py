"""Which token comes next: one bar for each candidate, side by side for several ways to choose."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from autograder.given.figures.picture import Picture
from autograder.given.figures.svg import BLUE, FAINT, label, line, picture, text

ROW = 24.0
"""Height of one token, in pixels."""
ALONE, BESIDE = 300.0, 100.0
"""Length of the longest bar where there is one way to choose, and where there are several."""
NUMBER = 62.0
"""Room for a number behind a bar, in pixels."""
LEFT, TOP = 118.0, 34.0


def next_token_bars(
    ways: Mapping[str, Tensor], name: Callable[[int], str], *, count: int = 8, title: str
) -> Picture:
    """The `count` likeliest tokens of the first way, with their probability in each way.

    ways: what each way is called → its logits (V,); -inf means that the token is left out
    name: gives a token's text
    """
    chances = {way: _chances(way, logits) for way, logits in ways.items()}
    first = next(iter(chances.values()))
    ids = first.topk(min(count, len(first))).indices.tolist()
    rows = [(label(name(i)), [float(each[i]) for each in chances.values()]) for i in ids]
    rest = [max(0.0, 1 - float(each[ids].sum())) for each in chances.values()]
    rows.append(("all others", rest))
    longest = ALONE if len(ways) == 1 else BESIDE
    bar, step = longest / max(max(shares) for _, shares in rows), longest + NUMBER
    heads = "".join(text(LEFT + j * step, 12, way) for j, way in enumerate(chances))
    body = "".join(_row(i, token, shares, bar, step) for i, (token, shares) in enumerate(rows))
    size = (LEFT + step * len(chances), TOP + ROW * len(rows))
    return picture(*size, heads + body, title, _said(list(chances), rows))


def _chances(way: str, logits: Tensor) -> Tensor:
    if not isinstance(logits, Tensor) or logits.dim() != 1:
        shape = tuple(logits.shape) if isinstance(logits, Tensor) else type(logits).__name__
        raise ValueError(f'"{way}" needs the logits of one position, (V,); it has {shape}')
    chances = torch.softmax(logits.detach().double(), dim=-1)
    if bool(chances.isnan().any()):
        raise ValueError(f'"{way}" leaves no token to choose from')
    return chances


def _row(i: int, token: str, shares: list[float], bar: float, step: float) -> str:
    """One token: its bars, `bar` pixels for a probability of 1, each `step` from the next."""
    y = TOP + ROW * (i + 0.5)
    parts = [text(LEFT - 8, y, token, anchor="end")]
    for j, share in enumerate(shares):
        x, size = LEFT + j * step, f'width="{bar * share:.4g}" height="14"'
        parts.append(line(x, y - 9, x, y + 9, FAINT))
        if share > 0:
            parts.append(f'<rect x="{x:g}" y="{y - 7:g}" {size} fill="{BLUE}"/>')
        parts.append(text(x + bar * share + 6, y, _percent(share), size=11))
    return "".join(parts)


def _percent(share: float) -> str:
    if share == 0:
        return "out"
    return f"{share:.1%}" if share >= 0.0005 else "< 0.1%"


def _said(ways: list[str], rows: list[tuple[str, list[float]]]) -> str:
    """Every bar in words."""
    said = [
        f"{way}: " + ", ".join(f"{token} {_percent(shares[j])}" for token, shares in rows)
        for j, way in enumerate(ways)
    ]
    return ". ".join(said) + "."
