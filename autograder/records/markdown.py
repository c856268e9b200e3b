"""A student's written answer, fit to be opened in the formgrader.

nbgrader's pages render Markdown with nbconvert, which lets HTML, `javascript:` links and remote
pictures through. An answer that has none of them stays byte for byte as it was written; any other
is shown as literal text. Whether it has is asked of nbconvert's own parser, so that we and the
page cannot read the same text differently.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from autograder.records.visible import visible

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
"""Kinds of picture that may be attached to an answer."""
MAX_RENDERED = 20_000
"""Characters of one answer that are parsed; a longer one is shown as literal text."""
SAFE_LINK = re.compile(r"(?:https?://|mailto:|#|[\w./-]+(?:[?#/]|$))[^\x00-\x20\"'<>`\\]*\Z")
COMMANDS = re.compile(
    r"\\(href|class|cssId|style|require|mmlToken|data|html\w*|unicode|csname|catcode"
    r"|g?def|let|(re)?new(command|environment))(?![a-zA-Z])"
)
"""What a formula may not contain: MathJax makes links and attributes of it, or new commands."""
NOTE = (
    "*Shown as plain text: it is very long, or holds HTML, a picture from elsewhere or a script.*"
)

Attachments = Mapping[str, Mapping[str, str]]


def harmless(source: str, attachments: Attachments | None = None) -> str:
    """`source` itself where it renders to plain formatted text, else the same as literal text."""
    shown = visible(source)
    return shown if is_plain(shown, attachments or {}) else f"{NOTE}\n\n{literal(shown)}"


def literal(text: str) -> str:
    """A fenced block that no text inside can end: its fence is longer than any run of backticks."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def is_plain(source: str, attachments: Attachments) -> bool:
    """Whether `source` renders without HTML of its own, strange links or missing pictures."""
    if len(source) > MAX_RENDERED or COMMANDS.search(source):
        return False
    try:
        _render(source, attachments)
    except Exception:  # whatever the renderer chokes on is no plain text
        return False
    return True


def pictures(attachments: object) -> dict[str, dict[str, str]]:
    """The attachments that are pictures in base64, whatever else was handed in."""
    if not isinstance(attachments, dict):
        return {}
    kept = {str(name): _pictures_of(kinds) for name, kinds in attachments.items()}
    return {name: kinds for name, kinds in kept.items() if kinds}


def _pictures_of(kinds: object) -> dict[str, str]:
    if not isinstance(kinds, dict):
        return {}
    return {kind: data for kind, data in kinds.items() if kind in PICTURES and _is_base64(data)}


def _is_base64(data: object) -> bool:
    try:
        base64.b64decode(str(data).replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        return False
    return isinstance(data, str)


class _NotPlain(Exception):
    """Raised while rendering, by what a plain text does not have."""


def _refuse(*_args: object, **_kwargs: object) -> str:
    raise _NotPlain


def _render(source: str, attachments: Attachments) -> None:
    """Render as nbconvert's HTML exporter does; raises where the result is not plain."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class Strict(IPythonRenderer):
        inline_html = block_html = block_mermaidjs = _refuse

        def link(self, text: str, url: str, title: str | None = None) -> str:
            return str(super().link(text, _safe(url), title))

        def image(self, text: str, url: str, title: str | None = None) -> str:
            if not url.startswith("attachment:"):
                raise _NotPlain
            return str(super().image(text, url, title))

    kept: Any = {name: dict(kinds) for name, kinds in attachments.items()}
    MarkdownWithMath(renderer=Strict(escape=False, attachments=kept)).render(source)


def _safe(url: str) -> str:
    if SAFE_LINK.match(url):
        return url
    raise _NotPlain
