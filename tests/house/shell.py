"""A person's terminal: blocks of commands run one after the other in the same shell."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

END = "this block of commands is done"


class Shell:
    """A bash that keeps its folder and variables, and stops at the first command that fails."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._bash = subprocess.Popen(
            ["bash", "-e", "-o", "pipefail"],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, script: str) -> str:
        """Run a block of commands; all that it printed. Raises AssertionError if one fails."""
        assert self._bash.stdin is not None
        assert self._bash.stdout is not None
        self._bash.stdin.write(f"{script}\necho '{END}'\n")
        self._bash.stdin.flush()
        printed: list[str] = []
        for line in self._bash.stdout:
            if line == f"{END}\n":
                return "".join(printed)
            printed.append(line)
        raise AssertionError(f"This block failed:\n{script}\n\nIt printed:\n{''.join(printed)}")

    def close(self) -> None:
        """Leave the shell."""
        self._bash.communicate()
