"""The instructor's guide as a list of blocks of commands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.house.tree import ROOT

GUIDE = ROOT / "docs" / "instructor-guide.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OF_STUDENTS = ("pip install", "course_id", "nbgrader fetch", "nbgrader submit")


@dataclass(frozen=True)
class Block:
    """Commands that stand together in the guide."""

    commands: str

    @property
    def of_student(self) -> bool:
        """Whether students type it."""
        return any(word in self.commands for word in OF_STUDENTS)


def blocks() -> tuple[Block, ...]:
    """Every block of commands in the guide, in order."""
    found = BLOCK.findall(GUIDE.read_text(encoding="utf-8"))
    assert {language for language, _ in found} == {"bash"}
    return tuple(Block(commands) for _, commands in found)
