"""`autograder doctor`: what is wrong with an installation, and the command that mends it."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any


def add(commands: Any) -> None:
    """Declare the verb."""
    verb = commands.add_parser("doctor", help="what is wrong with an installation")
    verb.add_argument("--json", action="store_true", help="one JSON object")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Say what was looked at; 1 where something is wrong."""
    from autograder.selfstudy.doctor import examine
    from autograder.selfstudy.find import course_or_none

    found = examine(course_or_none())
    ok = all(symptom.ok for symptom in found)
    if arguments.json:
        print(json.dumps({"items": [asdict(symptom) for symptom in found], "ok": ok}))
        return 0 if ok else 1
    for symptom in found:
        print(f"{'ok ' if symptom.ok else 'BAD'} {symptom.name}: {symptom.sentence}")
        if not symptom.ok:
            print(f"    mend it with: {symptom.command}")
    print("Everything is in order." if ok else "Mend from the top; then run this again.")
    return 0 if ok else 1
