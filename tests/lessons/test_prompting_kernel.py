"""Lesson 07's table in a kernel, as JupyterLab runs it."""

from __future__ import annotations

import re

from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

TABLE = """from autograder.given import models, prompting as given
from autograder.given.figures.show import show
from autograder.given.frozen import Frozen
from autograder.given.scoreboard import ShotTable
base = Frozen(models.load("base"), models.tokenizer("base"))
show(lambda: ShotTable(base, ("topic",), (0, 1), count=5).fill(given.build_prompt))"""


def test_in_a_notebook_the_table_is_seen_to_fill_and_stands_there_once() -> None:
    ran = NotebookClient(new_notebook(cells=[new_code_cell(TABLE)])).execute()
    (shown,) = ran.cells[0].outputs
    assert re.fullmatch(r".*topic 0: \d+%, 1: \d+%\.", shown["data"]["text/plain"])
