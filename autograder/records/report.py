"""A grade as a report for its learner: in a terminal, as an HTML page, as JSON."""

from __future__ import annotations

from dataclasses import asdict
from html import escape
from typing import Any

from autograder.records.visible import visible
from autograder.result import CellResult, GradeResult

STYLE = """
:root { color-scheme: light dark; --line: #767676; --good: #0072b2; --open: #b34700; }
@media (prefers-color-scheme: dark) { :root { --good: #56b4e9; --open: #ff9d5c; } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }
section { border: 1px solid var(--line); border-left: .4rem solid var(--open);
  border-radius: .3rem; padding: .2rem 1rem; margin: 1rem 0; }
section.passed { border-left-color: var(--good); }
h2 { font-size: 1.1rem; margin: .5rem 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0; }
table { border-collapse: collapse; } td, th { padding: .2rem 1rem .2rem 0; text-align: left; }
"""
WORDS = {"not-run": "not judged", "output-limit": "too much output"}
"""Statuses that read better in other words."""


def total_line(result: GradeResult) -> str:
    """One line: the points so far, and how many a person gives."""
    by_hand = sum(c.max_points for c in result.cells if c.points is None)
    most = result.max_points - by_hand
    line = f"{result.assignment}: {result.points:g} of {most:g} points"
    return f"{line}; {by_hand:g} more are given by a person" if by_hand else line


def status_of(cell: CellResult) -> str:
    """How a cell ended, in a reader's words."""
    if cell.points is None:
        return "read by a person"
    return WORDS.get(cell.status, cell.status)


def points_of(cell: CellResult) -> str:
    """`3 of 5`, or `up to 5` where a person grades."""
    if cell.points is None:
        return f"up to {cell.max_points:g}"
    return f"{cell.points:g} of {cell.max_points:g}"


def as_dict(result: GradeResult) -> dict[str, Any]:
    """The report as one JSON object."""
    total = {"points": result.points, "max_points": result.max_points}
    items = [{**asdict(cell), "lines": list(cell.lines)} for cell in result.cells]
    ok = all(cell.points is None or cell.points >= cell.max_points for cell in result.cells)
    return {
        "lesson": result.assignment,
        "total": total,
        "items": items,
        "findings": [asdict(finding) for finding in result.findings],
        "note": result.sentence,
        "ok": ok and not result.sentence,
    }


def terminal(result: GradeResult) -> list[Any]:
    """What rich prints: a table of all exercises, then a message for each that needs one."""
    from rich.table import Table
    from rich.text import Text

    table = Table("exercise", "points", "result")
    for cell in result.cells:
        table.add_row(visible(cell.name), points_of(cell), status_of(cell))
    told = [Text(line) for cell in result.cells for line in _message(cell)]
    notes = [Text(f.sentence) for f in result.findings]
    return [
        Text(total_line(result)),
        table,
        *told,
        *notes,
        *([Text(result.sentence)] if result.sentence else []),
    ]


def _message(cell: CellResult) -> list[str]:
    if cell.status == "passed" or (cell.status == "not-run" and not cell.lines):
        return []
    parts = [f"  {part.name}: {part.status}" for part in cell.parts if len(cell.parts) > 1]
    lines = [f"  {visible(line)}" for line in cell.lines]
    return ["", f"{cell.name}: {points_of(cell)} points", *parts, *lines]


def html(result: GradeResult, title: str) -> str:
    """The report as a page of its own, without scripts, that reads well in light and in dark."""
    cells = "".join(_section(cell) for cell in result.cells)
    notes = "".join(f"<p>{_text(f.sentence)}</p>" for f in result.findings)
    end = f"<p><strong>{_text(result.sentence)}</strong></p>" if result.sentence else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{_text(title)}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>{_text(title)}</h1><p>{_text(total_line(result))}</p>{end}{notes}{cells}"
        "</main></body></html>\n"
    )


def _section(cell: CellResult) -> str:
    passed = cell.points is not None and cell.points >= cell.max_points
    head = f"{cell.name}: {points_of(cell)} points, {status_of(cell)}"
    lines = f"<pre>{_text(chr(10).join(cell.lines))}</pre>" if cell.lines else ""
    kind = ' class="passed"' if passed else ""
    return f"<section{kind}><h2>{_text(head)}</h2>{_parts(cell)}{lines}</section>"


def _parts(cell: CellResult) -> str:
    if len(cell.parts) < 2:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{_text(p.name)}</th><td>{_text(p.status)}</td>'
        f"<td>{p.points:g} of {p.max_points:g}</td></tr>"
        for p in cell.parts
    )
    return (
        f"<table><thead><tr><th>part</th><th>result</th><th>points</th></tr></thead>{rows}</table>"
    )


def _text(text: str) -> str:
    return escape(visible(text))
