"""Plots in which somebody gets or learns something.

The notation is explained in `tinyworld.beats`.
"""

PLOTS = {
    "dinner": """
{a} was {p.at} and was hungry.
| {when}, {a} was hungry. {a.He} was {p.at}.
:: at a p
:: feel a hungry = {a.he} had not eaten all day
There was nothing to eat there, so {a} went to {q}.
| {a} could not find any food there, so {a.he} walked to {q}.
:: go a q
:: why Why did {a} go to {q}? = there was nothing to eat {p.at}
{a} bought {f.some} and met {b}.
| There {a} met {b} and bought {f.some}.
:: at b q
They ate together {q.at}.
| {a} gave {b} half, and they ate together.
:: feel a glad = {a.he} had eaten with {b}
= {a} was hungry, so {a.he} bought {f.some} and ate with {b}.
""",
    "trade": """
{a} and {b} met {p.at}.
| {when}, {a} saw {b} {p.at}.
:: at a p
:: at b p
{a} had {t.a}. {b} had {u.a}.
| {b} carried {u.a}, and {a} carried {t.a}.
:: have a t
:: have b u
{a} liked the {u} more, and {b} liked the {t} more.
| {a} looked at the {u} all the time, and {b} looked at the {t}.
:: why Why did they trade? = each liked the other thing more
So they traded: {a} gave {b} the {t}, and {b} gave {a} the {u}.
:: give a b t
:: give b a u
Both were glad. {a} was glad because of the {u}.
| {a} was glad because {a.he} had the {u} now.
:: feel a glad = {a.he} had the {u}
= {a} gave {b} {t.a} and got {u.a}.
""",
    "hide and seek": """
{a} and {b} played hide and seek.
| {when}, {a} and {b} wanted to play hide and seek.
{b} counted to twenty {p.at}.
| {b} closed {b.his} eyes {p.at} and counted.
:: at b p
{a} ran to {q} and hid.
| {a} went to {q} and hid behind a big box.
:: go a q
:: why Why did {a} go to {q}? = {a.he} wanted to hide
{b} looked here and there and found nobody.
| {b} could not find {a}.
{b} was worried, but then {b.he} heard a laugh.
| {b} was worried, but then {b.he} heard somebody laugh.
:: feel b worried = {b.he} could not find {a}
{b} went to {q} and found {a}.
| {b} ran to {q}. There was {a}!
:: go b q
{b} was glad.
| They both laughed, and {b} was glad.
:: feel b glad = {b.he} had found {a}
= {a} hid {q.at}, and {b} looked for a long time and found {a.him}.
""",
    "race": """
There was a race {p.at} every year.
| Every year people ran a race {p.at}.
{a} had lost last year, so {a.he} ran every morning {q.at}.
| {a} ran every morning {q.at} because {a.he} had lost last year.
:: at a q
:: why Why did {a} run every morning? = {a.he} had lost last year
On the day of the race {a} went to {p}. {b} was there too.
| Then {a} went to {p} for the race. {b} was there too.
:: go a p
:: at b p
{a} ran faster than {b} and won {t.a}.
| {a} was the first and won {t.a}.
:: have a t
{b} clapped. {a} was proud.
| {a} was proud and held the {t} high.
:: feel a proud = {a.he} had won the race
= {a} ran every morning and won the race and {t.a}.
""",
    "lesson": """
{a} could not swim.
| {a} had never learned to swim.
{when}, {a} stood {q.at} and was afraid.
| {a} sat {q.at} and was afraid of the water.
:: at a q
:: feel a afraid = {a.he} could not swim
{b} came to {q} and taught {a} every day.
| {b} was {q.at} too and began to teach {a}.
:: at b q
:: why Why did {b} teach {a}? = {a} could not swim
After two weeks {a} swam alone.
| One day {a} swam like a fish.
{a} was proud, and {b} gave {a.him} {t.a}.
| {b} gave {a} {t.a}, and {a} was proud.
:: have b t
:: give b a t
:: feel a proud = {a.he} could swim
Then {a} went to {p} and told everyone.
| {a} ran to {p} to tell the news.
:: go a p
= {a} could not swim, but {b} taught {a.him}, and {a} was proud.
""",
    "test": """
{a} had a difficult test the next day.
| {when}, {a} had to learn for a test.
{a} was worried and sat {p.at} with a book.
| {a} sat {p.at} with many books and was worried.
:: at a p
:: feel a worried = the test was difficult
{b} came to {p} and explained everything.
| {b} came to {p} and asked {a} questions all evening.
:: go b p
:: why Why did {b} come to {p}? = {b.he} wanted to help {a} with the test
The next day {a} went to {q} and knew every answer.
| In the morning {a} went to {q} and wrote the test without a mistake.
:: go a q
{a} was proud and bought {t.a} for {b}.
| {a} was proud. {a.He} bought {t.a} to thank {b}.
:: have a t
:: feel a proud = {a.he} had done well in the test
= {a} was worried about a test, but {b} helped, and {a} did well.
""",
}
