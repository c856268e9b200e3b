"""What a terminal shows while a model trains: a bar, the loss, and how long it will take."""

import sys
import time
from types import TracebackType

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

LOG_EVERY_STEPS = 50
"""Lines in a log file instead of a bar."""
SMOOTHING = 0.95


class Progress:
    """A bar in a terminal, a line now and then in a log file."""

    def __init__(self, title: str, total: int, tokens_per_step: int) -> None:
        self.title, self.total, self.tokens = title, total, tokens_per_step
        self.loss, self.last, self.seconds, self.steps = 0.0, 0.0, 0.0, 0
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
                   TextColumn("loss {task.fields[loss]:.3f}"), TimeRemainingColumn())  # fmt: skip
        self.bar = Bar(*columns, disable=not sys.stdout.isatty())

    def __enter__(self) -> "Progress":
        self.last = time.perf_counter()
        self.bar.start()
        self.task = self.bar.add_task(self.title, total=self.total, loss=0.0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.bar.stop()

    def advance(self, step: int, loss: float) -> float:
        """Show that a step is done; returns the seconds it took."""
        now = time.perf_counter()
        took, self.last = now - self.last, now
        self.loss = loss if self.steps == 0 else SMOOTHING * self.loss + (1 - SMOOTHING) * loss
        self.steps += 1
        self.seconds += took
        self.bar.update(self.task, completed=step, loss=self.loss)
        if self.bar.disable and (step % LOG_EVERY_STEPS == 0 or step == self.total):
            print(self._line(step), flush=True)
        return took

    def _line(self, step: int) -> str:
        pace = self.seconds / self.steps
        left = (self.total - step) * pace / 60
        return (
            f"{self.title} {step}/{self.total} loss {self.loss:.3f} "
            f"{self.tokens / pace:,.0f} tokens/s, {left:.0f} min left"
        )
