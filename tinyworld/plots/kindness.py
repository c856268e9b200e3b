"""Plots in which somebody helps.

The notation is explained in `tinyworld.beats`.
"""

PLOTS = {
    "gift": """
{b} was {p.at}.
| {b} sat alone {p.at}.
| {when}, {b} was {p.at}.
:: at b p
{b} was sad because {b.his} old {t} was broken.
| {b}'s old {t} was broken, so {b} was sad.
:: feel b sad = {b.his} old {t} was broken
{a} wanted to help {b}, so {a.he} went to {q} and bought {t.a}.
| To help {b}, {a} went to {q} and bought {t.a}.
:: go a q
:: have a t
:: why Why did {a} buy {t.a}? = {a.he} wanted to help {b}
Then {a} went to {p} and gave {b} the {t}.
| {a} ran to {p} and gave the {t} to {b}.
:: go a p
:: give a b t
{b} smiled. Now {b} was happy.
| {b} was happy and thanked {a}.
:: feel b happy = {a} gave {b.him} {t.a}
= {a} gave {b} {t.a}, and {b} was happy again.
""",
    "rain": """
{a} walked to {p} without a coat.
| {when}, {a} went to {p} without a coat.
:: go a p
It began to rain, and {a} got wet.
| Suddenly it rained hard, and {a} got wet.
:: why Why did {a} get wet? = it rained and {a.he} had no coat
{a} was cold and tired.
| {a} shook with cold and was tired.
:: feel a tired = {a.he} was wet and cold
{b} came to {p} with a big umbrella.
| Then {b} came to {p} under a big umbrella.
:: go b p
{b} took {a} to {q} and made hot tea.
| They went to {q} under the umbrella, and {b} made hot tea.
:: go a q
:: go b q
Soon {a} was warm and happy.
| The tea was good. {a} was happy.
:: feel a happy = {b} had helped {a.him} and made hot tea
= {a} got wet in the rain, but {b} took {a.him} to {q} and made tea.
""",
    "garden": """
{a} planted a {w} {p.at}.
| {when}, {a} put the seed of a {w} into the ground {p.at}.
:: at a p
{a} gave it water every day, but it did not grow.
| Every day {a} gave it water, but nothing happened.
:: feel a sad = the {w} did not grow
{a} was sad, and {b} came to {p} to see it.
| {b} came to {p} and saw that {a} was sad.
:: go b p
{b} said that it needed sun, so they cut a branch.
| {b} said that the tree was too big, so they cut a branch for more sun.
:: why Why did they cut a branch? = the {w} needed sun
After a week the {w} was tall. {a} was happy.
| A week later there was a fine {w}. {a} was happy.
:: feel a happy = the {w} had grown
= {a} planted a {w}, {b} helped, and it grew.
""",
    "birthday": """
It was {b}'s birthday, and {b} was lonely {p.at}.
| {b} was alone {p.at} on {b.his} birthday and was lonely.
:: at b p
:: feel b lonely = nobody had come to {b.his} birthday
{b} thought that everyone had forgotten.
| Nobody had called {b}.
But {a} was {q.at} and made a cake.
| {a} had not forgotten. {a.He} was {q.at} and baked a cake.
:: at a q
:: why Why did {a} make a cake? = it was {b}'s birthday
{when}, {a} took the cake to {p}.
| Then {a} carried the cake to {p}.
:: go a p
{a} sang a song and gave {b} {t.a} too.
| There was a present too: {a} gave {b} {t.a}.
:: have a t
:: give a b t
{b} was so happy that {b.he} cried.
| {b} was happy. What a good day!
:: feel b happy = {a} had remembered {b.his} birthday
= {b} was lonely on {b.his} birthday, but {a} came with a cake and {t.a}.
""",
    "sick": """
{b} was ill and stayed {p.at}.
| {b} had a cold and had to stay {p.at}.
:: at b p
:: feel b lonely = {b.he} was ill and nobody was there
{b} was lonely there.
| {b} had nobody to talk to and was lonely.
{a} heard about it {q.at}.
| {a} was {q.at} when {a.he} heard about it.
:: at a q
{a} made {f.some} and found {t.a}.
| {a} bought {f.some} and {t.a}.
:: have a t
:: why Why did {a} bring {f.some}? = {b} was ill
{a} took them to {p} and gave {b} the {t}.
| {a} went to {p} and gave the {t} to {b}.
:: go a p
:: give a b t
{b} ate everything and felt glad.
| {b} laughed again and was glad.
:: feel b glad = {a} had come to see {b.him}
= {b} was ill, so {a} brought {b.him} {f.some} and {t.a}.
""",
    "heavy": """
{a} had {t.a} with heavy things in it.
| {a} carried {t.a}, and it was full of stones.
:: have a t
{a} wanted to take it from {p} to {q}.
| {a} was {p.at} and wanted to take it to {q}.
:: at a p
It was too heavy, and {a} was tired.
| {a} was tired because it was too heavy.
:: feel a tired = the {t} was too heavy
{b} came to {p} and saw {a}.
| Then {b} came to {p}.
:: go b p
{b} helped {a}, and together they took the {t} to {q}.
| Together {a} and {b} carried the {t} to {q}.
:: go a q
:: go b q
:: why Why did {b} help {a}? = the {t} was too heavy
{a} was glad and gave {b} {f.some}.
| {a} was glad. They sat down and ate {f.some}.
:: feel a glad = {b} had helped
= The {t} was too heavy for {a}, so {b} helped {a.him} to carry it to {q}.
""",
    "letter": """
{c} lived far away and was lonely.
| {c} had moved far away and was lonely there.
:: feel c lonely = {c.he} lived far away
{a} wrote a letter to {c} {p.at}.
| {when}, {a} sat {p.at} and wrote a letter to {c}.
:: at a p
:: why Why did {a} write a letter? = {c} was lonely
{a} put {t.a} into the box with the letter.
| {a} added {t.a} as a present.
:: have a t
{b} came to {p}, and {a} gave {b} the {t}.
| {b} drove to {p}. There {a} gave the {t} to {b}.
:: go b p
:: give a b t
{b} drove to {q} and gave the {t} to {c}.
| {b} took it to {q} and gave {c} the {t}.
:: go b q
:: at c q
:: give b c t
{c} read the letter and was glad.
| {c} was glad and read the letter twice.
:: feel c glad = {a} had not forgotten {c.him}
= {a} sent {c} a letter and {t.a}, and {b} brought them.
""",
}
