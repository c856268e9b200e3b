"""A copy of what is in the repository, without what git ignores."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def names(*, untracked: bool = True) -> list[str]:
    """The paths of the files in the repository."""
    others = ("--others", "--exclude-standard") if untracked else ()
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", *others],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return sorted({name for name in listed.split("\0") if name and (ROOT / name).is_file()})


def copy(target: Path) -> Path:
    """Copy the repository's files to the folder `target`."""
    for name in names():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((ROOT / name).read_bytes())
        path.chmod((ROOT / name).stat().st_mode)
    return target
