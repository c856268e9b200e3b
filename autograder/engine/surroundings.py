"""What is around a submission's process: environment, files, and what it must not reach."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

FILES_TRIED = 3
"""Files of each guarded folder that a submission's process tries to open before it starts."""


def canaries(folder: Path, guarded: Sequence[Path]) -> list[Path]:
    """Files that a submission must not be able to open: one that anybody may, and real ones."""
    canary = folder / "canary"
    canary.touch()
    canary.chmod(0o666)
    return [canary, *(file for path in guarded for file in islice(_files_of(path), FILES_TRIED))]


def _files_of(path: Path) -> Iterator[Path]:
    """The file itself, or the files right in a folder."""
    with suppress(OSError):
        found = sorted(path.iterdir()) if path.is_dir() else [path]
        yield from (file for file in found if file.is_file())


def quiet() -> dict[str, str]:
    """One thread, the same hashes in every run, no network, no bytecode beside the sources."""
    return {
        "OMP_NUM_THREADS": "1",
        "OMP_WAIT_POLICY": "passive",
        "MKL_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "MPLBACKEND": "agg",
    }


def outside() -> dict[str, str]:
    """The whole environment of a submission: nothing of the grading machine's is in it."""
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": "/tmp",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "PIP_NO_INDEX": "1",  # there is no network: `%pip install` says so at once
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "JOBLIB_MULTIPROCESSING": "0",
        "NBGRADER_EXECUTION": "autograde",  # as nbgrader says it to a notebook's cells
    }


def write_files(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Put the assignment's own files where every submission may read them; the folder."""
    folder.mkdir()
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder
