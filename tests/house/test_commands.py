"""What `make test` and .ci/run promise."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli import parser
from tests.conftest import BROWSERS, REQUIRED
from tests.house.tree import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def collect(bare: Path, required: str) -> subprocess.CompletedProcess[str]:
    """Collect the browser tests on a machine without a browser."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "tests/browser"],
        cwd=ROOT,
        env={**os.environ, "PATH": str(bare), REQUIRED: required},
        capture_output=True,
        text=True,
    )


def test_without_a_browser_its_tests_are_left_out_with_a_sentence(tmp_path: Path) -> None:
    done = collect(tmp_path, "")
    assert re.search(r"\d+ browser test\(s\) were left out: no Chromium", done.stdout)
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED


def test_in_ci_they_may_not_be_left_out(tmp_path: Path) -> None:
    done = collect(tmp_path, "required")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert BROWSERS[0] in done.stderr
    assert f"export {REQUIRED}=required" in CI


def test_ci_runs_make_test_and_installs_the_browser() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "exec make test" in CI
    assert CI.index("apt-get update") < CI.index("apt-get install")
    assert " chromium " in CI


def test_threads_sleep_while_they_wait_wherever_the_suite_starts() -> None:
    assert "export OMP_WAIT_POLICY := passive" in MAKEFILE
    assert "export OMP_WAIT_POLICY=passive" in CI


def test_a_second_run_installs_nothing(tmp_path: Path) -> None:
    """With the stamps in place and no newer list, make has nothing to install."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
        os.utime(tmp_path / name, (1, 1))
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    for name in ("bin/python", ".installed", ".installed-dev"):
        (tmp_path / ".venv" / name).touch()
    plan = ["make", "--dry-run", "test"]
    before = subprocess.run(plan, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "pip install" not in before.stdout
    for command in ("ruff check", "ruff format --check", "mypy", "pytest"):
        assert command in before.stdout
    (tmp_path / "constraints.txt").touch()
    (tmp_path / ".venv" / ".installed-dev").touch()
    os.utime(tmp_path / ".venv" / ".installed-dev", (2, 2))
    after = subprocess.run(plan, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "pip install" in after.stdout


def test_an_old_python_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(MAKEFILE)
    old = tmp_path / "python3.9"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = subprocess.run(
        ["make", f"PYTHON={old}", ".venv/bin/python"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "The course needs Python 3.11 or newer" in done.stdout
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("target", ["lab", "test", "teach", "build", "bench", "model"])
def test_each_command_is_explained_and_exists(target: str) -> None:
    assert re.search(rf"^# make {target} ", MAKEFILE, re.MULTILINE)
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)


def written_commands() -> list[str]:
    """Each call of `autograder` that the Makefile makes or the README shows."""
    recipes = re.findall(r"^\t@?\$\(BIN\)/autograder (.+?)(?: \|\| true)?$", MAKEFILE, re.MULTILINE)
    in_makefile = [re.sub(r"\$\(.*?\)", "", recipe) for recipe in recipes]  # without variables
    in_readme = re.findall(r"(?:^|`)autograder ([a-z][^`#\n]*)", README, re.MULTILINE)
    return sorted({command.strip() for command in [*in_makefile, *in_readme]})


@pytest.mark.parametrize("command", written_commands())
def test_a_command_that_is_written_down_exists_with_these_arguments(command: str) -> None:
    assert parser().parse_args(command.split()) is not None
