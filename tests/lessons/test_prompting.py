"""Lesson 07: oracles against other oracles, guards, bars, the given parts, the notebook."""

from __future__ import annotations

import re
import shutil
import statistics
from pathlib import Path
from typing import Any

import jinja2
import pytest
import torch
from scipy.stats import binomtest

import tinyworld
from autograder.given import frozen, tasks
from autograder.given import prompting as given
from autograder.given.frozen import Frozen
from autograder.given.scoreboard import ShotTable
from autograder.lessons.prompting import LESSON
from autograder.lessons.prompting.build import by_world
from autograder.lessons.prompting.calibrate import by_categorical
from autograder.lessons.prompting.measured import model
from autograder.lessons.prompting.numbers import by_groups
from autograder.lessons.prompting.parse import by_regex
from autograder.lessons.prompting.score import by_loss
from tests.lessons import notebook
from tinyworld.generate import ends

EXERCISES = {e.name: e for e in LESSON.coding}
REVIEW = "Review: The soup was cold.\nSentiment:"


@pytest.fixture(scope="module")
def solved() -> tuple[dict[str, Any], dict[str, str]]:
    return notebook.solved(LESSON.id)


@pytest.fixture(scope="module")
def untouched() -> tuple[dict[str, Any], dict[str, str]]:
    return notebook.untouched(LESSON.id)


@pytest.fixture(scope="module")
def base() -> Frozen:
    return model()


def test_a_picture_whose_function_is_missing_says_which(untouched: Any, solved: Any) -> None:
    assert untouched[1]["prompt-figure"] == (
        "This picture needs `build_prompt`: write it above, then run this cell again.\n"
    )
    needing = [name for name, printed in untouched[1].items() if "This picture needs" in printed]
    assert len(needing) >= 9
    assert not [name for name in solved[1] if "This picture" in solved[1][name]]


def test_nothing_was_trained(solved: Any) -> None:
    assert solved[1]["weights"] == "The weights are as they were.\n"


def test_few_shot_beats_zero_shot_by_15_points_on_three_tasks(solved: Any) -> None:
    scores = solved[0]["table"].scores
    gains = {task: scores[task, 8].share - scores[task, 0].share for task, _ in scores}
    assert sum(gain >= 0.15 for gain in gains.values()) >= 3, gains


def test_elsewhere_the_full_table_is_returned(base: Frozen) -> None:
    table = ShotTable(base, ("topic",), (0,), count=5)
    assert "topic 0: " in repr(table.fill(given.build_prompt))


def test_every_exercise_has_a_given_part() -> None:
    assert set(EXERCISES) <= set(given.__all__)


TEMPLATE = jinja2.Template(
    "{% if instruction %}{{ instruction }}\n{% endif %}"
    "{% for text, answer in examples %}{{ asks }}: {{ text }}\n{{ says }}: {{ answer }}\n\n"
    "{% endfor %}{{ asks }}: {{ query }}\n{{ says }}:"
)


@pytest.mark.parametrize("instruction", ["", "Labels: film, food"])
@pytest.mark.parametrize("shots", [0, 1, 3])
def test_the_worlds_layout_is_that_of_a_template(instruction: str, shots: int) -> None:
    examples = tasks.examples("topic", "template", shots)
    rendered = TEMPLATE.render(
        instruction=instruction, examples=examples, query="Why?", asks="Text", says="Topic"
    )
    assert by_world(instruction, examples, "Why?", ("Text", "Topic")) == rendered


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes", "yes"),
        ("\n\n Not sure, yes", "not sure"),
        ("I know nothing", None),
        ("yes\nno", "yes"),
        ("", None),
        ("NO!", "no"),
    ],
)
def test_the_label_of_an_answer(text: str, expected: str | None) -> None:
    labels = ["no", "yes", "not sure"]
    assert by_regex(text, labels) == given.parse_answer(text, labels) == expected


def test_scores_are_log_probabilities_read_step_by_step(base: Frozen) -> None:
    prompt, label = base.ids(REVIEW), base.ids("zamiko")
    total, so_far = 0.0, prompt
    for token in label:
        with torch.inference_mode():
            last = base.model(torch.tensor([so_far])).logits[0, -1]
        total += float(torch.log_softmax(last, -1)[token])
        so_far = [*so_far, token]
    assert len(label) > 1
    expected = pytest.approx(total / len(label), rel=1e-4)
    assert float(by_loss(base.model, prompt, [label])[0]) == expected
    assert float(base.label_scores([REVIEW], ["zamiko"])[0, 0]) == expected


def test_labels_that_begin_alike_are_scored_apart(base: Frozen) -> None:
    labels = ["very good", "very bad", "very"]
    together = base.label_scores([REVIEW], labels)[0]
    alone = by_loss(base.model, base.ids(REVIEW), [base.label_ids(REVIEW, x) for x in labels])
    assert torch.allclose(together, alone, atol=1e-4)


def test_many_prompts_at_once_are_answered_as_by_generate(base: Frozen) -> None:
    shown = tasks.examples("topic", "generate", 3)
    prompts = [
        *(given.build_prompt("", shown, item.text) for item in tasks.items("topic", "generate", 5)),
        *(given.scratchpad_prompt(item.text) for item in tasks.items("sum", "generate", 3)),
    ]
    stops = [int(i) for i in ends(base.tokenizer, frozen.STOP).nonzero()]
    for prompt, answer in zip(prompts, base.answers(prompts, 30), strict=True):
        ids = torch.tensor([base.ids(prompt)])
        made = base.model.generate(
            ids, attention_mask=torch.ones_like(ids), max_new_tokens=30, do_sample=False,
            eos_token_id=stops, pad_token_id=0,
        )  # fmt: skip
        text = base.tokenizer.decode(made[0, ids.shape[1] :], skip_special_tokens=True)
        assert answer == text.split("\n")[0].strip()


def test_samples_depend_on_their_seed_and_follow_the_probabilities(base: Frozen) -> None:
    first, again, other = (base.samples([REVIEW], 200, 1.0, 1, seed)[0] for seed in (1, 1, 2))
    assert first == again != other
    chance = float(base.label_scores([REVIEW], ["negative"]).exp())
    seen = first.count("negative")
    assert binomtest(seen, 200, min(1.0, chance)).pvalue > 1e-6


def test_other_weights_have_another_fingerprint() -> None:
    net = torch.nn.Linear(3, 2)
    before = frozen.digest(net)
    assert frozen.digest(net) == before
    with torch.no_grad():
        net.weight[0, 0] += 1e-3
    assert frozen.digest(net) != before


@pytest.mark.parametrize("text", ["", "no digits", "7", "a 12 b 034.", "1+2=3"])
def test_the_last_number(text: str) -> None:
    found = re.findall("[0-9]+", text)
    assert by_groups(text) == given.final_number(text) == (int(found[-1]) if found else None)


def test_the_vote_is_that_of_the_statistics_module() -> None:
    assert given.majority_vote(["b", "a", "a", "b"]) == statistics.mode(["b", "a", "a", "b"])


def test_calibration_by_hand() -> None:
    scores = torch.tensor([[0.6, 0.4]]).log()
    even = by_categorical(scores, torch.tensor([[0.75, 0.25]]).log())
    assert even[0].tolist() == pytest.approx([1 / 3, 2 / 3])


def test_a_prompt_without_a_taste_of_its_own_is_left_as_it_is() -> None:
    scores = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
    even = by_categorical(scores, torch.zeros(2, 3))
    assert torch.allclose(even, torch.softmax(scores, -1), atol=1e-6)


@pytest.mark.parametrize("task", tasks.TASKS)
def test_examples_are_never_items(task: str) -> None:
    items = {item.text for item in tasks.items(task, "apart", 60)}
    shown = {text for text, _ in tasks.examples(task, "apart", 12)}
    assert len(items) == 60 and len(shown) == 12
    assert not items & shown


def test_the_same_seed_gives_the_same_items_and_another_one_others() -> None:
    first, again, other = (tasks.items("topic", seed, 20) for seed in ("a", "a", "b"))
    assert first == again != other


def test_examples_show_every_label_about_equally_often() -> None:
    labels = [label for _, label in tasks.examples("topic", "even", 13)]
    assert {labels.count(label) for label in tasks.TASKS["topic"].labels} == {2, 3}


@pytest.mark.parametrize("task", [task.name for task in tasks.TASKS.values() if task.labels])
def test_examples_show_their_labels_in_turn_wherever_a_seed_begins(task: str) -> None:
    """Among 24 reviews, one in eighty draws has none of a topic that is one in six."""
    labels = tasks.TASKS[task].labels
    for seed in range(300):
        for count in (1, 2):
            shown = tasks.examples(task, f"anywhere {seed}", count)
            assert sorted(label for _, label in shown) == sorted(labels[:count])


def test_an_attack_names_the_other_label() -> None:
    for item in tasks.items("attacked", "attack", 40):
        (wish,) = {"negative", "positive"} - {item.answer}
        assert item.text.rstrip(".").endswith(f" {wish}")


def test_the_optional_cell_opens_a_model_in_hub_layout(
    tmp_path: Path, solved: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """A cache as the hub's client keeps it: refs, snapshots, the name with two hyphens."""
    cache, commit = tmp_path / "models--somebody--small", "0" * 40
    shutil.copytree(tinyworld.path("base"), cache / "snapshots" / commit)
    (cache / "refs").mkdir()
    (cache / "refs" / "main").write_text(commit)
    opened = frozen.open_any("somebody/small", str(tmp_path))
    assert opened.digest() == model().digest()
    solved[0]["try_model"](str(cache / "snapshots" / commit), count=4)
    said = capsys.readouterr().out
    assert "million weights" in said and said.count("95 % interval") == 3


def test_a_model_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nobody/nothing"):
        frozen.open_any("nobody/nothing", str(tmp_path))


def test_more_inputs_than_there_are_is_said_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="different inputs of the task 'kind'"):
        tasks.items("kind", "many", 1000)
