"""Plots in which something goes wrong and is put right.

The notation is explained in `tinyworld.beats`.
"""

PLOTS = {
    "lost": """
{a} had {t.a}.
| {a} always carried {t.a}.
| {a} loved {a.his} {t.col} {t}.
:: have a t
{when}, {a} went to {p}.
| {a} took it to {p}.
| {when}, {a} ran to {p}.
:: go a p
On the way {a.he} lost the {t}.
| But the {t} fell out of {a.his} bag on the way.
:: lose a t
{a} looked everywhere and was worried.
| {a} was worried and could not stop looking.
:: feel a worried = {a.he} had lost the {t}
{b} found the {t} {q.at}.
| {when}, {b} was {q.at} and found the {t}.
:: at b q
:: find b t
{b} knew the {t}, so {b.he} went to {p} and gave it back to {a}.
| {b} hurried to {p} and gave {a} the {t}.
:: go b p
:: give b a t
:: why Why did {b} go to {p}? = {b.he} wanted to give the {t} back
{a} was so happy that {a.he} danced.
| {a} laughed with joy. {a} was happy.
:: feel a happy = {b} had found the {t}
= {a} lost {t.a}, but {b} found it {q.at} and gave it back.
""",
    "lost pet": """
{a} had {n.a} called {n}.
| {a} lived with {n}, {n.a}.
:: pet a n
{when}, {n} ran away.
| {when}, the door was open and {n} ran away.
{a} was sad and waited {p.at}.
| {a} sat {p.at} and was sad.
:: at a p
:: feel a sad = {n} had run away
{b} looked for {n} and found {n.him} {q.at}.
| {b} heard a noise {q.at}. It was {n}!
:: at b q
:: at n q
{b} carried {n} to {p}.
| {b} brought {n} to {p}.
:: go b p
:: go n p
:: why Why did {b} go to {p}? = {b.he} wanted to bring {n} back
{a} kissed {n} and was happy.
| {a} was happy and thanked {b} many times.
:: feel a happy = {n} was back
= {n} ran away from {a}, but {b} found {n} {q.at}.
""",
    "broken": """
{a} and {b} were {p.at}.
| {when}, {a} and {b} met {p.at}.
:: at a p
:: at b p
{a} lent {b} {a.his} {t.col} {t}.
| {b} asked for {a}'s {t.col} {t}, and {a} gave it to {b.him}.
:: lend a b t
{b} dropped the {t} on a stone, and it broke.
| {b} fell, and the {t} broke.
:: why Why was the {t} broken? = {b} had an accident
{b} was worried because {a} loved the {t}.
| {a} loved the {t}, so {b} was worried.
:: feel b worried = {a} loved the {t}
But {b} told the truth and said sorry.
| {b} said sorry and told {a} everything.
{a} was not angry. {b} repaired the {t} and gave it back to {a}.
| They repaired the {t} together, and {b} gave it back to {a}.
:: give b a t
{b} felt glad.
| {b} was glad that {a} was still a friend.
:: feel b glad = {a} was not angry
= {b} broke {a}'s {t.col} {t}, said sorry and repaired it.
""",
    "thief": """
{a} put {f.some} on the table {p.at}.
| {when}, {a} cooked {f.some} {p.at}.
:: at a p
{a} had {n.a} called {n}.
| {n} was {a}'s {n.kind}.
:: pet a n
{a} went to {q} for a minute.
| Then {a} walked to {q} to get some salt.
:: go a q
When {a} came back to {p}, the plate was empty.
| {a} went back to {p} and saw an empty plate.
:: go a p
{a} was angry because {n} had eaten everything.
| {n} had eaten everything, so {a} was angry.
:: feel a angry = {n} had eaten everything
:: why Why was the plate empty? = {n} had eaten everything
{n} hid under a chair.
| {n} looked at the floor.
But {n} was so sweet that {a} laughed. {a} was happy again.
| {n} came close and looked so sweet that {a} was happy again.
:: feel a happy = {n} was so sweet
= {n} ate {a}'s food, and {a} was angry, but not for long.
""",
    "quarrel": """
{a} and {b} were {p.at}.
| {when}, {a} and {b} played {p.at}.
:: at a p
:: at b p
Both wanted the {t.col} {t}.
| There was only one {t.col} {t}, and both wanted it.
:: why Why did they quarrel? = both wanted the {t}
{a} took the {t} and shouted at {b}.
| {a} shouted and took the {t} from {b}.
:: have a t
{b} was sad and went to {q}.
| {b} was sad because of that and walked to {q}.
:: go b q
:: feel b sad = {a} had shouted at {b.him}
Alone, the {t} was no fun.
| It was no fun to play alone.
{a} went to {q}, said sorry and gave {b} the {t}.
| So {a} ran to {q}, gave the {t} to {b} and said sorry.
:: go a q
:: give a b t
They were friends again, and {b} was happy.
| {b} was happy, and they played together.
:: feel b happy = {a} had said sorry
= {a} and {b} quarrelled about {t.a}, but {a} said sorry and gave it to {b}.
""",
    "dark": """
{when}, {a} went to {q}.
| {a} walked to {q} late in the day.
:: go a q
Suddenly the light went out.
| Then all the lights went out.
It was dark, and {a} was afraid.
| {a} was afraid because it was so dark.
:: feel a afraid = it was dark
{b} was {p.at} and heard {a} cry.
| {b} heard a cry {p.at}.
:: at b p
{b} took {l.a} and ran to {q}.
| {b} found {l.a} and hurried to {q}.
:: have b l
:: go b q
:: why Why did {b} go to {q}? = {a} was afraid in the dark
{b} gave {a} the {l}, and {a} was calm again.
| In the light {a} was calm again, and {b} gave {a.him} the {l}.
:: give b a l
:: feel a calm = {b} had brought {l.a}
= {a} was afraid in the dark, but {b} brought {l.a}.
""",
    "hungry pet": """
{a} had {n.a} called {n}.
| {n} was {n.a} and lived with {a}.
:: pet a n
{when}, {a} was {p.at} with {n}.
| {a} and {n} were {p.at}.
:: at a p
:: at n p
{n} made a lot of noise because the bowl was empty.
| The bowl was empty, so {n} made a lot of noise.
:: why Why did {n} make a lot of noise? = the bowl was empty
{a} went to {q} and bought {f.some} for {n}.
| {a} ran to {q} and came out with {f.some} for {n}.
:: go a q
:: why Why did {a} go to {q}? = {n} needed food
Back {p.at}, {a} filled the bowl, and {n} ate everything.
| {a} went back to {p}, and {n} ate everything.
:: go a p
{n} slept on {a}'s knees, and {a} was happy.
| {n} fell asleep at once. {a} was happy.
:: feel a happy = {n} was not hungry any more
= {n} was hungry, so {a} bought {f.some} for {n}.
""",
}
