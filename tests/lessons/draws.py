"""What the judge asks with one seed, as a committed digest: python -m tests.lessons.draws"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from autograder.exercise import PROMISES, Case, Exercise
from autograder.judge.run import draws
from autograder.lessons import lessons
from autograder.wire import Value, is_tensor

SEED = "tests/tables"
FILE = Path(__file__).with_name("draws.json")


def drawn(exercise: Exercise) -> list[Case]:
    """All visible and hidden cases of an exercise."""
    stages = [stage for stage in exercise.stages if stage.name != PROMISES]
    return [
        case
        for stage in stages
        for draw in draws(exercise, stage, SEED, hidden=True)
        for case in stage.cases(draw)
    ]


def digest(cases: Sequence[Case]) -> str:
    """A few letters that stand for all arguments."""
    told = "\n".join(f"{case.shown} {_told(case.args)}" for case in cases)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _told(value: Value) -> str:
    if is_tensor(value):
        return f"{tuple(value.shape)} {value.dtype} {_told(value.tolist())}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_told, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_told(k)}: {_told(v)}' for k, v in value.items())}}}"
    if isinstance(value, set):
        return f"{{{', '.join(sorted(map(_told, value)))}}}"
    if isinstance(value, float):  # another processor may round its last digits otherwise
        return f"{value:+.0f}"
    return repr(value)


@cache
def committed() -> dict[str, str]:
    """The digests by exercise."""
    found = json.loads(FILE.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


if __name__ == "__main__":
    now = {e.name: digest(drawn(e)) for lesson in lessons() for e in lesson.coding}
    FILE.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
