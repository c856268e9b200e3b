"""The whole corpus, and the shortened form that still has every class."""

from __future__ import annotations

from autograder.proof.attacks import (
    badfiles,
    bare,
    changing,
    honest,
    reading,
    shown,
    stopping,
    verdict,
)
from autograder.proof.attacks.attack import Attack

CORPUS: tuple[Attack, ...] = (
    *verdict.ATTACKS,
    *reading.ATTACKS,
    *changing.ATTACKS,
    *stopping.ATTACKS,
    *badfiles.ATTACKS,
    *shown.ATTACKS,
    *honest.ATTACKS,
    *bare.ATTACKS,
)
SHORT: tuple[Attack, ...] = tuple(attack for attack in CORPUS if attack.short)
