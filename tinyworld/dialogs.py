"""Dialogs: several turns, in which what was said before must be remembered."""

import re
from dataclasses import dataclass

from tinyworld import instructions, questions, story
from tinyworld.draw import Draw
from tinyworld.text import mentions
from tinyworld.words import COLOURS, FOODS, PEOPLE, PET_NAMES, PETS, PLACES, place_phrase

USER, ASSISTANT = "user", "assistant"


@dataclass(frozen=True)
class Memory:
    """Something a user says about themselves, and how they ask for it later."""

    tell: tuple[str, ...]
    reply: tuple[str, ...]
    ask: tuple[str, ...]
    held_ask: tuple[str, ...]
    answer: str


MEMORIES = {
    "name": Memory(
        ("My name is {x}.", "I am {x}.", "Hello, I am called {x}.", "Hi! My name is {x}."),
        ("Nice to meet you, {x}.", "Hello, {x}."),
        ("What is my name?", "Who am I?", "Do you know my name?", "Tell me my name.",
         "What am I called?", "Say my name, please.", "Do you know what I am called?",
         "Can you say my name?", "Please tell me what my name is.", "I want to hear my name."),
        ("Can you tell me my name?", "Do you remember what I am called?"),
        "Your name is {x}.",
    ),
    "colour": Memory(
        ("My favourite colour is {x}.", "I like the colour {x} best.", "I love everything {x}.",
         "The colour I like most is {x}."),
        ("{X} is a nice colour.", "I like {x} too."),
        ("What is my favourite colour?", "Which colour do I like?", "What colour do I love?",
         "Tell me my favourite colour.", "Do you know my favourite colour?",
         "Name my favourite colour.", "Do you know which colour I like best?",
         "Can you name my favourite colour?", "Please tell me what my favourite colour is.",
         "Which colour is my favourite?"),
        ("Can you tell me my favourite colour?", "Do you remember which colour I like best?"),
        "Your favourite colour is {x}.",
    ),
    "pet": Memory(
        ("I have a {x} called {y}.", "My {x} is called {y}.",
         "At home I have a {x}. It is called {y}.", "I live with a {x} called {y}."),
        ("{y} is a good name for a {x}.", "How nice! A {x}."),
        ("What is my {x} called?", "What is the name of my {x}?",
         "Do you know the name of my {x}?", "Tell me the name of my {x}.",
         "What do I call my {x}?", "Say the name of my {x}, please.",
         "Do you know what my {x} is called?", "Can you name my {x}?",
         "Please tell me what my {x} is called.", "I want to hear the name of my {x}."),
        ("Can you tell me what my {x} is called?", "Do you remember the name of my {x}?"),
        "Your {x} is called {y}.",
    ),
    "place": Memory(
        ("I work {x}.", "Every day I work {x}.", "My work is {x}.", "I have a job {x}."),
        ("That sounds interesting.", "It must be nice there."),
        ("Where do I work?", "Where is my work?", "Tell me where I work.",
         "Do you know where I work?", "In which place do I work?", "Where is my job?",
         "Do you know where my job is?", "Can you say where I work?",
         "Please tell me where my work is.", "I want to hear where I work."),
        ("Can you tell me where I work?", "Do you remember where my job is?"),
        "You work {x}.",
    ),
    "food": Memory(
        ("My favourite food is {x}.", "I like {x} best.", "I eat {x} every day.", "I love {x}."),
        ("That is delicious.", "I would like some too."),
        ("What is my favourite food?", "What do I like to eat?", "Which food do I love?",
         "Tell me my favourite food.", "Do you know what I like to eat?",
         "What is the food I like?", "Do you know which food I like best?",
         "Can you name my favourite food?", "Please tell me what my favourite food is.",
         "Which food is my favourite?"),
        ("Can you tell me my favourite food?", "Do you remember what I like to eat?"),
        "Your favourite food is {x}.",
    ),
    "friend": Memory(
        ("My best friend is {x}.", "{x} is my best friend.", "I have a good friend. It is {x}.",
         "My friend is called {x}."),
        ("It is good to have friends.", "{x} is lucky."),
        ("Who is my best friend?", "What is my friend called?", "Tell me who my friend is.",
         "Do you know my best friend?", "What is the name of my friend?", "Who is my friend?",
         "Do you know who my best friend is?", "Can you name my best friend?",
         "Please tell me what my friend is called.", "I want to hear the name of my friend."),
        ("Can you tell me who my best friend is?", "Do you remember the name of my friend?"),
        "Your best friend is {x}.",
    ),
}  # fmt: skip

_FOODS = [food for food in FOODS if food not in ("egg", "sandwich", "noodles")]
_SMALL_TALK = (
    ("How are you?", "I am well, thank you."), ("Good morning!", "Good morning!"),
    ("Hello!", "Hello! How can I help you?"), ("Hello", "Hello! How can I help you?"),
    ("Hi!", "Hello! How can I help you?"), ("Hi", "Hello! How can I help you?"),
    ("Thank you.", "You are welcome."), ("Thanks", "You are welcome."),
    ("That is nice.", "I am glad."), ("Are you a robot?", "I am a small language model."),
    ("What can you do?", "I can answer questions, tell stories and translate."),
    ("I am tired today.", "I hope you can rest soon."),
    ("It is raining.", "Take an umbrella with you."),
    ("Who are you?", "I am a small language model."), ("Goodbye!", "Goodbye!"),
)  # fmt: skip


@dataclass(frozen=True)
class Turn:
    """What the user says, what the assistant answers, and whether memory is needed for it."""

    user: str
    assistant: str
    memory: str = ""


def _values(d: Draw, kind: str) -> dict[str, str]:
    sources = {"name": PEOPLE, "friend": PEOPLE, "colour": COLOURS, "food": _FOODS, "pet": PETS}
    if kind == "place":
        return {"x": place_phrase(d.choice(list(PLACES)))}
    x = d.choice(list(sources[kind]))
    return {"x": x, "X": x.capitalize(), "y": d.choice(list(PET_NAMES))}


def _other_turn(d: Draw) -> Turn:
    if d.chance(0.45):
        return Turn(*d.choice(_SMALL_TALK))
    simple = d.choice(("opposite", "plural", "past", "kind", "japanese word", "sum", "sentiment",
                       "topic", "translate", "list"))  # fmt: skip
    made = instructions.make(d, simple)
    return Turn(made.request, made.answer)


def memory_dialog(d: Draw, held: bool = False) -> list[Turn]:
    """One to three things are said, other things come between, and all are asked for."""
    kinds = d.sample(list(MEMORIES), d.between(1, 3))
    values = {kind: _values(d, kind) for kind in kinds}
    turns = []
    for kind in kinds:
        memory, filled = MEMORIES[kind], values[kind]
        turns.append(
            Turn(d.choice(memory.tell).format(**filled), d.choice(memory.reply).format(**filled))
        )
    for _ in range(d.between(0, 2)):
        turns.insert(d.below(len(turns) + 1), _other_turn(d))
    for kind in d.shuffle(kinds):
        memory, filled = MEMORIES[kind], values[kind]
        question = d.choice(memory.held_ask if held else memory.ask).format(**filled)
        if d.chance(0.2):
            turns.append(_other_turn(d))
        turns.append(Turn(question, memory.answer.format(**filled), kind))
    return turns


_ASK_STORY = (
    "Tell me a story.", "I would like a story.", "Tell me a story about {a}.",
    "Do you know a story?", "Write a story with {b}.",
)  # fmt: skip


def _wish(d: Draw, told: story.Story) -> Turn:
    """Somebody asks for a story, and names only people who occur in it."""
    known = [
        ask
        for ask in (each.format(**told.roles) for each in _ASK_STORY)
        if all(mentions(told.text, one) for one in re.findall(r"(?:about|with) (\w+)", ask))
    ]
    return Turn(d.choice(known), told.text)


_TELL_STORY = (
    "{x}", "{x}", "Here is a story. {x}", "Listen to this. {x}", "I read this. {x}",
    "I will tell you a story. {x}",
)  # fmt: skip
HEARD = ("What a nice story!", "I like it.", "Thank you.", "I see.")
GO_ON = ("And then?", "Go on.", "What happened then?")
_SUM_UP = (
    "Summarise the story.", "What happened, in short?", "Sum it up.", "Can you sum it up?",
    "Tell me the story in one sentence.",
)  # fmt: skip
ASKED_FOR_SHARE, AT_ONCE_SHARE, SHORT_SHARE, PLOTTED_SHARE = 0.4, 0.75, 0.3, 0.6
"""Of the dialogs about a story with a summary: those in which the assistant tells it. Of the
others: those in which the user tells all at once. Of the stories: short ones, and of the rest
those that surely have a plot."""


def _story(d: Draw, held: bool) -> story.Story:
    if d.chance(SHORT_SHARE) and not held:
        return story.make_short(d)
    return story.make_plotted(d, held) if d.chance(PLOTTED_SHARE) else story.make(d, held)


def _told(d: Draw, told: story.Story) -> list[Turn]:
    """The user tells a story, at once or in two parts."""
    ask, sentences = d.choice(_TELL_STORY), told.sentences
    if d.chance(AT_ONCE_SHARE) or len(sentences) < 4:
        return [Turn(ask.format(x=told.text), d.choice(HEARD))]
    half = d.between(2, len(sentences) - 2)
    first, rest = " ".join(sentences[:half]), " ".join(sentences[half:])
    return [Turn(ask.format(x=first), d.choice(GO_ON)), Turn(rest, d.choice(HEARD))]


def story_dialog(d: Draw, held: bool = False) -> list[Turn]:
    """The user tells a story or asks for one, and then talks about it."""
    told = _story(d, held)
    turns = [_wish(d, told)] if told.summary and d.chance(ASKED_FOR_SHARE) else _told(d, told)
    for asked in questions.draw(d, told, d.between(1, 4)):
        turns.append(Turn(asked.text, asked.answer, asked.kind))
    if told.summary and d.chance(0.4):
        turns.append(Turn(d.choice(_SUM_UP), told.summary))
    if d.chance(0.2):
        turns.append(Turn(*d.choice(_SMALL_TALK)))
    return turns


def messages(turns: list[Turn]) -> list[dict[str, str]]:
    """The turns as chat messages."""
    return [
        {"role": role, "content": text}
        for turn in turns
        for role, text in ((USER, turn.user), (ASSISTANT, turn.assistant))
    ]


def _interrupted(d: Draw) -> list[Turn]:
    """A dialog with memory, in the middle of which somebody wants a story."""
    turns, told = memory_dialog(d), story.make_plotted(d)
    turns.insert(d.between(1, len(turns) - 1), _wish(d, told))
    return turns


def draw(d: Draw) -> list[Turn]:
    """A dialog of any sort, for training."""
    point = d.random()
    if point < 0.15:
        return _interrupted(d)
    return memory_dialog(d) if point < 0.6 else story_dialog(d)
