"""What every test needs: no network for models, and browser tests only where a browser is.

`make test` runs on all cores and leaves out what is marked `long`; `make test-all` has everything.
"""

from __future__ import annotations

import os
import shutil
import signal

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
)  # fmt: skip
"""Files that start Jupyter's kernels, one after the other: two programs that each look for free
ports at the same time may take the same one, and a kernel then never answers. They take longest, so
they come first."""
TABLES = ("test_tables.py", "test_mutants.py")
"""Files whose tests share nothing but the cases of an exercise."""
LEFT_OUT = pytest.StashKey[int]()


def browser_path() -> str | None:
    """The Chromium of this machine, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: needs Chromium")
    config.addinivalue_line("markers", "long: the long form of a test, left out by `make test`")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave browser tests out where there is no browser, and say so at the end.

    On several cores a file stays in one process, for the sake of what its tests share, and so do
    all files with kernels; a table of cases is shared out by exercise and fills the gaps.
    """
    items.sort(key=lambda item: (item.path.name not in KERNELS, item.path.name in TABLES))
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    needing = [item for item in items if item.get_closest_marker("browser")]
    if browser_path() or not needing:
        return
    if os.environ.get(REQUIRED) == "required":
        raise pytest.UsageError(f"{REQUIRED}=required, but none of {BROWSERS} is on the path.")
    items[:] = [item for item in items if item not in needing]
    config.hook.pytest_deselected(items=needing)
    config.stash[LEFT_OUT] = len(needing)


def _group(item: pytest.Item) -> str:
    if item.path.name in KERNELS:
        return "kernels"
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    exercise = getattr(parameters.get("exercise"), "name", "")
    return f"{item.path.stem}-{exercise}" if item.path.name in TABLES else str(item.path)


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
