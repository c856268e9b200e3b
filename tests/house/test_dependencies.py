"""One list of dependencies, in pyproject.toml; the other files follow it."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.house import tree
from tests.house.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PLATFORM = ("nvidia", "triton", "cuda", "pywin", "appnope", "colorama")
"""How packages of one platform begin; torch's own requirements choose them."""


def declared() -> list[Requirement]:
    extras = PROJECT["optional-dependencies"]
    return [Requirement(line) for line in [*PROJECT["dependencies"], *extras["dev"]]]


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found = [line.split("==") for line in lines if not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in found}


def needed(todo: list[Requirement]) -> Iterator[str]:
    """Every installed package that the requirements need on this machine."""
    seen: set[tuple[str, frozenset[str]]] = set()
    while todo:
        wanted = todo.pop()
        key = (canonicalize_name(wanted.name), frozenset(wanted.extras))
        if key in seen:
            continue
        seen.add(key)
        yield key[0]
        todo.extend(_requires(wanted))


def _requires(wanted: Requirement) -> list[Requirement]:
    try:
        lines = distribution(wanted.name).requires or []
    except PackageNotFoundError:
        return []
    environments = [{"extra": extra} for extra in ("", *wanted.extras)]
    return [
        inner
        for inner in map(Requirement, lines)
        if inner.marker is None or any(inner.marker.evaluate(e) for e in environments)
    ]


def test_every_package_is_pinned() -> None:
    missing = set(needed(declared())) - set(pins())
    assert {name for name in missing if not name.startswith(PLATFORM)} == set()


def test_the_pins_fit_the_list() -> None:
    for wanted in declared():
        assert wanted.specifier.contains(Version(pins()[canonicalize_name(wanted.name)])), wanted


def test_nothing_of_one_platform_or_build_is_pinned() -> None:
    assert [name for name in pins() if name.startswith(PLATFORM)] == []
    assert [version for version in pins().values() if Version(version).local] == []
    assert pins()["torch"] == "2.13.0"


def test_this_suite_runs_on_the_pinned_versions() -> None:
    other = {
        name: installed
        for name, pin in pins().items()
        if (installed := Version(distribution(name).version).public) != pin
    }
    assert other == {}


def environment() -> dict[str, Any]:
    loaded = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def test_the_conda_environment_defers_to_the_list() -> None:
    *conda, pip = environment()["dependencies"]
    assert [re.split(r"[<>=]", package)[0] for package in conda] == ["python", "pip"]
    assert pip == {"pip": ["--constraint constraints.txt", "--editable .[dev]"]}


def test_the_conda_environment_has_a_python_that_the_course_runs_on() -> None:
    python = environment()["dependencies"][0].removeprefix("python")
    assert SpecifierSet(python) == SpecifierSet(PROJECT["requires-python"])


def test_the_conda_environment_names_packages_of_the_list() -> None:
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    named = re.search(r"main\s+#?\s*packages:(?P<names>.*?)\.\n", text, re.DOTALL)
    assert named is not None
    names = re.findall(r"[a-z-]+", named["names"])
    assert set(names) <= {canonicalize_name(wanted.name) for wanted in declared()}
    assert len(names) >= 5


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names of the files in the wheel, built from what git knows."""
    folder = tmp_path_factory.mktemp("wheel")
    tree.copy(folder / "copy")
    build = "from setuptools.build_meta import build_wheel; import sys; build_wheel(sys.argv[1])"
    subprocess.run(
        [sys.executable, "-c", build, str(folder)],
        cwd=folder / "copy", check=True, capture_output=True,
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return archive.namelist()


def test_the_wheel_brings_check_and_its_data(wheel: list[str]) -> None:
    assert "autograder/checking.py" in wheel
    assert "autograder/lessons/attention/softmax.py" in wheel
    assert "autograder/course/jupyter/learner/labconfig/page_config.json" in wheel
    assert "autograder/py.typed" in wheel


def test_the_wheel_brings_no_solution_and_no_test(wheel: list[str]) -> None:
    tops = {name.split("/")[0] for name in wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"autograder", "tinyworld"}
    assert [name for name in wheel if name.endswith(".ipynb") or "variants/" in name] == []
