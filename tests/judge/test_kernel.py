"""`check` in a real kernel: loops are stopped, Ctrl-C passes, the card and the number come out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel

REPLY_S = 120
FIRST = "import torch\nfrom torch import nn\nfrom autograder import check"


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any]]:
    home = tmp_path_factory.mktemp("home")
    manager, client = start_new_kernel(env={**os.environ, "AUTOGRADER_HOME": str(home)})
    client.execute(FIRST, reply=True, timeout=REPLY_S)
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(kernel: tuple[Any, Any], source: str, interrupt_at: str = "") -> list[dict[str, Any]]:
    """The outputs of a cell; the kernel is interrupted when it prints `interrupt_at`."""
    manager, client = kernel
    found: list[dict[str, Any]] = []

    def keep(message: dict[str, Any]) -> None:
        content = message["content"]
        found.append({"type": message["msg_type"], **content})
        if interrupt_at and interrupt_at in content.get("text", ""):
            manager.interrupt_kernel()

    client.execute_interactive(source, output_hook=keep, timeout=REPLY_S)
    return [output for output in found if output["type"] not in ("status", "execute_input")]


def test_a_cell_gives_the_bare_number_and_the_card_and_prints_nothing(
    kernel: tuple[Any, Any],
) -> None:
    source = """
def softmax(x, dim):
    import sys, warnings
    print("a"); print("b", file=sys.stderr); warnings.warn("c")
    e = x.exp()
    return e / e.sum(dim, keepdim=True)
check(softmax)
"""
    (shown,) = run(kernel, source)
    assert shown["data"]["text/plain"] == "3"
    assert "exp overflows for large scores" in shown["data"]["text/html"]


def test_an_endless_loop_that_swallows_everything_is_stopped(kernel: tuple[Any, Any]) -> None:
    source = """
def merge(ids, pair, new_id):
    while True:
        try:
            print(end="")
        except:
            pass
check(merge)
"""
    (shown,) = run(kernel, source)
    assert "was stopped: a loop does not end" in shown["data"]["text/html"]


def test_a_person_can_interrupt_a_check(kernel: tuple[Any, Any]) -> None:
    source = """
import sys
def softmax(x, dim):
    print("now", file=sys.__stdout__, flush=True)
    while True:
        pass
sys.__stdout__ = sys.stdout
check(softmax)
"""
    assert run(kernel, source, interrupt_at="now")[-1]["ename"] == "KeyboardInterrupt"
    assert run(kernel, "1 + 1")[-1]["data"]["text/plain"] == "2"


def test_the_source_of_a_class_is_read_in_a_notebook(kernel: tuple[Any, Any]) -> None:
    source = """
class MultiHeadAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.inner = [nn.MultiheadAttention(width, heads)]
check(MultiHeadAttention)
"""
    (shown,) = run(kernel, source)
    assert "does this exercise for you" in shown["data"]["text/html"]


def test_progress_of_the_kernel_is_kept(kernel: tuple[Any, Any], tmp_path: Path) -> None:
    source = "from autograder.records.progress import entries\nlen(entries()) > 0"
    assert run(kernel, source)[-1]["data"]["text/plain"] == "True"
