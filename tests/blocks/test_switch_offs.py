"""Each rule of registers switched off, or broken by hand, and the audit finds it."""

from __future__ import annotations

from functools import cache

import msgspec
import pytest

from hvb_followup.disclosure.audit import audit
from hvb_followup.disclosure.ledger import Ledger
from hvb_followup.disclosure.model import Figure, Rules

from .invented import Nation, invent
from .released import RELEASES, Released, release

replace = msgspec.structs.replace


@cache
def the_nation() -> Nation:
    return invent(1, homes=12)


@cache
def the_release() -> Released:
    return release(the_nation(), RELEASES[-3:])


def rules_of(ledger: Ledger) -> set[str]:
    return {finding.rule for finding in audit(ledger)}


def test_all_is_well_when_every_rule_holds() -> None:
    assert rules_of(the_release().ledger()) == set()


@pytest.mark.parametrize(
    ("rules", "finding"),
    [
        (Rules(smallest=4), "atom-small"),
        (Rules(smallest=4), "class"),
        (Rules(cut_at_owner=False), "atom-owner"),
        (Rules(own_blocks=False), "split"),
        (Rules(own_blocks=False), "class"),
        (Rules(rate_days=100), "rate-days"),
        (Rules(rate_few=0), "end-class"),
        (Rules(endings_end_values=2), "end-class"),
        (Rules(code_end_values=2), "end-class"),
        (Rules(code_group=10), "code-group"),
        (Rules(code_cell=0), "code-cell"),
        (Rules(rates_in_words=True, rate_days=100), "words-scale"),
        (
            Rules(
                exact_homes=3,
                exact_persons=20,
                exact_change_persons=9,
                exact_change_homes=2,
                exact_apart=False,
            ),
            "exact-small",
        ),
    ],
    ids=str,
)
def test_a_rule_switched_off_is_found(rules: Rules, finding: str) -> None:
    assert finding in rules_of(released_twice(rules).ledger())


def released_twice(rules: Rules) -> Released:
    return release(the_nation(), RELEASES[-2:], rules)


def test_exact_sums_that_overlap_are_found_by_the_linear_program() -> None:
    careless = release(invent(2), rules=Rules(exact_apart=False))
    assert rules_of(careless.ledger()) == {"end-class"}


def shown(indicator: str, level: str) -> Figure:
    return next(
        one
        for one in the_release().figures
        if (one.indicator, one.level) == (indicator, level) and one.is_shown and not one.word and one.n
    )


def with_figure(old: Figure, **changes: object) -> Ledger:
    figures = tuple(replace(one, **changes) if one == old else one for one in the_release().figures)
    return replace(the_release().ledger(), figures=figures)


@pytest.mark.parametrize(
    ("indicator", "level", "changes", "finding"),
    [
        ("S01", "unit", {"x_lo": 1, "x_hi": 1}, "sum"),
        (
            "T03",
            "unit",
            {"word": "få", "audience": "unit", "n": None, "x_lo": None, "x_hi": None},
            "words-scale",
        ),
        ("S10", "unit", {"split": "girls"}, "split"),
        ("S10", "provider", {"release": "2023H1"}, "sum"),
        ("S07", "provider", {"level": "unit"}, "code-unit"),
    ],
    ids=str,
)
def test_a_figure_changed_by_hand_is_found(
    indicator: str, level: str, changes: dict[str, object], finding: str
) -> None:
    assert finding in rules_of(with_figure(shown(indicator, level), **changes))


def test_five_placements_told_in_numbers_are_found() -> None:
    few = next(one for one in the_release().figures if one.word)
    data = [one for one in the_release().data if one.id in few.data]
    n, low, high = (sum(column) for column in zip(*((d.n, d.x_lo, d.x_hi) for d in data), strict=True))
    assert "few" in rules_of(with_figure(few, word="", audience="public", n=n, x_lo=low, x_hi=high))


def test_a_home_or_owner_that_is_not_the_blocks_own_is_found() -> None:
    other = next(
        one
        for one in the_release().figures
        if one.level == "unit" and one.place != shown("S01", "unit").place
    )
    assert "sum" in rules_of(with_figure(shown("S01", "unit"), place=other.place))


def test_a_datum_over_the_blocks_of_another_choice_is_found() -> None:
    """S04 is of those who were not placed acutely: of everybody's blocks it would be a split."""
    ours = next(one for one in the_release().data if one.indicator == "S04")
    theirs = next(one for one in the_release().data if one.indicator == "T08")
    data = tuple(replace(one, atoms=theirs.atoms) if one == ours else one for one in the_release().data)
    assert "datum-atoms" in rules_of(replace(the_release().ledger(), data=data))


def test_a_block_reopened_between_releases_is_found() -> None:
    atom = next(one for one in the_release().atoms if one.home)
    opened = replace(atom, members=(*atom.members, (atom.home, "2026K2")))
    assert "atom-reopened" in rules_of(replace(the_release().ledger(), atoms=(*the_release().atoms, opened)))


def test_findings_never_name_a_link() -> None:
    careless = release(the_nation(), RELEASES[-2:], Rules(smallest=2, own_blocks=False))
    links = set(careless.ledger().answers["link"])
    found = audit(careless.ledger())
    assert found
    assert not [one for one in found if any(link in f"{one}" for link in links)]
