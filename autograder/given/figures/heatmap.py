"""Attention as a picture: who looks at whom. Darker means more weight."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from autograder.given.figures.picture import Picture
from autograder.given.figures.svg import BLUE, FAINT, INK, ORANGE, label, picture, square, text

CELL = 30.0
"""Width and height of one cell in a single map, in pixels."""
SMALL_CELLS = 120.0
"""Width and height of one map in a grid of maps, in pixels."""
LETTER = 7.5
"""Room for one letter of a label, in pixels."""
GAP = 26.0
STRONG = 0.9
"""Weights from here on are written in white, on strong blue."""
WHITE = "#ffffff"
MAX_NUMBERS = 8
"""Maps of at most this many columns show each number."""
SEEN = 0.005
"""Weights from here on count as looked at in the description."""


def heatmap(
    weights: Tensor,
    rows: Sequence[str],
    columns: Sequence[str] | None = None,
    *,
    title: str = "Attention weights",
) -> Picture:
    """One map: `weights` (T, S), each row what one query, named in `rows`, gives to each column.

    Without `columns` the names are those of the rows. Weights are 0 to 1; a mask of bool will do.
    """
    shares = _shares(weights, 2)
    rows = [label(name) for name in rows]
    columns = rows if columns is None else [label(name) for name in columns]
    if shares.shape != (len(rows), len(columns)):
        raise ValueError(
            f"the weights have the shape {tuple(shares.shape)}, "
            f"but there are {len(rows)} row and {len(columns)} column names"
        )
    left = 12 + LETTER * max(map(len, rows))
    top = 18 + LETTER * max(map(len, columns)) * 0.8
    body = _cells(shares, left, top, CELL, rows, columns) + _names(rows, columns, left, top)
    size = (left + CELL * len(columns) + 60, top + CELL * len(rows) + 12)
    return picture(*size, body, title, describe(shares, rows, columns))


def _shares(weights: Tensor, dims: int) -> Tensor:
    """Weights as float, 0 to 1, checked."""
    if not isinstance(weights, Tensor) or weights.dim() != dims:
        shape = tuple(weights.shape) if isinstance(weights, Tensor) else type(weights).__name__
        raise ValueError(f"expected a tensor of {dims} dimensions, got {shape}")
    shares = weights.detach().float()
    if not bool(((shares >= -1e-4) & (shares <= 1 + 1e-4)).all()):
        raise ValueError("weights must lie between 0 and 1")
    return shares.clamp(0, 1)


def _cells(
    shares: Tensor,
    left: float,
    top: float,
    cell: float,
    rows: Sequence[str],
    columns: Sequence[str],
) -> str:
    parts = []
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            share = float(shares[i, j])
            x, y = left + j * cell, top + i * cell
            parts.append(square(x, y, cell, share, f"{row}, {column}: {share:.2f}"))
            if len(columns) <= MAX_NUMBERS and share >= SEEN:
                parts.append(_number(x + cell / 2, y + cell / 2, share))
    return "".join(parts)


def _number(x: float, y: float, share: float) -> str:
    """A weight in its cell, white on strong blue."""
    shown = "1" if share > 0.995 else f"{share:.2f}".lstrip("0")
    return text(x, y, shown, anchor="middle", size=10, ink=INK if share < STRONG else WHITE)


def _names(rows: Sequence[str], columns: Sequence[str], left: float, top: float) -> str:
    parts = [
        text(left - 6, top + CELL * (i + 0.5), name, anchor="end") for i, name in enumerate(rows)
    ]
    for j, name in enumerate(columns):
        x, y = left + CELL * (j + 0.5), top - 8
        parts.append(f'<g transform="rotate(-50 {x:g} {y:g})">{text(x, y, name)}</g>')
    return "".join(parts)


def describe(shares: Tensor, rows: Sequence[str], columns: Sequence[str]) -> str:
    """A map in words: every number of a small one, the largest of each row of a large one."""
    if len(columns) <= MAX_NUMBERS:
        said = [
            f"{row}: " + ", ".join(f"{share:.2f}" for share in weights.tolist())
            for row, weights in zip(rows, shares, strict=True)
        ]
        return f"Columns: {', '.join(columns)}. Rows: " + "; ".join(said) + "."
    said = [
        f"{row}: {float(weights.max()):.2f} at {columns[int(weights.argmax())]}"
        for row, weights in zip(rows, shares, strict=True)
    ]
    return f"{len(rows)} rows, {len(columns)} columns; the largest of each row: {'; '.join(said)}."


def head_grid(
    maps: Tensor, *, marked: tuple[int, int] | None = None, title: str = "Every head"
) -> Picture:
    """All maps (layers, heads, T, T) in a grid, a row for each layer; `marked` gets a frame."""
    layers, heads = maps.shape[:2]
    step = SMALL_CELLS + GAP
    parts = [
        _small_map(
            maps[i, j], 8 + j * step, 24 + i * step, f"layer {i}, head {j}", marked == (i, j)
        )
        for i in range(layers)
        for j in range(heads)
    ]
    words = [f"layer {i} head {j} {habit(maps[i, j])}" for i in range(layers) for j in range(heads)]
    alt = f"{layers} layers of {heads} heads. " + "; ".join(words) + "."
    if marked is not None:
        alt += f" Layer {marked[0]}, head {marked[1]} is framed."
    return picture(8 + heads * step, 24 + layers * step, "".join(parts), title, alt)


def _small_map(weights: Tensor, x: float, y: float, name: str, framed: bool) -> str:
    shares = _shares(weights, 2)
    size = shares.shape[0]
    cell = SMALL_CELLS / size
    cells = "".join(
        f'<rect x="{x + j * cell:.4g}" y="{y + i * cell:.4g}" width="{cell:.4g}" '
        f'height="{cell:.4g}" fill="{BLUE}" fill-opacity="{float(shares[i, j]):.2g}"/>'
        for i in range(size)
        for j in range(size)
        if float(shares[i, j]) >= SEEN
    )
    colour, width = (ORANGE, 4.0) if framed else (FAINT, 1.0)
    edge = (
        f'<rect x="{x:g}" y="{y:g}" width="{SMALL_CELLS:g}" height="{SMALL_CELLS:g}" '
        f'fill="none" stroke="{colour}" stroke-width="{width:g}"/>'
    )
    return text(x, y - 11, name, size=11) + cells + edge


def habit(weights: Tensor) -> str:
    """What a head does most, in words: how far back it looks, and how sharply."""
    shares = _shares(weights, 2)[1:]
    if not len(shares):
        return "sees one token"
    best = shares.argmax(dim=-1)
    back = torch.arange(1, len(shares) + 1) - best
    common = int(back.mode().values)
    share = float((back == common).float().mean())
    first = float((best == 0).float().mean())
    if first > max(share, 0.5):
        return f"looks most at the first token ({first:.0%} of rows)"
    place = "at itself" if common == 0 else f"{common} back"
    return f"looks most {place} ({share:.0%} of rows)"
