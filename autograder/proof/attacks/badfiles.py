"""Poisoned files: what is handed in is no notebook, or far more than one."""

from __future__ import annotations

import io
import json
import zipfile

from autograder.course.notebook import dumps
from autograder.proof.attacks.attack import (
    HOME,
    WRONG,
    Attack,
    Change,
    Handed,
    answer,
    code,
    file,
    link,
    raw,
    renamed,
    stamped,
    with_cells,
)

UNREADABLE = ("unreadable",)


def _bytes(handed: Handed) -> bytes:
    return dumps(handed.notebook).encode()


def _zip(**members: bytes) -> bytes:
    """An archive with these members; a name may hold slashes written as `|`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("|", "/"), data)
    return buffer.getvalue()


def _zip_with_link(target: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("attention.ipynb")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, target)
    return buffer.getvalue()


def _many_cells(handed: Handed) -> Handed:
    return with_cells(handed, [*handed.notebook["cells"], *[code("pass")] * 100_000])


def _nested(depth: int) -> bytes:
    return b'{"nbformat": 4, "cells": ' + b"[" * depth + b"]" * depth + b"}"


def _large(handed: Handed) -> bytes:
    """A picture of 100 MB in an attachment."""
    whole = {**handed.notebook, "metadata": {"attachment": "A" * 100_000_000}}
    return json.dumps(whole).encode()


def _version(handed: Handed) -> bytes:
    return json.dumps({**handed.notebook, "nbformat": 3, "worksheets": []}).encode()


def _file(name: str, tries: str, *changes: Change, short: bool = False, stock: str = "") -> Attack:
    return Attack(name, "files", tries, changes, UNREADABLE, stock=stock, short=short)


def _archive(name: str, tries: str, data: bytes) -> Attack:
    return _file(name, tries, renamed(""), file("attention.zip", data))


ATTACKS = (
    _file("broken-json", "The notebook is cut short.", raw(lambda h: _bytes(h)[:-200]), short=True),
    _file("empty-file", "The notebook is an empty file.", raw(lambda h: b"")),
    _file("other-json", "The notebook is JSON, but none.", raw(lambda h: b'{"a": [1, 2]}')),
    _file("old-format", "The notebook has an old format.", raw(_version)),
    _file("bad-text", "The notebook is no UTF-8.", raw(lambda h: b"\xff\xfe\xfa" + _bytes(h))),
    _file("null-bytes", "The notebook holds only zeros.", raw(lambda h: b"\0" * 100_000)),
    _file("many-cells", "The notebook has 100,000 cells.", _many_cells),
    _file("large-attachment", "The notebook has 100 MB.", raw(_large)),
    _file(
        "deep-nesting",
        "The JSON is nested a hundred thousand deep.",
        raw(lambda h: _nested(100_000)),
    ),
    _file("no-notebook", "There is no notebook.", renamed("")),
    _file(
        "cells-no-list",
        "The cells are a number.",
        raw(lambda h: b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": 7}'),
    ),
    _file(
        "numbers-not-a-number",
        "The JSON holds NaN.",
        raw(lambda h: b'{"nbformat": 4, "cells": [], "metadata": {"x": NaN}}'),
    ),
    _file(
        "link-loop", "The notebook is a link to itself.", link("attention.ipynb", "attention.ipynb")
    ),
    _archive(
        "zip-parent", "An archive writes to the folder above.", _zip(**{"..|..|a.ipynb": b"{}"})
    ),
    _archive("zip-absolute", "An archive writes to /tmp.", _zip(**{"|tmp|a.ipynb": b"{}"})),
    _archive("zip-link", "An archive holds a link.", _zip_with_link(f"{HOME}/private.txt")),
    _archive("zip-bomb", "An archive unpacks to 100 MB.", _zip(**{"a.ipynb": b"0" * 100_000_000})),
    _archive("zip-broken", "An archive is cut short.", _zip(**{"a.ipynb": b"{}"})[:-10]),
    Attack(
        "forged-timestamp",
        "files",
        "The timestamp is from long before the course.",
        (answer(WRONG), stamped("1970-01-01 00:00:00.000000 UTC")),
    ),
    Attack(
        "odd-timestamp",
        "files",
        "The timestamp is no time.",
        (answer(WRONG), stamped("<script>alert(1)</script>")),
        stock="ends",
    ),
    Attack(
        "student-html",
        "files",
        "The student's name is HTML.",
        (answer(WRONG),),
        student="<img src=x onerror=alert(1)>",
    ),
    Attack(
        "student-path",
        "files",
        "The student's name leads elsewhere on some systems.",
        (answer(WRONG),),
        student="..\\..\\neighbour",
    ),
    Attack(
        "student-formula",
        "files",
        "The student's name is a formula of a spreadsheet.",
        (answer(WRONG),),
        student="=1+1|cmd",
        short=True,
    ),
    Attack(
        "student-escape",
        "files",
        "The student's name holds terminal and bidirectional characters.",
        (answer(WRONG),),
        student="ann\x1b[31m\u202e",
    ),
)
