"""A small English text to learn merges from, written for this course."""

from __future__ import annotations

STORY = """\
The harbour wakes before the town does. At five o'clock the first boats come in, and the water is
so still that you can hear the oars from the end of the wall. Every morning old Marta stands there
with her lamp and counts the boats. Seven went out, seven come back. When the seventh boat is in,
she blows out the lamp, and the day may begin.

The fish market opens at six. There are long tables of wet stone, and on the tables there is ice,
and on the ice there are more fish than a child can count. The children count them anyway. "There
are a hundred and twelve," says one. "There are a hundred and thirteen," says another. "You've
counted the cat," says the first, and so they count again, and the cat doesn't wait for the result.

At the bakery behind the market the bread is ready when the bells ring seven. The baker sells three
kinds of bread: the dark bread, the white bread, and the bread that he calls the other bread. Nobody
knows what is in the other bread. The baker's daughter says that he doesn't know it either, and that
this is the reason why it is different every day, and the reason why they sell so much of it.

Then the ferry comes from the islands. It brings the teacher, the letters, two goats and the people
who work in the town. The teacher is always the first to leave the ferry and the last to reach the
school, because she reads while she walks. She has read more than a thousand books in this way, and
she has fallen into the water only twice. "The first time it was a very good story," she says. "The
second time it was the weather."

In the school the children learn to read, to write and to measure. They measure the room, the wall,
the height of the door and the length of the shadow at noon. They write the numbers on the board:
the room is 9 metres long and 6 metres wide, the door is 2 metres high, the shadow is shorter than
it was in March. "Why is the shadow shorter?" asks the teacher. Nobody answers at once. A question
is like a boat, she tells them: you should wait until it has come in before you unload it.

In the afternoon the wind begins. It comes over the hill, it turns the washing on the lines into
sails, and it takes the hats of those who have forgotten the wind. The hats are found again in the
garden behind the church. The gardener keeps them on a shelf, the larger hats on the left and the
smaller hats on the right, and gives them back to whoever asks. He has never asked for anything, but
there is always bread on his step, and it is always the other bread.

When the sun is low the boats go out again. The fishermen don't talk much while they are working.
They know the sea as others know a street: here is the corner where the current turns, there is the
stone that you can't see, and further out there is the long quiet water where the fish are. One of
them sings. The others have heard the song a thousand times, and they wouldn't go without it.

And in the evening, when the market is washed and the tables are empty, when the letters are read
and the goats have found the gardener's roses, Marta walks to the end of the wall. She lights the
lamp and hangs it on the hook. One, two, three, she counts, as the boats go past her into the dark.
Four, five, six. The seventh is always late. She waits for it, and the lamp waits with her, and the
whole town, without knowing it, waits with the lamp.
"""
"""English prose, about six hundred and fifty words."""
