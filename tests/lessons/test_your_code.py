"""Lesson 04's finale: the answers to its exercises on SmolLM2, and the cells that show them.

It reads the real model, which `make test` fetches.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import LlamaForCausalLM

from autograder.exercise import Essay
from autograder.given import models
from autograder.given import transformer as given
from autograder.given.downloads import CACHE_VARIABLE
from autograder.lessons.transformer import LESSON
from autograder.lessons.transformer.oracle import written
from tests.house.tree import ROOT
from tests.lessons import notebook
from tests.lessons.notebook import as_released, code_cells, run_all

FINALE = {key: source for key, source in code_cells(LESSON).items() if key.startswith("smollm2-")}
OPEN = "smollm2-open"
WAITS = "This step needs the result of an earlier one: make that run first.\n"
BRIEF = ("length", "short")
"""What the cells call the most tokens of an answer."""
ALONE = """
import json
from autograder.course.standalone import run_cell
from autograder.lessons import lesson
from tests.lessons.notebook import code_cells

names, marks = {"__name__": "__main__"}, 0.0
for key, source in code_cells(lesson("04-transformer")).items():
    if key.endswith("-test"):
        source = source.replace("check(", "_marks = check(")
    run_cell(source, names)
    marks += float(names.pop("_marks", 0))
print(json.dumps(marks))
"""
"""A program that runs the whole notebook with its solutions; its last line is the marks."""


@pytest.fixture(scope="module")
def solved() -> dict[str, Any]:
    """What the solution notebook has defined when the finale begins."""
    return notebook.solved(LESSON.id)[0]


@pytest.fixture(scope="module")
def smol(solved: dict[str, Any]) -> Iterator[Any]:
    """The published model in the classes of the solution."""
    yield solved["load_checkpoint"](models.checkpoint("smollm2"))
    models.tokenizer.cache_clear()


def briefly(most: int) -> dict[str, str]:
    """The finale's cells with answers of so many tokens at most."""
    shorter = {}
    for key, source in FINALE.items():
        for name in BRIEF:
            source = re.sub(rf"^{name} = \d+", f"{name} = {most}", source, flags=re.MULTILINE)
        shorter[key] = source.replace("greedy, 40, ", f"greedy, {most}, ")
    return shorter


def finale(known: dict[str, Any], most: int = 2) -> dict[str, str]:
    """What each cell of the finale prints; a model that is open already is not opened again."""
    cells = briefly(most)
    if known["smol"] is not None:
        del cells[OPEN]
    return run_all(cells, known)[1]


def without(known: dict[str, Any], missing: str) -> dict[str, Any]:
    """The same with the stub in place of one answer, which load_checkpoint meets, too."""
    cells = {name: code_cells(LESSON)[name] for name in ("load_checkpoint", missing)}
    return run_all(cells | {missing: as_released(cells[missing])}, known)[0]


@pytest.mark.parametrize("new", [30, pytest.param(200, marks=pytest.mark.long)])
def test_the_answers_run_the_published_model_as_transformers_does(
    solved: dict[str, Any], smol: Any, new: int
) -> None:
    """Every logit within 1e-4 of the largest, and all greedy tokens are the same."""
    assert sum(weight.numel() for weight in smol.parameters()) == 134_515_008
    theirs = models.opened(LlamaForCausalLM, str(models.checkpoint("smollm2")))
    prompt = models.tokenizer("smollm2")("Once upon a time", return_tensors="pt")["input_ids"]
    text = written(theirs, prompt, new)
    assert text.shape[1] == prompt.shape[1] + new
    with torch.no_grad():
        logits, expected = smol(text)[0], theirs(text).logits
    assert float((logits - expected).abs().max()) <= 1e-4 * float(expected.abs().max())
    assert torch.equal(solved["generate"](smol, prompt, new, solved["greedy"]), text)


def test_the_finale_counts_agrees_and_answers(solved: dict[str, Any]) -> None:
    printed = finale(solved, most=8)
    assert printed[OPEN].startswith("134,515,008 parameters in your TinyLlama, opened in")
    assert printed["smollm2-chat"] == (
        "<|im_start|>system\n"
        "You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
        "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n"
        "<|im_start|>assistant\nThe capital of France is Paris.<|im_end|>\n"
        "<|im_start|>user\nAnd of Italy?<|im_end|>\n"
        "<|im_start|>assistant\n← here the model goes on, after 59 tokens\n"
    )
    assert "Why is the sky blue?: The answer to this question" in printed["smollm2-question"]
    assert "8 tokens in " in printed["smollm2-question"]
    assert "would have written the same token at 8 of 8 places." in printed["smollm2-same"]
    assert "The first token of the answer" in printed["smollm2-settings"]
    assert printed["smollm2-settings"].count(", top-p 0.9: ") == 3
    assert "(Right: Paris.): The capital of France is Paris." in printed["smollm2-limits"]
    assert not [text for text in printed.values() if "This step" in text]


@pytest.mark.parametrize(
    ("missing", "needing"),
    [
        ("load_checkpoint", [OPEN]),
        ("TinyLlama", [OPEN]),
        ("generate", ["smollm2-question", "smollm2-settings", "smollm2-limits"]),
        ("greedy", ["smollm2-question", "smollm2-limits"]),
        ("temperature", ["smollm2-settings"]),
        ("top_p", ["smollm2-settings"]),
        ("sample_token", ["smollm2-settings"]),
    ],
)
def test_each_cell_says_in_one_sentence_which_answer_it_needs(
    missing: str, needing: list[str], solved: dict[str, Any], smol: Any
) -> None:
    opened = {} if needing == [OPEN] else {"smol": smol}
    printed = finale(without(solved, missing) | opened)
    said = f"This step needs `{missing}`: write it above, then run this cell again.\n"
    assert [key for key, text in printed.items() if said in text] == needing
    others = [text for key, text in printed.items() if key not in needing and "This step" in text]
    assert set(others) <= {WAITS}


def asked(known: dict[str, Any], smol: Any, **changed: Any) -> tuple[str, str]:
    """What the question's cell and the comparison's print where `changed` names are others."""
    cells = briefly(4)
    for name in [name for name in ("question", "length") if name in changed]:
        key, line = "smollm2-question", rf"^{name} = .*$"
        cells[key] = re.sub(line, f"{name} = {changed.pop(name)!r}", cells[key], flags=re.MULTILINE)
    wanted = ("smollm2-chat", "smollm2-answer", "smollm2-question", "smollm2-same")
    names = {**known, "smol": smol, "conversation": "an old one", **changed}
    printed = run_all({key: cells[key] for key in wanted}, names)[1]
    return printed["smollm2-question"], printed["smollm2-same"]


def test_a_question_that_is_too_long_is_refused_at_once(solved: dict[str, Any], smol: Any) -> None:
    never = lambda *_, **__: pytest.fail("the model was asked")  # noqa: E731
    assert asked(solved, smol, question="word " * 9000, generate=never) == (
        "The prompt has 9,031 tokens, and the model has 8,192 positions, the answer's among them: "
        "ask something shorter.\n",
        WAITS,
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda whole, ids: whole[:, ids.shape[1] :], "`generate` returned a tensor (1, 4) that"),
        (lambda whole, ids: None, "`generate` returned None; it must return the prompt with"),
        (lambda whole, ids: whole.tolist(), "`generate` returned a value of type list; it must"),
        (lambda whole, ids: ids, "`generate` wrote no token: look at it, and at how many"),
    ],
)
def test_a_wrong_generate_gives_a_sentence_and_no_numbers(
    wrong: Any, said: str, solved: dict[str, Any], smol: Any
) -> None:
    def generate(model: Any, ids: Any, *rest: Any, **options: Any) -> Any:
        return wrong(solved["generate"](model, ids, *rest, **options), ids)

    printed, compared = asked(solved, smol, generate=generate)
    assert said in printed
    assert "a second" not in printed and compared == WAITS


@pytest.mark.parametrize(("question", "length"), [(None, 4), (["Why?"], 4), ("Why?", "60")])
def test_of_a_wrong_value_no_right_function_is_said_to_need_mending(
    question: Any, length: Any, solved: dict[str, Any], smol: Any
) -> None:
    printed, compared = asked(solved, smol, question=question, length=length)
    assert re.search(r"step stopped: `(chat|generate)` raised \w+: .*what it was given", printed)
    assert compared == WAITS


def test_an_interrupted_answer_is_compared_as_far_as_it_was_written(
    solved: dict[str, Any], smol: Any
) -> None:
    left = 3

    def greedy(logits: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        return solved["greedy"](logits)

    printed, compared = asked(solved, smol, greedy=greedy)
    assert "3 tokens in " in printed
    assert "the same token at 3 of 3 places." in compared
    assert asked(solved, smol, greedy=greedy)[1] == WAITS  # nothing was written


@pytest.mark.parametrize("place", ["HuggingFaceTB/SmolLM2-135M-Instruct", "/nowhere", "", 5])
def test_a_model_that_is_no_folder_is_refused_at_once(place: Any, solved: dict[str, Any]) -> None:
    source = code_cells(LESSON)["elsewhere"].replace("= None  #", f"= {place!r}  #")
    printed = run_all({"elsewhere": source}, solved)[1]["elsewhere"]
    assert printed.startswith(f"There is no model {place!r}: choose one of base, instruct, chat, ")
    assert printed.count("\n") == 1


def test_a_checkpoint_from_elsewhere_is_named_by_a_path_too(
    tmp_path: Path, solved: dict[str, Any]
) -> None:
    shutil.copytree(given.checkpoint_folder("base"), tmp_path / "mine")
    config = tmp_path / "mine" / "config.json"
    source = code_cells(LESSON)["elsewhere"].replace("= None  #", "= mine  #")
    known = {**solved, "mine": tmp_path / "mine"}
    assert run_all({"elsewhere": source}, known)[1]["elsewhere"] == ""
    config.write_text(json.dumps(json.loads(config.read_text()) | {"num_hidden_layers": 9}))
    printed = run_all({"elsewhere": source}, known)[1]["elsewhere"]
    assert "`load_checkpoint` raised RuntimeError: Error(s) in loading state_dict" in printed
    assert 'Missing key(s) in state_dict: "' in printed


def test_without_the_download_it_is_said_once_and_the_rest_waits(solved: dict[str, Any]) -> None:
    printed = notebook.solved(LESSON.id)[1]
    said = [key for key, text in printed.items() if "autograder doctor --fetch" in text]
    assert said == [OPEN]
    assert "run `autograder doctor --fetch` once with a network (93 MB)" in printed[said[0]]
    steps = [key for key, source in FINALE.items() if "step(" in source and key != OPEN]
    assert {printed[key] for key in steps} == {WAITS}


def test_offline_without_the_download_the_notebook_ends_with_full_marks(tmp_path: Path) -> None:
    tried = tmp_path / "tried-network"
    path = (ROOT / "tests" / "house" / "offline", ROOT, os.environ.get("PYTHONPATH", ""))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    environment = {
        **kept,
        "HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        "AUTOGRADER_TRIED_NETWORK": str(tried),
        CACHE_VARIABLE: str(tmp_path / "cache"),
    }
    command = [sys.executable, "-c", ALONE]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    full = sum(each.points for each in LESSON.exercises if not isinstance(each, Essay))
    assert json.loads(ran.stdout.splitlines()[-1]) == full
    assert ran.stdout.count("autograder doctor --fetch") == 1
    assert not tried.exists()


@pytest.mark.parametrize("running", ["autograde", "validate"])
def test_while_grading_the_model_is_neither_looked_for_nor_opened(
    running: str, solved: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", running)
    opened: list[str] = []
    for name in ("checkpoint", "tokenizer", "load", "opened"):
        monkeypatch.setattr(models, name, lambda *asked, **_: opened.append(str(asked)))
    names, printed = run_all(FINALE, solved)
    assert opened == []
    assert names["smol"] is None and names["conversation"] is None
    assert all("parameters" not in text for text in printed.values())
