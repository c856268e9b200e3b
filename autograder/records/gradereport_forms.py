"""The report on a class in a terminal and as a page of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from autograder.records import place as places
from autograder.records.gradereport import Line, Rate, Report, as_dict, headline
from autograder.records.page import POLICY, STYLE
from autograder.records.visible import visible

Row = tuple[str, ...]
FOLDER = ".autograder"


def tables(told: Report) -> list[tuple[str, Row, list[Row]]]:
    """Every table of the report: its title, its columns, its rows of text."""
    return [
        ("Submissions", ("student", "status", "points", "by hand", "note"), _lines(told)),
        ("Tests", ("test", "all points", "mean", "how they ended"), _rates(told)),
        (
            "What the class got wrong",
            ("test", "students", "cause"),
            [(cause.name, str(cause.students), cause.sentence) for cause in told.causes],
        ),
        (
            "Worth a look",
            ("student", "where", "what", "kind"),
            [(each.student, each.where, each.sentence, each.kind) for each in told.suspicions],
        ),
        (
            "Answers that are the course's own but for comments and layout",
            ("student", "how many", "which"),
            [
                (each.student, str(len(each.answers)), ", ".join(each.answers))
                for each in told.copies
            ],
        ),
        (
            "Slowest",
            ("student", "seconds"),
            [(line.student, f"{line.seconds:.2f}") for line in told.slowest],
        ),
    ]


def _lines(told: Report) -> list[Row]:
    return [
        (line.student, line.status, _points(line), _waiting(line), line.sentence)
        for line in told.lines
    ]


def _points(line: Line) -> str:
    if line.status != "graded":
        return "none"
    return f"{line.points:g} of {line.max_points:g}"


def _waiting(line: Line) -> str:
    return f"up to {line.waiting:g}" if line.waiting else ""


def _rates(told: Report) -> list[Row]:
    return [
        (rate.name, f"{rate.passed} of {rate.graded}", f"{rate.share:.0%}", _statuses(rate))
        for rate in told.rates
    ]


def _statuses(rate: Rate) -> str:
    return ", ".join(f"{count} {status}" for status, count in rate.statuses)


def terminal(told: Report) -> list[Any]:
    """What rich prints."""
    from rich.table import Table
    from rich.text import Text

    shown: list[Any] = []
    for title, columns, rows in tables(told):
        if not rows:
            continue
        table = Table(*columns, title=title, title_justify="left")
        for row in rows:
            table.add_row(*(Text(visible(text)) for text in row))
        shown.append(table)
    return [*shown, Text(headline(told))]


def html(told: Report) -> str:
    """The report as a page, without scripts, in light and in dark."""
    title = _e(f"{told.assignment}: report on the class")
    body = "".join(_table(*each) for each in tables(told) if each[2])
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style></head>\n<body>\n"
        f'<header><h1>{title}</h1><p class="score">{_e(headline(told))}</p></header>\n'
        f"<main>{body}</main>\n</body></html>\n"
    )


def _table(title: str, columns: Row, rows: Sequence[Row]) -> str:
    head = "".join(f'<th scope="col">{_e(column)}</th>' for column in columns)
    return (
        f'<div class="wide"><table><caption>{_e(title)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(_row(row) for row in rows)}</tbody></table></div>\n"
    )


def _row(row: Row) -> str:
    first, *rest = row
    cells = "".join(f"<td>{_e(text)}</td>" for text in rest)
    return f'<tr><th scope="row">{_e(first)}</th>{cells}</tr>'


def _e(text: str) -> str:
    return escape(visible(text))


def write(course: Path, told: Report) -> Path:
    """Write the report as a page and as JSON into the course's own folder; the page's path."""
    place = places.place(course)
    folder = place.root / FOLDER / "reports"
    name = places.checked(told.assignment)
    places.write_whole(folder / f"{name}.html", html(told))
    text = json.dumps(as_dict(told), ensure_ascii=False, indent=1)
    places.write_whole(folder / f"{name}.json", text + "\n")
    return folder / f"{name}.html"
