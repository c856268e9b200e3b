"""Events that may happen in any story. The notation is explained in `tinyworld.beats`."""

MOVES = """
{order}{a} went to {p}.
| {order}{a} walked to {p}.
| {order}{a} ran to {p}.
| {order}{a} travelled to {p}.
:: go a p
{order}{a} went to see {b} {p.at}.
| {order}{a} walked to {b} {p.at}.
| {order}{a} ran to {b} {p.at}.
:: at b p
:: go a p
{order}{a} went to look at the {t} {p.at}.
| {order}{a} walked to the {t} {p.at}.
| {order}{a} ran to the {t} {p.at}.
:: there t p
:: go a p
{order}{a} took the {t}.
| {order}{a} picked up the {t}.
:: take a t
{order}{a} put down the {t}.
| {order}{a} left the {t} there.
| {order}{a} dropped the {t}.
:: put a t
{order}{a} gave the {t} to {b}.
| {order}{a} gave {b} the {t}.
| {order}{a} handed the {t} to {b}.
:: give a b t
{order}{a} and {b} went to {p}.
| {order}{a} and {b} went to {p} together.
:: go a p
:: go b p
"""
ORDER = ("", "Then ", "After that, ", "In the end, ")
"""The `{order}` of free moves, in which they follow each other; the last move takes the last of
these. So a story says where it is, and that it ends."""
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
