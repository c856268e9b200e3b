"""The figures of `autograder bench check`: flat numbers, from the worked solutions."""

from __future__ import annotations

import json

import pytest

from autograder.cli import main
from autograder.proof.bench import figures, percentile


def test_figures_are_flat_and_cover_every_exercise() -> None:
    found = figures({"a": [1.0, 3.0, 2.0], "b": [10.0]})
    assert found == {
        "check_p50_s": 2.5, "check_p95_s": 10.0, "check_a_p50_s": 2.0, "check_a_p95_s": 3.0,
        "check_b_p50_s": 10.0, "check_b_p95_s": 10.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([5.0], 0.95, 5.0), ([2.0, 1.0], 0.5, 1.0), (list(map(float, range(1, 101))), 0.95, 95.0)],
)
def test_a_percentile_is_a_value_that_was_measured(
    values: list[float], share: float, expected: float
) -> None:
    assert percentile(values, share) == expected


def test_the_command_prints_one_object_of_numbers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("autograder.proof.bench.check_times", lambda _lesson, _home: [("a", [0.5])])
    wrong = [
        ("mistake", "a", 0.1),
        ("mistake", "a", 0.3),
        ("mistake", "b", 0.2),
        ("pair", "a", 0.4),
    ]
    monkeypatch.setattr("autograder.proof.bench.wrong_times", lambda _lesson: wrong)
    assert main(["bench", "check", "attention", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["check_a_p50_s"] == 0.5
    assert (found["mistakes"], found["mistake_p50_s"], found["mistake_p95_s"]) == (3, 0.2, 0.3)
    assert (found["pairs"], found["pair_p50_s"]) == (1, 0.4)
    assert (
        found["answers_tokens_per_s"]
        > found["answers_tokens_per_s"] / found["answers_times_one_by_one"]
        > 0
    )
    assert isinstance(found.pop("left_out"), str)
    assert all(isinstance(value, float | int) for value in found.values())
