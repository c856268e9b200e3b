"""How surely each bar tells a good answer from the untouched baseline.

    python -m autograder.proof.bars [--json]

For every bar the frozen model answers ITEMS held-out items twice: with the prompts of the given
part and with the zero-shot prompt. Then RESAMPLES exams of the graded size are drawn from those
answers, and counted by whether they reach the bar. Exit status 1 where a bar does not hold.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from autograder.given import prompting as given
from autograder.given import tasks
from autograder.lessons.prompting.build import NEUTRAL, shown_examples
from autograder.lessons.prompting.improve import DEVELOPMENT, PLACE
from autograder.lessons.prompting.measured import model
from autograder.lessons.prompting.table import (
    ATTACKED,
    BARS,
    FEW_SHOT,
    IMPROVED,
    MANY_TASKS,
    PROBLEMS,
    SUMS,
    UNHARMED,
    Bar,
)

ITEMS, RESAMPLES = 2000, 10_000
SURE = 0.999
"""How often a good answer must pass, and the baseline must fail."""
SEED = "bars"

Right = NDArray[np.bool_]
"""For each item whether the answer was right."""
Make = Callable[[str], str]


@dataclass(frozen=True)
class Row:
    """One bar at one size of exam: accuracies in percent, and how often each passes."""

    bar: str
    size: int
    items: int
    needed: int
    good: float
    baseline: float
    good_passes: float
    baseline_passes: float

    @property
    def holds(self) -> bool:
        """Whether the bar tells the two apart."""
        return self.good_passes >= SURE and self.baseline_passes <= 1 - SURE


def good_prompts() -> dict[Bar, Make]:
    """For each bar the prompts of the given part."""
    few_shot = partial(given.build_prompt, "", shown_examples())
    return {
        FEW_SHOT: lambda text: few_shot(text, NEUTRAL),
        **{bar: partial(given.task_prompt, bar.task) for bar in MANY_TASKS},
        SUMS: given.scratchpad_prompt,
        PROBLEMS: given.scratchpad_prompt,
        UNHARMED: given.guarded_prompt,
        ATTACKED: given.guarded_prompt,
    }


def drawn(task: str, count: int) -> list[tasks.Item]:
    """Held-out items, 100 to a seed as an exam has them: some kinds have fewer than ITEMS."""
    seeds = range(-(-count // 100))
    return [item for seed in seeds for item in tasks.items(task, f"{SEED}/{seed}", 100)][:count]


def outcomes(task: str, make: Make, items: Sequence[tasks.Item]) -> Right:
    """For each item whether the frozen model is right with the prompts of `make`."""
    said = model().answers([make(item.text) for item in items], tasks.TASKS[task].new_tokens)
    pairs = zip(items, said, strict=True)
    return np.array([tasks.is_right(task, item, text) for item, text in pairs])


def passes(right: Right, size: int, needed: int, generator: np.random.Generator) -> float:
    """The share of exams of `size` items, drawn from `right`, that reach `needed` percent."""
    counts = generator.binomial(size, right.mean(), RESAMPLES)  # drawing with replacement
    return float((100 * counts >= needed * size).mean())


def kept_passes(
    rows: NDArray[np.bool_], size: int, needed: int, generator: np.random.Generator
) -> float:
    """The same for a log: `rows` (prompts, items); the best of DEVELOPMENT items is examined."""
    passed = 0
    for _ in range(RESAMPLES):
        chosen = generator.integers(rows.shape[1], size=DEVELOPMENT)
        best = rows[:, chosen].mean(1).argmax()
        exam = rows[best, generator.integers(rows.shape[1], size=size)]
        passed += int(100 * exam.sum() >= needed * size)
    return passed / RESAMPLES


def rows_of(bar: Bar, make: Make, count: int) -> list[Row]:
    """One bar, at the visible and the hidden size."""
    items = drawn(bar.task, count)
    good = outcomes(bar.task, make, items)
    plain = outcomes(bar.task, lambda text: bar.baseline.replace("{}", text), items)
    generator = np.random.default_rng(0)
    return [
        Row(
            bar.name, size, count, bar.needed, 100 * good.mean(), 100 * plain.mean(),
            passes(good, size, bar.needed, generator),
            passes(plain, size, bar.needed, generator),
        )
        for size in (bar.visible, bar.hidden)
    ]  # fmt: skip


def improved_rows(count: int) -> list[Row]:
    """The bar of the log, whose prompt is chosen on a development set."""
    items = drawn(IMPROVED.task, count)
    templates = [row["template"] for row in given.improve_prompt()]
    table = np.stack(
        [outcomes(IMPROVED.task, partial(_filled, template), items) for template in templates]
    )
    generator = np.random.default_rng(0)
    return [
        Row(
            IMPROVED.name, size, count, IMPROVED.needed,
            100 * table.mean(1).max(), 100 * table[0].mean(),
            kept_passes(table, size, IMPROVED.needed, generator),
            passes(table[0], size, IMPROVED.needed, generator),
        )
        for size in (IMPROVED.visible, IMPROVED.hidden)
    ]  # fmt: skip


def _filled(template: str, text: str) -> str:
    return template.replace(PLACE, text)


def tokens_per_second(prompts: int = 128) -> float:
    """Tokens read and written a second, on fresh prompts with eight examples."""
    base, shown = model(), tasks.examples("topic", SEED, 8)
    asked = [
        given.build_prompt("", shown, item.text) for item in tasks.items("topic", SEED, prompts)
    ]
    base.said.clear()
    start = time.perf_counter()
    said = base.answers(asked, tasks.TASKS["topic"].new_tokens)
    seconds = time.perf_counter() - start
    return sum(len(base.ids(text)) for text in (*asked, *said)) / seconds


def measure(count: int = ITEMS) -> list[Row]:
    """Every bar."""
    good = good_prompts()
    made = [row for bar in BARS if bar in good for row in rows_of(bar, good[bar], count)]
    return [*made, *improved_rows(count)]


def line(row: Row) -> str:
    """One row of the table in a terminal."""
    return (
        f"{row.bar:<24} {row.size:>4}  {row.good:6.1f} {row.needed:>5} {row.baseline:9.1f}   "
        f"{row.good_passes:9.2%} {row.baseline_passes:9.2%}  {'' if row.holds else 'NOT SURE'}"
    ).rstrip()


def as_json(rows: Sequence[Row], speed: float) -> str:
    """Everything as one JSON object."""
    found = [{**asdict(row), "met": row.holds} for row in rows]
    sure = all(row.holds for row in rows)
    whole = {"bars": found, "resamples": RESAMPLES, "tokens_per_second": speed, "ok": sure}
    return json.dumps(whole)


def as_text(rows: Sequence[Row], speed: float) -> str:
    """Everything as a table for a terminal."""
    return "\n".join(
        (
            f"{rows[0].items} items a bar, {RESAMPLES} exams of each size, in percent",
            f"{'bar':<24} size    good   bar  baseline   passing: good, baseline",
            *map(line, rows),
            f"{speed:,.0f} tokens a second, read and written, in batches",
        )
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a bar does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--items", type=int, default=ITEMS, help="items a bar")
    options = parser.parse_args(arguments)
    rows = measure(options.items)
    show = as_json if options.json else as_text
    print(show(rows, round(tokens_per_second(), 1)))
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
