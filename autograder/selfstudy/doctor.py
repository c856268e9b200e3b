"""What is wrong with an installation, and the exact command that mends it."""

from __future__ import annotations

import os
import shlex
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from autograder.course.course import Course

PACKAGE = "language-models-by-hand"
OLDEST_PYTHON = (3, 11)
FREE_BYTES = 1_000_000_000
"""Disk space that notebooks, caches and models need at most."""
PIP = f"{shlex.quote(sys.executable)} -m pip"


@dataclass(frozen=True)
class Symptom:
    """One look at the installation: `command` mends it where it is not `ok`."""

    name: str
    ok: bool
    sentence: str
    command: str = ""


Look = Callable[[Course | None], Symptom]


def examine(home: Course | None) -> tuple[Symptom, ...]:
    """Every look, in an order in which mending makes sense."""
    return tuple(look(home) for look in LOOKS)


def python(_home: Course | None, version: tuple[int, ...] = sys.version_info[:3]) -> Symptom:
    """Python is new enough."""
    shown = ".".join(map(str, version))
    needed = ".".join(map(str, OLDEST_PYTHON))
    return Symptom(
        "Python",
        version >= OLDEST_PYTHON,
        f"{shown} in {sys.prefix}; {needed} or newer is needed.",
        "rm -rf .venv && make lab  # after installing a newer Python from python.org",
    )


def packages(home: Course | None) -> Symptom:
    """Every package is there, in the version of constraints.txt."""
    wrong = [*missing(required()), *_differing(home)]
    sentence = ", ".join(wrong) if wrong else "All are installed, in the versions of the course."
    return Symptom("packages", not wrong, sentence, _install(home))


def required(package: str = PACKAGE) -> tuple[str, ...]:
    """Names of the packages that the course declares, without those for its maintainers."""
    from packaging.requirements import Requirement

    try:
        lines = metadata.requires(package) or []
    except metadata.PackageNotFoundError:
        return (package,)
    found = [Requirement(line) for line in lines]
    wanted = [r for r in found if r.marker is None or r.marker.evaluate({"extra": ""})]
    return (package, *(requirement.name for requirement in wanted))


def missing(names: Iterable[str]) -> list[str]:
    """A phrase for each package that is not installed."""
    return [f"{name} is missing" for name in names if installed(name) is None]


def installed(name: str) -> str | None:
    """The version of a package without its local label (`2.13.0+cpu` is `2.13.0`), or None."""
    try:
        return metadata.version(name).split("+")[0]
    except metadata.PackageNotFoundError:
        return None


def _differing(home: Course | None) -> list[str]:
    file = home.root / "constraints.txt" if home is not None else None
    if file is None or not file.is_file():
        return []
    names = {name.lower() for name in required()}
    pins = [line.split("==") for line in file.read_text(encoding="utf-8").splitlines()]
    return [
        f"{name} is {installed(name)}, not {version}"
        for name, version in (pin for pin in pins if len(pin) == 2)
        if name.lower() in names and installed(name) not in (None, version.strip())
    ]


def _install(home: Course | None) -> str:
    if home is None:
        return f"{PIP} install --force-reinstall --no-deps . && {PIP} install ."
    return f"cd {shlex.quote(str(home.root))} && {PIP} install -c constraints.txt -e ."


def torch(_home: Course | None) -> Symptom:
    """Torch can be imported and computes."""
    try:
        import torch

        right = float(torch.ones(2, 2).sum()) == 4.0
        sentence = f"torch {torch.__version__} computes."
    except Exception as error:
        right, sentence = False, f"torch cannot be used: {type(error).__name__}: {error}"
    return Symptom("torch", right, sentence, f"{PIP} install --force-reinstall torch=={_torch()}")


def _torch() -> str:
    return installed("torch") or "2.13.0"


def threads(_home: Course | None) -> Symptom:
    """Torch's waiting threads sleep, and there are not more of them than cores."""
    policy = os.environ.get("OMP_WAIT_POLICY", "passive").lower()
    asked, cores = os.environ.get("OMP_NUM_THREADS", ""), usable_cores()
    too_many = asked.isdigit() and int(asked) > cores
    sentence = f"{asked or cores} threads on {cores} cores; waiting threads are {policy}."
    command = f"export OMP_WAIT_POLICY=passive OMP_NUM_THREADS={cores}"
    return Symptom("threads", policy == "passive" and not too_many, sentence, command)


def usable_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def kernel(_home: Course | None) -> Symptom:
    """Notebooks find this Python under the name python3."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    command = f"{shlex.quote(sys.executable)} -m ipykernel install --sys-prefix --name python3"
    try:
        program = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        return Symptom("kernel", False, "Jupyter knows no kernel called python3.", command)
    ours = program in ("python", "python3") or Path(program).parent == Path(sys.executable).parent
    sentence = f"The kernel python3 starts {sys.executable if ours else program}."
    return Symptom("kernel", ours, sentence, command)


def extensions(_home: Course | None) -> Symptom:
    """JupyterLab finds nbgrader's buttons and their server."""
    from jupyter_core.paths import jupyter_config_path, jupyter_path

    lab = [Path(p, "@jupyter", "nbgrader") for p in jupyter_path("labextensions")]
    server = [Path(p, "jupyter_server_config.d", "nbgrader.json") for p in jupyter_config_path()]
    found = any(p.exists() for p in lab) and any(p.exists() for p in server)
    sentence = (
        "nbgrader's Validate button is installed in JupyterLab."
        if found
        else "JupyterLab does not find nbgrader's extension: the Validate button is missing."
    )
    command = f"{PIP} install --force-reinstall --no-deps nbgrader=={installed('nbgrader')}"
    return Symptom("nbgrader", found, sentence, command)


def disk(_home: Course | None, folder: Path | None = None) -> Symptom:
    """There is room to save notebooks."""
    free = shutil.disk_usage(folder or Path.cwd()).free
    sentence = f"{free / 1e9:.1f} GB are free here; {FREE_BYTES / 1e9:g} GB are enough."
    return Symptom("disk", free >= FREE_BYTES, sentence, f"{PIP} cache purge")


def progress(_home: Course | None) -> Symptom:
    """Progress can be kept."""
    from autograder.records import progress as kept

    folder = shlex.quote(str(kept.folder()))
    try:
        kept.entries()
        kept.folder().mkdir(parents=True, exist_ok=True)
        probe = kept.folder() / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except sqlite3.Error as error:
        command = f"mv {shlex.quote(str(kept.path()))} {shlex.quote(str(kept.path()))}.old"
        return Symptom("progress", False, f"{kept.path()} cannot be read: {error}.", command)
    except OSError as error:
        sentence = f"{kept.folder()} cannot be written: {error.strerror}."
        return Symptom("progress", False, sentence, f"mkdir -p {folder} && chmod u+rwx {folder}")
    return Symptom("progress", True, f"Progress is kept in {kept.path()}.")


def lessons(home: Course | None) -> Symptom:
    """The lessons' notebooks are here."""
    from autograder.lessons import FOLDERS

    if home is None:
        return Symptom("lessons", True, "No course in this folder: only `check` is installed.")
    gone = [id_ for id_ in FOLDERS if not any(home.release(id_).glob("*.ipynb"))]
    sentence = f"Not in release/: {', '.join(gone)}." if gone else "All lessons are in release/."
    command = f"cd {shlex.quote(str(home.root))} && git checkout -- release || make build"
    return Symptom("lessons", not gone, sentence, command)


def jail(_home: Course | None) -> Symptom:
    """What holds other people's code in when a class is graded; a learner needs none."""
    from autograder.worker import probe

    return Symptom("jail for grading", True, " ".join(probe.sentences(probe.probe())))


def encoder(_home: Course | None) -> Symptom:
    """The encoder is here, or how to get it."""
    return _fetched("encoder", "encoder of lesson 09")


def language_model(_home: Course | None) -> Symptom:
    """The published language model is here, or how to get it."""
    return _fetched("smollm2", "SmolLM2")


def _fetched(name: str, called: str) -> Symptom:
    """Where a download is. Most of the course works without it, so none is no fault."""
    from autograder.given.downloads import Damaged, Missing
    from autograder.given.fetched import DOWNLOADS

    try:
        return Symptom(called, True, f"It is in {DOWNLOADS[name].folder()}.")
    except Damaged as damaged:
        return Symptom(called, False, str(damaged), damaged.command)
    except Missing as missing:
        return Symptom(called, True, str(missing))


LOOKS: tuple[Look, ...] = (
    python, packages, torch, threads, kernel, extensions, disk, progress, lessons, encoder,
    language_model, jail,
)  # fmt: skip
"""In an order in which mending makes sense."""
