"""Where jobs are graded. A pool has two methods: `submit` gives a future, `cancel` ends all."""

from __future__ import annotations

import os
import queue
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import asdict
from typing import Protocol

from autograder.engine.machine import Machine
from autograder.engine.session import MachineryGone
from autograder.result import GradeJob, GradeResult, result_from_json
from autograder.worker.channel import Channel, Closed, Late

RETRIES = 2
"""Times that a job is tried again when the machinery failed, not the submission."""
JUDGE_S = 180.0
"""Seconds that judging may take beyond a submission's own limit."""


class Pool(Protocol):
    """Grades jobs somewhere."""

    def submit(self, job: GradeJob) -> Future[GradeResult]:
        """Grade a job; the future never raises: a failure of the machinery is a result too."""

    def cancel(self) -> None:
        """End everything at once; futures that are not done are cancelled."""


class LocalPool:
    """Grades on this machine, one judge and one slot of the jail for each of `slots` threads."""

    def __init__(self, machine: Machine, slots: int) -> None:
        self._machine = machine
        self._jobs: queue.SimpleQueue[tuple[GradeJob, Future[GradeResult]] | None]
        self._jobs = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._threads = [_Worker(self, number) for number in range(slots)]
        for thread in self._threads:
            thread.start()

    def submit(self, job: GradeJob) -> Future[GradeResult]:
        """See `Pool`."""
        future: Future[GradeResult] = Future()
        self._jobs.put((job, future))
        return future

    def cancel(self) -> None:
        """See `Pool`."""
        self._stopped.set()
        self._machine.stop()
        self.close()

    def close(self) -> None:
        """Let the threads end when they are done with their job; the machine is left."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()


class _Worker(threading.Thread):
    """Feeds one slot."""

    def __init__(self, pool: LocalPool, number: int) -> None:
        super().__init__(daemon=True)
        self._pool = pool
        self._number = number
        self._judge: Channel | None = None
        self._pid = 0

    def run(self) -> None:
        """Take jobs until there are no more."""
        while (item := self._pool._jobs.get()) is not None:
            job, future = item
            if self._pool._stopped.is_set():
                future.cancel()
            else:
                future.set_running_or_notify_cancel()
                result = self._grade(job)
                if self._pool._stopped.is_set() and result.status == "infrastructure":
                    future.set_exception(Stopped())
                else:
                    future.set_result(result)
        self._drop()

    def _grade(self, job: GradeJob) -> GradeResult:
        reason = ""
        for _ in range(1 + RETRIES):
            if self._pool._stopped.is_set():
                break
            try:
                return self._try(job)
            except (Closed, Late, MachineryGone, ValueError, KeyError, OSError) as error:
                reason = f"{type(error).__name__}: {error}".rstrip(": ")
                self._drop()
        return _infrastructure(job, reason)

    def _try(self, job: GradeJob) -> GradeResult:
        if self._judge is None:
            self._judge, self._pid = self._pool._machine.open_slot(self._number)
        limit = self._pool._machine.settings.limits.submission_s + JUDGE_S
        self._judge.send(asdict(job))
        reply = self._judge.receive(time.monotonic() + limit)
        if "broken" in reply:
            raise MachineryGone(reply["broken"])
        return result_from_json(reply["result"])

    def _drop(self) -> None:
        """Give up a judge: its end makes the slot kill what it runs."""
        if self._judge is None:
            return
        self._judge.close()
        self._judge = None
        with suppress(ProcessLookupError, PermissionError):
            os.kill(self._pid, 9)


class Stopped(Exception):
    """The run was ended before this job was done."""


def _infrastructure(job: GradeJob, reason: str) -> GradeResult:
    return GradeResult(
        assignment=job.assignment,
        student=job.student,
        digest=job.digest,
        status="infrastructure",
        sentence=f"The grading machinery failed {1 + RETRIES} times ({reason}). Grade it again.",
        timestamp=job.timestamp,
    )
