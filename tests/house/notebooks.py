"""Small notebooks for tests, and a learner's hand that changes them."""

from __future__ import annotations

import copy
from typing import Any

Notebook = dict[str, Any]


def code(id_: str, source: str, **grader: Any) -> dict[str, Any]:
    cell = text(id_, source, **grader)
    return {**cell, "cell_type": "code", "outputs": [], "execution_count": None}


def text(id_: str, source: str, **grader: Any) -> dict[str, Any]:
    metadata = {"nbgrader": facts(**grader)} if grader else {}
    return {"cell_type": "markdown", "id": id_, "metadata": metadata, "source": source}


def facts(**grader: Any) -> dict[str, Any]:
    plain = {"schema_version": 3, "grade": False, "locked": False, "solution": False, "task": False}
    return {**plain, **grader}


def answer(name: str, source: str) -> dict[str, Any]:
    return code(name, source, grade_id=name, solution=True)


def graded(name: str, source: str, points: float) -> dict[str, Any]:
    return code(
        f"{name}-test", source, grade_id=f"{name}-test", grade=True, locked=True, points=points
    )


def essay(name: str, source: str, points: float) -> dict[str, Any]:
    return text(name, source, grade_id=name, grade=True, solution=True, points=points)


def notebook(*cells: dict[str, Any]) -> Notebook:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {
        "cells": [copy.deepcopy(cell) for cell in cells],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
