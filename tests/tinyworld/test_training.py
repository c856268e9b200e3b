"""Training: a run that is killed and restarted ends as if nothing had happened."""

import os
import signal
from contextlib import closing
from pathlib import Path

import pytest
import torch
from torch.nn import functional as F
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from tinyworld import attention, batches, build, corpus, lanes, recipe, tokens, train
from tinyworld.batches import IGNORED, Documents
from tinyworld.curve import draw_curve, smooth
from tinyworld.progress import Progress
from tinyworld.recipe import PRESETS, STAGES

PRESET = PRESETS["test"]
TOTAL = PRESET.steps["base"]


class KilledAt(Progress):
    """A progress bar in whose middle the process is killed, as `kill -9` does it."""

    def __init__(self, step: int) -> None:
        super().__init__("test", TOTAL, PRESET.tokens_per_step)
        self.fatal = step

    def advance(self, step: int, loss: float) -> float:
        if step == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().advance(step, loss)


def _run(folder: Path, tokenizer: PreTrainedTokenizerFast, progress: Progress) -> train.Run:
    run = train.Run(PRESET, "base", 1, folder)
    train.train(run, train.new_model(PRESET, tokenizer, 1), tokenizer, progress)
    return run


def _undisturbed() -> Progress:
    return Progress("test", TOTAL, PRESET.tokens_per_step)


def _killed(folder: Path, tokenizer: PreTrainedTokenizerFast, step: int) -> None:
    child = os.fork()
    if child == 0:
        _run(folder, tokenizer, KilledAt(step))
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def _state(folder: Path) -> dict[str, object]:
    state: dict[str, object] = torch.load(folder / train.STATE_FILE, weights_only=True)
    return state


@pytest.fixture(autouse=True)
def saved_often(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setattr(train, "SAVE_EVERY_STEPS", 4)


def test_killed_twice_gives_the_same_weights(
    tokenizer: PreTrainedTokenizerFast, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    whole = _run(tmp_path / "whole", tokenizer, _undisturbed())
    _killed(tmp_path / "killed", tokenizer, 6)
    assert _state(tmp_path / "killed")["step"] == 4
    (tmp_path / "killed" / f"{train.STATE_FILE}.new").write_bytes(b"half of a state")
    _killed(tmp_path / "killed", tokenizer, 11)
    again = _run(tmp_path / "killed", tokenizer, _undisturbed())
    assert again.losses == whole.losses
    first, second = _state(tmp_path / "whole"), _state(tmp_path / "killed")
    for part in ("model", "optimizers"):
        one, other = _flat(first[part]), _flat(second[part])
        assert one.keys() == other.keys()
        assert all(torch.equal(one[name], other[name]) for name in one)


def _flat(tree: object, name: str = "") -> dict[str, torch.Tensor]:
    if isinstance(tree, torch.Tensor):
        return {name: tree}
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if _many(tree) else ()
    return {k: v for key, part in pairs for k, v in _flat(part, f"{name}/{key}").items()}


def _many(tree: object) -> bool:
    return isinstance(tree, list | tuple)


@pytest.mark.parametrize("tokens", [17, 2 * attention.BLOCK, 2 * attention.BLOCK + 5])
def test_the_fast_attention_is_scaled_dot_product_attention(tokens: int) -> None:
    """Two query heads a key head, as in the models; less than a block, whole blocks, a rest."""
    torch.manual_seed(0)
    query = torch.randn(3, 4, tokens, 8, dtype=torch.float64)
    key, value = (torch.randn(3, 2, tokens, 8, dtype=torch.float64) for _ in range(2))
    ours, _ = attention.causal_products(torch.nn.Identity(), query, key, value, None, 8**-0.5)
    theirs = F.scaled_dot_product_attention(query, key, value, is_causal=True, enable_gqa=True)
    assert torch.allclose(ours, theirs.transpose(1, 2), atol=1e-12)


def test_two_threads_give_the_same_weights(
    tokenizer: PreTrainedTokenizerFast, tmp_path: Path
) -> None:
    states = []
    for threads in (1, 2):
        run = train.Run(PRESET, "base", 1, tmp_path / str(threads), threads=threads)
        train.train(run, train.new_model(PRESET, tokenizer, 1), tokenizer, _undisturbed())
        states.append(_flat(_state(run.folder)))
    assert states[0].keys() == states[1].keys()
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


def test_halves_of_a_batch_give_the_gradient_of_the_whole(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    """Against one backward pass over all rows."""
    model = train.new_model(PRESET, tokenizer, 1)
    inputs, labels = Documents(PRESETS["tiny"], "base", 1, tokenizer)[0]

    def loss(which: LlamaForCausalLM, piece: lanes.Piece) -> torch.Tensor:
        return train.loss_sum(which, *piece, "float32")

    whole = loss(model, (inputs, labels))
    torch.autograd.backward(whole)
    expected = {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}
    model.zero_grad()
    with closing(lanes.Lanes(model, 2)) as both:
        pieces = list(zip(inputs.split(3), labels.split(3), strict=True))
        losses = both.losses(loss, pieces)
    assert sum(losses) == pytest.approx(float(whole.detach()), rel=1e-5)
    assert expected
    for name, weight in model.named_parameters():
        if name in expected:
            assert weight.grad is not None
            assert torch.allclose(weight.grad, expected[name], rtol=1e-3, atol=1e-3), name


def test_only_the_logits_of_labels_that_count_matter(tokenizer: PreTrainedTokenizerFast) -> None:
    """Against the cross-entropy over all logits."""
    model = train.new_model(PRESET, tokenizer, 1)
    inputs, labels = Documents(PRESETS["tiny"], "chat", 1, tokenizer)[0]
    assert 0 < int((labels == IGNORED).sum()) < labels.numel()
    logits = model(inputs).logits.flatten(0, 1)
    expected = F.cross_entropy(logits, labels.flatten(), ignore_index=IGNORED, reduction="sum")
    measured = train.loss_sum(model, inputs, labels, "float32")
    assert float(measured.detach()) == pytest.approx(float(expected.detach()))


def test_the_faster_precision_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = {torch.float32: 1.0, torch.bfloat16: 0.5}
    monkeypatch.setattr(lanes, "_seconds", seconds.__getitem__)
    assert lanes.precision(torch.device("cpu")) == "bfloat16"
    seconds[torch.bfloat16] = 0.9  # not clearly faster: the exact one
    assert lanes.precision(torch.device("cpu")) == "float32"
    assert lanes.precision(torch.device("cuda")) == "bfloat16"


def test_a_run_keeps_its_precision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "precision", lambda _: "bfloat16")
    assert build.precision_of(tmp_path) == "bfloat16"
    monkeypatch.setattr(build, "precision", lambda _: "float32")
    assert build.precision_of(tmp_path) == "bfloat16"


def test_another_run_in_the_same_folder_is_refused(
    tokenizer: PreTrainedTokenizerFast, tmp_path: Path
) -> None:
    _run(tmp_path, tokenizer, _undisturbed())
    other = train.Run(PRESET, "base", 2, tmp_path)
    with pytest.raises(ValueError, match="choose another folder or delete"):
        train.train(other, train.new_model(PRESET, tokenizer, 2), tokenizer, _undisturbed())


def test_another_run_is_refused_where_one_is_finished(
    tokenizer: PreTrainedTokenizerFast, tmp_path: Path
) -> None:
    tokenizer.save_pretrained(tmp_path / build.TOKENIZER_FOLDER)
    build.build(PRESET, tmp_path, 1, "base")
    assert build.build(PRESET, tmp_path, 1, "base") == build.model_folder(tmp_path, "refine")
    with pytest.raises(ValueError, match="choose another folder or delete"):
        build.build(PRESET, tmp_path, 2, "base")


def test_a_tokenizer_half_written_is_written_again(
    tokenizer: PreTrainedTokenizerFast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "build", lambda: tokenizer)
    unfinished = tmp_path / "tokenizer.new"
    unfinished.mkdir()
    (unfinished / "tokenizer.json").write_text("{", encoding="utf-8")
    assert build.tokenizer_of(tmp_path).get_vocab() == tokenizer.get_vocab()
    assert not unfinished.exists()


@pytest.mark.parametrize("stage", STAGES)
def test_a_batch_depends_on_its_step_alone(tokenizer: PreTrainedTokenizerFast, stage: str) -> None:
    first, second = (Documents(PRESET, stage, 1, tokenizer) for _ in range(2))
    later = second[2]
    for one, other in zip(first[2], later, strict=True):
        assert torch.equal(one, other)
    assert not torch.equal(first[1][0], first[2][0])


def test_labels_are_the_next_tokens(tokenizer: PreTrainedTokenizerFast) -> None:
    preset = PRESETS["full"]
    documents, filled = Documents(preset, "base", 1, tokenizer), []
    for step in range(4):
        inputs, labels = documents[step]
        counted = labels[:, :-1] != IGNORED
        assert inputs.shape == labels.shape == (preset.rows, preset.row_tokens)
        assert torch.equal(inputs[:, 1:][counted], labels[:, :-1][counted])
        assert tokenizer.eos_token_id in labels and tokenizer.eos_token_id not in inputs[:, 0]
        filled.append(float(counted.float().mean()))
    assert sum(filled) / len(filled) > 0.9


def test_an_empty_row_counts_nothing(
    tokenizer: PreTrainedTokenizerFast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows stay empty when too many documents found no place."""
    empty = [batches.Row([], []), batches.Row([5, 6], [True, True])]
    monkeypatch.setattr(Documents, "pack", lambda self, d, step: empty)
    inputs, labels = Documents(PRESET, "base", 1, tokenizer)[0]
    assert (labels[0] == IGNORED).all() and (inputs[0] == tokenizer.eos_token_id).all()
    assert labels[1, 0] == 6 and (labels[1, 1:] == IGNORED).all()


def test_only_the_assistant_is_trained(
    tokenizer: PreTrainedTokenizerFast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(batches.RAW_SHARE, "chat", 0.0)
    documents = Documents(PRESETS["small"], "chat", 1, tokenizer)
    inputs, labels = documents[0]
    said = tokenizer.decode(labels[labels != IGNORED])
    assert "<|user|>" not in said and "<|assistant|>" not in said
    assert said.count("<|end|>") == int((inputs == documents.assistant).sum())


def test_rates_warm_up_and_fall_to_zero() -> None:
    preset = PRESETS["full"]
    base, refine = (
        [preset.rate(stage, step) for step in range(preset.steps[stage])]
        for stage in ("base", "refine")
    )
    assert base[0] < 0.02 and max(base) == 1.0 and 0 < base[-1] < 0.001
    assert set(base[preset.warmup_steps : preset.binding_steps]) == {recipe.GENTLE}
    full = preset.binding_steps + recipe.RAMP
    plateau = int(len(base) * (1 - preset.decay_share)) - 1
    assert set(base[full:plateau]) == {1.0}
    kept = int(len(refine) * recipe.REFINE_PLATEAU) - 1
    assert set(refine[preset.warmup_steps : kept]) == {recipe.REFINE_FACTOR}
    assert 0 < refine[-1] < 0.001
    assert preset.rates("refine") == preset.rates("base") != preset.rates("chat")
    assert preset.rates("chat") == preset.rates("instruct")


def test_the_full_recipe_is_complete() -> None:
    assert {"full", "tiny"} <= set(PRESETS)
    for preset in PRESETS.values():
        assert set(preset.steps) == set(STAGES)
        after = preset.binding_steps
        assert preset.mixture("base", 0) is recipe.BINDING
        assert preset.mixture("base", after) is recipe.CURRICULUM
        assert preset.mixture("base", after + preset.curriculum_steps) is recipe.MIXTURE
        assert preset.mixture("base", preset.steps["base"] - 1) is recipe.LATE_MIXTURE
        assert preset.mixture("refine", 0) is recipe.REFINING
        assert preset.rows // preset.micro_rows >= lanes.LANES


def test_what_base_learned_is_read_to_the_end() -> None:
    """A kind that a last mixture left out was forgotten within 3,500 steps: the topics were."""
    elsewhere = {"keys", "arithmetic"}  # in `mapping`, and in `worked sums` and `worked problems`
    assert set(corpus.LATE_MIXTURE) - elsewhere <= set(corpus.REFINING)
    assert {"worked sums", "worked problems"} <= set(corpus.REFINING)


def test_refining_shows_no_sum_without_steps() -> None:
    """Where a tenth was direct, direct sums rose over their bar."""
    assert "arithmetic" not in corpus.REFINING


def test_the_curve_is_drawn(tmp_path: Path) -> None:
    assert smooth([4.0, 2.0, 0.0], window=2) == [4.0, 3.0, 1.0]
    draw_curve([3.0, 2.0, 1.5], "base", tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
