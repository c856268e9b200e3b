"""`tinyworld eval`: measure one model or all, and say what follows from several together."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from tinyworld.measure.cell import Result, difference
from tinyworld.measure.chat_cells import GAP
from tinyworld.measure.opening import models_of, open_model
from tinyworld.measure.report import as_dict, line
from tinyworld.measure.run import SUITES, measure
from tinyworld.measure.speed import Speed, speed

Show = Callable[[str], None]


def evaluate(names: Sequence[str], n: int, seed: int, show: Show | None) -> dict[str, Any]:
    """The report as one JSON-ready object; `show` gets each line as it is known."""
    say = show or (lambda text: None)
    start = time.perf_counter()
    found: dict[str, list[Result]] = {}
    speeds: dict[str, Speed] = {}
    places = {name: place for given in names for name, place in models_of(given).items()}
    for name, place in places.items():
        decoder, kind = open_model(place)
        say(f"\n{place} ({kind})")
        found[name] = measure(decoder, SUITES[kind], seed, n, lambda result: say(line(result)))
        speeds[name] = speed(decoder, seed)
        say(_speed_line(speeds[name]))
    together = _gap(found)
    for result in together:
        say(f"\n{line(result)}")
    seconds = time.perf_counter() - start
    say(f"\n{seconds:.0f} s")
    return _report(found, speeds, together, seed, seconds)


def _gap(found: dict[str, list[Result]]) -> list[Result]:
    results = {result.name: result for one in found.values() for result in one}
    if GAP.of not in results or GAP.over not in results:
        return []
    return [difference(GAP, results[GAP.of], results[GAP.over])]


def _speed_line(measured: Speed) -> str:
    return (
        f"speed: {measured.batched:,.0f} tokens/s in batches, "
        f"{measured.multiple:.1f} times `model.generate` one by one"
    )


def _report(
    found: dict[str, list[Result]],
    speeds: dict[str, Speed],
    together: list[Result],
    seed: int,
    seconds: float,
) -> dict[str, Any]:
    bars = [{"model": name, **as_dict(r)} for name, results in found.items() for r in results]
    bars += [{"model": "all", **as_dict(result)} for result in together]
    return {
        "bars": bars,
        "speed": {
            name: {
                "tokens_per_second": round(one.batched, 1),
                "times_generate": round(one.multiple, 2),
            }
            for name, one in speeds.items()
        },
        "seed": seed,
        "seconds": round(seconds, 1),
        "ok": all(bar["met"] is not False for bar in bars),
    }
