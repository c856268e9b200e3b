"""How `task_prompt` usually goes wrong."""

from __future__ import annotations

from autograder.exercise import Mistake

MISTAKES: tuple[Mistake, ...] = ()
