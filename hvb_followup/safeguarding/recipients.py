"""Conflict-free recipients: nobody in a home's or its provider's tree may be told that somebody there asks for help.

A case does not say which home it comes from, so a recipient must be free of every home (DESIGN §4.10, R6 §7.7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from hvb_followup.errors import Problem

FEWEST = 2


class Recipient(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A named function that reads help cases: its account at the desk, its e-mail for word without content.

    ``ties`` are the homes and providers (ids) that it works for, owns or answers for.
    """

    name: str
    account: str
    email: str
    ties: tuple[str, ...] = ()


class Tree(msgspec.Struct, frozen=True, kw_only=True):
    """A provider and every home it has had."""

    provider: str
    units: frozenset[str]

    def holds(self, tie: str) -> bool:
        """True when a tie leads into this tree."""
        return tie == self.provider or tie in self.units


def conflict_free(recipients: Iterable[Recipient], trees: Sequence[Tree]) -> tuple[Recipient, ...]:
    """The recipients without a tie into any of the trees."""
    return tuple(one for one in recipients if not any(tree.holds(tie) for tree in trees for tie in one.ties))


def shortage(
    recipients: Sequence[Recipient], trees: Sequence[Tree], reviewers: Iterable[str]
) -> tuple[Problem, ...]:
    """Why no wave may open: fewer than two different recipients who are free and may read, or a tie to nowhere.

    ``reviewers`` are the accounts that may open a case at the desk.
    """
    return tuple(
        Problem(code="help-recipients", where=where, says=says, mend=mend)
        for where, says, mend in _shortages(recipients, trees, frozenset(reviewers))
    )


def _shortages(
    recipients: Sequence[Recipient], trees: Sequence[Tree], reviewers: frozenset[str]
) -> Iterator[tuple[str, str, str]]:
    for number, one in enumerate(recipients):
        where = f"recipient[{number}]"
        for tie in one.ties:
            if not any(tree.holds(tie) for tree in trees):
                yield f"{where}.ties", "Bindningen pekar på något som inte finns.", "Rätta den."
        if one.account not in reviewers:
            yield f"{where}.account", "Kontot får inte läsa vid disken.", "Gör kontot med `hvb user add`."
        if "@" not in one.email:
            yield f"{where}.email", "E-postadressen går inte att använda.", "Rätta den."
    free = conflict_free(recipients, trees)
    if min(len({one.account for one in free}), len({one.email.lower() for one in free})) < FEWEST:
        yield (
            "recipient",
            "Det behövs två olika mottagare av ”Jag vill ha hjälp” utan band till något hem eller någon utförare.",
            "Fyll i dem i deployment.toml.",
        )
