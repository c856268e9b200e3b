"""The pieces that pictures of numbers share: colours, a frame with words, a cell, a label."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from autograder.given.figures.picture import Picture

INK = "var(--jp-content-font-color1,currentColor)"
"""Text and lines: dark on light, light on dark, as JupyterLab's theme says."""
HTML_INK = "var(--jp-content-font-color1,CanvasText)"
"""The same where there is text alone."""
FAINT = "var(--jp-border-color1,#8a8a8a)"
COLOURS = BLUE, ORANGE, GREEN, PURPLE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
"""Of the Okabe-Ito palette, which colour-blind readers can tell apart."""
BACKS = ("var(--jp-layout-color1,Canvas)", "var(--jp-layout-color2,transparent)")
"""What lies behind tokens, by turns."""
FONT = "var(--jp-content-font-family,system-ui,sans-serif)"
LETTER = 7.2
"""Room for one letter of a name, in pixels."""
CAP = 4.0
"""Half the width of the ends of an interval, in pixels."""
STRONG = 0.9
"""From this share on a cell is dark enough for white ink."""
MAX_LABEL = 14
"""Letters of one label."""


def picture(width: float, height: float, body: str, title: str, alt: str) -> Picture:
    """An SVG of `width` x `height` pixels with a caption above it; `alt` says it in words."""
    html = (
        f'<figure style="margin:.5em 0;color:{INK};font-family:{FONT}">'
        f'<figcaption style="margin-bottom:.3em"><strong>{escape(title)}</strong></figcaption>'
        f'<svg role="img" aria-label="{escape(f"{title}. {alt}")}" '
        f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'style="max-width:100%;height:auto;font-family:{FONT}" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>'
        f"<desc>{escape(alt)}</desc>{body}</svg></figure>"
    )
    return Picture(html, f"{title}. {alt}")


def text(
    x: float, y: float, words: str, *, anchor: str = "start", size: float = 12, ink: str = INK
) -> str:
    """Words at (x, y): `anchor` is start, middle or end."""
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="{size:g}" '
        f'dominant-baseline="central" fill="{ink}" xml:space="preserve">{escape(words)}</text>'
    )


def leaning(x: float, y: float, words: str) -> str:
    """The name of a column, which rises from (x, y)."""
    return f'<g transform="rotate(-50 {x:g} {y:g})">{text(x, y, words)}</g>'


def label(token: str) -> str:
    """A token as a label: a line break is seen, a space alone too, a long one is cut."""
    shown = token.replace("\n", "⏎").strip() or "␣"
    return shown if len(shown) <= MAX_LABEL else shown[: MAX_LABEL - 1] + "…"


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1) -> str:
    """A straight line."""
    return (
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{colour}" '
        f'stroke-width="{width:g}"/>'
    )


def trail(points: Iterable[tuple[float, float]], colour: str, dash: str) -> str:
    """A line from point to point."""
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{joined}" fill="none" {stroke(colour, dash)}/>'


def stroke(colour: str, dash: str) -> str:
    """How a line of a plot is drawn."""
    return f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"'


def whisker(
    x: float, y: float, low: float, high: float, colour: str, width: float = 2, radius: float = 4.5
) -> str:
    """A point at (x, y) with its interval, which goes from the height `low` to `high`."""
    ends = "".join(line(x - CAP, end, x + CAP, end, colour, width) for end in (low, high))
    dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{colour}"/>'
    return line(x, low, x, high, colour, width) + ends + dot


def square(
    x: float, y: float, side: float, share: float, words: str, size: float = 12, hint: str = ""
) -> str:
    """A cell filled as strongly as `share` (0 to 1) says, with words in it or none.

    `hint` appears under the mouse.
    """
    title = f"<title>{escape(hint)}</title>" if hint else ""
    ink = INK if share < STRONG else "#ffffff"
    cell = (
        f'<rect x="{x:g}" y="{y:g}" width="{side:g}" height="{side:g}" fill="{BLUE}" '
        f'fill-opacity="{share:.3g}" stroke="{FAINT}" stroke-width="0.5">{title}</rect>'
    )
    middle = (x + side / 2, y + side / 2)
    return cell + (text(*middle, words, anchor="middle", size=size, ink=ink) if words else "")
