"""Whose register a page is of: a home's own, or the placements that a municipality has in any home."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from hvb_followup.actions.report.own_register import OWN_KINDS
from hvb_followup.registry import Unit


class Whose(msgspec.Struct, frozen=True, kw_only=True):
    """Where the pages lie, what they are called in a title, which registers they hold, and the home where it is one's.

    ``homes`` are the names of those that a form offers, where its rows may be of any.
    """

    at: str
    name: str
    kinds: tuple[str, ...]
    home: Unit | None = None
    homes: Mapping[str, str] = {}

    @property
    def unit(self) -> str:
        """The home's id; "" where the rows say themselves which home they are of."""
        return self.home.id if self.home else ""


def of_home(unit: Unit) -> Whose:
    """The registers that a home keeps itself."""
    return Whose(at=f"/enhet/{unit.id}", name=unit.name, kinds=OWN_KINDS, home=unit)


def of_municipality(name: str, homes: Mapping[str, str] | None = None) -> Whose:
    """The placements of a municipality."""
    return Whose(at="/min-kommun", name=name, kinds=("placement",), homes=homes or {})
