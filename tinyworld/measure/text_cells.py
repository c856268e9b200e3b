"""Cells of stories, sums and translation."""

from functools import partial

from tinyworld import arithmetic, consistency, pairs, questions, story
from tinyworld.arithmetic import CONCLUSION, STEP_BY_STEP, Problem
from tinyworld.draw import Draw
from tinyworld.measure.cell import Bar, Cell, Gain, Item
from tinyworld.splits import NEVER_TRAINED

OPTIMUS_ANSWER = "オプティマス・プライムはかっこいいロボットです。"
MIN_TOLD = 3
"""Beats of a story that a continuation starts from, at least."""


def story_question(d: Draw, kind: str = "", cues: tuple[str, str] = ("Question", "Answer")) -> Item:
    """A question about a held-out story."""
    while True:
        told = story.make(d, held=True)
        asked = questions.about(told, kind) if kind else questions.draw(d, told, 1)
        if asked:
            question = d.choice(asked)
            prompt = f"{told.text}\n{cues[0]}: {question.text}\n{cues[1]}:"
            return Item(prompt, question.answer)


def summary(d: Draw) -> Item:
    """The summary of a held-out story."""
    told = story.make_plotted(d, held=True)
    return Item(f"{told.text}\nSummary:", told.summary)


def continuation(d: Draw) -> Item:
    """The first half of a held-out story, to be continued without contradiction."""
    sentences: list[str] = []
    while len(sentences) <= MIN_TOLD:  # something must be left to tell
        sentences = story.make(d, held=True).sentences
    half = max(MIN_TOLD, len(sentences) // 2)
    start = " ".join(sentences[:half])
    told = consistency.Checker()
    if told.problems(start):
        raise ValueError(f"the world contradicts itself: {start}")

    def follows(text: str) -> bool:
        return bool(text.strip()) and not told.copy().problems(text)

    return Item(start, " ".join(sentences[half:]), follows)


def _answers(problem: Problem, worked: bool) -> Item:
    question = problem.question
    asked = f"What is {question}?" if question[0].isdigit() else question
    if not worked:
        return Item(f"Question: {asked}\nAnswer:", str(problem.answer))
    ending = f"{CONCLUSION} {problem.answer}."
    prompt = f"Question: {asked}\n{STEP_BY_STEP}"
    return Item(prompt, ending, lambda text: text.endswith(ending))


def two_digit_sum(d: Draw, worked: bool) -> Item:
    """A held-out sum, at once or in steps."""
    return _answers(arithmetic.two_digit_sum(d, held=True), worked)


def word_problem(d: Draw, worked: bool) -> Item:
    """A held-out word problem, at once or in steps."""
    return _answers(arithmetic.word_problem(d, held=True), worked)


def translation(d: Draw) -> Item:
    """A held-out sentence into Japanese."""
    english, japanese = pairs.pair(d, held=True)
    return Item(f"English: {english}\nJapanese:", japanese)


OPTIMUS = Item(f"English: {NEVER_TRAINED}\nJapanese:", OPTIMUS_ANSWER)
"""The sentence that no training text holds."""

UNSEEN = ("Ask", "Reply")

CELLS = (
    Cell("sums, direct", partial(two_digit_sum, worked=False), Bar(high=25)),
    Cell("sums, in steps", partial(two_digit_sum, worked=True), Bar(97), 56),
    Cell("word problems, direct", partial(word_problem, worked=False), None),
    Cell("word problems, in steps", partial(word_problem, worked=True), Bar(93), 64),
    Cell("story questions, all", story_question, Bar(95), 20),
    Cell("story questions, where is the person",
         partial(story_question, kind="where person"), Bar(90)),
    Cell("story questions, where is the thing", partial(story_question, kind="where thing"), None),
    Cell("story questions, why", partial(story_question, kind="why"), None, 20),
    Cell("story questions, unseen cue words", partial(story_question, cues=UNSEEN), Bar(80), 20),
    Cell("summaries", summary, Bar(97), 40),
    Cell("continuations consistent with the state", continuation, Bar(92), 110),
    Cell("English to Japanese", translation, Bar(97), 56),
    Cell("Optimus Prime is a cool robot.", lambda d: OPTIMUS, Bar(100), 56),
)  # fmt: skip
GAINS = (
    Gain(
        "word problems, gain of steps", "word problems, in steps", "word problems, direct", Bar(60)
    ),
)
