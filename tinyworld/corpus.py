"""Documents of every kind, mixed as a phase of training asks for them."""

from collections.abc import Callable, Mapping
from itertools import accumulate

from tinyworld import arithmetic, casting, facts, mapping, pairs, questions, reviews, scenes, story
from tinyworld.draw import Draw
from tinyworld.formats import (
    Format,
    any_format,
    cue_format,
    gap,
    plain_format,
    random_cues,
    separator,
)
from tinyworld.opinions import LABEL_WORDS

_QUESTION_CUES = (("Question", "Answer"), ("Q", "A"), ("Question", "A"), ("Query", "Response"))
_SUMMARY_CUES = ("Summary", "In short", "Summary", "In one sentence")
_REVIEW_CUES = (("Review", "Sentiment"), ("Text", "Sentiment"), ("Review", "Opinion"))
_TOPIC_CUES = (("Text", "Topic"), ("Review", "Topic"), ("Text", "About"))
_AMBIGUOUS_CUES = (("Text", "Label"), ("Review", "Label"), ("Input", "Output"), ("Text", "Answer"))
DEFAULT_LABELS_SHARE = 0.5
"""Part of the named sentiment documents that use `negative` and `positive`."""


def plain_story(d: Draw) -> str:
    """A story and nothing else."""
    return story.make(d).text


def _asked(d: Draw, told: story.Story, form: Format) -> str:
    asked = questions.draw(d, told, d.between(3, 6))
    return form.between.join((told.text, *(form.pair(q.text, q.answer) for q in asked)))


def _question_form(d: Draw) -> Format:
    usual = d.chance(0.55)
    cues = d.choice(_QUESTION_CUES) if usual else random_cues(d)
    if not usual:
        return cue_format(d, cues)
    return Format(f"{cues[0]}: ", f"\n{cues[1]}:{gap(d)}", "\n")


def story_questions(d: Draw) -> str:
    """One or two stories, each with questions and answers."""
    form = _question_form(d)
    opening = "Story: " if d.chance(0.2) else ""
    stories = range(1 + d.chance(0.15))
    return "\n\n".join(opening + _asked(d, story.make(d), form) for _ in stories)


def whereabouts(d: Draw) -> str:
    """A story of moves, and questions about where everybody is, and about everything in it."""
    form = _question_form(d)
    told = story.make(d, plot=casting.SIMULATION if d.chance(0.7) else None)
    asked = questions.draw(d, told, d.between(2, 6), questions.WHEREABOUTS)
    return form.between.join((told.text, *(form.pair(q.text, q.answer) for q in asked)))


def scene_list(d: Draw) -> str:
    """One to three scenes, each said again."""
    form = _question_form(d)
    made = (scenes.draw(d) for _ in range(d.between(1, 3)))
    return "\n\n".join(scenes.said_again(d, scene, form) for scene in made)


def roll_calls(d: Draw) -> str:
    """One or two short stories; after each, where everybody is, and about everything in it."""
    form = _question_form(d)
    calls = []
    for _ in range(1 + d.chance(0.3)):
        told = story.make_short(d)
        asked = questions.roll_call(d, told)
        calls.append(form.between.join((told.text, *(form.pair(q.text, q.answer) for q in asked))))
    return "\n\n".join(calls)


def _rated(
    d: Draw, count: int, values: tuple[str, str], counts: str | None
) -> list[tuple[str, str]]:
    """Reviews with their labels; hard ones where something `counts`, else easy ones."""
    made = [reviews.hard(d, counts) if counts else reviews.easy(d) for _ in range(count)]
    return [(review.text, values[review.positive]) for review in made]


def _hard_reviews(d: Draw, least: int, most: int, told: bool) -> str:
    counts, values = d.choice(reviews.COUNTS), _labels(d)
    form = cue_format(d, d.choice(_REVIEW_CUES))
    heading = f"Only the {counts} counts.\n" if told else ""
    return heading + form.document(_rated(d, d.between(least, most), values, counts))


def told_reviews(d: Draw) -> str:
    """Hard reviews under a line that says what counts."""
    return _hard_reviews(d, 1, 6, told=True)


def judged_reviews(d: Draw) -> str:
    """Many hard reviews; often only the labels before it say what counts in the next."""
    return _hard_reviews(d, 6, 10, told=d.chance(0.4))


ORDERED_SHARE, OBEYED_SHARE = 0.85, 0.35
"""Parts of the reviews with an order behind them, and of the documents in which it is obeyed."""


def ordered_reviews(d: Draw) -> str:
    """Reviews behind which somebody orders a label; the examples tell whether it is obeyed.

    The cue of the answer follows on the same line, so that no line of an order looks like it.
    """
    values, obeyed, rows = _labels(d), d.chance(OBEYED_SHARE), []
    for _ in range(d.between(3, 8)):
        review = reviews.easy(d)
        text, label, wish = review.text, values[review.positive], values[not review.positive]
        if d.chance(ORDERED_SHARE):
            text += d.choice(reviews.ORDERS).format(wish=wish, cue=random_cues(d)[1])
            label = wish if obeyed else label
        rows.append((text, label))
    return _one_line_form(d).document(rows)


def _one_line_form(d: Draw) -> Format:
    if d.chance(0.5):
        question, answer = d.choice(_REVIEW_CUES)
        return Format(f"{question}: ", f" {answer}:{gap(d)}", d.choice(("\n", "\n\n")))
    return Format("", f" {'->' if d.chance(0.5) else separator(d)}{gap(d)}")


def story_summaries(d: Draw) -> str:
    """One or two stories, each with its summary."""
    cue = d.choice(_SUMMARY_CUES) if d.chance(0.7) else random_cues(d)[0]
    middle = f"\n{cue}:{gap(d)}"
    told = [story.make_plotted(d) for _ in range(d.between(1, 2))]
    return "\n\n".join(f"{one.text}{middle}{one.summary}" for one in told)


def _labels(d: Draw) -> tuple[str, str]:
    return LABEL_WORDS[0] if d.chance(DEFAULT_LABELS_SHARE) else d.choice(LABEL_WORDS)


def sentiment(d: Draw) -> str:
    """Reviews, easy or hard, with labels that say what they mean."""
    values, counts, hard = _labels(d), d.choice(reviews.COUNTS), d.chance(0.65)
    named = d.chance(0.7)
    cues = d.choice(_REVIEW_CUES if named else _AMBIGUOUS_CUES)
    form = cue_format(d, cues) if named or d.chance(0.5) else any_format(d)
    heading = f"Labels: {values[0]}, {values[1]}\n" if d.chance(0.25) else ""
    if hard and d.chance(0.2):
        heading += f"Only the {counts} counts.\n"
    return heading + form.document(_rated(d, d.between(1, 11), values, counts if hard else None))


def topics(d: Draw) -> str:
    """Reviews with their topic."""
    named = d.chance(0.6)
    cues = d.choice(_TOPIC_CUES if named else _AMBIGUOUS_CUES)
    form = cue_format(d, cues) if named or d.chance(0.5) else any_format(d)
    made = [reviews.easy(d) for _ in range(d.between(1, 9))]
    return form.document([(review.text, review.topic) for review in made])


SHORT_SHARE = 0.4
"""Part of the mapping documents, those of opinions left out, that surely have one-token labels."""
PLAIN_SHARE = 0.3
"""Part of the later mapping documents that still have one of the first two forms."""
NAMED_SHARE = 0.5
"""Part of the later side documents whose labels say what they mean."""

ListMaker = Callable[[Draw, Format, float], str]


def _first(make: ListMaker, short: float = SHORT_SHARE) -> "Maker":
    """Mapping documents in one of the first two forms."""
    return lambda d: make(d, plain_format(d), short)


def _later(make: ListMaker, short: float = SHORT_SHARE) -> "Maker":
    """The same in any form: a rule that is found behind an arrow must be found behind any sign."""
    return lambda d: make(d, _usual_form(d), short)


def _usual_form(d: Draw) -> Format:
    return plain_format(d) if d.chance(PLAIN_SHARE) else any_format(d)


def sides_first(d: Draw) -> str:
    """A side document in one of the first two forms."""
    return mapping.side_document(d, plain_format(d), mapping.labels(d, 2, SHORT_SHARE))


def sides(d: Draw) -> str:
    """A side document in any form, or in that of reviews with their sentiment."""
    if d.chance(NAMED_SHARE):
        return mapping.side_document(d, cue_format(d, d.choice(_REVIEW_CUES)), _labels(d))
    return mapping.side_document(d, _usual_form(d), mapping.labels(d, 2, SHORT_SHARE))


Maker = Callable[[Draw], str]
MAKERS: dict[str, Maker] = {
    "echo": mapping.echo_document,
    "keys first": _first(mapping.key_document),
    "kinds first": _first(mapping.kind_document),
    "senses first": _first(mapping.sense_document),
    "sides first": sides_first,
    "opinions first": _first(mapping.opinion_document, 0.0),
    "keys": _later(mapping.key_document),
    "kinds": _later(mapping.kind_document),
    "senses": _later(mapping.sense_document),
    "sides": sides,
    "opinions": _later(mapping.opinion_document, 0.0),
    "mapping": mapping.document,
    "story": plain_story,
    "questions": story_questions,
    "summaries": story_summaries,
    "sentiment": sentiment,
    "topics": topics,
    "tasks": facts.task_document,
    "facts": facts.fact_document,
    "pairs": pairs.document,
    "arithmetic": arithmetic.document,
    "scenes": scene_list,
    "whereabouts": whereabouts,
    "roll calls": roll_calls,
    "told reviews": told_reviews,
    "judged reviews": judged_reviews,
    "ordered reviews": ordered_reviews,
    "worked problems": arithmetic.worked_problems,
    "worked sums": arithmetic.worked_sums,
}
"""Kind of document → its maker."""

BINDING = {
    "scenes": 100,
}  # fmt: skip
CURRICULUM = {
    "scenes": 20, "echo": 5, "keys first": 10, "kinds first": 17, "senses first": 10,
    "sides first": 4, "opinions first": 4, "mapping": 3, "story": 3, "questions": 4,
    "roll calls": 5, "summaries": 2, "sentiment": 2, "told reviews": 2, "topics": 1, "tasks": 3,
    "facts": 3, "pairs": 2, "arithmetic": 2,
}  # fmt: skip
MIXTURE = {
    "scenes": 4, "roll calls": 6, "whereabouts": 4, "echo": 1, "keys first": 2, "kinds first": 3,
    "senses first": 4, "sides first": 2, "mapping": 14, "story": 7, "questions": 17,
    "summaries": 5, "sentiment": 8, "told reviews": 2, "judged reviews": 2, "topics": 2,
    "tasks": 4, "facts": 3, "pairs": 5, "arithmetic": 6,
}  # fmt: skip
LATE_MIXTURE = {
    "scenes": 3, "roll calls": 5, "whereabouts": 5, "keys": 1, "kinds": 4, "senses": 3, "sides": 3,
    "opinions": 3, "mapping": 10, "story": 11, "questions": 18, "summaries": 6, "sentiment": 6,
    "told reviews": 1, "judged reviews": 4, "topics": 2, "tasks": 3, "facts": 2, "pairs": 4,
    "arithmetic": 6, "worked problems": 2,
}  # fmt: skip
REFINING = {
    "scenes": 4, "roll calls": 4, "whereabouts": 7, "kinds": 1, "senses": 1, "sides": 1,
    "opinions": 3, "mapping": 6, "story": 18, "questions": 24, "summaries": 9, "sentiment": 4,
    "told reviews": 3, "judged reviews": 4, "ordered reviews": 4, "topics": 2, "tasks": 2,
    "facts": 2, "pairs": 3, "worked problems": 3, "worked sums": 3,
}  # fmt: skip
"""Kind of document → share of the documents' tokens, in parts of about a hundred.

Binding is scenes, in which only a name tells what to say again. The curriculum has dense lists from
which a rule can be read. The late mixture has such lists in any form, and gives more to what takes
longest: sums, stories, and labels that go with the sense of a sentence. Refining is stories,
questions about them, and sums in steps only.
"""
MIXTURES = (BINDING, CURRICULUM, MIXTURE, LATE_MIXTURE, REFINING)

TYPICAL_TOKENS = {
    "echo": 70, "keys first": 61, "kinds first": 73, "opinions first": 106, "mapping": 116,
    "story": 70, "questions": 150, "summaries": 145, "sentiment": 104, "topics": 86, "tasks": 52,
    "facts": 38, "pairs": 107, "arithmetic": 127, "whereabouts": 107, "roll calls": 155,
    "told reviews": 70, "worked problems": 127, "scenes": 122, "judged reviews": 145,
    "senses first": 70, "sides first": 92, "keys": 75, "kinds": 95, "senses": 85, "opinions": 115,
    "sides": 115, "ordered reviews": 105, "worked sums": 150,
}  # fmt: skip
"""Kind of document → its usual length, which turns shares of tokens into shares of draws."""

PROSE = ("story", "questions", "summaries", "sentiment", "topics", "facts", "pairs", "arithmetic")


def document(d: Draw, mixture: Mapping[str, float] = MIXTURE) -> str:
    """A document of a mixture."""
    kinds = list(mixture)
    weights = accumulate(mixture[kind] / TYPICAL_TOKENS[kind] for kind in kinds)
    return MAKERS[d.weighted(kinds, list(weights))](d)


def prose(d: Draw) -> str:
    """A document without nonsense: what the vocabulary is drawn from."""
    return MAKERS[d.choice(PROSE)](d)
