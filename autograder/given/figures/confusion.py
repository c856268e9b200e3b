"""A confusion matrix as a picture: right answers on the diagonal, the rest where they went."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from autograder.given.figures.picture import Picture
from autograder.given.figures.svg import LETTER, leaning, picture, square, text

CELL = 32.0
"""Width and height of a cell, in pixels."""


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
            parts.append(square(x, y, CELL, share, f"{count:g}" if count else ""))
    return "".join(parts)


def _names(names: Sequence[str], top: float) -> str:
    parts = []
    for i, name in enumerate(names):
        middle = top + CELL * (i + 0.5)
        parts += [text(top - 6, middle, name, anchor="end"), leaning(middle, top - 8, name)]
    return "".join(parts)


def _words(counts: Tensor, names: Sequence[str]) -> str:
    right, total = int(counts.diagonal().sum()), int(counts.sum())
    wrong = (counts - counts.diagonal().diag()).nonzero().tolist()
    pairs = [(int(counts[i, j]), f"{names[i]} taken for {names[j]}") for i, j in wrong]
    said = [f"{what} {count} times" for count, what in sorted(pairs, reverse=True)[:5]]
    worst = f" Most frequent: {'; '.join(said)}." if said else ""
    return f"Rows are true, columns predicted. {right} of {total} are right.{worst}"
