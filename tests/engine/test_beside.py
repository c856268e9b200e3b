"""Modules and data beside the notebook: the course's and the student's, before and after setup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course.notebook import dumps, write
from autograder.course.rebuild import replace_answer
from autograder.engine.machine import Machine, Settings
from autograder.engine.pool import LocalPool
from autograder.result import GradeResult
from tests.engine.room import cell, job, master, release, settings

FILES = {
    "helpers/__init__.py": b"from pathlib import Path\ntable = Path(__file__).with_name('t.txt')\n",
    "helpers/late.py": b"late = 2\n",
    "helpers/t.txt": b"text",
    "later.py": b"import mine\nboth = mine.k\n",
    "data.csv": b"1,2\n",
}
SETUP = "import helpers\nfrom pathlib import Path\nplace = Path('data.csv').resolve()"
FOUND = {
    "a module of the course": "import later",
    "one of the student's": "import mine; assert mine.k == 5",
    "one that imports the student's": "from later import both; assert both == 5",
    "another part of a package that setup began": "from helpers.late import late; assert late == 2",
    "data beside a module that setup imported": "assert helpers.table.read_text() == 'text'\n"
    "assert Path(helpers.__file__).with_name('t.txt').read_text() == 'text'",
    "data": "assert Path('data.csv').read_text() == '1,2\\n'",
    "data by a path that setup made": "assert place.read_text() == '1,2\\n'",
    "a module that the notebook writes": "Path('new.py').write_text('n = 3')\n"
    "import importlib; importlib.invalidate_caches()\nimport new; assert new.n == 3",
    "its folder comes first, as in a kernel": "import sys; assert sys.path[0] == ''",
}


def with_setup() -> Settings:
    marked, given = master(), release()
    for each in (marked, given):
        each["cells"][0]["source"] = SETUP
    return replace(
        settings(files=FILES),
        master=dumps(marked).encode(),
        release=dumps(given).encode(),
        setup=[SETUP],
    )


@pytest.fixture(scope="module")
def pool() -> Iterator[LocalPool]:
    machine = Machine(with_setup(), 1)
    machine.start()
    found = LocalPool(machine, 1)
    yield found
    found.close()
    machine.close()


def graded(pool: LocalPool, folder: Path, code: str, setup: str) -> GradeResult:
    """The result of a submission with `mine.py` beside it, whose answer does `code` first."""
    submission = replace_answer(master(), "square", f"{code}\ndef square(x):\n    return x * x")
    submission["cells"][0]["source"] = setup
    write(submission, folder / "problem.ipynb")
    (folder / "mine.py").write_text("k = 5\n")
    return pool.submit(job(folder)).result()


@pytest.mark.parametrize("setup", [SETUP, f"{SETUP}\nown = 1"], ids=["warm", "of its own"])
@pytest.mark.parametrize("what", FOUND)
def test_what_lies_beside_the_notebook_is_found(
    what: str, setup: str, pool: LocalPool, tmp_path: Path
) -> None:
    result = graded(pool, tmp_path, FOUND[what], setup)
    assert cell(result, "square-test").points == 2, cell(result, "square-test").lines


def test_the_course_s_files_cannot_be_changed_for_others(pool: LocalPool, tmp_path: Path) -> None:
    code = "Path('data.csv').write_text('9'); open(place, 'w').write('9')"
    graded(pool, tmp_path, code, SETUP)
    looked = "assert place.read_text() == '1,2\\n'"
    assert cell(graded(pool, tmp_path, looked, SETUP), "square-test").points == 2
