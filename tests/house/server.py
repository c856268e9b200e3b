"""JupyterLab as a person starts it, until the test is done."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

READY = re.compile(r"http://127\.0\.0\.1:(?P<port>\d+)/\S*\?token=(?P<token>\w+)")
T = TypeVar("T")
PATIENCE_S = 180.0
"""Seconds to wait for a server before the test fails; a busy machine takes 30."""


@dataclass(frozen=True)
class Server:
    """A running JupyterLab."""

    address: str
    token: str
    log: Path

    def get(self, page: str) -> str:
        """What the server answers to a request for `page`."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.address}/{page}", headers=headers)
        with urllib.request.urlopen(request) as answer:
            return str(answer.read().decode())


@contextmanager
def running(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
) -> Iterator[Server]:
    """Run `command`, which starts JupyterLab; the server once it answers."""
    with log.open("w") as file:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield _started(process, log)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _started(process: subprocess.Popen[bytes], log: Path) -> Server:
    found = _wait_for(lambda: READY.search(log.read_text()) or _alive(process, log))
    server = Server(f"http://127.0.0.1:{found['port']}", found["token"], log)
    _wait_for(lambda: _answers(server))
    return server


def _wait_for(condition: Callable[[], T | None]) -> T:
    until = time.monotonic() + PATIENCE_S
    while not (result := condition()):
        assert time.monotonic() < until, "JupyterLab did not start"
        time.sleep(0.1)
    return result


def _alive(process: subprocess.Popen[bytes], log: Path) -> None:
    assert process.poll() is None, f"JupyterLab ended:\n{log.read_text()}"


def _answers(server: Server) -> bool:
    try:
        return bool(server.get("api/status"))
    except urllib.error.URLError:
        return False
