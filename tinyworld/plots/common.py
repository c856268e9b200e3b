"""Events that may happen in any story. The notation is explained in `tinyworld.beats`."""

MOVES = """
{a} went to {p}.
| {a} walked to {p}.
| Then {a} ran to {p}.
| After that, {a} went to {p}.
| {a} travelled to {p}.
:: go a p
{a} took the {t}.
| {a} picked up the {t}.
| Then {a} took the {t}.
:: take a t
{a} put down the {t}.
| {a} left the {t} there.
| {a} dropped the {t}.
:: put a t
{a} gave the {t} to {b}.
| {a} gave {b} the {t}.
| Then {a} handed the {t} to {b}.
:: give a b t
{a} and {b} went to {p}.
| {a} and {b} went to {p} together.
:: go a p
:: go b p
"""
OPENINGS = """
{a} was {a.sort}.
| Once there was {a.sort} called {a}.
| In the village lived {a.sort} called {a}.
{a} and {b} were friends.
| {b} was {a}'s best friend.
| {a} and {b} lived in the same village.
"""
SCENES = """
{a} was {p.at}.
| {when}, {a} was {p.at}.
| {a} stood {p.at}.
:: at a p
{t.A} was {p.at}.
| There was {t.a} {p.at}.
:: lie t p
{a} had {t.a}.
| {a} held {t.a}.
:: have a t
{a} and {b} were {p.at}.
:: at a p
:: at b p
"""
ENDINGS = """
It was a good day.
| It was a long day.
| {a} never forgot that day.
| {a} talked about it for weeks.
| The sun went down.
"""
WHEN = tuple(
    """
One day
One morning
One evening
In the afternoon
On Monday
On Sunday
In spring
In winter
After lunch
Last summer
On a rainy day
On a warm day
At noon
Early in the morning
Late in the evening
On Friday
""".strip().splitlines()
)
"""When a story begins: the `{when}` of its first beat."""
LATER = tuple(
    """
The next day
An hour later
A little later
Soon
The same week
That evening
Two days later
""".strip().splitlines()
)
"""The `{when}` of later beats."""
