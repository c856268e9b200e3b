"""The outer wall leaves Python where it is, also where a course lies in the temporary folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograder.worker import bubble


def test_a_python_in_the_temporary_folder_is_seen_behind_the_wall(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "prefix", "/tmp/course/.venv")
    built = bubble.command(Path("/library"), Path("/files"), (), 1024, {}, ("true",))
    covers = next(i for i, part in enumerate(built) if built[i : i + 2] == ["--tmpfs", "/tmp"])
    shows = built.index("/tmp/course/.venv")
    assert built[shows - 1] == "--ro-bind"
    assert covers < shows
