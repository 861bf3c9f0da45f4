"""A statement as it is written and kept. Dates are as typed until it is published, then ISO."""

from __future__ import annotations

import msgspec

MOST_ACTIONS = 3
# Roles and never names: who does it is chosen, not written.
ROLES = {
    "manager": "föreståndaren",
    "deputy": "biträdande föreståndaren",
    "contact": "kontaktpersonerna",
    "staff": "all personal",
    "night": "personalen på natten",
    "kitchen": "den som lagar maten",
    "provider": "utföraren",
}


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that changes, the day by which it has, and the role (of ``ROLES``) that sees to it."""

    what: str = ""
    by_on: str = ""
    role: str = ""

    @property
    def is_empty(self) -> bool:
        """True when nothing of it has been written."""
        return not (self.what or self.by_on or self.role)


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What the young people are told: ``text`` in a few words, and the actions."""

    text: str = ""
    actions: tuple[Action, ...] = ()

    @property
    def prose(self) -> str:
        """Everything that somebody has written, as sentences."""
        parts = (self.text, *(one.what for one in self.actions))
        return " ".join(_sentence(part.strip()) for part in parts if part.strip())


def _sentence(part: str) -> str:
    return part if part[-1] in ".!?:" else f"{part}."
