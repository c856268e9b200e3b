"""Vectors as a map: two directions of many, points named by shape and colour."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import torch
from torch import Tensor

from autograder.given.figures.picture import Picture
from autograder.given.figures.svg import COLOURS, FAINT, picture, text

SIZE = 420.0
"""Width and height of the map, in pixels."""
MARGIN = 12.0
LEGEND = 190.0
"""Room for the names beside the map, in pixels."""
ROW = 20.0
MARK = 4.5
"""Half the size of a point, in pixels."""
SHAPES = ("circle", "square", "cross")
"""Four colours and three shapes tell twelve groups apart, without colour alone."""


def scatter(
    vectors: Tensor, labels: Sequence[int], names: Sequence[str], hints: Sequence[str], title: str
) -> Picture:
    """A map of `vectors` (N, H): each a point, `labels` its group, `hints` what the mouse shows.

    The two directions are those in which the vectors spread most (principal components).
    """
    flat = plane(vectors)
    places = MARGIN + (flat - flat.amin(0)) / (flat.amax(0) - flat.amin(0)) * (SIZE - 2 * MARGIN)
    points = zip(places.tolist(), labels, hints, strict=True)
    marks = "".join(_mark(x, y, label, hint) for (x, y), label, hint in points)
    edge = f'width="{SIZE:g}" height="{SIZE:g}" fill="none" stroke="{FAINT}" stroke-width="1"'
    same, apart = separation(vectors, labels)
    alt = (
        f"A map of {len(vectors)} texts of {len(names)} groups. Two texts of one group have a mean "
        f"cosine similarity of {same:.2f}, two of different groups {apart:.2f}."
    )
    body = f"<rect {edge}/>{marks}{_legend(names, same, apart)}"
    return picture(SIZE + LEGEND, SIZE, body, title, alt)


def plane(vectors: Tensor) -> Tensor:
    """The two principal components of (N, H), as (N, 2), signs fixed so that runs agree."""
    centred = vectors.double() - vectors.double().mean(dim=0)
    _, _, directions = torch.linalg.svd(centred, full_matrices=False)
    first = directions[:2]
    largest = first.gather(1, first.abs().argmax(dim=1, keepdim=True))
    flat: Tensor = centred @ (first * largest.sign()).T
    return flat


def separation(vectors: Tensor, labels: Sequence[int]) -> tuple[float, float]:
    """Mean cosine similarity of pairs with the same label, and of pairs with different ones."""
    unit = torch.nn.functional.normalize(vectors, dim=-1)
    alike = unit @ unit.T
    groups = torch.tensor(list(labels))
    same = groups[:, None] == groups[None]
    other = ~torch.eye(len(groups), dtype=torch.bool)
    return float(alike[same & other].mean()), float(alike[~same].mean())


def _mark(x: float, y: float, group: int, hint: str) -> str:
    colour = COLOURS[group % len(COLOURS)]
    shape = SHAPES[group // len(COLOURS) % len(SHAPES)]
    words = f"<title>{escape(hint)}</title>"
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{MARK}" fill="{colour}">{words}</circle>'
    if shape == "square":
        return (
            f'<rect x="{x - MARK:.1f}" y="{y - MARK:.1f}" width="{2 * MARK}" '
            f'height="{2 * MARK}" fill="none" stroke="{colour}" stroke-width="2">{words}</rect>'
        )
    return (
        f'<path d="M{x - MARK:.1f} {y - MARK:.1f}l{2 * MARK} {2 * MARK}m0 {-2 * MARK}'
        f'l{-2 * MARK} {2 * MARK}" stroke="{colour}" stroke-width="2.5">{words}</path>'
    )


def _legend(names: Sequence[str], same: float, apart: float) -> str:
    """The names of the groups, and how alike texts of one group and of two are."""
    lines = ("mean cosine similarity", f"of one group: {same:.2f}", f"of two groups: {apart:.2f}")
    parts = []
    for i, name in enumerate(names):
        y = 16 + ROW * i
        parts += [_mark(SIZE + 18, y, i, name), text(SIZE + 32, y, name)]
    for i, line in enumerate(lines, len(names) + 1):
        parts.append(text(SIZE + 12, 16 + ROW * i, line))
    return "".join(parts)
