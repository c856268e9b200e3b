"""Numbers as horizontal bars, each with its name and its value in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape

from autograder.given.figures.picture import Picture, figure
from autograder.given.figures.svg import BLUE, FONT, HTML_INK

FRAME = f"margin:.5em 0;max-width:46em;color:{HTML_INK};font-family:{FONT};line-height:1.4"
GRID = (
    "display:grid;grid-template-columns:max-content 1fr;gap:.25em .7em;align-items:center;"
    "margin-top:.4em"
)
TRACK = "display:flex;align-items:center;gap:.5em"
FILL = (
    f"display:inline-block;height:1em;min-width:2px;background:var(--jp-info-color0,{BLUE});"
    "border:1px solid var(--jp-content-font-color2,GrayText)"
)
"""Length and number carry the meaning, not the colour."""
WIDEST = 82
"""Width of the longest bar, as a percentage of its column: the number stands behind it."""


def bar_chart(values: Mapping[str, float], title: str, unit: str, digits: int = 2) -> Picture:
    """One bar per entry of `values`: its name → a number of 0 or more, in `unit`.

    The order is kept. Numbers are written with `digits` digits behind the point.
    """
    if wrong := [name for name, value in values.items() if not 0 <= value < math.inf]:
        raise ValueError(f"the value of {wrong[0]} is {values[wrong[0]]}: no bar has that length")
    top = max(values.values(), default=0) or 1
    written = {name: f"{value:,.{digits}f}" for name, value in values.items()}
    bars = "".join(_bar(name, written[name], value / top) for name, value in values.items())
    caption = f"<figcaption><strong>{escape(title)}</strong> ({escape(unit)})</figcaption>"
    said = ", ".join(f"{name} {number}" for name, number in written.items())
    content = f'{caption}<div style="{GRID}">{bars}</div>'
    return figure(content, FRAME, f"{title}, in {unit}: {said}.")


def _bar(name: str, number: str, share: float) -> str:
    return (
        f'<bdi>{escape(name)}</bdi><span style="{TRACK}">'
        f'<span style="{FILL};width:{WIDEST * share:.2f}%"></span><span>{number}</span></span>'
    )
