"""Numbers as horizontal bars, each with its name and its value in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape

from autograder.given.figures.picture import Picture

BAR = "#0072b2"
"""Blue of the Okabe-Ito palette; length and number carry the meaning, not the colour."""
FRAME = (
    "margin:.5em 0;max-width:46em;color:var(--jp-content-font-color1,CanvasText);"
    "font-family:var(--jp-content-font-family,system-ui,sans-serif);line-height:1.4"
)
GRID = (
    "display:grid;grid-template-columns:max-content 1fr;gap:.25em .7em;align-items:center;"
    "margin-top:.4em"
)
TRACK = "display:flex;align-items:center;gap:.5em"
FILL = (
    "display:inline-block;height:1em;min-width:2px;background:var(--jp-info-color0,{bar});"
    "border:1px solid var(--jp-content-font-color2,GrayText);width:{width:.2f}%"
)
WIDEST = 82
"""Width of the longest bar, as a percentage of its column: the number stands behind it."""


def bar_chart(values: Mapping[str, float], title: str, unit: str, digits: int = 2) -> Picture:
    """One bar per entry of `values`: its name → a number of 0 or more, in `unit`.

    The order is kept. Numbers are written with `digits` digits behind the point.
    """
    wrong = [name for name, value in values.items() if not (0 <= value < math.inf)]
    if wrong:
        raise ValueError(f"the value of {wrong[0]} is {values[wrong[0]]}: no bar has that length")
    top = max(values.values(), default=0) or 1
    bars = "".join(_bar(name, value, value / top, digits) for name, value in values.items())
    alt = _said(values, title, unit, digits)
    return Picture(
        f'<figure role="img" aria-label="{escape(alt, quote=True)}" style="{FRAME}">'
        f"<figcaption><strong>{escape(title)}</strong> ({escape(unit)})</figcaption>"
        f'<div style="{GRID}">{bars}</div></figure>',
        alt,
    )


def _bar(name: str, value: float, share: float, digits: int) -> str:
    fill = FILL.format(bar=BAR, width=WIDEST * share)
    return (
        f"<bdi>{escape(name)}</bdi>"
        f'<span style="{TRACK}"><span style="{fill}"></span><span>{value:,.{digits}f}</span></span>'
    )


def _said(values: Mapping[str, float], title: str, unit: str, digits: int) -> str:
    listed = ", ".join(f"{name} {value:,.{digits}f}" for name, value in values.items())
    return f"{title}, in {unit}: {listed}."
