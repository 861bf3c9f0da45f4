"""Names and ids that no real place, home or provider can be mistaken for: syllables that nothing is made of."""

from __future__ import annotations

import random

from hvb_followup.registry import CROCKFORD

FIRST = (
    "Snurr",
    "Glimmer",
    "Plupp",
    "Trassel",
    "Mumle",
    "Kvitter",
    "Fnul",
    "Pyssel",
    "Drummel",
    "Skrofsa",
    "Tindra",
    "Blompa",
)
LAST = ("hult", "vik", "ås", "näs", "torp", "lund", "berga", "sund", "fors", "dal", "holm", "rydet")


def names(dice: random.Random, count: int) -> list[str]:
    """Names that differ, numbered when the syllables have run out."""
    every = [first + last for first in FIRST for last in LAST]
    dice.shuffle(every)
    rounds = range(count // len(every) + 1)
    return [f"{name} {number + 1}" if number else name for number in rounds for name in every][:count]


def symbols(dice: random.Random, count: int) -> list[str]:
    """Five symbols for each of so many ids, no two alike."""
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(dice.choice(CROCKFORD) for _ in range(5))] = None
    return list(found)
