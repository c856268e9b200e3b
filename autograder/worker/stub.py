"""What `autograder` is where a submission runs: `check` says nothing, and there is no judge.

The test cells of a lesson are not run there at all. The judge, outside, asks for the object that
a test cell is about and calls it.
"""

from typing import Any

__all__ = ["check"]


def check(learned: Any, answer: Any = None, *, hidden: bool = False) -> None:
    """Do nothing: the real tests are made from outside."""
