"""Questions on prompting; each key is computed."""

from __future__ import annotations

import numpy as np
import torch

from autograder.lessons.quiz import closest, question


def _long_label() -> str:
    """Which of two labels wins by the sum, and which by the mean."""
    short, long = torch.tensor([-1.5]), torch.tensor([-0.6, -0.6, -0.6])
    letters = {(True, True): "A", (False, False): "B", (True, False): "C", (False, True): "D"}
    return letters[bool(short.sum() > long.sum()), bool(short.mean() > long.mean())]


def _intervals() -> str:
    """Of four results, the only one whose interval lies above one half."""
    from scipy.stats import binomtest  # type: ignore[import-untyped]  # slow to import

    results = ((6, 8), (14, 20), (55, 100), (120, 200))
    lows = [binomtest(k, n).proportion_ci(method="wilson").low for k, n in results]
    (letter,) = ("ABCD"[i] for i, low in enumerate(lows) if low > 0.5)
    return letter


def _votes() -> str:
    """Chance that at least two of three samples are right, when each is with chance 0.4."""
    from scipy.stats import binom

    return closest(float(binom.sf(1, 3, 0.4)), (0.35, 0.4, 0.6, 0.65))


def _luck() -> str:
    """Development accuracy of the best of ten equal prompts, 70 % right, on 50 items."""
    draws = np.random.default_rng(0).binomial(50, 0.7, size=(20_000, 10))
    return closest(float(draws.max(1).mean() / 50), (0.7, 0.73, 0.8, 0.95))


def _calibrated() -> str:
    """Probability of the second label after calibration by hand."""
    probs, prior = torch.tensor([0.7, 0.3]), torch.tensor([0.8, 0.2])
    even = torch.distributions.Categorical(probs=probs / prior)
    return closest(float(even.probs[1]), (0.2, 0.63, 0.3, 0.5))


QUIZZES = (
    question(
        "quiz-prompting-length",
        "One label is a single token with log-probability -1.5. Another has three tokens with -0.6 "
        "each. Which label wins by the sum, and which by the mean?",
        {
            "The short one by both.": "The mean of the long one is -0.6, above -1.5.",
            "The long one by both.": "The sum of the long one is -1.8, below -1.5.",
            "The short one by the sum, the long one by the mean.": "-1.5 is above -1.8, and -0.6 "
            "is above -1.5. Every further token lowers the sum, so a sum favours short labels.",
            "The long one by the sum, the short one by the mean.": "It is the other way round: a "
            "sum of negative numbers falls with every token.",
        },
        "C",
        _long_label,
    ),
    question(
        "quiz-prompting-interval",
        "Two labels, both equally frequent. Which result shows, at 95 %, that a prompt is better "
        "than guessing?",
        {
            "6 of 8 right": "75 %, but the interval goes from 41 % to 93 %.",
            "14 of 20 right": "70 %, but the interval goes from 48 % to 85 %.",
            "55 of 100 right": "The interval goes from 45 % to 64 %.",
            "120 of 200 right": "Only 60 %, but the interval goes from 53 % to 67 %: one half is "
            "outside of it. More items make the interval narrower.",
        },
        "D",
        _intervals,
    ),
    question(
        "quiz-prompting-vote",
        "Each sample is right with a chance of 40 %, independently, and all wrong samples agree "
        "with each other. How often is the majority of three samples right?",
        {
            "35 %": "At least two of three must be right: 3 · 0.4² · 0.6 + 0.4³ = 0.352. A vote "
            "helps where the right answer is the most frequent one, and hurts where it is not.",
            "40 %": "The vote changes the chance, here for the worse.",
            "60 %": "That is how often one sample is wrong.",
            "65 %": "That is how often the majority is wrong.",
        },
        "A",
        _votes,
    ),
    question(
        "quiz-prompting-luck",
        "Ten prompts are equally good: each is right on 70 % of all inputs, and which ones says "
        "nothing of the others. You try them on 50 development items and keep the best. What "
        "accuracy do you see there, on average?",
        {
            "70 %": "That is what new items will show, and why you report on a test set.",
            "73 %": "One prompt on 50 items varies by 6 points; the best of ten gets more.",
            "80 %": "Each result is off by about 6 points, and you keep the luckiest of ten. On "
            "new items the luck is gone. Prompts that fail on the same items leave less to luck.",
            "95 %": "That is 4 standard deviations above 70 %: too much even for ten.",
        },
        "C",
        _luck,
    ),
    question(
        "quiz-prompting-calibrate",
        "An item gives the labels probabilities 0.7 and 0.3. Content-free inputs give 0.8 and 0.2. "
        "What is the second label's probability after calibration?",
        {
            "0.2": "That is the prior, the prompt's own preference.",
            "0.63": "0.7 / 0.8 = 0.875 and 0.3 / 0.2 = 1.5. Divided by their sum, 2.375, they are "
            "0.37 and 0.63: the second label wins.",
            "0.3": "That is the probability before calibration.",
            "0.5": "The item does say something: it moves the prior from 0.2 to 0.3.",
        },
        "B",
        _calibrated,
    ),
)
