"""Cells of in-context learning: can the model read a rule from examples in its prompt?"""

from collections.abc import Callable
from functools import partial

from tinyworld import mapping, reviews
from tinyworld.draw import Draw
from tinyworld.formats import ARROW, NEVER_TRAINED, Format, cued
from tinyworld.measure.cell import Bar, Cell, Gain, Item
from tinyworld.nouns import KINDS
from tinyworld.splits import mapping_words


def sentences(d: Draw, shots: int) -> Item:
    """Held-out reviews; nonsense labels go with the sentiment, either way round."""
    values = mapping.distinct_nonsense(d, 2, held=True)
    order = mapping.deal(d, 2, shots) if shots > 1 else [d.below(2) for _ in range(shots)]
    rows = []
    for group in (*order, d.below(2)):
        review = reviews.easy(d, held=True)
        while review.positive != bool(group):
            review = reviews.easy(d, held=True)
        rows.append((review.text, values[group]))
    return Item(ARROW.prompt(rows[:-1], rows[-1][0]), rows[-1][1])


_WITH_HELD = [kind for kind in KINDS if len(mapping_words(kind, held=True)) > 0]


def words(d: Draw, shots: int, form: Format = ARROW, query_held: bool = False) -> Item:
    """Words of two kinds with nonsense labels; the query word may be in no mapping document."""
    values = mapping.distinct_nonsense(d, 2, held=True)
    query_kind = d.choice(_WITH_HELD if query_held else list(KINDS))
    kinds = d.shuffle([query_kind, d.choice([kind for kind in KINDS if kind != query_kind])])
    order = mapping.deal(d, 2, shots)
    query = d.choice(mapping_words(query_kind, held=query_held))
    pools = [[w for w in mapping.TRAIN_WORDS[kind] if w != query] for kind in kinds]
    picked = [d.sample(pool, shots) for pool in pools]
    rows = [(picked[group][i], values[group]) for i, group in enumerate(order)]
    return Item(form.prompt(rows, query), values[kinds.index(query_kind)])


def ambiguous(d: Draw, shots: int) -> Item:
    """`Text:/Label:` names neither task nor labels; the wanted ones are bad and good."""
    form = cued("Text", "Label")
    made = [reviews.easy(d, held=True) for _ in range(shots + 1)]
    rows = [(review.text, ("bad", "good")[review.positive]) for review in made]
    return Item(form.prompt(rows[:-1], rows[-1][0]), rows[-1][1])


def hard_reviews(d: Draw, shots: int, named: bool = False) -> Item:
    """Hard reviews of a judge who lets one thing count; examples, or a line, tell which."""
    counts = d.choice(reviews.COUNTS)
    form = cued("Review", "Sentiment")
    made = [reviews.hard(d, counts, held=True) for _ in range(shots + 1)]
    rows = [(review.text, ("negative", "positive")[review.positive]) for review in made]
    heading = f"Only the {counts} counts.\n" if named else ""
    return Item(heading + form.prompt(rows[:-1], rows[-1][0]), rows[-1][1])


def easy_reviews(d: Draw, ending: str) -> Item:
    """Easy reviews with the task named; the prompt ends as given."""
    review = reviews.easy(d, held=True)
    prompt = f"Review: {review.text}\nSentiment:{ending}"
    return Item(prompt, ("negative", "positive")[review.positive])


def topic(d: Draw) -> Item:
    """Easy reviews with the task named: what is it about?"""
    review = reviews.easy(d, held=True)
    return Item(f"Text: {review.text}\nTopic:", review.topic)


ECHO_WORDS = 8


def echo(d: Draw) -> Item:
    """A list of words twice, and its beginning: the first thing that must work of all this."""
    listed = d.sample(mapping.ALL_TRAIN_WORDS, ECHO_WORDS)
    cut = d.between(1, ECHO_WORDS - 1)
    prompt = "\n".join([*listed, *listed, *listed[:cut]]) + "\n"
    return Item(prompt, listed[cut])


def _cell(name: str, draw: Callable[[Draw], Item], bar: Bar | None) -> Cell:
    return Cell(name, draw, bar)


CELLS = (
    _cell("repeats a list of words", echo, None),
    _cell("sentences, nonsense labels, k = 0", partial(sentences, shots=0), Bar(high=9.9)),
    _cell("sentences, nonsense labels, k = 1", partial(sentences, shots=1), Bar(30, 65)),
    _cell("sentences, nonsense labels, k = 4", partial(sentences, shots=4), Bar(97)),
    _cell("sentences, nonsense labels, k = 8", partial(sentences, shots=8), Bar(97)),
    _cell("words, nonsense labels, k = 4", partial(words, shots=4), None),
    _cell("words, nonsense labels, k = 8", partial(words, shots=8), None),
    _cell("words, query in no mapping, k = 8", partial(words, shots=8, query_held=True), Bar(80)),
    *(
        _cell(f"form never trained: {name}", partial(words, shots=4, form=form), Bar(80))
        for name, form in NEVER_TRAINED.items()
    ),
    _cell("ambiguous prompt, 0-shot", partial(ambiguous, shots=0), None),
    _cell("ambiguous prompt, 1-shot", partial(ambiguous, shots=1), None),
    _cell("hard reviews, 0-shot", partial(hard_reviews, shots=0), Bar(60, 85)),
    _cell("hard reviews, 8-shot", partial(hard_reviews, shots=8), None),
    _cell("hard reviews, told what counts", partial(hard_reviews, shots=0, named=True), None),
    _cell("easy reviews", partial(easy_reviews, ending=""), None),
    _cell("topics of easy reviews", topic, None),
    _cell("answer after a new line", partial(easy_reviews, ending="\n"), Bar(95)),
    _cell("answer after a trailing space", partial(easy_reviews, ending=" "), Bar(95)),
)
GAINS = (
    Gain("ambiguous prompt, gain of one shot", "ambiguous prompt, 1-shot",
         "ambiguous prompt, 0-shot", Bar(60)),
    Gain("hard reviews, gain of eight shots", "hard reviews, 8-shot",
         "hard reviews, 0-shot", Bar(10)),
)  # fmt: skip
KEPT = _cell("mapping kept, raw prompt, k = 4", partial(sentences, shots=4), Bar(90))
"""What instruct and chat must not forget."""
