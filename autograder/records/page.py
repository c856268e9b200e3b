"""Feedback as a page of its own: one file, no script, readable by keyboard and screen reader."""

from __future__ import annotations

from html import escape

from autograder.records.explain import Explained
from autograder.records.told import Feedback, facts, points_line, score_line
from autograder.records.visible import visible

MAX_BYTES = 300_000
"""Bytes of one page."""
ANSWER_LIMITS = (4000, 1000, 0)
"""Characters of each answer shown; the first limit with which the page is small enough is used."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
:root { color-scheme: light dark; --text: #1b1b1b; --page: #fff; --soft: #f3f4f6; --quiet: #494d54;
  --line: #757a82; --link: #0b4f9e; --good: #00599c; --open: #a33c00; }
@media (prefers-color-scheme: dark) { :root { --text: #e9eaec; --page: #16181c; --soft: #22262c;
  --quiet: #b9bec6; --line: #8a9099; --link: #8cc2ff; --good: #7fc4ff; --open: #ffab73; } }
* { box-sizing: border-box; }
body { font: 1rem/1.55 system-ui, sans-serif; color: var(--text); background: var(--page);
  max-width: 58rem; margin: 0 auto; padding: 1rem; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, main:focus-visible { outline: 3px solid var(--link); }
.skip { position: absolute; left: -99rem; } .skip:focus { position: static; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0; }
h2 { font-size: 1.2rem; margin: .3rem 0; } h3 { font-size: 1rem; margin: .8rem 0 .2rem; }
.quiet { color: var(--quiet); } .score { font-size: 1.25rem; font-weight: 600; margin: .2rem 0; }
section { border: 1px solid var(--line); border-left: .45rem solid var(--open);
  border-radius: .3rem; padding: .6rem 1rem; margin: 1.2rem 0; }
section.done { border-left-color: var(--good); }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .4rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0;
  border-bottom: 1px solid var(--line); }
.number { text-align: right; white-space: nowrap; }
dl { margin: .4rem 0; } dt { font-weight: 600; margin-top: .5rem; } dd { margin: 0; }
pre, code { font: .93rem/1.5 ui-monospace, monospace; }
pre { background: var(--soft); border-radius: .3rem; padding: .6rem; margin: .3rem 0;
  white-space: pre-wrap; overflow-wrap: anywhere; }
summary { cursor: pointer; padding: .2rem 0; }
@media print { .skip { display: none; } section { break-inside: avoid; } }
"""


def html(told: Feedback) -> str:
    """The page: the longest form of the answers with which it stays within MAX_BYTES."""
    for limit in ANSWER_LIMITS:
        page = _page(told, limit)
        if len(page.encode()) <= MAX_BYTES:
            return page
    return _page(told, 0, details=False)


def _page(told: Feedback, limit: int, details: bool = True) -> str:
    title = f"{told.title}: feedback for {told.student}"
    sections = "".join(_section(told, i, limit) for i in range(len(told.cells))) if details else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_e(title)}</title>\n<style>{STYLE}</style></head>\n<body>\n"
        '<a class="skip" href="#main">Skip to the results</a>\n'
        f"<header><h1>{_e(title)}</h1>{_handed_in(told)}"
        f'<p class="score">{_e(score_line(told))}</p></header>\n'
        f'<main id="main" tabindex="-1">{_notes(told)}{_first(told)}{_overview(told, details)}'
        f"{sections}</main>\n"
        f'<footer class="quiet"><p>{FOOTER}</p></footer>\n</body></html>\n'
    )


FOOTER = (
    "Hidden tests use other sizes and other numbers than the tests you see; "
    "they are never shown. Questions about a score go to your instructor."
)


def _handed_in(told: Feedback) -> str:
    return f'<p class="quiet">Handed in {_e(told.handed_in)}</p>' if told.handed_in else ""


def _notes(told: Feedback) -> str:
    notes = [text for text in (told.note, *told.notes) if text]
    return "".join(f"<p><strong>Note:</strong> {_e(text)}</p>" for text in notes)


def _first(told: Feedback) -> str:
    """Where to begin: the first open cell, in one sentence with a link."""
    if told.note or not told.open:
        return ""
    cell = told.open[0]
    place = told.cells.index(cell)
    why = cell.cause or cell.next
    return f'<p><strong>Begin with</strong> <a href="#c{place}">{_e(cell.title)}</a>. {_e(why)}</p>'


def _overview(told: Feedback, linked: bool) -> str:
    rows = "".join(
        f'<tr><th scope="row">{_link(i, cell, linked)}</th><td>{_e(cell.result)}</td>'
        f'<td class="number">{_e(points_line(cell).removesuffix(" points"))}</td></tr>'
        for i, cell in enumerate(told.cells)
    )
    head = '<th scope="col">Exercise</th><th scope="col">Result</th>'
    return (
        '<div class="wide"><table><caption>All results</caption><thead><tr>'
        f'{head}<th scope="col" class="number">Points</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>\n"
    )


def _link(place: int, cell: Explained, linked: bool) -> str:
    return f'<a href="#c{place}">{_e(cell.title)}</a>' if linked else _e(cell.title)


def _section(told: Feedback, place: int, limit: int) -> str:
    cell = told.cells[place]
    kind = ' class="done"' if cell.done else ""
    told_of = "".join(
        f"<dt>{label}</dt><dd>{_fact(label, texts)}</dd>" for label, texts in facts(cell)
    )
    return (
        f'<section id="c{place}" aria-labelledby="h{place}"{kind}>'
        f'<h2 id="h{place}">{_e(cell.title)}</h2>'
        f"<p>{_e(cell.result)}, {_e(points_line(cell))}</p>{_parts(cell)}"
        f"{f'<dl>{told_of}</dl>' if told_of else ''}{_answer(told, cell, limit)}</section>\n"
    )


def _fact(label: str, texts: tuple[str, ...]) -> str:
    """Calls and values in a fixed width, sentences as text."""
    if label in ("What was tried", "What came back"):
        return f"<pre>{_e(chr(10).join(texts))}</pre>"
    return "<br>".join(_e(text) for text in texts)


def _parts(cell: Explained) -> str:
    if not cell.parts:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{_e(part.name)}</th><td>{_e(part.result)}</td>'
        f'<td class="number">{part.points:g} of {part.max_points:g}</td></tr>'
        for part in cell.parts
    )
    return (
        '<div class="wide"><table><caption>Parts</caption><thead><tr><th scope="col">Part</th>'
        '<th scope="col">Result</th><th scope="col" class="number">Points</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _answer(told: Feedback, cell: Explained, limit: int) -> str:
    """The student's own code or text, folded away."""
    names = (cell.name, cell.name.removesuffix("-test"))
    found = next((a for a in told.answers if a.name in names and a.changed), None)
    if found is None or not limit:
        return ""
    text = found.source if len(found.source) <= limit else found.source[:limit] + "\n… (shortened)"
    return f"<details><summary>Your answer</summary><pre>{_e(text)}</pre></details>"


def _e(text: str) -> str:
    return escape(visible(text))
