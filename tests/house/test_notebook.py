"""A notebook that anyone may have written is read within limits, or refused with a sentence."""

from __future__ import annotations

import json
import os
from pathlib import Path

import nbformat
import pytest

from autograder.course import notebook as reader
from autograder.course.notebook import UnreadableNotebook, cells, parse, read, write
from tests.house.notebooks import answer, essay, graded, notebook, text

GOOD = notebook(text("intro", "Hello"), answer("f", "f = 1"), graded("f", "check(f)", 2.5))


def test_reads_what_jupyter_writes(tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    nbformat.write(nbformat.from_dict(GOOD), file)
    assert read(file) == GOOD


def test_writes_what_jupyter_writes(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.ipynb", tmp_path / "theirs.ipynb"
    unicode = notebook(text("t", "naïve\n語\n"), answer("f", "x = 1\r\ny = '\\u2028\u2028'"))
    write(unicode, ours)
    nbformat.write(nbformat.from_dict(unicode), theirs)
    assert ours.read_bytes() == theirs.read_bytes()
    assert read(ours) == unicode


def test_gives_the_facts_of_each_cell() -> None:
    _, f, test, why = cells(notebook(*GOOD["cells"], essay("why", "because", 3)))
    assert (f.grade_id, f.is_answer, f.is_test, f.is_essay) == ("f", True, False, False)
    assert (test.grade_id, test.is_answer, test.is_test, test.points) == (
        "f-test",
        False,
        True,
        2.5,
    )
    assert (why.is_answer, why.is_test, why.is_essay, why.points) == (True, False, True, 3)


DEEP = '{"nbformat": 4, "cells": ' + "[" * 100_000 + "]" * 100_000 + "}"
BAD = {
    b"": "breaks off at line 1",
    b'{"cells": [': "breaks off at line 1",
    b'{"a": "\xff"}': "not valid UTF-8",
    b"[1, 2]": "not a notebook",
    b'{"nbformat": 3, "worksheets": []}': "format 3",
    b'{"nbformat": 4}': "no list of cells",
    b'{"nbformat": 4, "cells": [3]}': "neither code nor text",
    b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 3}]}': "is not text",
    b'{"nbformat": 4, "cells": [], "metadata": 3}': "metadata",
    b'{"nbformat": NaN, "cells": []}': "a number that no notebook has",
    b'{"nbformat": ' + b"9" * 5000 + b"}": "a number that no notebook has",
    DEEP.encode(): "nested deeper",
    json.dumps({"nbformat": 4, "cells": [{"cell_type": "raw"}] * 2001}).encode(): "2000 cells",
    b" " * (reader.MAX_BYTES + 1): "larger than 20 MB",
    json.dumps(
        {"nbformat": 4, "cells": [{"cell_type": "raw", "source": "x" * 500_001}]}
    ).encode(): "500000 characters",
}


@pytest.mark.parametrize(("data", "why"), BAD.items(), ids=BAD.values())
def test_refuses_with_a_sentence(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableNotebook, match=why) as refused:
        parse(data, "mine.ipynb")
    assert str(refused.value).startswith("mine.ipynb cannot be read: ")
    assert len(str(refused.value)) < 250


def test_refuses_what_is_no_ordinary_file(tmp_path: Path) -> None:
    write(GOOD, tmp_path / "real.ipynb")
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "real.ipynb")
    os.mkfifo(tmp_path / "pipe.ipynb")
    for name in ("link.ipynb", "pipe.ipynb", "missing.ipynb", "."):
        with pytest.raises(UnreadableNotebook, match="cannot be read"):
            read(tmp_path / name)


def test_forgives_odd_metadata_and_lone_surrogates() -> None:
    odd = {"cell_type": "code", "metadata": [], "source": ["a = '\ud800'\n", "b"], "id": 3}
    (cell,) = cells(parse(json.dumps({"nbformat": 4, "cells": [odd]}).encode()))
    assert (cell.source, cell.id, cell.grade_id) == ("a = '?'\nb", "", "")
