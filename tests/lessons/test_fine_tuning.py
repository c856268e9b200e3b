"""Lesson 09: its oracles against each other, its bounds from both sides, its figures and tools."""

from __future__ import annotations

import math
import re
import sys
from typing import Any

import pytest
import torch
from sklearn import metrics
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from autograder.exercise import Draw
from autograder.given import fine_tuning as given
from autograder.given import messages
from autograder.given.features import gain, interval, training_bytes
from autograder.given.figures.confusion import confusion
from autograder.given.figures.curve import Score, against_cost, curve, powers_of_ten
from autograder.given.figures.scatter import plane, scatter, separation
from autograder.given.lazy import step
from autograder.given.outcomes import Outcome, score, table
from autograder.judge.verdict import Verdict
from autograder.lessons import exercise as find
from autograder.lessons.fine_tuning import descriptions, sampling, tuning
from autograder.lessons.fine_tuning.lora import by_peft, state_of
from autograder.worker.direct import DirectStudent
from tests.judge.learner import judged, said
from tests.lessons.notebook import mistaken

MIDDLE = Draw("tests")


def randoms(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1))


def test_the_macro_mean_and_the_counts_are_those_of_scikit_learn() -> None:
    predicted, labels = torch.tensor([0, 2, 2, 1, 0, 2]), torch.tensor([0, 1, 2, 1, 1, 0])
    counts = metrics.confusion_matrix(labels, predicted, labels=range(4))
    assert given.confusion_matrix(predicted, labels, 4).tolist() == counts.tolist()
    f1 = 2 * counts.diagonal() / (counts.sum(0) + counts.sum(1)).clip(1)
    assert given.macro_f1(predicted, labels, 4) == pytest.approx(f1.mean())


@pytest.mark.parametrize("classes", [2, 4])
def test_the_given_probe_stands_at_the_lowest_point(classes: int) -> None:
    features, labels = randoms(40, 5), torch.arange(40) % classes
    weight, bias = given.fit_probe(features, labels, classes, 0.1)
    weight.requires_grad_()
    bias.requires_grad_()
    loss = nn.functional.cross_entropy(features @ weight.T + bias, labels)
    (loss + 0.05 * weight.square().sum()).backward()  # type: ignore[no-untyped-call]
    assert weight.grad is not None and bias.grad is not None
    assert float(weight.grad.abs().max()) < 1e-4
    assert float(bias.grad.abs().max()) < 1e-4


def test_pooling_does_not_see_padding() -> None:
    hidden, mask = randoms(2, 3, 4), torch.tensor([[1, 1, 0], [0, 1, 1]])
    pooled = given.mean_pool(hidden, mask)
    assert torch.allclose(pooled[0], hidden[0, :2].mean(0))
    assert torch.allclose(pooled[1], hidden[1, 1:].mean(0))


@pytest.mark.parametrize("bias", [True, False])
def test_the_given_lora_layer_is_that_of_peft(bias: bool) -> None:
    state = state_of(MIDDLE, 6, 4, 3, bias)
    layer = given.LoRALinear(nn.Linear(6, 4, bias=bias), 3, 5.0)
    layer.load_state_dict(state)
    x = randoms(2, 6)
    assert torch.allclose(layer(x), by_peft(state, 5.0)(x), atol=1e-5)
    assert torch.allclose(given.merge_lora(layer)(x), layer(x), atol=1e-5)
    layer(x).sum().backward()
    assert layer.base.weight.grad is None
    assert layer.a.grad is not None and layer.b.grad is not None


def test_lora_trains_rank_times_in_plus_out_numbers() -> None:
    encoder = given.tiny_encoder(8, 2, 0)
    assert given.add_lora(encoder, ["query", "value"], 3, 6.0) == 2 * 2 * 3 * (8 + 8)
    kept = [name for name, p in encoder.named_parameters() if p.requires_grad]
    assert all(name.endswith((".a", ".b")) for name in kept)


def test_a_sample_is_fair_and_an_unfair_one_is_seen() -> None:
    labels = torch.arange(30) % 3
    fair = [given.balanced_sample(labels, 4, seed) for seed in range(sampling.SEEDS)]
    assert sampling._fair(fair, (labels, 4)) is None
    neighbours = mistaken("balanced_sample", "neighbours")
    unfair = [neighbours(labels, 4, seed) for seed in range(sampling.SEEDS)]
    assert sampling._fair(unfair, (labels, 4)) is not None


def test_retrieval_goes_by_angle_not_by_length() -> None:
    candidates = torch.tensor([[10.0, 0.0], [0.1, 0.1]])
    assert given.retrieval_accuracy(torch.ones(1, 2), candidates, torch.tensor([1])) == 1.0


def test_training_is_bounded_on_both_sides() -> None:
    steps = 10
    assert tuning._in_bounds(0.5 * steps, steps) is None
    assert tuning._in_bounds(1.0 * steps, steps) is None
    assert "not far enough" in str(tuning._in_bounds(0.1 * steps, steps))
    assert "too far" in str(tuning._in_bounds(3.0 * steps, steps))
    assert tuning._learned(torch.tensor(0.3), math.log(3)) is None
    assert "too good" in str(tuning._learned(torch.tensor(1e-6), math.log(3)))
    assert "at most" in str(tuning._learned(torch.tensor(1.0), math.log(3)))


def test_adam_moves_a_weight_by_at_most_the_rate_in_a_step() -> None:
    weight = nn.Parameter(randoms(50))
    before = weight.detach().clone()
    optimizer = torch.optim.AdamW([weight], lr=1e-2, weight_decay=0.0)
    for _ in range(10):
        optimizer.zero_grad()
        (weight * randoms(50)).sum().backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    gone = float((weight.detach() - before).abs().max()) / 1e-2
    assert tuning.NEAR * 10 <= gone <= tuning.FAR * 10


def test_a_model_that_cheats_training_is_refused() -> None:
    """Weights set from outside, with a loss of nearly 0, have moved too far for the settings."""

    def fine_tune(model: Any, *_: object) -> None:
        with torch.no_grad():
            model.head.weight.add_(5.0)

    names = {name: getattr(given, name) for name in given.__all__} | {"fine_tune": fine_tune}
    for case in tuning._settings(MIDDLE):
        assert case.program is not None and case.accepts is not None
        got = case.program(DirectStudent(names), *case.args)
        sentence = "too far" if case.program is tuning.distance else "14 of the 14 examples"
        assert sentence in str(case.accepts(got, case.expected))


LOOP = """
def fine_tune(model, examples, epochs, learning_rate, batch_size):
    MODE
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate)
    done = 0
    for _ in range(epochs):
        order = torch.randperm(len(examples)).tolist()
        for start in range(0, len(order), batch_size):
            batch = given.collate([examples[i] for i in order[start : start + batch_size]])
            ZERO
            model(**batch)["loss"].backward()
            done += 1
            STEP
"""
USUAL = {"MODE": "pass", "ZERO": "optimizer.zero_grad()", "STEP": "optimizer.step()"}
EVERY_SECOND = "(done % 2 == 0) and (optimizer.step(), optimizer.zero_grad())"
HALVES = {"per_device_train_batch_size=batch_size": "per_device_train_batch_size=1,\n"
          "            gradient_accumulation_steps=batch_size"}  # fmt: skip
UNPROMISED = {
    "never says train": (LOOP, USUAL),
    "says eval": (LOOP, USUAL | {"MODE": "model.eval()"}),
    "examples one by one": ("", HALVES),
    "cosine": ("", {"learning_rate=": "lr_scheduler_type='cosine', learning_rate="}),
    "warm-up": ("", {"learning_rate=": "warmup_steps=2, learning_rate="}),
    "decay": ("", {"learning_rate=": "weight_decay=0.1, learning_rate="}),
}
BROKEN = {
    "a step every second batch": (LOOP, USUAL | {"ZERO": "pass", "STEP": EVERY_SECOND}),
    "every second batch thrown away": (LOOP, USUAL | {"STEP": "done % 2 and optimizer.step()"}),
    "gradients never zeroed": (LOOP, USUAL | {"ZERO": "pass"}),
    "gradients zeroed once an epoch": (
        LOOP, USUAL | {"ZERO": "if start == 0: optimizer.zero_grad()"}
    ),
    "last batch left out": (LOOP, {"len(order), batch": "len(order) - batch_size + 1, batch"}
                            | USUAL),
    "four batches a step": (
        "", {"learning_rate=": "gradient_accumulation_steps=4, learning_rate="}
    ),
    "one epoch more": (LOOP, {"range(epochs)": "range(epochs + 1)"} | USUAL),
    "drawn with replacement": (
        LOOP, {"torch.randperm(len": "torch.randint(len(examples), (len"}
        | {"examples)).tolist()": "examples),)).tolist()"} | USUAL
    ),
}  # fmt: skip


def tuned_by(text: str, changes: dict[str, str]) -> Verdict:
    cell = text or find("fine_tune")[1].reference  # type: ignore[union-attr]
    for old, new in changes.items():
        assert cell.count(old) == 1, old
        cell = cell.replace(old, new)
    return judged("fine_tune", cell, hidden=True, seed="tests")


@pytest.mark.parametrize(("text", "changes"), UNPROMISED.values(), ids=UNPROMISED)
def test_what_the_stub_of_fine_tune_leaves_open_is_accepted(
    text: str, changes: dict[str, str]
) -> None:
    verdict = tuned_by(text, changes)
    assert verdict.passed, verdict.lines


@pytest.mark.parametrize(("text", "changes"), BROKEN.values(), ids=BROKEN)
def test_steps_that_are_not_those_asked_for_are_seen_in_the_weights(
    text: str, changes: dict[str, str]
) -> None:
    verdict = tuned_by(text, changes)
    lost = [stage.name for stage in verdict.stages if stage.status == "failed"]
    assert "settings" in lost
    assert verdict.mistake in ("", "never zeroed"), verdict.cause


def test_examples_that_share_a_step_go_equally_far_however_the_rate_falls() -> None:
    """The rule that the grouping rests on, on Adam alone: no size of a gradient is in the way."""
    for rates in ([1.0] * 4, [1.0, 0.75, 0.5, 0.25], [0.0, 0.5, 1.0, 0.5]):
        weight = nn.Parameter(torch.zeros(4, 2))
        optimizer = torch.optim.AdamW([weight], lr=1.0)
        for i, rate in enumerate(rates):
            optimizer.param_groups[0]["lr"] = rate
            weight.grad = torch.zeros(4, 2)
            weight.grad[i] = torch.tensor([1e-3, 10.0])
            optimizer.step()
        gone = weight.detach().abs()
        assert torch.allclose(gone[:, 0], gone[:, 1], rtol=0.02)
        between = gone[:, 0].sort().values.diff() / sum(rates)
        assert float(between.min()) > tuning.TOGETHER


CHOSEN = "mask[..., None].expand_as(hidden).bool()"
EACH = "torch.stack([torch.stack([1 - {}(x[None], y[None], one) for y in b]) for x in a])[..., 0]"
DONE_BY_A_LIBRARY = {
    "an operation": ("cosine_similarity", "torch.ops.aten.cosine_similarity(a[:, None], b, -1)"),
    "a loss": ("cosine_similarity", EACH.format("F.cosine_embedding_loss")),
    "a loss as a module": ("cosine_similarity", EACH.format("nn.CosineEmbeddingLoss()")),
    "a loss by a computed name": (
        "cosine_similarity", EACH.format("getattr(torch, 'cosine_' + 'embedding_loss')")
    ),
    "distances of scipy": (
        "cosine_similarity", "torch.from_numpy(1 - scipy.spatial.distance.cdist(a, b, 'cosine'))"
    ),
    "distances of scikit-learn": (
        "cosine_similarity", "torch.from_numpy(1 - metrics.pairwise.cosine_distances(a, b))"
    ),
    "a masked tensor": ("mean_pool", f"torch.masked.masked_tensor(hidden, {CHOSEN}).mean(1)"),
    "another masked tensor": (
        "mean_pool", f"torch.masked.as_masked_tensor(hidden, {CHOSEN}).mean(1).get_data()"
    ),
    "a masked array": (
        "mean_pool", f"torch.tensor(np.ma.masked_array(hidden, ~{CHOSEN}).mean(1).data)"
    ),
    "another linear model": (
        "fit_probe", "sklearn.neural_network.MLPClassifier(()).fit(features, labels).coefs_"
    ),
    "a linear machine": ("fit_probe", "sklearn.svm.LinearSVC().fit(features, labels).coef_"),
}  # fmt: skip
PARAMETERS = {
    "cosine_similarity": "a, b",
    "mean_pool": "hidden, mask",
    "fit_probe": "features, labels, classes, decay",
}


@pytest.mark.parametrize(("name", "value"), DONE_BY_A_LIBRARY.values(), ids=DONE_BY_A_LIBRARY)
def test_a_library_that_does_the_exercise_is_refused(name: str, value: str) -> None:
    cell = (
        "import numpy as np, scipy.spatial.distance, sklearn.neural_network, sklearn.svm\n"
        f"from sklearn import metrics\none = torch.ones(1)\n"
        f"def {name}({PARAMETERS[name]}):\n    return {value}"
    )
    assert judged(name, cell, hidden=True).status == "forbidden"


@pytest.mark.parametrize(
    "base",
    [
        "transformers.DistilBertForSequenceClassification",
        "transformers.models.bert.modeling_bert.BertForSequenceClassification",
    ],
)
def test_a_classifier_of_transformers_is_refused(base: str) -> None:
    cell = f"import transformers\nclass SentenceClassifier({base}):\n    pass"
    assert judged("SentenceClassifier", cell, hidden=True).status == "forbidden"


def test_the_dict_of_transformers_is_a_dict() -> None:
    cell = find("SentenceClassifier")[1].reference  # type: ignore[union-attr]
    cell = cell.replace("return {", "return SequenceClassifierOutput(**{").replace("s}", "s})")
    cell = f"from transformers.modeling_outputs import SequenceClassifierOutput\n{cell}"
    assert judged("SentenceClassifier", cell, hidden=True).passed


def test_a_lora_layer_need_not_be_read_by_its_scale() -> None:
    cell = find("LoRALinear")[1].reference  # type: ignore[union-attr]
    cell = cell.replace("self.scale = alpha / rank", "self.alpha, self.rank = alpha, rank")
    cell = cell.replace("self.scale * (", "self.alpha / self.rank * (")
    assert "scale" not in cell
    assert judged("LoRALinear", cell, hidden=True).passed


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("weight.T, bias", "The shapes of weight and bias are (4, 3) and (3,); expected (3, 4)"),
        ("weight", "It must return two tensors: the weight and the bias."),
        (
            "torch.log_softmax(features @ weight.T + bias, dim=-1)",
            "It must return two tensors: the weight and the bias.",
        ),
        ("weight.numpy(), bias", "It must return two tensors: the weight and the bias."),
        ("0 * weight, bias", "Compared are the log-probabilities that weight and bias give"),
    ],
)
def test_the_message_of_the_probe_says_what_is_compared(value: str, sentence: str) -> None:
    cell = find("fit_probe")[1].reference  # type: ignore[union-attr]
    cell = cell.replace("return weight.detach", "weight, bias = weight.detach")
    cell = f"{cell}    return {value}"
    assert sentence in said("fit_probe", cell)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: list(d), "must return a dict"),
        (lambda d: {k: v for k, v in d.items() if k != "lost_card"}, "missing for: lost_card"),
        (lambda d: d | {"other": "x"}, "no such intents: other"),
        (lambda d: d | {"lost_card": " "}, "lost_card is empty"),
        (lambda d: d | {"lost_card": "word " * 31}, "has 31 words; 30 are allowed"),
        (lambda d: d | {"lost_card": d["find_title"]}, "same description"),
    ],
)
def test_a_malformed_description_is_refused_with_a_sentence(change: Any, sentence: str) -> None:
    good = {name: f"It is about {name}." for name in messages.INTENTS}
    assert descriptions.well_formed(good, None) is None
    assert sentence in str(descriptions.well_formed(change(good), None))


def test_the_interval_holds_the_score_and_shrinks_with_more_messages() -> None:
    labels = torch.arange(400) % 4
    predicted = torch.where(torch.arange(400) % 5 == 0, (labels + 1) % 4, labels)
    low, high = interval(predicted, labels, 4)
    assert low < given.macro_f1(predicted, labels, 4) < high
    few = interval(predicted[:40], labels[:40], 4)
    assert high - low < few[1] - few[0]
    assert 0.06 < high - low < 0.1, "a share of 0.8 of 400 spreads by 0.02, so 0.08 wide"


def test_a_gain_is_seen_where_two_intervals_overlap() -> None:
    """Two scores on the same messages differ more surely than each of them lies."""
    place = torch.arange(400)
    labels, wrong = place % 4, (place + 1) % 4
    better = torch.where(place % 6 == 0, wrong, labels)
    worse = torch.where(place % 20 == 1, wrong, better)
    assert interval(worse, labels, 4)[1] > interval(better, labels, 4)[0]
    low, high = gain(better, worse, labels, 4)
    assert 0 < low < given.macro_f1(better, labels, 4) - given.macro_f1(worse, labels, 4) < high
    assert gain(better, better, labels, 4) == (0.0, 0.0)


def test_memory_counts_gradients_and_moments_of_what_is_trained() -> None:
    layer = nn.Linear(10, 10, bias=False)
    assert training_bytes(layer) == 100 * 16
    assert training_bytes(layer.requires_grad_(False)) == 100 * 4


def test_the_published_size_is_that_of_the_configuration() -> None:
    with torch.device("meta"):
        size = BertModel(
            BertConfig(
                hidden_size=384,
                num_hidden_layers=6,
                intermediate_size=1536,
                num_attention_heads=12,
            )
        )
    assert sum(p.numel() for p in size.parameters()) == 22_713_216


def test_a_step_that_fails_says_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert step(lambda: 3) == 3
    assert step(lambda: missing_function()) is None  # type: ignore[name-defined] # noqa: F821
    assert "This step needs `missing_function`" in capsys.readouterr().out


def test_a_step_waits_for_the_steps_before_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert step(lambda: 3, "a result", 0) == 3
    assert step(lambda: 3, "a result", None) is None
    assert "needs the result of an earlier one" in capsys.readouterr().out


def test_what_a_step_writes_to_stderr_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    step(lambda: print("a warning", file=sys.stderr))
    assert capsys.readouterr() == ("a warning\n", "")


def outcome(name: str) -> Outcome:
    labels = {split: torch.tensor(messages.labels(split)) for split in messages.SPLITS}
    return Outcome(name, labels["test"], labels["paraphrases"] * 0, 12, 1.5, 2_000_000)


def test_the_table_says_every_number_in_words_too() -> None:
    shown = table([outcome("probe"), None], given.macro_f1)
    assert "way probe, macro-F1 1.000, 95 % interval 1.000 to 1.000" in shown.alt
    assert shown.html.count("<tr>") == 2 and "<td" in shown.html
    with pytest.raises(ValueError, match="no result yet"):
        table([None], given.macro_f1)


def test_figures_say_in_words_what_they_show() -> None:
    lines = curve({"a": [Score(12, 0.5, 0.4, 0.6), Score(24, 0.7, 0.6, 0.8)]}, title="t", x="texts")
    assert "a: 0.500 (0.400 to 0.600) at 12 texts; 0.700" in lines.alt
    points = against_cost([score(outcome("probe"), given.macro_f1, 2.0)], title="t", x="seconds")
    assert "probe: 1.000" in points.alt and "<title>" in points.html
    assert ">1.00</text>" in points.html and ">0.60</text>" in lines.html
    counts = confusion(torch.tensor([[3, 1], [0, 2]]), ["one", "two"], "t")
    assert "5 of 6 are right" in counts.alt and "one taken for two 1 times" in counts.alt
    with pytest.raises(ValueError, match="for 3 names"):
        confusion(torch.ones(2, 2), ["a", "b", "c"], "t")


@pytest.mark.parametrize(
    ("values", "powers"),
    [([0.2, 3, 150], [1.0, 10.0, 100.0]), ([0.0, 0.1, 10], [0.1, 1.0, 10.0]), ([2, 5], [])],
)
def test_a_plot_against_cost_has_a_mark_at_each_power_of_ten(
    values: list[float], powers: list[float]
) -> None:
    assert powers_of_ten(values) == pytest.approx(powers)


def test_a_name_does_not_lie_on_the_interval_beside_it() -> None:
    """LoRA's name would stand on the interval of full fine-tuning, so it stands below its own."""
    near = [Score(33, 0.82, 0.78, 0.85, "LoRA"), Score(42, 0.83, 0.8, 0.87, "full")]
    shown = against_cost([Score(0.1, 0.6, 0.5, 0.7, "probe"), *near], title="t", x="seconds").html
    height = {
        name: float(re.findall(rf'y="([0-9.]+)"[^>]*>{name}</text>', shown)[-1])
        for name in ("LoRA", "full")
    }
    dots = [float(y) for y in re.findall(r'<circle [^>]*cy="([0-9.]+)"', shown)]
    assert height["full"] < dots[2] < dots[1] < height["LoRA"]


def test_the_map_shows_the_two_widest_directions() -> None:
    wide = torch.zeros(4, 5)
    wide[:, 3] = torch.tensor([-8.0, -8.0, 8.0, 8.0])
    wide[:, 1] = torch.tensor([-2.0, 2.0, -2.0, 2.0])
    flat = plane(wide)
    assert torch.allclose(flat[:, 0].float(), wide[:, 3], atol=1e-5)
    assert torch.allclose(flat[:, 1].float(), wide[:, 1], atol=1e-5)
    assert separation(torch.tensor([[1.0, 0], [1, 0], [0, 1]]), [0, 0, 1]) == (1.0, 0.0)
    shown = scatter(wide, [0, 0, 1, 1], ["a", "b"], ["<b>", "2", "3", "4"], "t")
    assert "of one group: " in shown.html and "of two groups: " in shown.html
    assert "&lt;b&gt;" in shown.html and "A map of 4 texts of 2 groups" in shown.alt
