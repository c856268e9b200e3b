"""Attention as a picture: who looks at whom. Darker means more weight."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import torch
from torch import Tensor

from autograder.given.figures.picture import Picture
from autograder.given.figures.svg import BLUE, FAINT, ORANGE, label, leaning, picture, square, text

CELL = 30.0
"""Width and height of one cell in a single map, in pixels."""
SMALL_CELLS, GAP = 120.0, 26.0
"""Width and height of one map in a grid of maps, and the room between two, in pixels."""
LETTER = 7.5
"""Room for one letter of a label, in pixels."""
MAX_NUMBERS = 8
"""Maps of at most this many columns show each number."""
SEEN = 0.005
"""Weights from here on count as looked at in the description."""


def heatmap(
    weights: Tensor,
    rows: Sequence[str],
    columns: Sequence[str] | None = None,
    *,
    marked: tuple[int, int] | None = None,
    title: str = "Attention weights",
) -> Picture:
    """One map: `weights` (T, S), each row what one query, named in `rows`, gives to each column.

    Without `columns` the names are those of the rows. Weights are 0 to 1; a mask of bool will do.
    The cell `marked` (row, column) gets a frame.
    """
    shares = _shares(weights)
    rows = [label(name) for name in rows]
    columns = rows if columns is None else [label(name) for name in columns]
    if shares.shape != (len(rows), len(columns)):
        raise ValueError(
            f"the weights have the shape {tuple(shares.shape)}, "
            f"but there are {len(rows)} row and {len(columns)} column names"
        )
    left = 12 + LETTER * max(map(len, rows))
    top = 18 + LETTER * max(map(len, columns)) * 0.8
    body = _cells(shares, rows, columns, left, top) + _names(rows, columns, left, top)
    alt = describe(shares, rows, columns)
    if marked is not None:
        i, j = marked
        body += _frame(left + j * CELL, top + i * CELL, CELL, ORANGE, 3)
        alt += f" {rows[i]}, {columns[j]} is framed: {float(shares[i, j]):.2f}."
    size = (left + CELL * len(columns) + 60, top + CELL * len(rows) + 12)
    return picture(*size, body, title, alt)


def _frame(x: float, y: float, side: float, colour: str, width: float) -> str:
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{side:g}" height="{side:g}" '
        f'fill="none" stroke="{colour}" stroke-width="{width:g}"/>'
    )


def _shares(weights: Tensor) -> Tensor:
    """The weights of one map as float, 0 to 1, checked."""
    if not isinstance(weights, Tensor) or weights.dim() != 2:
        shape = tuple(weights.shape) if isinstance(weights, Tensor) else type(weights).__name__
        raise ValueError(f"expected a tensor of 2 dimensions, got {shape}")
    shares = weights.detach().float()
    if not bool(((shares >= -1e-4) & (shares <= 1 + 1e-4)).all()):
        raise ValueError("weights must lie between 0 and 1")
    return shares.clamp(0, 1)


def _cells(
    shares: Tensor, rows: Sequence[str], columns: Sequence[str], left: float, top: float
) -> str:
    parts = []
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            share = float(shares[i, j])
            shown = "1" if share > 0.995 else f"{share:.2f}".lstrip("0")
            if len(columns) > MAX_NUMBERS or share < SEEN:
                shown = ""
            hint = f"{row}, {column}: {share:.2f}"
            parts.append(square(left + j * CELL, top + i * CELL, CELL, share, shown, 10, hint))
    return "".join(parts)


def _names(rows: Sequence[str], columns: Sequence[str], left: float, top: float) -> str:
    parts = [
        text(left - 6, top + CELL * (i + 0.5), name, anchor="end") for i, name in enumerate(rows)
    ]
    parts += [leaning(left + CELL * (j + 0.5), top - 8, name) for j, name in enumerate(columns)]
    return "".join(parts)


def describe(shares: Tensor, rows: Sequence[str], columns: Sequence[str]) -> str:
    """A map in words: every number of a small one, the largest of each row of a large one."""
    named = list(zip(rows, shares, strict=True))
    if len(columns) <= MAX_NUMBERS:
        said = [f"{row}: " + ", ".join(f"{x:.2f}" for x in each.tolist()) for row, each in named]
        return f"Columns: {', '.join(columns)}. Rows: {'; '.join(said)}."
    most = [(row, float(each.max()), columns[int(each.argmax())]) for row, each in named]
    said = [f"{row}: {share:.2f} at {column}" for row, share, column in most]
    return f"{len(rows)} rows, {len(columns)} columns; the largest of each row: {'; '.join(said)}."


def head_grid(
    maps: Tensor, *, marked: tuple[int, int] | None = None, title: str = "Every head"
) -> Picture:
    """All maps (layers, heads, T, T) in a grid, a row for each layer; `marked` gets a frame."""
    layers, heads = maps.shape[:2]
    step = SMALL_CELLS + GAP
    every = list(product(range(layers), range(heads)))
    body = "".join(_small_map(maps[i, j], i, j, marked == (i, j)) for i, j in every)
    words = "; ".join(f"layer {i} head {j} {habit(maps[i, j])}" for i, j in every)
    alt = f"{layers} layers of {heads} heads. {words}."
    if marked is not None:
        alt += f" Layer {marked[0]}, head {marked[1]} is framed."
    return picture(8 + heads * step, 24 + layers * step, body, title, alt)


def _small_map(weights: Tensor, layer: int, head: int, framed: bool) -> str:
    shares = _shares(weights)
    x, y = 8 + head * (SMALL_CELLS + GAP), 24 + layer * (SMALL_CELLS + GAP)
    size = len(shares)
    cell = SMALL_CELLS / size
    cells = "".join(
        f'<rect x="{x + j * cell:.4g}" y="{y + i * cell:.4g}" width="{cell:.4g}" '
        f'height="{cell:.4g}" fill="{BLUE}" fill-opacity="{float(shares[i, j]):.2g}"/>'
        for i, j in product(range(size), repeat=2)
        if float(shares[i, j]) >= SEEN
    )
    colour, width = (ORANGE, 4.0) if framed else (FAINT, 1.0)
    edge = _frame(x, y, SMALL_CELLS, colour, width)
    return text(x, y - 11, f"layer {layer}, head {head}", size=11) + cells + edge


def habit(weights: Tensor) -> str:
    """What a head does most, in words: how far back it looks, and how sharply."""
    shares = _shares(weights)[1:]
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
