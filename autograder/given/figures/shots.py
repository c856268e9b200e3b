"""Accuracy by task and number of examples: as a table that fills, as curves, as named rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from autograder.given.figures import svg
from autograder.given.figures.picture import Picture
from autograder.given.figures.svg import BLUE, CAP, FAINT, line, picture, text

Interval = tuple[float, float, float]
"""An accuracy and the ends of its interval, each 0 to 1."""
Cells = Mapping[tuple[str, int], Interval]

COLOURS = (*svg.COLOURS, "#56b4e9", "#e69f00", "#8a8a8a")
DASHES = ("", "7 3", "2 3", "9 3 2 3", "1 4", "12 4", "5 2 1 2")
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Accuracies at which a grid has a line."""
WIDTH, HEIGHT, LEFT, TOP, KEYS = 430.0, 260.0, 46.0, 16.0, 150.0
APART = 5.0
"""Pixels between the points of neighbouring lines, so that intervals do not cover each other."""
ROW, NAMES, TRACK = 26.0, 260.0, 300.0
FRAME = f"margin:.5em 0;color:{svg.INK};font-family:{svg.FONT};line-height:1.35"
CELL = f"border:1px solid {FAINT};padding:.25em .6em;text-align:center"
SMALL = "font-size:.78em"


def shot_table(rows: Mapping[str, str], shots: Sequence[int], cells: Cells) -> Picture:
    """A row for each task (name → what it asks), a column for each number of examples."""
    head = "".join(f'<th scope="col" style="{CELL}">{k}</th>' for k in shots)
    body = "".join(_table_row(name, asks, shots, cells) for name, asks in rows.items())
    title = "Accuracy by task and number of examples"
    alt = f"{title}. " + " ".join(_said(name, shots, cells) for name in rows)
    html = (
        f'<figure aria-label="{escape(alt)}" style="{FRAME}">'
        f"<figcaption><strong>{title}</strong></figcaption>"
        f'<table style="border-collapse:collapse;color:inherit;margin:.4em 0"><thead><tr>'
        f'<th scope="col" style="{CELL};text-align:left">examples in the prompt</th>{head}'
        f"</tr></thead><tbody>{body}</tbody></table></figure>"
    )
    return Picture(html, alt)


def _table_row(name: str, asks: str, shots: Sequence[int], cells: Cells) -> str:
    values = "".join(_table_cell(cells.get((name, k))) for k in shots)
    return (
        f'<tr><th scope="row" style="{CELL};text-align:left">{escape(name)}'
        f'<div style="{SMALL};font-weight:normal">{escape(asks)}</div></th>{values}</tr>'
    )


def _table_cell(found: Interval | None) -> str:
    if found is None:
        return f'<td style="{CELL}">·</td>'
    share, low, high = found
    return (
        f'<td style="{CELL};background:rgba(0,114,178,{0.45 * share:.2f})">'
        f'<strong>{share:.0%}</strong><div style="{SMALL}">{low:.0%} to {high:.0%}</div></td>'
    )


def _said(name: str, shots: Sequence[int], cells: Cells) -> str:
    known = [f"{k}: {cells[name, k][0]:.0%}" for k in shots if (name, k) in cells]
    return f"{name} {', '.join(known) or 'not run yet'}."


def shot_curve(names: Sequence[str], shots: Sequence[int], cells: Cells) -> Picture:
    """One line for each task; numbers of examples stand at equal distances."""
    body = _grid(shots)
    for i, name in enumerate(names):
        known = [(j, cells[name, k]) for j, k in enumerate(shots) if (name, k) in cells]
        body += _curve(known, i, len(names), len(shots)) + _key(i, name)
    alt = " ".join(_said(name, shots, cells) for name in names)
    size = (LEFT + WIDTH + KEYS, TOP + HEIGHT + 40)
    return picture(*size, body, "Accuracy against the number of examples", alt)


def _x(place: int, places: int) -> float:
    return LEFT + WIDTH * (0.06 + 0.88 * place / max(1, places - 1))


def _y(share: float) -> float:
    return TOP + HEIGHT * (1 - share)


def _grid(shots: Sequence[int]) -> str:
    parts = []
    for share in QUARTERS:
        parts.append(line(LEFT, _y(share), LEFT + WIDTH, _y(share), FAINT, 0.5))
        parts.append(text(LEFT - 6, _y(share), f"{share:.0%}", anchor="end", size=11))
    for j, k in enumerate(shots):
        parts.append(text(_x(j, len(shots)), TOP + HEIGHT + 14, str(k), anchor="middle", size=11))
    below = text(LEFT + WIDTH / 2, TOP + HEIGHT + 31, "examples in the prompt", anchor="middle")
    return "".join([*parts, below])


def _curve(known: Sequence[tuple[int, Interval]], i: int, lines: int, places: int) -> str:
    shift = APART * (i - (lines - 1) / 2)
    at = [(_x(j, places) + shift, [_y(share) for share in found]) for j, found in known]
    colour, dash = _colour_and_dash(i)
    joined = svg.trail([(x, y) for x, (y, _, _) in at], colour, dash)
    points = [svg.whisker(x, y, low, high, colour, 1.5, 4) for x, (y, low, high) in at]
    return joined + "".join(points)


def _key(i: int, name: str) -> str:
    x, y = LEFT + WIDTH + 12, TOP + 10 + 20 * i
    style = svg.stroke(*_colour_and_dash(i))
    sample = f'<line x1="{x:g}" y1="{y:g}" x2="{x + 28:g}" y2="{y:g}" {style}/>'
    return sample + text(x + 34, y, name)


def _colour_and_dash(i: int) -> tuple[str, str]:
    return COLOURS[i % len(COLOURS)], DASHES[i % len(DASHES)]


def score_rows(rows: Mapping[str, Interval], title: str) -> Picture:
    """One named row for each accuracy: a point with its interval."""
    body = ""
    for share in QUARTERS:
        body += line(_at(share), 20, _at(share), 30 + ROW * len(rows), FAINT, 0.5)
        body += text(_at(share), 9, f"{share:.0%}", anchor="middle", size=11)
    for i, (name, found) in enumerate(rows.items()):
        y = 34 + ROW * i
        body += text(NAMES - 10, y, name, anchor="end") + _bar(y, found)
        body += text(NAMES + TRACK + 14, y, f"{found[0]:.0%}")
    said = [f"{name} {v:.0%} ({low:.0%} to {high:.0%})" for name, (v, low, high) in rows.items()]
    size = (NAMES + TRACK + 60, 44 + ROW * len(rows))
    return picture(*size, body, title, "; ".join(said) + ".")


def _at(share: float) -> float:
    return NAMES + TRACK * share


def _bar(y: float, found: Interval) -> str:
    value, low, high = (_at(share) for share in found)
    ends = "".join(line(x, y - CAP, x, y + CAP, BLUE, 2) for x in (low, high))
    dot = f'<circle cx="{value:.1f}" cy="{y:.1f}" r="4.5" fill="{BLUE}"/>'
    return line(low, y, high, y, BLUE, 2) + ends + dot
