"""Whom blocks gather: indicators that look at the same rows of a register share their blocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from hvb_followup.disclosure.model import RULES, Rules
from hvb_followup.indicators.model import Indicator

PREFIX = "register:"
# Blocks in which a person stands anew in each quarter.
PRESENCE = ("presence", "events")


class Set(msgspec.Struct, frozen=True, kw_only=True):
    """Whom blocks gather: a kind of block, and a choice among the rows; ``wait`` until the choice is known."""

    block: str
    where: str
    wait: int
    indicators: tuple[Indicator, ...]

    @property
    def family(self) -> str:
        """The name of its waves' family."""
        return family(self.block, self.where)


def family(block: str, where: str) -> str:
    """The family that blocks of a kind and choice belong to."""
    return f"{PREFIX}{block}{':' if where else ''}{where}"


def family_of(indicator: Indicator, rules: Rules = RULES) -> str:
    """The family of an indicator's blocks."""
    return family(indicator.block, indicator.where if rules.own_blocks else "")


def presence_families(indicators: Iterable[Indicator]) -> frozenset[str]:
    """Families in which a person stands anew in each quarter."""
    return frozenset(family_of(one) for one in indicators if one.block in PRESENCE)


def sets_of(indicators: Iterable[Indicator], rules: Rules) -> list[Set]:
    """The sets that the indicators ask for, by block and choice."""
    found: defaultdict[tuple[str, str], list[Indicator]] = defaultdict(list)
    for one in sorted(indicators, key=lambda one: one.id):
        found[one.block, one.where if rules.own_blocks else ""].append(one)
    return [
        Set(
            block=block,
            where=where,
            # Whoever is in a block of everybody is known at once; a choice may need some days.
            wait=max(one.known_after for one in chosen) if where else 0,
            indicators=tuple(chosen),
        )
        for (block, where), chosen in sorted(found.items())
    ]
