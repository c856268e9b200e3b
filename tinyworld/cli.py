"""`tinyworld`: look at the world, talk to its models, measure them, train your own."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tinyworld import MODELS
from tinyworld.state import State


def _world(options: argparse.Namespace) -> int:
    from tinyworld import questions, story
    from tinyworld.draw import Draw

    d = Draw(f"world/{options.seed}")
    told = story.make(d, plot=options.plot)
    print(f"plot: {told.plot}\n\n{told.text}\n")
    if told.summary:
        print(f"summary: {told.summary}\n")
    print("\n".join(_facts(told.state)), end="\n\n")
    for asked in questions.draw(d, told, 6):
        print(f"{asked.text} {asked.answer}")
    return 0


def _facts(state: State) -> list[str]:
    """What is true at the end, one fact a line: `Oscar is in the office.`"""
    lines = [f"{who} is {getattr(place, 'at', place)}." for who, place in state.place.items()]
    lines += [f"The {t} lies {getattr(place, 'at', place)}." for t, place in state.lying.items()]
    lines += [f"{who} has {getattr(state.things.get(t), 'a', t)}." for t, who in
              state.holder.items()]  # fmt: skip
    lines += [f"{who} is {feeling}." for who, feeling in state.feeling.items()]
    lines += [f"{giver} gave the {t} to {got}." for t, (giver, got) in state.gifts.items()]
    lines += [f"{name} is {getattr(kind, 'a', kind)}." for name, kind in state.pets.items()]
    return lines + [f"{question} Because {why}." for question, why in state.reasons.items()]


def _sample(options: argparse.Namespace) -> int:
    from tinyworld.measure.opening import open_model
    from tinyworld.talk import continue_text, talk

    decoder, kind = open_model(options.model)
    if kind == "base":
        return continue_text(decoder, options.prompt or [], options.temperature, options.seed)
    return talk(decoder, options.prompt or [], options.temperature, options.seed)


def _eval(options: argparse.Namespace) -> int:
    from tinyworld.measure.command import evaluate

    report = evaluate(
        [options.model] if options.model else list(MODELS),
        n=options.n,
        seed=options.seed,
        show=None if options.json else print,
    )
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
    return 1 if options.bars and not report["ok"] else 0


def _train(options: argparse.Namespace) -> int:
    import torch

    from tinyworld.build import build
    from tinyworld.recipe import PRESETS

    torch.set_num_threads(1)  # of one product; the lanes are what works at once
    folder = options.folder or Path("build") / f"tinyworld-{options.preset}"
    made = build(PRESETS[options.preset], folder, options.seed, options.stage, options.threads)
    print(
        f"Done: {made}\nTry it: tinyworld sample {made}\nMeasure it: tinyworld eval {made} --quick"
    )
    return 0


def _bench(options: argparse.Namespace) -> int:
    from tinyworld.throughput import tokens_per_second

    rate = tokens_per_second(options.processes)
    print(json.dumps({"tokens_per_second": round(rate), "processes": options.processes}))
    return 0


def _ship(options: argparse.Namespace) -> int:
    from tinyworld.ship import Origin, reports, ship

    found = reports(options.report, options.second)
    for place in ship(options.folder, found, Origin(options.commit, options.note)):
        print(place)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tinyworld", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="verb")
    _add_looking(verbs)
    _add_measuring(verbs)
    _add_training(verbs)
    return parser


def _add_looking(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    world = verbs.add_parser("world", help="a story and everything that is true in it")
    world.add_argument("--seed", type=int, default=0)
    world.add_argument("--plot", help="a plot's name, or `simulation`")
    world.set_defaults(run=_world)
    sample = verbs.add_parser("sample", help="let a model write, or talk to it")
    sample.add_argument("model", nargs="?", default="chat", help="a shipped name or a folder")
    sample.add_argument("--prompt", action="append", help="text or turn; several make a dialog")
    sample.add_argument("--temperature", type=float, default=0.0, help="0: always the likeliest")
    sample.add_argument("--seed", type=int, default=0)
    sample.set_defaults(run=_sample)


def _add_measuring(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    measure = verbs.add_parser("eval", help="measure what a model can do")
    measure.add_argument(
        "model",
        nargs="?",
        help="a shipped name, a model's or a run's folder; default: the three shipped",
    )
    measure.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    measure.add_argument("--bars", action="store_true", help="exit 1 when a bar is missed")
    measure.add_argument("--seed", type=int, default=0, help="of the prompts")
    measure.add_argument(
        "--quick", dest="n", action="store_const", const=100, default=500,
        help="100 prompts a cell instead of 500",
    )  # fmt: skip
    measure.set_defaults(run=_eval)
    bench = verbs.add_parser("bench", help="how fast the world writes, with tokenization")
    bench.add_argument("--processes", type=int, default=2)
    bench.set_defaults(run=_bench)


def _add_training(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    train = verbs.add_parser("train", help="train a model of your own; a killed run continues")
    train.add_argument("--preset", default="tiny", choices=("tiny", "small", "full", "test"))
    train.add_argument("--folder", type=Path, help="default: build/tinyworld-PRESET")
    train.add_argument("--seed", type=int, default=1)
    train.add_argument("--stage", default="chat", choices=MODELS, help="stop after this one")
    train.add_argument(
        "--threads", type=int, default=2,
        help="1 leaves a core free; the models that come out are the same",
    )  # fmt: skip
    train.set_defaults(run=_train)
    ship = verbs.add_parser("ship", help="copy a finished run into the package, with model cards")
    ship.add_argument("folder", type=Path)
    ship.add_argument(
        "--report", type=Path, required=True, help="output of `tinyworld eval --json`"
    )
    ship.add_argument("--second", type=Path, help="the same of a run with another training seed")
    ship.add_argument("--commit", required=True, help="of the code that trained the run")
    ship.add_argument("--note", default="", help="a sentence about hardware and time")
    ship.set_defaults(run=_ship)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; a sentence instead of a traceback where the user can help it."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (OSError, ValueError) as problem:
        print(problem, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
