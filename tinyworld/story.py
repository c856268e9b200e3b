"""Stories: a plot or a free simulation, told sentence by sentence with its state kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tinyworld.beats import Beat, Effect, Person, Place, Plot, Word, read_beats, read_plot
from tinyworld.casting import SIMULATION, cast
from tinyworld.draw import Draw
from tinyworld.plots import PLOTS as PLOT_TEXTS
from tinyworld.plots.common import ENDINGS, LATER, MOVES, OPENINGS, ORDER, SCENES, WHEN
from tinyworld.splits import held_out
from tinyworld.state import State
from tinyworld.words import PLACES

PLOTS = tuple(read_plot(name, text) for name, text in PLOT_TEXTS.items())
GO, VISIT, SEEK, TAKE, PUT, GIVE, GO_TOGETHER = read_beats(MOVES)
OPENING, FRIENDS = read_beats(OPENINGS)
SCENE_PERSON, SCENE_THING, SCENE_HAVE, SCENE_BOTH = read_beats(SCENES)
(ENDING,) = read_beats(ENDINGS)

PLOT_NAMES = (SIMULATION, *(plot.name for plot in PLOTS))
SIMULATION_SHARE = 0.35
NEAR = 0.75
"""Chance that somebody does something with what the story has named."""
SCATTERED = 0.25
"""The same in short stories, so that people are seldom together."""
MAX_TRIES = 30
"""Draws of somebody who has something sensible to do, before giving up."""
GOING, HANDLING = ("go",), ("take", "put", "give", "lend", "find")
"""Effects by which somebody moves, and by which they have to do with a thing."""


@dataclass
class Story:
    """A story and what is true when it ends."""

    plot: str
    roles: dict[str, Word]
    sentences: list[str] = field(default_factory=list)
    """One entry a beat; an entry may hold two short sentences."""
    state: State = field(default_factory=State)
    summary: str = ""
    begun: bool = False
    """Whether anything but openings was told."""
    near: float = NEAR
    """Chance that somebody does something with what it has named."""
    handled: set[tuple[str, str]] = field(default_factory=set)
    """(person, thing) that had to do with each other since the person came to where they are."""
    arrived: set[str] = field(default_factory=set)
    """Who went somewhere in the last beat."""

    @property
    def text(self) -> str:
        """The whole story on one line."""
        return " ".join(self.sentences)

    def tell(
        self, d: Draw, beat: Beat, roles: dict[str, Word] | None = None, order: str = ""
    ) -> None:
        """Add one beat in one of its wordings; `order` is for free moves."""
        fillers = {**self.roles, **(roles or {})}
        wording = d.choice(beat.wordings)
        when = d.choice(LATER if self.begun else WHEN)
        self.begun = self.begun or beat not in (OPENING, FRIENDS)
        self.sentences.append(wording.format(**fillers, when=when, order=order))
        self.arrived = set()
        for effect in beat.effects:
            self.state.apply(effect, fillers)
            self._notice(effect, fillers)

    def _notice(self, effect: Effect, fillers: Mapping[str, Word]) -> None:
        if effect.verb in GOING:
            self.arrived.add(fillers[effect.roles[0]])
            self.handled = {pair for pair in self.handled if pair[0] not in self.arrived}
        if effect.verb in HANDLING:
            *people, thing = (fillers[role] for role in effect.roles)
            self.handled |= {(person, thing) for person in people}

    def may(self, beat: Beat, roles: Mapping[str, Word]) -> bool:
        """Whether an errand that begins with this move makes sense after what was told.

        Nobody goes on before anything else has happened, and nobody puts down or gives back at
        once what they have just taken or been given, or takes what they have just put down.
        """
        for effect in beat.effects:
            *people, last = (roles[role] for role in effect.roles)
            if effect.verb in GOING and self.arrived.intersection(people):
                return False
            if effect.verb in HANDLING and any((who, last) in self.handled for who in people):
                return False
        return True


def _people(story: Story) -> list[Word]:
    return [word for word in story.roles.values() if isinstance(word, Person)]


Move = tuple[Beat, dict[str, Word]]
"""A beat and who and what is in it."""


def _visit(story: Story, a: Word, b: Word, then: Move) -> list[Move]:
    """Going to see somebody, unless they are here, and doing something together."""
    place = story.state.place[b]
    if place == story.state.place[a] or not isinstance(place, Word):
        return [then]
    return [(VISIT, {"a": a, "b": b, "p": place}), then]


def _fetch(story: Story, a: Word, t: str, place: Word | str) -> list[Move]:
    """Going to a thing, unless it lies here, and taking it."""
    take = (TAKE, {"a": a, "t": Word(t)})
    if place == story.state.place[a] or not isinstance(place, Word):
        return [take]
    return [(SEEK, {"a": a, "t": Word(t), "p": place}), take]


def _others(story: Story, a: Word) -> list[Word]:
    return [b for b in _people(story) if b != a and b in story.state.place]


def _held(story: Story, a: Word) -> list[Word]:
    return [Word(t) for t, who in story.state.holder.items() if who == a]


def _errands(story: Story, a: Word) -> list[list[Move]]:
    """What somebody may set out to do: bring what they have to somebody, fetch what lies about."""
    brought = [
        _visit(story, a, b, (GIVE, {"a": a, "b": b, "t": t}))
        for t in _held(story, a) for b in _others(story, a)
    ]  # fmt: skip
    return brought + [_fetch(story, a, t, place) for t, place in story.state.lying.items()]


def _outing(d: Draw, story: Story, a: Word) -> list[Move]:
    """Going on together with somebody, or anywhere, to leave there what one has."""
    here, others, held = story.state.place[a], _others(story, a), _held(story, a)
    goal = d.choice([place for place in map(Place, PLACES) if place != here])
    if others and d.chance(story.near):
        b = d.choice(others)
        if story.state.place[b] != goal:
            return _visit(story, a, b, (GO_TOGETHER, {"a": a, "b": b, "p": goal}))
    left = [(PUT, {"a": a, "t": d.choice(held)})] if held else []
    return [(GO, {"a": a, "p": goal}), *left]


def _errand(d: Draw, story: Story) -> list[Move]:
    """What somebody does next, move by move; nothing if nobody can do anything sensible.

    Most moves are part of an errand, so that a story says why somebody goes somewhere. An errand
    that can be done where somebody is comes before those that need a way.
    """
    present = [person for person in _people(story) if person in story.state.place]
    for _ in range(MAX_TRIES if present else 0):
        a = d.choice(present)
        errands = [errand for errand in _errands(story, a) if story.may(*errand[0])]
        if errands and d.chance(story.near):
            return d.choice([errand for errand in errands if len(errand) == 1] or errands)
        outing = _outing(d, story, a)
        if story.may(*outing[0]):
            return outing
    return []


def _moves(d: Draw, story: Story, n: int) -> None:
    """n free moves, at most `len(ORDER)`; the last one says that it is."""
    *before, last = ORDER
    chosen = sorted(d.sample(range(len(before)), n - 1)) if n else []
    errand: list[Move] = []
    for order in [before[i] for i in chosen] + [last] * (n > 0):
        errand = errand or _errand(d, story)
        if errand:
            story.tell(d, *errand.pop(0), order)


USUAL_MOVES, FEW_MOVES, MOVES_AFTER_A_PLOT = (1, 4), (0, 3), (0, 2)
"""Free moves, at least and at most."""


def _simulate(d: Draw, near: float = NEAR, moves: tuple[int, int] = USUAL_MOVES) -> Story:
    """Two or three people, a thing that lies somewhere else, perhaps another, and their errands."""
    story = Story(SIMULATION, cast(d, SIMULATION), near=near)
    people = _people(story)[: d.between(2, 3)]
    for person, place in zip(people, d.shuffle("pqr"), strict=False):
        story.tell(d, SCENE_PERSON, {"a": person, "p": story.roles[place]})
    free = [place for place in map(Place, PLACES) if place not in story.state.place.values()]
    story.tell(d, SCENE_THING, {"p": d.choice(free)})
    if d.chance(0.5):
        story.tell(d, SCENE_HAVE, {"a": d.choice(people), "t": story.roles["u"]})
    _moves(d, story, d.between(*moves))
    return story


def _follow(d: Draw, plot: Plot) -> Story:
    """A plot with an opening, free moves and an ending around it."""
    story = Story(plot.name, cast(d, plot.name))
    if d.chance(0.4):
        story.tell(d, OPENING)
    if d.chance(0.25):
        story.tell(d, FRIENDS)
    for beat in plot.beats:
        story.tell(d, beat)
    story.summary = plot.summary.format(**story.roles)
    _moves(d, story, d.between(*MOVES_AFTER_A_PLOT))
    if d.chance(0.3):
        story.tell(d, ENDING)
    return story


def make(d: Draw, held: bool = False, plot: str | None = None) -> Story:
    """A story; `held` says on which side of the split it must fall."""
    if plot not in (None, *PLOT_NAMES):
        raise ValueError(f"There is no plot called {plot}. There are {', '.join(PLOT_NAMES)}.")
    while True:
        free = plot == SIMULATION or (plot is None and d.chance(SIMULATION_SHARE))
        chosen = [p for p in PLOTS if plot in (None, p.name)]
        story = _simulate(d) if free else _follow(d, d.choice(chosen))
        if held_out("story", story.text) == held:
            return story


def make_plotted(d: Draw, held: bool = False) -> Story:
    """A story with a plot, and so with a summary."""
    return make(d, held, d.choice(PLOTS).name)


def make_short(d: Draw) -> Story:
    """A simulation with few moves, from the training side of the split."""
    while True:
        told = _simulate(d, SCATTERED, FEW_MOVES)
        if not held_out("story", told.text):
            return told
