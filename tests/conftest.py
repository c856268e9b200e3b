"""What every test needs: no network for models, and browser tests only where a browser is.

`make test` runs on all cores and leaves out what is marked `long`; `make test-all` has everything.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # before any test imports torch
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # there is a worker on each core
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
REQUIRED = "AUTOGRADER_BROWSER_TESTS"
"""Set to "required", this environment variable forbids leaving browser tests out."""
KERNELS = (
    "test_grading.py", "test_jupyterlab.py", "test_formgrader.py", "test_check.py",
    "test_kernel.py", "test_class.py", "test_attacks.py", "test_measure.py", "test_gradebook.py",
    "test_autograded.py", "test_feedback.py", "test_demo.py", "test_feedback_verb.py",
    "test_prompting_kernel.py", "test_stock_courses.py", "test_saved.py",
    "test_own_cells.py",
)  # fmt: skip
"""Files that start Jupyter's kernels, one after the other: two programs that each look for free
ports at the same time may take the same one, and a kernel then never answers. They take longest, so
they come first."""
NOTEBOOKS = (
    "test_notebooks.py", "test_tokenization.py", "test_attention.py", "test_transformer.py",
    "test_your_code.py", "test_prompting.py",
)  # fmt: skip
"""Files that ask the lessons' notebooks what they leave: each runs once for all of them."""
EXERCISE = re.compile(r"\[(?:hidden-|visible-)?(\w+)")
"""The exercise in the name of a case of a table."""
KERNEL_COURSES = ("autotest",)
"""Of the small courses those for which nbgrader starts a kernel: they run with the kernels."""
COURSES = "test_courses.py"
COURSE = re.compile(r"\[([\w-]+)")
TABLES = ("test_tables.py", "test_mutants.py")
"""Files whose tests share nothing but the cases of an exercise."""
LEFT_OUT = pytest.StashKey[int]()


def _turn(file: str) -> int:
    """When a file's tests come: what takes longest in one process first, tables last."""
    kinds = (file in KERNELS, file in NOTEBOOKS, file not in TABLES)
    return next((turn for turn, holds in enumerate(kinds) if holds), len(kinds))


def browser_path() -> str | None:
    """The Chromium of this machine, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: needs Chromium")
    config.addinivalue_line("markers", "long: the long form of a test, left out by `make test`")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave browser tests out where there is no browser, and say so at the end.

    On several cores a file stays in one process, for the sake of what its tests share, and so do
    all files with kernels, and all that share a lesson's notebook; a table of cases is shared out
    by exercise and fills the gaps.
    """
    items.sort(key=lambda item: _turn(item.path.name))
    needing = [item for item in items if item.get_closest_marker("browser")]
    if browser_path() or not needing:
        return
    if os.environ.get(REQUIRED) == "required":
        raise pytest.UsageError(f"{REQUIRED}=required, but none of {BROWSERS} is on the path.")
    items[:] = [item for item in items if item not in needing]
    config.hook.pytest_deselected(items=needing)
    config.stash[LEFT_OUT] = len(needing)


@pytest.hookimpl(optionalhook=True)  # without pytest-xdist nobody asks
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share out tests by `group_of`; xdist's own groups do not reach pytest 9.2."""
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return ByGroup(config, log)


def group_of(nodeid: str) -> str:
    """Tests of one group run in one process, in their order.

    >>> group_of("tests/lessons/test_tables.py::test_it[hidden-softmax/no shift]")
    'test_tables.py softmax'
    >>> group_of("tests/courses/test_courses.py::test_it[no-cell-ids]")
    'test_courses.py no-cell-ids'
    """
    file, _, test = nodeid.partition("::")
    name = Path(file).name
    if name in KERNELS:
        return "kernels"
    if name in NOTEBOOKS:
        return "notebooks"
    if name == COURSES and (course := COURSE.search(test)):
        return "kernels" if course[1] in KERNEL_COURSES else f"{name} {course[1]}"
    if name in TABLES and (found := EXERCISE.search(test)):
        return f"{name} {found[1]}"
    return file


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if count := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(
            f"{count} browser test(s) were left out: no Chromium on this machine. "
            "On Debian: apt-get install chromium",
            yellow=True,
        )


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser."""
    path = browser_path()
    assert path is not None
    return path
