"""`autograder attack`: what submissions may try, run against this installation."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.proof.attacks.attack import Attack
    from autograder.proof.attacks.run import Outcome

REFUSED_STATUS = 2


def add(commands: Any) -> None:
    """Declare the verb."""
    verb = commands.add_parser("attack", help="run the attack corpus against this installation")
    verb.add_argument("names", nargs="*", help="attacks or classes; without any, all of them")
    verb.add_argument("--short", action="store_true", help="a few of every class")
    verb.add_argument("--jobs", metavar="N", type=int, default=2)
    verb.add_argument("--against", choices=("nbgrader",), help="show the harm done there instead")
    verb.add_argument("--json", action="store_true", help="one JSON object")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the corpus; 0 where every claim holds, else 1."""
    from autograder.engine.grade import CannotGrade
    from autograder.engine.session import MachineryGone

    attacks = chosen(arguments.names, arguments.short)
    if not attacks:
        print(f"No attack or class is called {' or '.join(arguments.names)}.", file=sys.stderr)
        return REFUSED_STATUS
    if arguments.against:
        return _against(attacks, arguments.json)
    from autograder.proof.attacks.run import as_dict, run_corpus

    try:
        outcome = run_corpus(attacks, arguments.jobs)
    except (CannotGrade, MachineryGone) as error:
        print(error, file=sys.stderr)
        return REFUSED_STATUS
    if arguments.json:
        print(json.dumps(as_dict(outcome), ensure_ascii=True))
    else:
        _print(outcome)
    return 0 if outcome.ok else 1


def chosen(names: list[str], short: bool) -> tuple[Attack, ...]:
    """The attacks with these names or of these classes."""
    from autograder.proof.attacks.corpus import CORPUS, SHORT

    all_ = SHORT if short else CORPUS
    return tuple(a for a in all_ if not names or a.name in names or a.kind in names)


def _print(outcome: Outcome) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("attack", "class", "course", "result", "points", "what came of it")
    for verdict in outcome.verdicts:
        points = "none" if verdict.points is None else f"{verdict.points:g}"
        came = "; ".join(verdict.problems) or ("a stated limit" if verdict.limit else "held")
        table.add_row(
            verdict.name,
            verdict.kind,
            verdict.course,
            verdict.label,
            f"{points} of {verdict.deserved:g} deserved",
            came,
        )
    console = Console(highlight=False)
    console.print(table)
    for problem in outcome.problems:
        console.print(problem, markup=False)
    held = sum(verdict.ok for verdict in outcome.verdicts)
    print(
        f"Jail: {outcome.tier}. {held} of {len(outcome.verdicts)} held, "
        f"in {outcome.seconds:.0f} seconds."
    )


def _against(attacks: tuple[Attack, ...], as_json: bool) -> int:
    """Run the attacks that claim harm against nbgrader alone."""
    from autograder.proof.attacks.stock import against_nbgrader

    found = []
    for shown in against_nbgrader(attacks):
        found.append(shown)
        if not as_json:
            print(
                f"{shown.name}: {', '.join(shown.seen) or 'no harm'} (claimed: {shown.claimed})",
                flush=True,
            )
    items = [{"name": s.name, "claimed": s.claimed, "seen": s.seen, "ok": s.ok} for s in found]
    total = {"attacks": len(items), "shown": sum(shown.ok for shown in found)}
    ok = all(shown.ok for shown in found)
    if as_json:
        print(json.dumps({"total": total, "items": items, "ok": ok}))
    else:
        print(f"{total['shown']} of {total['attacks']} did the harm that is claimed.")
    return 0 if ok else 1
