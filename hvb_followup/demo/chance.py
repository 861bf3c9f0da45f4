"""Dice that fall the same every time, and the few shapes that what is invented follows."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")


def dice_of(seed: int, subject: str, of: str = "") -> random.Random:
    """Dice of their own for a subject and a home: what one home rolls changes nothing for another."""
    return random.Random(f"{seed} {subject} {of}")


def chosen(dice: random.Random, weights: Mapping[T, float]) -> T:
    """One of the things, by their weights."""
    return dice.choices(list(weights), weights=list(weights.values()))[0]


def logit(share: float) -> float:
    """The log odds of a share."""
    return math.log(share / (1 - share))


def share_of(log_odds: float) -> float:
    """The share of log odds."""
    return 1 / (1 + math.exp(-log_odds))


def happens(dice: random.Random, share: float, shift: float = 0.0) -> bool:
    """True so often; ``shift`` moves the log odds."""
    return dice.random() < (share_of(logit(share) + shift) if shift else share)


def around(dice: random.Random, median: float, sigma: float) -> float:
    """A lognormal number with this median."""
    return median * math.exp(sigma * dice.gauss(0, 1))


def days(dice: random.Random, low: int, high: int) -> dt.timedelta:
    """So many days, each number from low to high as likely."""
    return dt.timedelta(days=dice.randint(low, high))


def by_then(day: dt.date, last_on: dt.date) -> dt.date | None:
    """The day, unless it has not come yet."""
    return day if day <= last_on else None
