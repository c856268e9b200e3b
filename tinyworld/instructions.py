"""Instructions: a request in somebody's words, and the answer that is right for it."""

from collections.abc import Callable
from dataclasses import dataclass

from tinyworld import arithmetic, facts, pairs, questions, reviews, story
from tinyworld.beats import Thing
from tinyworld.draw import Draw
from tinyworld.nouns import KIND_OF, KINDS, PLURAL_ONLY, plural
from tinyworld.phrasings import HELD_OUT, TRAINED, WRAPPERS
from tinyworld.words import OPPOSITES, PAST


@dataclass(frozen=True)
class Instruction:
    """A request, its content and its answer."""

    kind: str
    request: str
    answer: str
    subject: str = ""
    """What the answer must be about, where more than one answer is right."""


Content = tuple[str, str, str, str]
"""`{x}`, `{q}`, answer, subject."""


def _sentiment(d: Draw, held: bool) -> Content:
    review = reviews.easy(d, held)
    return review.text, "", ("negative", "positive")[review.positive], ""


def _topic(d: Draw, held: bool) -> Content:
    review = reviews.easy(d, held)
    return review.text, "", review.topic, ""


def _translate(d: Draw, held: bool) -> Content:
    english, japanese = pairs.pair(d, held)
    return english, "", japanese, ""


def _sum(d: Draw, held: bool) -> Content:
    problem = arithmetic.two_digit_sum(d, held)
    return problem.question, "", problem.worked, str(problem.answer)


def _word_problem(d: Draw, held: bool) -> Content:
    problem = arithmetic.word_problem(d, held)
    return problem.question, "", problem.worked, str(problem.answer)


def _lookup(task: dict[str, str]) -> Callable[[Draw, bool], Content]:
    def content(d: Draw, held: bool) -> Content:
        word, answer = d.choice(list(task.items()))
        return word, "", answer, ""

    return content


def _kind(d: Draw, held: bool) -> Content:
    asked = [w for w in KIND_OF if KIND_OF[w] != "drink" and w not in PLURAL_ONLY]
    word = d.choice(asked)
    return facts.noun(word), "", facts.KIND_PHRASE[KIND_OF[word]], ""


LISTABLE = [kind for kind in KINDS if kind not in ("clothing", "furniture", "body", "fruit")]


def _list(d: Draw, held: bool) -> Content:
    kind = d.choice(LISTABLE)
    chosen = sorted(d.sample(list(KINDS[kind]), 3))  # in an order, so that none is named twice
    return plural(kind), "", ", ".join(chosen), kind


def _story(d: Draw, held: bool) -> Content:
    while True:
        told = story.make_plotted(d, held)
        thing, hero = told.state.things.get(told.roles["t"]), told.roles["a"]
        if isinstance(thing, Thing) and hero in told.text:
            about = f"{hero} and {thing.a}"
            return about, "", told.text, f"{hero}|{thing.col} {thing}"


def _summary(d: Draw, held: bool) -> Content:
    told = story.make_plotted(d, held)
    return told.text, "", told.summary, ""


def _question(d: Draw, held: bool) -> Content:
    while True:
        told = story.make(d, held)
        asked = questions.draw(d, told, 1)
        if asked:
            return told.text, asked[0].text, asked[0].answer, ""


CONTENTS: dict[str, Callable[[Draw, bool], Content]] = {
    "sentiment": _sentiment,
    "topic": _topic,
    "translate": _translate,
    "sum": _sum,
    "word problem": _word_problem,
    "opposite": _lookup(OPPOSITES),
    "plural": _lookup(facts.TASKS["plural"]),
    "past": _lookup(PAST),
    "kind": _kind,
    "japanese word": _lookup(facts.TASKS["japanese"]),
    "list": _list,
    "story": _story,
    "summary": _summary,
    "question": _question,
}
"""Kind → what it asks about; `held` draws from the evaluation side where content is split."""

_KINDS = (
    *CONTENTS, "question", "question", "sentiment", "sentiment", "summary", "translate",
    "list", "list", "list", "list", "past",
)  # fmt: skip
"""What a model of this size finds hard is asked more often."""


def make(d: Draw, kind: str, held: bool = False) -> Instruction:
    """One instruction; held out in phrasing and content, or in neither."""
    text, question, answer, subject = CONTENTS[kind](d, held)
    phrasing = d.choice(HELD_OUT[kind] if held else TRAINED[kind])
    request = phrasing.format(x=text, q=question)
    return Instruction(kind, d.choice(WRAPPERS).format(request), answer, subject)


def draw(d: Draw) -> Instruction:
    """An instruction of any kind, for training."""
    return make(d, d.choice(_KINDS))
