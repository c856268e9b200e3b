"""A confusion matrix as a picture: right answers on the diagonal, the rest where they went."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from autograder.given.figures.picture import Picture
from autograder.given.figures.svg import INK, picture, square, text

CELL = 32.0
"""Width and height of a cell, in pixels."""
LETTER = 7.2
"""Room for one letter of a name, in pixels."""
STRONG = 0.9
"""From this share on a cell is dark enough for white ink."""
WHITE = "#ffffff"
MOST_SAID = 5
"""Confusions that the description names."""


def confusion(counts: Tensor, names: Sequence[str], title: str) -> Picture:
    """`counts` (classes, classes): true class by row, predicted class by column."""
    if counts.shape != (len(names), len(names)):
        raise ValueError(f"counts of shape {tuple(counts.shape)} for {len(names)} names")
    left = 14 + LETTER * max(map(len, names))
    says = text(4, 12, "row: true") + text(4, 30, "column: predicted")
    body = says + _cells(counts, left) + _names(names, left)
    size = left + CELL * len(names)
    return picture(size + 60, size + 10, body, title, _words(counts, names))


def _cells(counts: Tensor, top: float) -> str:
    parts = []
    rows = counts.sum(dim=1).clamp_min(1).tolist()
    for i, row in enumerate(counts.tolist()):
        for j, count in enumerate(row):
            x, y, share = top + j * CELL, top + i * CELL, count / rows[i]
            parts.append(square(x, y, CELL, share))
            if count:
                ink = WHITE if share >= STRONG else INK
                shown = f"{count:g}"
                parts.append(text(x + CELL / 2, y + CELL / 2, shown, anchor="middle", ink=ink))
    return "".join(parts)


def _names(names: Sequence[str], top: float) -> str:
    parts = []
    for i, name in enumerate(names):
        middle = top + CELL * (i + 0.5)
        parts.append(text(top - 6, middle, name, anchor="end"))
        label = text(middle, top - 8, name)
        parts.append(f'<g transform="rotate(-50 {middle:g} {top - 8:g})">{label}</g>')
    return "".join(parts)


def _words(counts: Tensor, names: Sequence[str]) -> str:
    right, total = int(counts.diagonal().sum()), int(counts.sum())
    pairs = [
        (int(counts[i, j]), f"{names[i]} taken for {names[j]}")
        for i in range(len(names))
        for j in range(len(names))
        if i != j and counts[i, j] > 0
    ]
    said = [f"{what} {count} times" for count, what in sorted(pairs, reverse=True)[:MOST_SAID]]
    worst = f" Most frequent: {'; '.join(said)}." if said else ""
    return f"Rows are true, columns predicted. {right} of {total} are right.{worst}"
