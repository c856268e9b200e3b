"""How much a submission of one assignment may take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from autograder.lessons import FOLDERS
from autograder.lessons.needs import needs
from autograder.worker.limits import DEFAULTS, Limits

SECTION = "AutograderLimits"
"""Where nbgrader_config.py sets limits: c.AutograderLimits.memory_bytes = 2 * 1024**3"""
NO_LIMIT_S = 3600.0
"""Seconds of a cell, and of a submission, where nbgrader sets no limit: some end there must be."""
CELLS = 4
"""Cells that may run as long as one may, where only nbgrader's time for one cell is set."""


class UnknownLimit(ValueError):
    """A limit that there is not; the message names those that there are."""


def allowed(
    assignment: str, asked: Mapping[str, float], timeout: float | None = DEFAULTS.cell_s
) -> Limits:
    """The limits of an assignment; raises UnknownLimit.

    `asked` are the course's own settings, which come before all; `timeout` is nbgrader's time
    for one cell, None for no limit, which counts for other courses than this one.
    """
    ours = assignment in FOLDERS
    limits = _with(DEFAULTS, needs(assignment).limits) if ours else _as_nbgrader(timeout)
    return _with(limits, asked)


def _with(limits: Limits, asked: Mapping[str, float]) -> Limits:
    known = {field.name: type(getattr(limits, field.name)) for field in fields(Limits)}
    for name in asked:
        if name not in known:
            raise UnknownLimit(f"c.{SECTION}.{name} is no limit; there are {', '.join(known)}.")
    changed: dict[str, Any] = {name: known[name](value) for name, value in asked.items()}
    return replace(limits, **changed)


def _as_nbgrader(timeout: float | None) -> Limits:
    cell = NO_LIMIT_S if timeout is None else timeout
    whole = NO_LIMIT_S if timeout is None else max(DEFAULTS.submission_s, CELLS * timeout)
    cpu = max(DEFAULTS.cpu_s, int(whole)) if cell > DEFAULTS.cell_s else DEFAULTS.cpu_s
    return replace(DEFAULTS, cell_s=float(cell), submission_s=whole, cpu_s=cpu)
