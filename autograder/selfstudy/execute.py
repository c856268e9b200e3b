"""Running a notebook in a fresh kernel, cell by cell, whatever its cells do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.checking import SEED_VARIABLE, VERDICTS_VARIABLE
from autograder.course.notebook import Notebook

CELL_LIMIT_S = 180
"""Seconds one cell may run; nbgrader_config.py has the same."""
STUCK = 2
"""Cells in a row that do not end, even when interrupted, before the kernel is given up."""
MAX_FILES, MAX_FILE_BYTES = 200, 20_000_000
"""Files beside a notebook that it may read, and bytes of one of them."""
TIMED_OUT = {"ename": "CellTimeoutError", "evalue": "", "traceback": []}

Tell = Callable[[int, int], None]
"""Is told before each cell: its index and the number of cells."""


@dataclass(frozen=True)
class Executed:
    """A notebook with its outputs, the verdicts that `check` gave, and how it ended.

    `done` cells were run. `end` is empty, or the sentence that says why it stopped there.
    """

    notebook: Any
    verdicts: tuple[dict[str, Any], ...]
    done: int
    end: str = ""


def execute(
    notebook: Notebook,
    seed: str,
    folders: tuple[Path, ...] = (),
    tell: Tell = lambda _index, _count: None,
    limit_s: int = CELL_LIMIT_S,
) -> Executed:
    """Run every cell of `notebook` in a new kernel, in a folder of its own.

    The folder holds copies of the files in `folders`, so that nothing outside it is changed.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        _copy_files(folders, Path(folder))
        kept = Path(folder, ".verdicts")
        with _environment(seed, kept):
            done, node, end = _run(notebook, folder, tell, limit_s)
        return Executed(node, _verdicts(kept), done, end)


def _run(notebook: Notebook, folder: str, tell: Tell, limit_s: int) -> tuple[int, Any, str]:
    import nbformat
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    node = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]
    client = _client(node, folder, limit_s)
    stuck, index = 0, 0
    try:
        with client.setup_kernel(stderr=subprocess.DEVNULL):
            for index, cell in enumerate(node.cells):
                tell(index, len(node.cells))
                client.execute_cell(cell, index)
                stuck = stuck + 1 if timed_out(cell) else 0
                if stuck == STUCK:
                    return index + 1, node, _stuck_sentence(index)
    except DeadKernelError:
        return index, node, _died_sentence(index)
    except (CellTimeoutError, RuntimeError) as error:
        if "Kernel" not in str(error) and not isinstance(error, CellTimeoutError):
            raise
        return index, node, _unanswered_sentence(index)
    return len(node.cells), node, ""


def _client(node: Any, folder: str, limit_s: int) -> Any:
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    client = NotebookClient(
        node,
        kernel_name="python3",
        kernel_manager_class=AsyncKernelManager,
        timeout=limit_s,
        startup_timeout=CELL_LIMIT_S,
        interrupt_on_timeout=True,
        error_on_timeout=TIMED_OUT,
        allow_errors=True,
        shutdown_kernel="immediate",
        resources={"metadata": {"path": folder}},
    )
    client.log.disabled = True
    client.on_cell_executed = _record_timeout
    return client


def _record_timeout(cell: Any, cell_index: int, execute_reply: Any) -> None:
    """Put the error of a cell that ran out of time among its outputs, as nbgrader does."""
    import nbformat

    content = execute_reply["content"]
    if content.get("ename") == TIMED_OUT["ename"]:
        error = nbformat.v4.new_output("error", **TIMED_OUT)  # type: ignore[no-untyped-call]
        cell.outputs.append(error)


def timed_out(cell: Any) -> bool:
    """Whether a cell was stopped because it ran too long."""
    return any(output.get("ename") == TIMED_OUT["ename"] for output in cell.get("outputs", ()))


def _died_sentence(index: int) -> str:
    return (
        f"Cell {index + 1} ended the whole Python process (out of memory, or it exits). "
        "What comes after it could not be judged: mend that cell and check again."
    )


def _stuck_sentence(index: int) -> str:
    return (
        f"Cell {index + 2 - STUCK} does not end, even when it is interrupted. "
        "What comes after it could not be judged: mend that cell and check again."
    )


def _unanswered_sentence(index: int) -> str:
    return (
        f"At cell {index + 1} the Python process stopped answering. "
        "Close other programs and check again; `autograder doctor` looks at the installation."
    )


@contextmanager
def _environment(seed: str, kept: Path) -> Iterator[None]:
    """What the kernel inherits: the seed, that nbgrader would run it, where verdicts go."""
    ours = {
        SEED_VARIABLE: seed,
        VERDICTS_VARIABLE: str(kept),
        "NBGRADER_EXECUTION": "autograde",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _verdicts(kept: Path) -> tuple[dict[str, Any], ...]:
    if not kept.exists():
        return ()
    return tuple(json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines())


def _copy_files(folders: tuple[Path, ...], target: Path) -> None:
    """Copy the ordinary files beside a notebook; of two with one name, the first folder's."""
    for folder in folders:
        for path in sorted(folder.iterdir())[:MAX_FILES]:
            if _is_wanted(path) and not (target / path.name).exists():
                shutil.copyfile(path, target / path.name)


def _is_wanted(path: Path) -> bool:
    ordinary = path.is_file() and not path.is_symlink() and path.suffix != ".ipynb"
    return ordinary and path.stat().st_size <= MAX_FILE_BYTES
