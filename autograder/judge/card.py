"""The card a notebook shows: one short HTML section that reads well aloud, in light and in dark."""

from __future__ import annotations

from html import escape

from autograder.judge.sentences import summary
from autograder.judge.verdict import PASSED, SKIPPED, StageResult, Verdict

FRAME = (
    "border:1px solid var(--jp-border-color1,#8a8a8a);border-left:6px solid {edge};"
    "border-radius:4px;padding:.6em 1em;margin:.3em 0;max-width:52em;"
    "color:var(--jp-content-font-color1,inherit);background:var(--jp-layout-color1,transparent);"
    "font-family:var(--jp-content-font-family,system-ui,sans-serif);line-height:1.5"
)
EDGES = {True: "#0072b2", False: "#d55e00"}
"""Blue and vermilion of the Okabe-Ito palette; the words carry the meaning, not the colour."""
CODE = "white-space:pre-wrap;overflow-wrap:anywhere"


def card(verdict: Verdict) -> str:
    """The verdict as HTML without scripts, styles sheets or colour-only meaning."""
    title = f"{'Passed' if verdict.passed else 'Not yet'}: {summary(verdict)}"
    frame = FRAME.format(edge=EDGES[verdict.passed])
    return (
        f'<section role="status" aria-label="{escape(title, quote=True)}" style="{frame}">'
        f"<p style='margin:0'><strong>{escape(title)}</strong></p>"
        f"{_parts(verdict.stages)}{_lines(verdict)}</section>"
    )


def _parts(stages: tuple[StageResult, ...]) -> str:
    if len(stages) < 2:
        return ""
    items = "".join(f"<li>{_part(stage)}</li>" for stage in stages)
    return f"<ol style='margin:.3em 0 .3em 1.5em;padding:0'>{items}</ol>"


def _part(stage: StageResult) -> str:
    shown = f"{escape(stage.name)}: {escape(stage.status)}"
    points = f"{stage.points:g} of {stage.max_points:g}"
    if stage.status in (PASSED, SKIPPED):
        return f"{shown} ({points})"
    return f"<strong>{shown}</strong> ({points})"


def _lines(verdict: Verdict) -> str:
    lines = [line for line in verdict.lines if not line.startswith("Parts: ")]
    body = escape("\n".join(lines))
    return f"<div style='{CODE};margin:.3em 0 0'>{body}</div>"
