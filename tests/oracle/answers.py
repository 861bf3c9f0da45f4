"""Young people's answers, counted again: who counts for what, wave by wave and person by person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.oracle.days import end_of, first_of, last_of, owner_between, term_on
from tests.oracle.gathering import Group, Part, gather
from tests.oracle.telling import Count

FAMILY = "ung-upplevelse"
Row = dict[str, Any]
OFTEN = ("always", "mostly", "sometimes", "never")
# Where somebody answered more than once in a half-year, the latest moment of the placement stands for her.
MOMENTS = ("", "start", "follow_up", "exit", "after")


class Share(NamedTuple):
    """A question, its answers from best to worst, and how many of them are good in the ordinary and the easy text."""

    item: str
    answers: tuple[str, ...]
    good: int = 2
    good_easy: int = 1

    def asked(self, row: Row) -> bool:
        return row["answers"].get(self.item) in self.answers

    def counts(self, row: Row) -> bool:
        good = self.good_easy if row["edition"] == "easy" else self.good
        return row["answers"].get(self.item) in self.answers[:good]


class Worst(NamedTuple):
    """The worst answer to the same question."""

    of: Share

    def asked(self, row: Row) -> bool:
        return self.of.asked(row)

    def counts(self, row: Row) -> bool:
        return bool(row["answers"].get(self.of.item) == self.of.answers[-1])


class Hurt(NamedTuple):
    """Hurt by another young person or by staff: known when somebody was, or when she says no to both."""

    items: tuple[str, str] = ("hurt_peer", "hurt_staff")

    def asked(self, row: Row) -> bool:
        return self.counts(row) or all(row["answers"].get(item) == "never" for item in self.items)

    def counts(self, row: Row) -> bool:
        return any(row["answers"].get(item) in ("once", "several") for item in self.items)


Rule = Share | Worst | Hurt
PAIRS: dict[str, Share] = {
    "U01": Share("safe_here", ("very", "quite", "not_very", "not")),
    "U02": Share("home", ("very_good", "good", "bad", "very_bad")),
    "U03": Share("adult", ("yes", "unsure", "no"), 1),
    "U04": Share("health", OFTEN),
    "U05": Share("contact", OFTEN),
    "D01": Share("say", OFTEN),
    "D02": Share("tell", ("yes", "unsure", "no"), 1),
    "H06": Share("school", OFTEN),
}
RULES: dict[str, Rule] = {
    **PAIRS,
    **{f"{name}w": Worst(rule) for name, rule in PAIRS.items()},
    "T01": Hurt(),
}


def groups(units: list[Row], waves: list[Row], now: int) -> list[Group]:
    """The atoms: half-years of a home in which five different persons answered."""
    terms = {unit["id"]: unit["terms"] for unit in units}
    parts = []
    for wave in waves:
        last = end_of(wave["half_year"])
        if wave["family"] == FAMILY and last <= now:
            assert wave["major"] == 1, "a second MAJOR cuts: tell the oracle"
            owner = owner_between(terms[wave["unit"]], first_of(last - 1), last_of(last))
            persons = frozenset(row["link"] for row in wave["counted"])
            parts.append(Part(wave["unit"], wave["half_year"], last, owner, persons))
    return gather(FAMILY, parts, now)


def counts(units: list[Row], waves: list[Row], now: int) -> dict[str, list[Count]]:
    """Each indicator's exact count in each atom."""
    said = {(wave["unit"], wave["half_year"]): wave["counted"] for wave in waves if wave["family"] == FAMILY}
    terms = {unit["id"]: unit for unit in units}
    found: dict[str, list[Count]] = {name: [] for name in RULES}
    for group in groups(units, waves, now):
        rows = _one_each(group, said)
        for name, rule in RULES.items():
            asked = [row for row in rows if rule.asked(row)]
            found[name].append(
                Count(
                    group=group.name,
                    home=group.home,
                    owner=group.owner,
                    quarter=group.closed,
                    periods=tuple(part.name for part in group.parts),
                    places=_around(terms.get(group.home), group.closed),
                    waves=frozenset((part.unit, part.name) for part in group.parts),
                    persons=group.persons,
                    n=len(asked),
                    x=sum(rule.counts(row) for row in asked),
                )
            )
    return found


def _one_each(group: Group, said: Mapping[tuple[str, str], list[Row]]) -> list[Row]:
    """Each person's newest answers in the group."""
    newest: dict[str, Row] = {}
    for part in sorted(group.parts, key=lambda part: part.quarter):
        rows = said[part.unit, part.name]
        for row in sorted(rows, key=lambda row: MOMENTS.index(row["moment"])):
            newest[row["link"]] = row
    return list(newest.values())


def _around(unit: Row | None, quarter: int) -> frozenset[tuple[str, str]]:
    """The län of a home, and whether its care was the municipality's own or bought when the group closed."""
    term = term_on(unit["terms"], last_of(quarter)) if unit else None
    if unit is None or term is None:
        return frozenset()
    own = term["operating_form"] == "municipal_own"
    return frozenset({("lan", unit["lan"]), ("group", "own" if own else "bought")})
