"""`autograder doctor`: what is wrong with an installation, and the command that mends it."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any


def add(commands: Any) -> None:
    """Declare the verb."""
    verb = commands.add_parser("doctor", help="what is wrong with an installation")
    verb.add_argument("--json", action="store_true", help="one JSON object")
    verb.add_argument("--fetch", action="store_true", help="get the encoder of lesson 09 (84 MB)")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Say what was looked at; 1 where something is wrong."""
    if arguments.fetch:
        return fetch()
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


def fetch() -> int:
    """Get what lesson 09 needs from the network, once; 1 where no source answers."""
    from autograder.given import encoder

    try:
        print(f"The encoder {encoder.NAME} for lesson 09 is in {encoder.fetch()}.")
    except encoder.EncoderMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0
