"""The folder of a run: gone at its end, and gone after the next start where it was killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.engine import scratch

MAKE = "from autograder.engine import scratch; print(scratch.folder(), flush=True)"


def test_the_folder_of_a_killed_run_is_removed_and_of_a_living_one_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    killed = subprocess.run([sys.executable, "-c", MAKE], capture_output=True, text=True)
    dead, mine = Path(killed.stdout.strip()), scratch.folder()
    assert dead.parent == mine.parent == tmp_path
    scratch.clear()
    assert list(tmp_path.iterdir()) == [mine]
    scratch.remove(mine)
    assert list(tmp_path.iterdir()) == []
