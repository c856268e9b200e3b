"""The table of results, for people and for programs."""

from typing import Any

from tinyworld.measure.cell import Result

NAME_WIDTH = 46


def line(result: Result) -> str:
    """One row of the table in a terminal."""
    verdict = {None: "", True: "met", False: "below the bar"}[result.met]
    bar = "" if result.bar is None else str(result.bar)
    return (
        f"{result.name:<{NAME_WIDTH}} {result.value:6.1f}  [{result.low:5.1f}, {result.high:5.1f}]"
        f"  n={result.n:<5} {bar:<7} {verdict}"
    ).rstrip()


def as_dict(result: Result) -> dict[str, Any]:
    """One entry of `bars` in the JSON output."""
    return {
        "name": result.name,
        "n": result.n,
        "value": round(result.value, 2),
        "low": round(result.low, 2),
        "high": round(result.high, 2),
        "bar": None if result.bar is None else str(result.bar),
        "met": result.met,
    }
