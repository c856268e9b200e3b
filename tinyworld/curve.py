"""The picture of a training run."""

from collections.abc import Sequence
from pathlib import Path

WINDOW_STEPS = 50
"""Steps averaged for the smooth line."""


def smooth(losses: Sequence[float], window: int = WINDOW_STEPS) -> list[float]:
    """Running mean over the last `window` steps."""
    return [
        sum(losses[max(0, i + 1 - window) : i + 1]) / min(i + 1, window) for i in range(len(losses))
    ]


def draw_curve(losses: Sequence[float], title: str, path: Path) -> None:
    """Plot the loss of every step, and its running mean."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.plot(losses, color="#bbbbbb", linewidth=0.5, label="each step")
    axes.plot(smooth(losses), color="#0072b2", label=f"mean of {WINDOW_STEPS} steps")
    axes.set(xlabel="step", ylabel="loss (nats a token)", title=title, ylim=(0, None))
    axes.legend()
    figure.savefig(path, dpi=120)
