"""The pieces that pictures of numbers share: colours, a frame with words, a cell, a label."""

from __future__ import annotations

from html import escape

from autograder.given.figures.picture import Picture

INK = "var(--jp-content-font-color1,currentColor)"
"""Text and lines: dark on light, light on dark, as JupyterLab's theme says."""
FAINT = "var(--jp-border-color1,#8a8a8a)"
BLUE = "#0072b2"
ORANGE = "#d55e00"
GREEN = "#009e73"
"""Of the Okabe-Ito palette, which colour-blind readers can tell apart."""
FONT = "var(--jp-content-font-family,system-ui,sans-serif)"


def picture(width: float, height: float, body: str, title: str, alt: str) -> Picture:
    """An SVG of `width` x `height` pixels with a caption above it; `alt` says it in words."""
    label = escape(f"{title}. {alt}", quote=True)
    html = (
        f'<figure style="margin:.5em 0;color:{INK};font-family:{FONT}">'
        f'<figcaption style="margin-bottom:.3em"><strong>{escape(title)}</strong></figcaption>'
        f'<svg role="img" aria-label="{label}" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" '
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


MAX_LABEL = 14
"""Letters of one label."""


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


def square(x: float, y: float, side: float, share: float, hint: str = "") -> str:
    """A cell filled as strongly as `share` (0 to 1) says; `hint` appears under the mouse."""
    title = f"<title>{escape(hint)}</title>" if hint else ""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{side:g}" height="{side:g}" fill="{BLUE}" '
        f'fill-opacity="{share:.3g}" stroke="{FAINT}" stroke-width="0.5">{title}</rect>'
    )
