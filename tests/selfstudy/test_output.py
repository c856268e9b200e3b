"""What a command does where its output cannot be written: no traceback, whatever the verb."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.house.tree import ROOT

VERBS = (["doctor"], ["doctor", "--json"], ["progress"], ["--help"], ["doctor", "--help"])


def run(verb: list[str], home: Path, **streams: Any) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, in a folder without a course."""
    command = [sys.executable, "-m", "autograder", *verb]
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
        "PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", ""))),
        "AUTOGRADER_HOME": str(home / "home"),
        "AUTOGRADER_CACHE": str(home / "cache"),
        **streams.pop("env", {}),
    }
    return subprocess.run(command, env=environment, cwd=home, text=True, **streams)


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_a_reader_that_is_gone_is_no_trouble(verb: list[str], tmp_path: Path) -> None:
    """As in `autograder doctor | true`."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as nobody:
        done = run(verb, tmp_path, stdout=nobody, stderr=subprocess.PIPE)
    assert done.stderr == ""
    assert done.returncode in (141, 1)  # 1 where rich writes, which ends a program itself


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_a_full_disk_is_said_in_a_sentence(verb: list[str], tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = run(verb, tmp_path, stdout=full, stderr=subprocess.PIPE)
    sentence = "The output could not be written: No space left on device.\n"
    assert (done.returncode, done.stderr) == (2, sentence)


def test_a_terminal_that_knows_only_ascii_is_served(tmp_path: Path) -> None:
    (tmp_path / "größer").mkdir()
    environment = {"PYTHONIOENCODING": "ascii", "AUTOGRADER_HOME": str(tmp_path / "größer")}
    done = run(["doctor"], tmp_path, env=environment, capture_output=True)
    assert done.stderr == ""
    assert "Progress is kept in" in done.stdout and "gr\\xf6\\xdfer" in done.stdout
