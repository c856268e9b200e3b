"""The world: reproducible to the byte, correct in its English, and at peace with its own state."""

import hashlib
import re
from pathlib import Path

import pytest
from transformers import PreTrainedTokenizerFast

import tinyworld
from tinyworld import casting, corpus, dialogs, instructions, story
from tinyworld.consistency import Checker
from tinyworld.draw import Draw
from tinyworld.measure import text_cells
from tinyworld.nouns import a, plural

SAMPLE = 400
"""Texts read by a test that looks for mistakes of language."""
BYTES = "6431e8895f1f5afcd048624d2bdbde699caa8cfb87a1a2c03578387d7ff799d9"


def _text(seed: int) -> bytes:
    d = Draw(seed)
    texts = [corpus.document(d, each) for each in corpus.MIXTURES for _ in range(SAMPLE)]
    texts += [repr(dialogs.draw(d)) + repr(instructions.draw(d)) for _ in range(SAMPLE)]
    return "\n".join(texts).encode()


def test_the_same_seed_gives_the_same_bytes() -> None:
    """The hash stands for machines and Python versions that this test never sees."""
    assert hashlib.sha256(_text(7)).hexdigest() == BYTES


def test_another_seed_gives_other_bytes() -> None:
    assert _text(7) != _text(8)


def test_only_one_module_draws_and_only_through_random() -> None:
    folder = Path(tinyworld.__file__).parent
    users = [
        file.name
        for file in folder.rglob("*.py")
        if re.search(r"^(import random|from random)", file.read_text(encoding="utf-8"), re.M)
    ]
    assert users == ["draw.py"]
    drawing = (folder / "draw.py").read_text(encoding="utf-8")
    assert re.findall(r"random\.Random\(.*?\)\)?\.(\w+)", drawing) == ["random"]


@pytest.mark.parametrize("kind", sorted(corpus.MAKERS))
def test_every_kind_of_document_is_written(kind: str) -> None:
    d = Draw(f"kind/{kind}")
    texts = [corpus.MAKERS[kind](d) for _ in range(50)]
    assert all(texts)
    assert len(set(texts)) > 45
    assert not any("{" in text or "}" in text for text in texts)


def test_the_world_has_words_and_plots_enough(tokenizer: PreTrainedTokenizerFast) -> None:
    """Every whole word of the tokenizer is one that the world's texts use."""
    entries = (token.removeprefix("Ġ") for token in tokenizer.get_vocab() if token[0] == "Ġ")
    assert len({entry.lower() for entry in entries if len(entry) > 2 and entry.isalpha()}) >= 1000
    assert len(story.PLOTS) >= 16


@pytest.mark.parametrize("plot", [plot.name for plot in story.PLOTS])
def test_a_plot_has_causes_and_consequences(plot: str) -> None:
    told = story.make(Draw(f"plot/{plot}"), plot=plot)
    assert told.state.reasons, "a reader can ask why"
    assert told.state.place, "a reader can ask where"
    assert told.summary.endswith(".")


@pytest.mark.parametrize("plot", [casting.SIMULATION, *(plot.name for plot in story.PLOTS)])
def test_the_checker_accepts_the_worlds_own_stories(plot: str) -> None:
    d = Draw(f"gold/{plot}")
    for _ in range(25):
        told = story.make(d, plot=plot)
        assert Checker().problems(told.text) == [], told.text


TOLD = (
    "Kate was in the park. There was a red ball in the park. Kate took the ball. "
    "Tom was at the zoo. Tom had a cat called Momo."
)
RAIN = (
    "Kate walked to the park without a coat. Suddenly it rained hard, and Kate got wet. "
    "Kate was cold and tired. Then Tom came to the park under a big umbrella. "
    "They went to the school under the umbrella, and Tom made hot tea."
)


@pytest.mark.parametrize(
    ("wrong", "because"),
    [
        ("Kate went to the park.", "already there"),
        ("Kate gave the ball to Tom.", "not in the same place"),
        ("Tom put down the ball.", "did not have"),
        ("Tom took the ball.", "was not there"),
        ("Kate took the kite.", "which kite"),
        ("Kate had a blue ball.", "was red"),
        ("Kate went to see Tom at the bakery.", "already in"),
        ("Kate went to look at the ball at the zoo.", "not there"),
        ("Kate flew to the moon.", "cannot read"),
        ("Zorp went to the zoo.", "Zorp"),
        ("Then Olga went to the zoo.", "who is Olga"),
        ("Kate gave the ball to Olga.", "who is Olga"),
        ("Tom had a dog called Momo.", "Momo the dog"),
        ("Tom was a kind hammer.", "no kind hammer"),
        ("Tom was a kind girl.", "no kind girl"),
    ],
)
def test_the_checker_names_a_contradiction(wrong: str, because: str) -> None:
    checker = Checker()
    assert checker.problems(TOLD) == []
    (problem,) = checker.problems(wrong)
    assert because in problem


SIGN = r"(?:Then |After that, |In the end, )?"
WENT = re.compile(SIGN + r"(\w+)(?: and (\w+))? (?:went|walked|ran|travelled) to .*")
HANDLED = re.compile(
    SIGN + r"(\w+) (?:took|picked up|put down|left|dropped|gave|handed) (?:([A-Z]\w+) )?"
    r"the (\w+)(?: to (\w+))?(?: there)?\."
)


def test_free_moves_make_sense() -> None:
    """Nobody walks on alone at once, or undoes what they have just done."""
    d, went, handled = Draw("sense"), 0, 0
    for _ in range(300):
        arrived: set[str] = set()
        pairs: set[tuple[str, str]] = set()
        for sentence in story.make(d, plot=casting.SIMULATION).sentences:
            if found := WENT.fullmatch(sentence):
                people = {name for name in found.groups() if name}
                assert len(people) == 2 or not people & arrived, sentence
                arrived, went = people, went + 1
                pairs = {pair for pair in pairs if pair[0] not in people}
                continue
            arrived = set()
            if found := HANDLED.fullmatch(sentence):
                who, given, thing, handed = found.groups()
                new = {(name, thing) for name in (who, given, handed) if name}
                assert not new & pairs, sentence
                pairs, handled = pairs | new, handled + 1
    assert min(went, handled) > 100


LIES = re.compile(r"(?:There was )?[Aa]n? \w+ \w+ (?:was )?((?:in|at) the \w+)\.")


def test_a_thing_lies_where_nobody_is_and_another_is_carried() -> None:
    """So the likeliest next words do not send anybody where they are, or name a thing twice."""
    d, carried = Draw("lying"), 0
    for _ in range(200):
        told = story.make(d, plot=casting.SIMULATION)
        (lying,) = (i for i, sentence in enumerate(told.sentences) if LIES.fullmatch(sentence))
        (place,) = LIES.findall(told.sentences[lying])
        assert lying in (2, 3) and not any(place in one for one in told.sentences[:lying])
        words = {str(thing) for thing in told.state.things}
        assert len(words & set(casting.LYING)) == 1
        assert words <= {*casting.LYING, *casting.CARRIED}
        carried += len(words) == 2
    assert 60 < carried < 140


def test_what_can_be_done_here_comes_before_a_way() -> None:
    """With the key in hand and a friend beside them, nobody sets out for the lamp elsewhere."""
    d = Draw("here first")
    told = story.Story(casting.SIMULATION, casting.cast(d, casting.SIMULATION), near=1.0)
    r = told.roles
    told.tell(d, story.SCENE_BOTH, {"p": r["p"]})
    told.tell(d, story.SCENE_THING, {"p": r["q"]})
    told.tell(d, story.SCENE_HAVE, {"t": r["u"]})
    firsts = [story._errand(d, told)[0] for _ in range(60)]
    assert {(beat, roles["a"]) for beat, roles in firsts} == {
        (story.GIVE, r["a"]), (story.SEEK, r["b"])
    }  # fmt: skip


@pytest.mark.parametrize("plot", sorted(casting.SETTINGS))
def test_a_place_with_a_purpose_is_no_place_of_another_role(plot: str) -> None:
    special, choices = casting.SETTINGS[plot]
    for number in range(50):
        roles = casting.cast(Draw(f"{plot}/{number}"), plot)
        for role in "pqr":
            assert (roles[role].removeprefix("the ") in choices) == (role in special)


def test_the_checker_knows_who_is_meant_where_a_plot_does_not_say() -> None:
    """*They* are Kate and Tom."""
    told = Checker()
    assert told.problems(RAIN) == []
    assert told.copy().problems("In the end, Kate went to the park.") == []
    (problem,) = told.copy().problems("In the end, Kate went to the school.")
    assert problem == "Kate was already there"


def test_a_continuation_says_something_and_is_judged_twice_alike() -> None:
    d = Draw("continued")
    for _ in range(25):
        item = text_cells.continuation(d)
        assert item.right(item.expected) and item.right(item.expected), item
        assert not item.right("") and not item.right(" ")


def test_an_unknown_plot_is_refused() -> None:
    with pytest.raises(ValueError, match="There is no plot called wedding"):
        story.make(Draw("plot"), plot="wedding")


def test_articles_fit_the_next_sound() -> None:
    text = _text(11).decode()
    wrong = re.findall(r"\b[Aa] [aeio]\w+", text)
    wrong += re.findall(r"\b[Aa]n [^aeiouhAEIOU\W]\w*", text)
    assert wrong == []


@pytest.mark.parametrize(
    ("noun", "one", "many"),
    [
        ("apple", "an apple", "apples"), ("box", "a box", "boxes"), ("key", "a key", "keys"),
        ("mouse", "a mouse", "mice"), ("uniform", "a uniform", "uniforms"),
        ("cherry", "a cherry", "cherries"),
        ("knife", "a knife", "knives"), ("scissors", "scissors", "scissors"),
        ("ukulele", "a ukulele", "ukuleles"), ("potato", "a potato", "potatoes"),
    ],
)  # fmt: skip
def test_articles_and_plurals(noun: str, one: str, many: str) -> None:
    assert (a(noun), plural(noun)) == (one, many)


def test_uncounted_nouns_have_no_article() -> None:
    assert (a("water"), a("milk"), a("garlic")) == ("water", "milk", "garlic")


def test_draws_cover_their_range_evenly() -> None:
    """1,200 throws of a die: each face 200 times, five standard deviations are 65."""
    d = Draw("die")
    throws = [d.between(1, 6) for _ in range(1200)]
    assert all(abs(throws.count(face) - 200) < 65 for face in range(1, 7))
    assert set(throws) == set(range(1, 7))


def test_a_sample_has_no_repeats_and_leaves_its_source_alone() -> None:
    source = list(range(10))
    drawn = Draw("sample").sample(source, 6)
    assert len(set(drawn)) == 6 and source == list(range(10))
