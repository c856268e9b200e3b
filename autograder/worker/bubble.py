"""The outer wall: bubblewrap around the warm parent. No network, a read-only system, no home."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

SYSTEM = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin")
SETTINGS = (
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/fonts",
    "/etc/alternatives",
    "/etc/passwd",
    "/etc/group",
)
"""What of /etc libraries read."""
LIBRARY, FILES, SLOTS = Path("/grading/library"), Path("/grading/files"), Path("/grading/slots")
"""Where the jail sees the stub library, the assignment's own files, and the slots' folders."""
SHARED_MEMORY_BYTES = 16 * 1024 * 1024
CAPABILITIES = ("SETUID", "SETGID", "KILL", "CHOWN", "DAC_OVERRIDE", "FOWNER")
"""What root keeps behind the wall: to become the slots' users, and to clean up after them."""
PROBE_S = 10.0


@cache
def works() -> bool:
    """Whether bubblewrap is installed and may make its namespaces here."""
    if shutil.which("bwrap") is None:
        return False
    command = ["bwrap", *_namespaces(), "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PROBE_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _namespaces() -> list[str]:
    spaces = ["net", "ipc", "pid", "uts", "cgroup-try", *(["user"] if os.geteuid() else [])]
    return ["--die-with-parent", *(f"--unshare-{space}" for space in spaces)]


def command(
    library: Path,
    files: Path,
    slots: Sequence[str],
    folder_bytes: int,
    environment: Mapping[str, str],
    program: Sequence[str],
    hidden: Sequence[Path] = (),
) -> list[str]:
    """The command line that runs `program` behind the wall.

    Each slot's folder is a file system of its own of at most `folder_bytes`. What is `hidden` is
    covered where it lies in a folder of the system or of Python.
    """
    rights = ["--cap-drop", "ALL", *_pairs("--cap-add", [f"CAP_{c}" for c in CAPABILITIES])]
    mounts = [
        *_binds(SYSTEM, "--ro-bind-try"),
        *_pairs("--dir", _above(SETTINGS)),
        *_binds(SETTINGS, "--ro-bind-try"),
        *("--size", str(folder_bytes), "--tmpfs", "/tmp"),  # before Python, which may lie in it
        *_pairs("--dir", _above([sys.base_prefix, sys.prefix, str(LIBRARY)])),
        *_binds(sorted({sys.base_prefix, sys.prefix} - {"/usr"}), "--ro-bind"),
        *_covers(hidden),
        *("--proc", "/proc", "--dev", "/dev"),
        *("--size", str(SHARED_MEMORY_BYTES), "--tmpfs", "/dev/shm"),
        *("--ro-bind", str(library), str(LIBRARY), "--ro-bind", str(files), str(FILES)),
    ]
    for slot in slots:
        mounts += ["--size", str(folder_bytes), "--tmpfs", slot]
    settings = [part for item in environment.items() for part in ("--setenv", *item)]
    here = ["--chdir", str(FILES), "--clearenv", *settings]
    root = rights if os.geteuid() == 0 else []
    return ["bwrap", *_namespaces(), *root, *mounts, *here, "--", *program]


def _pairs(option: str, values: Sequence[str]) -> list[str]:
    return [part for value in values for part in (option, value)]


def _above(paths: Sequence[str]) -> list[str]:
    """The folders above some paths, which else only root could pass through."""
    found = {str(parent) for path in paths for parent in Path(path).parents} - {"/"}
    return sorted(folder for folder in found if not folder.startswith(("/usr", *SYSTEM)))


def _binds(paths: Sequence[str], option: str) -> list[str]:
    return [part for path in paths for part in (option, path, path)]


def _covers(hidden: Sequence[Path]) -> list[str]:
    """An empty folder over each folder that is to be hidden, an empty file over each file."""
    shown = [Path(name).resolve() for name in (*SYSTEM, sys.base_prefix, sys.prefix)]
    found: list[str] = []
    for path in sorted({path.resolve() for path in hidden}):
        if any(folder in path.parents for folder in shown):
            found += (
                ["--tmpfs", str(path)] if path.is_dir() else ["--ro-bind", os.devnull, str(path)]
            )
    return found
