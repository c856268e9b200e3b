"""How people ask: many phrasings an instruction, the last ones of each kept for evaluation.

`{x}` is the content. The line `held out` separates what training uses from what it never sees.
"""

_TEXT = """
sentiment
Is this review positive or negative? {x}
{x} Is this review positive or negative?
What is the sentiment of this review? {x}
{x} What is the sentiment?
Decide whether this opinion is positive or negative: {x}
Review: {x} Say positive or negative.
Classify the sentiment of the following text. {x}
{x} Was the writer pleased? Answer positive or negative.
Tell me the sentiment: {x}
Here is what a guest wrote: {x} Positive or negative?
Read this and name its sentiment, positive or negative: {x}
Label this text as positive or negative. {x}
State the sentiment of this text: {x}
What sentiment does this text have? {x}
Is the sentiment positive or negative? {x}
{x} Is the writer happy? Answer positive or negative.
held out
{x} Would you call this review positive or negative?
Give me the sentiment of this text: {x}
A customer says: {x} Is that positive or negative?

topic
What is this review about? {x}
{x} What is the topic?
Name the topic of this text: {x}
Choose the topic: film, food, hotel, music, sport or shopping. {x}
{x} Which topic is this about: film, food, hotel, music, sport or shopping?
Classify the topic of the following text. {x}
Topic of this review, please: {x}
{x} Say in one word what this is about.
Sort this text by topic. {x}
Tell me what the writer talks about: {x}
held out
{x} What is the topic of this review?
Give me the topic of this text: {x}
Read this and name its topic: {x}

translate
Translate into Japanese: {x}
How do you say this in Japanese? {x}
{x} How do you say that in Japanese?
Put this sentence into Japanese: {x}
What is the Japanese for this sentence? {x}
{x} Translate this into Japanese.
Say it in Japanese: {x}
Give me the Japanese translation of this: {x}
I need this in Japanese: {x}
English to Japanese, please: {x}
held out
Translate this sentence into Japanese. {x}
{x} What is that in Japanese?
Please write this in Japanese: {x}

sum
What is {x}?
Calculate {x}.
How much is {x}?
Work out {x}.
Add these numbers: {x}
Compute {x} step by step.
Find the sum {x}.
{x} = ?
Tell me the result of {x}.
I have to add {x}. What do I get?
Can you add {x}?
What is the result of {x}?
Please calculate {x}.
What comes out of {x}?
Answer this: {x}
Can you work out {x}?
held out
Can you calculate {x}?
What do I get for {x}?
Solve {x}.

word problem
{x}
Solve this problem: {x}
{x} Think step by step.
Help me with this problem. {x}
Read the problem and find the answer. {x}
Here is a problem: {x}
{x} Show how you get the answer.
Work this out: {x}
Can you count this? {x}
Answer with steps: {x}
held out
Please solve this: {x}
Here is my homework. {x}
{x} Can you work this out?

opposite
What is the opposite of {x}?
Give me the opposite of {x}.
Name the opposite of the word {x}.
Which word means the opposite of {x}?
Tell me a word that is the opposite of {x}.
The opposite of {x}, please.
What do you call the opposite of {x}?
Opposite of {x}?
I need the opposite of {x}.
Say the opposite of {x}.
held out
Find the opposite of {x}.
Can you tell me the opposite of {x}?
Which word is the opposite of {x}?

plural
What is the plural of {x}?
Give me the plural of {x}.
One {x}, two what?
Write the plural form of {x}.
Put the word {x} into the plural.
Tell me the plural of {x}.
How do you write more than one {x}?
The plural of {x}, please.
I need the plural of {x}.
Form the plural of {x}.
held out
Find the plural of {x}.
Can you tell me the plural of {x}?
Which word is the plural of {x}?

past
What is the past tense of {x}?
Give me the past tense of {x}.
Put the verb {x} into the past.
Write the past form of {x}.
Tell me the past tense of {x}.
Today I {x}. What about yesterday?
The past tense of {x}, please.
How do you write {x} in the past?
I need the past tense of {x}.
Form the past of {x}.
What is the past of {x}?
What is the word {x} in the past tense?
held out
Find the past tense of {x}.
Can you tell me the past tense of {x}?
What is {x} in the past?

kind
What is {x}?
Tell me what {x} is.
What kind of thing is {x}?
Explain in a few words what {x} is.
Do you know what {x} is?
I do not know the word. What is {x}?
Say what {x} is.
Please explain: what is {x}?
What do you know about {x}?
Describe {x}.
held out
Can you tell me what {x} is?
What sort of thing is {x}?
Explain to me what {x} is.

japanese word
What is the Japanese word for {x}?
How do you say {x} in Japanese?
Give me the Japanese word for {x}.
{x} in Japanese?
Translate the word {x} into Japanese.
Tell me the word for {x} in Japanese.
What do they call {x} in Japan?
The Japanese for {x}, please.
I need the Japanese word for {x}.
Write the word {x} in Japanese.
held out
Find the Japanese word for {x}.
Can you tell me how to say {x} in Japanese?
Which Japanese word means {x}?

list
List three {x}.
Name three {x}.
Give me three examples of {x}.
Tell me three {x}.
Write down three {x}.
Which three {x} do you know?
Can you think of three {x}?
I need three {x}.
Three {x}, please.
Make a list of three {x}.
Please name three {x}.
Write three {x}.
Can you list three {x}?
I want a list of three {x}.
Give me three {x}.
Can you write three {x}?
Please list three {x}.
I would like three {x}.
Can you give me three {x}?
Give me the names of three {x}.
held out
Can you name three {x}?
Give me a list of three {x}.
Please write three {x}.

story
Write a story about {x}.
Tell me a story about {x}.
I want to hear a story about {x}.
Make up a story about {x}.
Can you write a short story about {x}?
Please tell a story in which you find {x}.
Give me a little story about {x}.
Think of a story about {x}.
Let me read a story about {x}.
Story time! Tell me about {x}.
held out
Please write a short story about {x}.
Can you tell me a story about {x}?
I would like a story about {x}.

summary
Summarise this story. {x}
{x} Summarise this in one sentence.
Give me a short version of this story: {x}
{x} What happened, in short?
Say in one sentence what happens here: {x}
Write a summary of the following story. {x}
{x} Tell me the story in one sentence.
What is this story about, in one sentence? {x}
Shorten this story to one sentence: {x}
Make a summary: {x}
held out
{x} Write a one-sentence summary.
Please summarise the following: {x}
Read this and give me a summary. {x}

question
{x} {q}
{q} {x}
Read the story and answer. {x} {q}
Answer a question about this story: {x} {q}
Here is a story. {x} My question: {q}
{q} The story: {x}
I have a question about this text. {x} {q}
Story: {x} Question: {q}
Use the story to answer. {q} {x}
Please answer this: {q} {x}
Read this story: {x} {q}
I read this text. {x} Now answer: {q}
From this text: {q} {x}
Think about this story: {x} {q}
Answer from this story: {q} {x}
Here is a text. {x} Please say: {q}
held out
Here is a text. {x} Now tell me: {q}
Look at this story: {x} {q}
Based on this story: {q} {x}
"""


def _parse(text: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    train: dict[str, list[str]] = {}
    held: dict[str, list[str]] = {}
    for block in text.strip().split("\n\n"):
        kind, *lines = block.splitlines()
        edge = lines.index("held out")
        train[kind], held[kind] = lines[:edge], lines[edge + 1 :]
    return train, held


TRAINED, HELD_OUT = _parse(_TEXT)
"""Kind of instruction → phrasings that training uses, and phrasings that it never sees."""

WRAPPERS = (
    "{}",
    "{}",
    "{}",
    "{}",
    "Hello! {}",
    "{} Thank you.",
    "Please help me. {}",
    "A question: {}",
)
"""What people put around a request."""
