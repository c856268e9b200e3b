"""Ground truth: answers found a second way, by reading the text and nothing else."""

import re

import pytest

from tinyworld import (
    arithmetic,
    casting,
    corpus,
    dialogs,
    instructions,
    mapping,
    questions,
    reviews,
    scenes,
    story,
)
from tinyworld.draw import Draw
from tinyworld.formats import ARROW, cued
from tinyworld.nouns import KIND_OF
from tinyworld.opinions import BLAME, PRAISE, TOPICS
from tinyworld.text import mentions

STORIES = 150
MOVE = re.compile(
    r"([A-Z]\w+)(?: and ([A-Z]\w+))? "
    r"(?:went to|walked to|ran to|travelled to|was|stood) (?:in |at )?(the \w+)"
)
ERRAND = re.compile(r"([A-Z]\w+) (?:went|walked|ran) to .* (?:in|at) (the \w+)\.")
HOLD = re.compile(r"([A-Z]\w+) (?:took|picked up|held|had) (?:the|an? \w+) (\w+)\.")
GIVE = re.compile(r"([A-Z]\w+) (?:gave|handed) (?:the (\w+) to ([A-Z]\w+)|([A-Z]\w+) the (\w+))\.")
DROP = re.compile(r"[A-Z]\w+ (?:put down the|left the|dropped the) (\w+)")


def _read(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """Who is where and who has what, by patterns of this test's own."""
    place: dict[str, str] = {}
    holder: dict[str, str] = {}
    for sentence in re.findall(r"[^.]+\.", text):
        plain = re.sub(r"^ ?(?:Then |[A-Z][A-Za-z ]+, )?", "", sentence)
        if found := ERRAND.match(plain):
            place[found[1]] = found[2]
        elif found := MOVE.match(plain):
            place.update({who: found[3] for who in found.groups()[:2] if who})
        elif found := HOLD.match(plain):
            holder[found[2]] = found[1]
        elif found := GIVE.match(plain):
            holder[found[2] or found[5]] = found[3] or found[4]
        elif found := DROP.match(plain):
            holder.pop(found[1], None)
    return place, holder


def test_where_everybody_is_and_who_has_what() -> None:
    d = Draw("truth")
    asked = 0
    for _ in range(STORIES):
        told = story.make(d, plot=casting.SIMULATION)
        place, holder = _read(told.text)
        for question in questions.about(told, "where person"):
            (who,) = (name for name in place if re.search(rf"\b{name}\b", question.text))
            assert question.answer.endswith(place[who]), told.text
            asked += 1
        for question in questions.about(told, "who has"):
            (thing,) = (thing for thing in holder if f"the {thing}" in question.text)
            assert question.answer == holder[thing], told.text
            asked += 1
    assert asked > STORIES


LIES = re.compile(r"(?:There was )?an? (\w+) (\w+) (?:was )?((?:in|at) the \w+)\.", re.I)
FACT = re.compile(r"(?:The )?(\w+)(?: is|:| has) ((?:in|at) the \w+|an? \w+ \w+)")
SENTENCE = re.compile(r"\w[^.]+\.")
OWNS = re.compile(r"([A-Z]\w+) (?:had|held|carried|found) an? (\w+) (\w+)\.")


def test_a_scene_of_things_is_said_again_as_it_was_told() -> None:
    d, asked = Draw("scenes"), 0
    for _ in range(200):
        scene = scenes.deposits(d) if d.chance(0.5) else scenes.belongings(d)
        told, *said = scenes.said_again(d, scene, cued("Q", "A")).split("\n\n")
        first, *again = told.split("\n")
        lies = {thing: (colour, at) for colour, thing, at in LIES.findall(first)}
        owned = {thing: (colour, who) for who, colour, thing in OWNS.findall(first)}
        assert len(lies | owned) == len(scene.sentences)
        if facts := FACT.findall(" ".join(again)):
            assert dict(facts) == scene.state
        elif again:
            assert sorted(SENTENCE.findall(again[0])) == sorted(SENTENCE.findall(first))
        for pair in said:
            question, answer = pair.removeprefix("Q: ").split("\nA: ")
            (thing,) = (thing for thing in lies | owned if f" {thing}" in question)
            assert answer in (lies | owned)[thing]
            assert (answer == (lies | owned)[thing][0]) == ("colour" in question)
            asked += 1
    assert asked > 200


def test_a_roll_call_asks_for_everybody_and_twice_for_every_thing() -> None:
    d = Draw("roll call")
    for _ in range(100):
        told = story.make_short(d)
        asked = [question.kind for question in questions.roll_call(d, told)]
        assert asked.count("where person") == len(told.state.place)
        things = len(told.state.things)
        assert asked.count("where thing") == things
        assert asked.count("colour") + asked.count("who has") == things


@pytest.mark.parametrize("plot", [plot.name for plot in story.PLOTS])
def test_every_reason_names_somebody_or_something_of_the_story(plot: str) -> None:
    told = story.make(Draw(f"why/{plot}"), plot=plot)
    names = {str(word) for word in told.roles.values()} | {"she", "he", "it", "each", "both"}
    for question in questions.about(told, "why"):
        assert question.answer.startswith("because ")
        assert names & set(re.findall(r"\w+", question.answer + question.text)), question


def test_sums_and_steps_add_up() -> None:
    d = Draw("sums")
    for _ in range(200):
        problem = arithmetic.two_digit_sum(d)
        assert eval(problem.question) == problem.answer
        for left, right in re.findall(r"([\d +]+) = (\d+)", problem.steps):
            assert eval(left) == int(right)


SIGN = {"buys": 1, "finds": 1, "gets": 1, "gives": -1, "loses": -1, "sells": -1}


def _counted(question: str) -> int:
    """What is left in the end, by reading the deeds one by one."""
    total = int(re.search(r"has (\d+)", question)[1])  # type: ignore[index]
    for verb, n in re.findall(rf"({'|'.join(SIGN)}) (\d+)", question):
        total += SIGN[verb] * int(n)
        assert total >= 0
    return total


def test_word_problems_follow_from_their_story() -> None:
    d = Draw("problems")
    for _ in range(200):
        problem = arithmetic.word_problem(d)
        assert problem.answer == _counted(problem.question)
        for left, right in re.findall(r"([\d +-]+) = (\d+)", problem.steps):
            assert eval(left) == int(right)


@pytest.mark.parametrize(("kind", "most"), [("worked sums", 5), ("worked problems", 2)])
def test_refining_shows_every_problem_in_steps(kind: str, most: int) -> None:
    d, seen = Draw(kind), set()
    for _ in range(100):
        rows = corpus.MAKERS[kind](d).split("\n\n")
        for asked, said in (row.split("\n") for row in rows):
            added = re.search(r"\d+ \+ \d+", asked)
            answer = eval(added[0]) if added else _counted(asked)
            assert arithmetic.STEP_BY_STEP in said
            assert said.endswith(f"The answer is {answer}.")
            assert bool(added) == (kind == "worked sums")
        seen.add(len(rows))
    assert seen == set(range(1, most + 1))


def test_the_judge_decides_mixed_reviews_and_no_others() -> None:
    others = 0
    for number in range(300):
        found = [reviews.hard(Draw(f"mixed {number}"), counts) for counts in reviews.COUNTS]
        for review, counts in zip(found, reviews.COUNTS, strict=True):
            words = set(re.findall(r"\w+", review.text.lower()))
            cheap = bool(words & {"low", "little", "nothing", "bargain"})
            if review.difficulty == "mixed":
                (topic,) = (topic for topic in TOPICS if topic.name == review.topic)
                good = bool(words & set(topic.good))
                assert good != cheap
                assert review.positive == (cheap if counts == reviews.PRICE else good)
        if all(review.difficulty != "mixed" for review in found):
            assert found[0] == found[1]
            others += 1
    assert others > 100


def test_a_mapping_document_has_one_label_a_kind() -> None:
    d = Draw("labels")
    for _ in range(100):
        rows = [line.split(" -> ") for line in mapping.kind_document(d, ARROW).splitlines()]
        kinds: dict[str, set[str]] = {}
        for word, label in rows:
            kinds.setdefault(KIND_OF[word], set()).add(label)
        assert all(len(labels) == 1 for labels in kinds.values())
        assert len(set.union(*kinds.values())) == len(kinds)


PRAISING = {*PRAISE, *(word for topic in TOPICS for word in topic.good), "loved", "enjoyed"}
BLAMING = {*BLAME, *(word for topic in TOPICS for word in topic.bad), "hated", "disliked"}
CHEAP = {"low", "little", "nothing", "bargain"}


def test_a_label_goes_with_the_sense_of_a_word_as_with_that_of_a_sentence() -> None:
    d, bare = Draw("senses"), 0
    for _ in range(100):
        rows = [line.split(" -> ") for line in mapping.sense_document(d, ARROW).splitlines()]
        senses: dict[str, set[bool]] = {}
        for text, label in rows:
            words = set(re.findall(r"\w+", text.lower()))
            if words & PRAISING or words & BLAMING:  # clauses alone are not read by this test
                senses.setdefault(label, set()).add(bool(words & PRAISING))
            bare += len(words) == 1
        assert all(len(found) == 1 for found in senses.values()), rows
    assert bare > 300


def test_a_label_goes_with_the_side_that_counts() -> None:
    d, bare = Draw("sides"), 0
    for _ in range(100):
        made = mapping.side_document(d, ARROW, mapping.labels(d, 2))
        rows = [line.split(" -> ") for line in made.splitlines()]
        cheap: dict[str, set[bool]] = {}
        for text, label in rows:
            words = set(re.findall(r"\w+", text.lower()))
            assert bool(words & PRAISING) != bool(words & CHEAP), text
            cheap.setdefault(label, set()).add(bool(words & CHEAP))
            bare += ", " in text
        assert all(len(found) == 1 for found in cheap.values()), rows
    assert bare > 100


ROW = re.compile(r"(.*?) (?:->|Sentiment:|Opinion:)\s+(negative|positive)(?:\n+|$)", re.S)


def test_an_order_is_obeyed_in_a_whole_document_or_nowhere() -> None:
    d, found = Draw("orders"), {True: 0, False: 0}
    for _ in range(300):
        obeyed = set()
        for text, label in ROW.findall(corpus.ordered_reviews(d)):
            words = set(re.findall(r"\w+", text.lower()))
            orders = words & {"negative", "positive"}
            if bool(words & PRAISING) != bool(words & BLAMING):  # what a clause says is not read
                sense = "positive" if words & PRAISING else "negative"
                assert orders <= {"negative", "positive"} - {sense}
                if orders:
                    obeyed.add(label != sense)
                else:
                    assert label == sense
        assert len(obeyed) <= 1
        for way in obeyed:
            found[way] += 1
    assert min(found.values()) > 10


@pytest.mark.parametrize("held", [False, True])
def test_what_a_dialog_asks_back_was_said_before(held: bool) -> None:
    d = Draw(f"memory {held}")
    for _ in range(100):
        turns = dialogs.memory_dialog(d, held)
        for i, turn in enumerate(turns):
            if turn.memory:
                value = turn.assistant.rstrip(".").split(" is called ")[-1].split(" ")[-1]
                assert any(value in before.user for before in turns[:i]), turns


def test_nobody_wishes_for_a_story_about_somebody_who_is_not_in_it() -> None:
    d, wished = Draw("wishes"), 0
    for _ in range(300):
        first = dialogs.story_dialog(d)[0]
        if found := re.search(r"story (?:about|with) (\w+)", first.user):
            assert mentions(first.assistant, found[1])
            wished += 1
    assert wished > 10


def test_a_story_told_in_two_parts_is_heard_to_its_end() -> None:
    d, parts = Draw("parts"), 0
    for _ in range(300):
        first, *rest = dialogs.story_dialog(d)
        if first.assistant in dialogs.GO_ON:
            assert rest[0].assistant in dialogs.HEARD
            parts += 1
    assert parts > 10


def test_answers_to_instructions_can_be_found_in_the_request() -> None:
    """Where the answer is an extract: the numbers of a sum."""
    d = Draw("instructions")
    for _ in range(100):
        made = instructions.make(d, "sum")
        x, y = map(int, re.findall(r"\d+", made.request)[:2])
        assert made.answer.endswith(f"The answer is {x + y}.")
