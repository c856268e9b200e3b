"""Rotary positions as a picture: one arrow for each position and pair of numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from torch import Tensor

from autograder.given.figures.picture import Picture
from autograder.given.figures.svg import BLUE, FAINT, line, picture, text

RADIUS = 44.0
"""Radius of one dial, in pixels."""
STEP = 2 * RADIUS + 28


def turn_dials(
    turned: Tensor, positions: Sequence[int], *, title: str = "Each position turns each pair"
) -> Picture:
    """Dials of `turned` (T, D): row t is what became of (1, 0) in every pair at `positions[t]`.

    Pair i is numbers i and i + D/2. A row of dials for each pair, a column for each position.
    """
    if turned.dim() != 2 or len(turned) != len(positions):
        raise ValueError(f"expected {len(positions)} rows, got the shape {tuple(turned.shape)}")
    half, rows = turned.shape[1] // 2, turned.tolist()
    angles = [[math.atan2(row[i + half], row[i]) for row in rows] for i in range(half)]
    parts = []
    for t, p in enumerate(positions):
        parts.append(text(70 + t * STEP + RADIUS, 12, f"position {p}", anchor="middle"))
    for i, row in enumerate(angles):
        parts.append(text(0, 28 + i * STEP + RADIUS, f"pair {i}"))
        parts += [_dial(70 + t * STEP, 28 + i * STEP, angle) for t, angle in enumerate(row)]
    alt = "; ".join(f"pair {i}: " + ", ".join(map(_degrees, row)) for i, row in enumerate(angles))
    where = ", ".join(map(str, positions))
    size = (70 + len(positions) * STEP, 28 + half * STEP)
    return picture(*size, "".join(parts), title, f"Angles at positions {where}. {alt}.")


def _dial(x: float, y: float, angle: float) -> str:
    """A circle with an arrow; angles run against the clock from the right, as in mathematics."""
    cx, cy = x + RADIUS, y + RADIUS
    tip = (cx + RADIUS * math.cos(angle), cy - RADIUS * math.sin(angle))
    circle = f'<circle cx="{cx:g}" cy="{cy:g}" r="{RADIUS:g}" fill="none" stroke="{FAINT}"/>'
    head = f'<circle cx="{tip[0]:.4g}" cy="{tip[1]:.4g}" r="4.5" fill="{BLUE}"/>'
    start = line(cx, cy, cx + RADIUS, cy, FAINT)
    label = text(cx, cy + RADIUS + 11, _degrees(angle), anchor="middle", size=11)
    return circle + start + line(cx, cy, *tip, BLUE, 3) + head + label


def _degrees(angle: float) -> str:
    """An angle from 0 to 359 degrees."""
    return f"{round(math.degrees(angle)) % 360}°"
