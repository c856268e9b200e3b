"""Judging learners' code. A notebook needs one name: `from autograder import check`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.checking import check

__all__ = ["check"]


def __getattr__(name: str) -> Any:
    """Load `check` when it is first asked for, so that the command line starts fast."""
    if name == "check":
        from autograder.checking import check

        return check
    raise AttributeError(f"module 'autograder' has no attribute {name!r}")
