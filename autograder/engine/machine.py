"""The two warm processes of a run: the parent in its jail, and the judges outside of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.engine import scratch, surroundings
from autograder.engine.session import MachineryGone
from autograder.engine.steps import Headings
from autograder.given import parts
from autograder.worker import bubble, probe
from autograder.worker.channel import Channel, Closed, Late, pair, send_with
from autograder.worker.jail import Slot
from autograder.worker.library import CACHE, LIBRARIES, make_library
from autograder.worker.limits import DEFAULTS, Limits

READY_S = 600.0
"""Seconds for imports and for the instructor's own first cells."""
JUDGE_START_S = 60.0
"""Seconds in which a new judge must answer."""
STARTS = 2
"""Times that both processes are started for one slot before it is given up."""
SWEEP_S = 1.0
"""Seconds that slots may take to end their submissions where no outer wall ends them."""
CLOSE_S = 3.0
"""Seconds that the processes may take to end by themselves."""
FIRST_USER = 200_000
"""The first of the user numbers that slots take when root grades; no account has them."""
USERS_PER_RUN = 64
"""User numbers set aside for one run, so that two runs do not share any."""
MOST_SLOTS = USERS_PER_RUN
PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Settings:
    """What is graded, in plain values: see `judges.Paper`. `setup` are the cells to run once.

    Of the folders `downloads` a submission gets a copy to read, with their names, in its cache.
    """

    assignment: str
    name: str
    master: bytes
    release: bytes
    files: Mapping[str, bytes]
    setup: Sequence[str]
    limits: Limits = DEFAULTS
    libraries: Sequence[str] = LIBRARIES
    guarded: Sequence[Path] = ()
    """Files and folders of the course and of its people that no submission may open."""
    downloads: Sequence[Path] = ()
    others: Sequence[str] = ()
    """Names of the assignment's other notebooks."""
    seed: str = ""
    """The grading seed, for cases that are drawn before the first submission comes."""


class Machine:
    """Starts the warm processes, opens slots, and starts them again when they fail."""

    def __init__(self, settings: Settings, slots: int) -> None:
        self.settings = settings
        self.capabilities = probe.probe()
        self.headings = Headings()
        self._count = min(slots, MOST_SLOTS)
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._controls: list[Channel] = []
        scratch.clear()
        self._folder = scratch.folder()
        self.canaries = surroundings.canaries(self._folder, settings.guarded)
        self._library = make_library(
            self._folder / "library", settings.downloads, parts.compiled_files()
        )
        self._files = surroundings.write_files(self._folder / "files", settings.files)
        self._slots = self._make_slots()

    def start(self) -> None:
        """Start both processes and wait until they are ready; raises MachineryGone."""
        judges = self._start_judges()
        parent = self._start_parent()
        self._controls = [parent, judges]
        try:
            parent.send(self._for_parent())
            ready = parent.receive(time.monotonic() + READY_S)
            judges.send(self._for_judges(int(ready["setup"])))
            self.headings = Headings(**judges.receive(time.monotonic() + READY_S))
        except (Closed, Late) as error:
            self.stop()
            raise MachineryGone("the warm parent did not start") from error

    def open_slot(self, number: int) -> tuple[Channel, int]:
        """A connection to a new judge with a new slot of the jail, and the judge's process id.

        Starts both processes again where one of them does not answer; raises MachineryGone.
        """
        with self._lock:
            for _ in range(STARTS):
                if any(process.poll() is not None for process in self._processes):
                    self._kill()
                    self.start()
                try:
                    return self._open(number)
                except (Closed, Late):
                    self._kill()
                    self.start()
        raise MachineryGone("the warm processes do not answer")

    def _open(self, number: int) -> tuple[Channel, int]:
        mine, for_judge = pair()
        to_slot, for_slot = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        parent, judges = self._controls
        try:
            send_with(parent, {"slot": number}, [for_slot])
            send_with(judges, {"judge": number}, [for_judge, to_slot])
        finally:
            for end in (for_judge, to_slot, for_slot):
                end.close()
        return mine, int(mine.receive(time.monotonic() + JUDGE_START_S)["pid"])

    def open_bare_slot(self, number: int, end: socket.socket) -> None:
        """Give a slot of the jail the socket `end`, with no judge; raises Closed."""
        with end:
            send_with(self._controls[0], {"slot": number}, [end])

    def pids(self) -> list[int]:
        """The process ids of the warm processes."""
        return [process.pid for process in self._processes]

    def close(self) -> None:
        """Let both processes end by themselves, once their judges are closed; then `stop`."""
        for channel in self._controls:
            channel.close()
        for process in self._processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(CLOSE_S)
        self.stop()

    def stop(self) -> None:
        """End everything, at once and for good, and remove what was written."""
        self._stopped.set()
        self._kill()
        scratch.remove(self._folder)

    def _kill(self) -> None:
        """Kill both, the judges first.

        Without judges the slots end what they run, and then the parent ends. Behind the outer
        wall nothing outlives the parent; without it, it is given the time.
        """
        for channel in self._controls:
            channel.close()
        for process in self._processes:
            if process is self._processes[-1] and not self.capabilities.bubblewrap:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(SWEEP_S)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, 9)
            process.wait()
        self._processes, self._controls = [], []

    def _make_slots(self) -> list[Slot]:
        root, walled = self.capabilities.root, self.capabilities.bubblewrap
        first = FIRST_USER + (os.getpid() % 10_000) * USERS_PER_RUN
        folder = bubble.SLOTS if walled else self._folder / "slots"
        slots = [
            Slot(number, str(folder / str(number)), first + number if root else None, walled)
            for number in range(self._count)
        ]
        if not walled:
            for slot in slots:
                Path(slot.folder).mkdir(parents=True)
        return slots

    def _for_parent(self) -> dict[str, Any]:
        library = bubble.LIBRARY if self.capabilities.bubblewrap else self._library
        return {
            "library": str(library),
            "libraries": list(self.settings.libraries),
            "setup": list(self.settings.setup),
            "limits": asdict(self.settings.limits),
            "slots": [asdict(slot) for slot in self._slots],
            "hidden": [str(path) for path in self._hidden()],
            "canaries": [str(path) for path in self.canaries] if self._has_walls() else [],
        }

    def _hidden(self) -> list[Path]:
        """What is guarded, and every installed copy of this package."""
        copies = {PROJECT / "autograder", *(Path(p) / "autograder" for p in sys.path if p)}
        return [*self.settings.guarded, *sorted(copy for copy in copies if copy.is_dir())]

    def _has_walls(self) -> bool:
        return self.capabilities.tier != "none"

    def _for_judges(self, setup: int) -> dict[str, Any]:
        return {
            "assignment": self.settings.assignment,
            "name": self.settings.name,
            "others": list(self.settings.others),
            "master": self.settings.master,
            "release": self.settings.release,
            "files": dict(self.settings.files),
            "setup": list(self.settings.setup[:setup]),
            "seed": self.settings.seed,
            "limits": asdict(self.settings.limits),
        }

    def _start_judges(self) -> Channel:
        environment = {**os.environ, **surroundings.quiet(), "PYTHONPATH": str(PROJECT)}
        program = [sys.executable, "-m", "autograder.engine.judges", self.settings.assignment]
        return self._start(program, environment, None)

    def _start_parent(self) -> Channel:
        walled = self.capabilities.bubblewrap
        library = str(bubble.LIBRARY if walled else self._library)
        cache = str(Path(library) / CACHE)
        environment = {
            **surroundings.quiet(),
            **surroundings.outside(),
            "PYTHONPATH": library,
            "AUTOGRADER_CACHE": cache,
        }
        program = [sys.executable, "-s", "-m", "autograder.worker.parent"]
        if not walled:
            return self._start(program, environment, self._files)
        slots = [slot.folder for slot in self._slots]
        limit = self.settings.limits.folder_bytes
        command = bubble.command(
            self._library, self._files, slots, limit, environment, program, self._hidden()
        )
        return self._start(command, dict(os.environ), None)

    def _start(
        self, program: list[str], environment: Mapping[str, str], folder: Path | None
    ) -> Channel:
        mine, theirs = pair()
        with theirs:
            process = subprocess.Popen(
                [*program, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=dict(environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._processes.append(process)
        if self._stopped.is_set():  # while this was starting them again
            self._kill()
            raise MachineryGone("the run was stopped")
        return mine
