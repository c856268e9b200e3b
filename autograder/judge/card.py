"""The card a notebook shows: one short HTML section that reads well aloud, in light and in dark."""

from __future__ import annotations

from html import escape

from autograder.judge.marks import as_html
from autograder.judge.sentences import OURS, summary, unwrapped
from autograder.judge.verdict import PASSED, SKIPPED, StageResult, Verdict

FRAME = (
    "border:1px solid var(--jp-border-color1,#8a8a8a);border-left:6px solid {edge};"
    "border-radius:4px;padding:.6em 1em;margin:.3em 0;max-width:52em;"
    "color:var(--jp-content-font-color1,inherit);background:var(--jp-layout-color1,transparent);"
    "font-family:var(--jp-content-font-family,system-ui,sans-serif);line-height:1.5"
)
EDGES = {True: "#0072b2", False: "#d55e00"}
"""Blue and vermilion of the Okabe-Ito palette; the words carry the meaning, not the colour."""
NOT_STARTED = "not started"
CODE = "white-space:pre-wrap;overflow-wrap:anywhere"


def card(verdict: Verdict) -> str:
    """The verdict as HTML without scripts, styles sheets or colour-only meaning."""
    begun = "Not yet" if verdict.attempted else NOT_STARTED.capitalize()
    title = f"{'Passed' if verdict.passed else begun}: {summary(verdict)}"
    frame = FRAME.format(edge=EDGES[verdict.passed])
    return (
        f'<section role="status" aria-label="{escape(title, quote=True)}" style="{frame}">'
        f"<p style='margin:0'><strong>{escape(title)}</strong></p>"
        f"{_parts(verdict)}{_lines(verdict)}</section>"
    )


def _parts(verdict: Verdict) -> str:
    if len(verdict.stages) < 2 or not verdict.attempted:
        return ""
    items = "".join(f"<li>{_part(stage)}</li>" for stage in verdict.stages)
    return f"<ol style='margin:.3em 0 .3em 1.5em;padding:0'>{items}</ol>"


def _part(stage: StageResult) -> str:
    shown = f"{escape(stage.name)}: {escape(stage.status)}"
    points = f"{stage.points:g} of {stage.max_points:g}"
    if stage.status in (PASSED, SKIPPED):
        return f"{shown} ({points})"
    return f"<strong>{shown}</strong> ({points})"


def _lines(verdict: Verdict) -> str:
    sentences = [s for s in unwrapped(verdict.lines) if not s.startswith("Parts: ")]
    body = "\n".join(_sentence(verdict, each) for each in sentences)
    return f"<div style='{CODE};margin:.3em 0 0'>{body}</div>"


def _sentence(verdict: Verdict, sentence: str) -> str:
    """One sentence as HTML; what may hold a learner's own words is shown as it is."""
    ours = verdict.is_quiz or sentence.startswith(OURS)
    return as_html(sentence) if ours else escape(sentence)
