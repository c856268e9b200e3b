"""How `sample_token` usually goes wrong."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.exercise import Mistake


def sample_likeliest(logits: Tensor, generator: torch.Generator) -> Tensor:
    return logits.argmax(dim=-1)


def sample_own_chance(logits: Tensor, generator: torch.Generator) -> Tensor:
    return torch.multinomial(logits.softmax(dim=-1), 1)[:, 0]


def sample_own_seed(logits: Tensor, generator: torch.Generator) -> Tensor:
    own = torch.Generator().manual_seed(0)
    return torch.multinomial(logits.softmax(dim=-1), 1, generator=own)[:, 0]


def sample_rewound(logits: Tensor, generator: torch.Generator) -> Tensor:
    generator.manual_seed(generator.initial_seed())
    return torch.multinomial(logits.softmax(dim=-1), 1, generator=generator)[:, 0]


def sample_one_for_all(logits: Tensor, generator: torch.Generator) -> Tensor:
    return torch.multinomial(logits[0].softmax(dim=-1), 1, generator=generator).expand(len(logits))


def sample_evenly(logits: Tensor, generator: torch.Generator) -> Tensor:
    possible = (logits > float("-inf")).float()
    return torch.multinomial(possible, 1, generator=generator)[:, 0]


def sample_any_token(logits: Tensor, generator: torch.Generator) -> Tensor:
    return torch.randint(logits.shape[-1], (len(logits),), generator=generator)


def sample_softmax_twice(logits: Tensor, generator: torch.Generator) -> Tensor:
    chances = logits.softmax(dim=-1).softmax(dim=-1)
    return torch.multinomial(chances, 1, generator=generator)[:, 0]


def sample_logits(logits: Tensor, generator: torch.Generator) -> Tensor:
    return torch.multinomial(logits, 1, generator=generator)[:, 0]


def sample_kept_dim(logits: Tensor, generator: torch.Generator) -> Tensor:
    return torch.multinomial(logits.softmax(dim=-1), 1, generator=generator)


def sample_normal_noise(logits: Tensor, generator: torch.Generator) -> Tensor:
    noise = torch.randn(logits.shape, generator=generator)
    return (logits + noise).argmax(dim=-1)


def sample_probability(logits: Tensor, generator: torch.Generator) -> Tensor:
    chances = logits.softmax(dim=-1)
    ids = torch.multinomial(chances, 1, generator=generator)
    return chances.gather(-1, ids)[:, 0]


def sample_one_too_far(logits: Tensor, generator: torch.Generator) -> Tensor:
    reached = logits.softmax(dim=-1).cumsum(dim=-1)
    limit = torch.rand(len(logits), 1, generator=generator)
    return (reached < limit).sum(dim=-1) + 1


def sample_one_limit(logits: Tensor, generator: torch.Generator) -> Tensor:
    reached = logits.softmax(dim=-1).cumsum(dim=-1)
    limit = torch.rand(1, generator=generator)
    return (reached < limit).sum(dim=-1).clamp(max=logits.shape[-1] - 1)


MISTAKES = (
    Mistake(
        "likeliest",
        sample_likeliest,
        "it always takes the likeliest token. Draw one by its probability.",
        ("shares", "repeatable"),
    ),
    Mistake(
        "own chance",
        sample_own_chance,
        "it does not use the generator it is given. Hand it on: generator=generator.",
        ("repeatable",),
    ),
    Mistake(
        "own seed",
        sample_own_seed,
        "it starts from a fixed seed at every call. Use the generator it is given, as it stands.",
        ("repeatable",),
    ),
    Mistake(
        "rewound",
        sample_rewound,
        "it sets the generator back to its start at every call, so every call uses the "
        "same random numbers. Leave it where it stands.",
        ("repeatable",),
    ),
    Mistake(
        "one for all",
        sample_one_for_all,
        "it draws once, from the first row, and gives every row that token. Draw for each row.",
        ("only choice",),
    ),
    Mistake(
        "evenly",
        sample_evenly,
        "all possible tokens are equally likely. Weigh them by softmax.",
        ("shares",),
    ),
    Mistake(
        "any token",
        sample_any_token,
        "any token may come, whatever its logit. Weigh them by softmax.",
        ("only choice",),
    ),
    Mistake(
        "softmax twice",
        sample_softmax_twice,
        "softmax is taken twice: no token is then more than 2.72 times as likely as another, and "
        "one with -inf can come. Take it once.",
        ("only choice",),
    ),
    Mistake(
        "logits as weights",
        sample_logits,
        "logits are used as if they were probabilities. Take softmax first.",
        ("only choice",),
    ),
    Mistake(
        "dimension kept",
        sample_kept_dim,
        "`multinomial` gives (B, 1). Take its one column: (B,).",
        ("only choice",),
    ),
    Mistake(
        "normal noise",
        sample_normal_noise,
        "adding normal noise and taking the largest does not give softmax's probabilities. Draw "
        "with `torch.multinomial`.",
        ("shares",),
    ),
    Mistake(
        "probability",
        sample_probability,
        "it returns the token's probability. Return its id.",
        ("only choice",),
    ),
    Mistake(
        "one too far",
        sample_one_too_far,
        "every id is one too large. Ids count from 0.",
        ("only choice",),
    ),
    Mistake(
        "one chance for all",
        sample_one_limit,
        "all rows share one random number, so equal rows get equal tokens. Draw for each row.",
        ("shares",),
    ),
)
