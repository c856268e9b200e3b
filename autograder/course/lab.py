"""Opening JupyterLab: for a learner on copies of the lessons, for an instructor on the course.

Run as `python -m autograder.course.lab` (make lab) or with `--teach` (make teach).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.course.course import Course, NoCourse, find

OFFLINE = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
)
"""JupyterLab asks the network for news, updates and extensions; the course needs none of them."""
LEARNER_OFF = ("formgrader", "assignment_list", "course_list")
"""nbgrader's tools that a learner at home has no use for; Validate stays."""
EXTENSIONS = "ServerApp.jpserver_extensions"
SETTINGS = Path(__file__).with_name("jupyter")
"""Settings of JupyterLab: for all, and for learners."""
CONFIG_PATH = "JUPYTER_CONFIG_PATH"


def copy_lessons(course: Course) -> tuple[str, ...]:
    """Copy to my-work/ every file of release/ that is not there yet; the paths of the new ones.

    What a learner has is never written to: a file that exists, in whatever state, stays.
    """
    return tuple(
        target.relative_to(course.my_work).as_posix()
        for assignment in course.releases
        for target in _copied(course.release(assignment), course.my_work / assignment)
    )


def _copied(source: Path, target: Path) -> Iterator[Path]:
    for path in sorted(source.rglob("*")):
        mine = target / path.relative_to(source)
        if path.is_file() and not os.path.lexists(mine):
            mine.parent.mkdir(parents=True, exist_ok=True)
            _copy(path, mine)
            yield mine


def _copy(source: Path, target: Path) -> None:
    """Copy a whole file or none, and never over another one that appears meanwhile."""
    whole = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(source, whole)
    try:
        os.link(whole, target)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        with source.open("rb") as lesson, target.open("xb") as file:
            shutil.copyfileobj(lesson, file)
    finally:
        whole.unlink()


def command(course: Course, *, teach: bool = False) -> tuple[str, ...]:
    """The command that opens JupyterLab; it is run in the folder of the course."""
    root = course.root if teach else course.my_work
    off = () if teach else tuple(f"nbgrader.server_extensions.{name}" for name in LEARNER_OFF)
    return (
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={root}",
        *OFFLINE,
        *(f"--{EXTENSIONS}={name}=False" for name in off),
        *(("--allow-root",) if _is_root() else ()),
    )


def _is_root() -> bool:
    """Whether this is the superuser, as in most containers; JupyterLab refuses it unasked."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def environment(outer: Mapping[str, str], *, teach: bool = False) -> dict[str, str]:
    """The environment of JupyterLab and its kernels: no news, no models from the network."""
    folders = [str(SETTINGS / name) for name in (("all",) if teach else ("learner", "all"))]
    given = [outer[CONFIG_PATH]] if outer.get(CONFIG_PATH) else []
    return {
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "OMP_WAIT_POLICY": "passive",
        **outer,
        CONFIG_PATH: os.pathsep.join([*folders, *given]),
    }


def main(arguments: list[str]) -> int:
    """Copy the lessons and open JupyterLab until it is closed."""
    teach = "--teach" in arguments
    try:
        course = find()
    except NoCourse as error:
        print(error, file=sys.stderr)
        return 1
    if not teach:
        _say_copied(course, copy_lessons(course))
    rest = [each for each in arguments if each != "--teach"]
    lab = [*command(course, teach=teach), *rest]
    try:
        return subprocess.call(lab, cwd=course.root, env=environment(os.environ, teach=teach))
    except KeyboardInterrupt:
        return 0


def _say_copied(course: Course, new: tuple[str, ...]) -> None:
    for name in new:
        print(f"my-work/{name} is new.")
    if not new:
        print("Your lessons in my-work/ are as you left them.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
