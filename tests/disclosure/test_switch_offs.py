"""Each rule switched off, or broken by hand, and the audit finds it: a rule nobody would miss is no rule."""

from __future__ import annotations

import msgspec
import polars as pl
import pytest

from hvb_followup.disclosure.audit import audit
from hvb_followup.disclosure.ledger import Ledger
from hvb_followup.disclosure.model import Figure, Rules

from .registers import Register, World, by_hand, invent, publish, release, waves_of

replace = msgspec.structs.replace


def rules_of(ledger: Ledger) -> set[str]:
    return {finding.rule for finding in audit(ledger)}


@pytest.mark.parametrize(
    ("rules", "finding"),
    [
        (Rules(drop_helped=False), "helped"),
        (Rules(drop_flagged=False), "flagged"),
        (Rules(latest_only=False), "one-answer"),
        (Rules(skip_adjacent=False), "adjacent"),
        (Rules(skip_adjacent=False), "class"),
        (Rules(smallest=4), "atom-small"),
        (Rules(smallest=4), "class"),
        (Rules(cut_at_owner=False), "atom-owner"),
        (Rules(cut_at_major=False), "atom-major"),
        (Rules(remainder_age=3), "remainder-age"),
        (Rules(remainder_homes=1), "remainder-homes"),
        (Rules(answered=1), "datum-answered"),
        (Rules(share_merges=False), "score-merge"),
        (Rules(end_values=1), "end-class"),
        (Rules(sensitive_end_values=1), "end-class"),
        (Rules(sensitive_end_values=2), "end-class"),
        (Rules(sensitive_group=5), "sensitive-group"),
        (Rules(public_from=5), "few"),
        (Rules(sensitive_group=5, sensitive_from=10), "few-sensitive"),
        (Rules(sensitive_group=5, sensitive_from=5, sensitive_above_unit=False), "sensitive-unit"),
        (Rules(answered=1, words_from=1), "few"),
        (Rules(few_as_words=False), "few"),
        (Rules(words_for_ordinary_only=False), "words-sensitive"),
        (Rules(exact_homes=3), "exact-small"),
        (Rules(exact_change_homes=0), "exact-change"),
        (Rules(banded_response=False), "response"),
        (Rules(bare_when_withheld=False), "withheld"),
    ],
    ids=str,
)
def test_a_rule_switched_off_is_found(rules: Rules, finding: str) -> None:
    assert finding in rules_of(release(invent(0), rules=rules).ledger())


def published(register: Register, releases: list[str], rules: Rules | None = None) -> World:
    answers = register.answers
    waves = waves_of(answers, frozenset(answers["link"]))
    return publish(register, answers, waves, releases, rules or Rules())


def test_a_nation_of_six_told_in_a_word_is_found() -> None:
    register = by_hand([("H1", "P1", "2026H1", 6)])
    assert rules_of(published(register, ["2026H1"]).ledger()) == set()
    careless = published(register, ["2026H1"], Rules(words_to_owners_only=False))
    assert "words-audience" in rules_of(careless.ledger())


def remainder_of_21_homes() -> list[tuple[str, str | None, str, int]]:
    """Two persons in each of 21 homes, once: after two years the remainder holds 42 persons of 21 homes."""
    return [(f"R{home:02d}", "P2", "2024H1", 2) for home in range(21)]


def test_an_exact_sum_over_42_persons_is_found_although_they_live_in_21_homes() -> None:
    register = nearly_all_say_yes(by_hand([*remainder_of_21_homes(), ("H1", "P1", "2026H1", 1)]))
    assert not any(figure.is_exact for figure in published(register, ["2026H1"]).figures)
    careless = published(register, ["2026H1"], Rules(exact_persons=30))
    assert any(figure.is_exact for figure in careless.figures)
    assert "exact-small" in rules_of(careless.ledger())


def test_an_exact_sum_that_changed_by_42_persons_is_found() -> None:
    firm = [(f"H{home:02d}", "P1", "2025H2", 10) for home in range(21)]
    register = nearly_all_say_yes(by_hand([*remainder_of_21_homes(), *firm]))
    exact = {
        figure.release
        for figure in published(register, ["2025H2", "2026H1"]).figures
        if figure.is_exact and figure.level == "nation"
    }
    assert exact == {"2025H2"}
    careless = published(register, ["2025H2", "2026H1"], Rules(exact_change_persons=10))
    assert "exact-change" in rules_of(careless.ledger())


def nearly_all_say_yes(register: Register) -> Register:
    """Everyone but each twentieth says yes: the sum lies well inside what the end classes allow."""
    yes = pl.int_range(pl.len()) % 20 != 0
    items = [yes.cast(pl.Int64).alias(one) for one in ("P01", "P02", "P03", "S01")]
    return replace(register, answers=register.answers.with_columns(items))


def test_an_exact_sum_where_everyone_said_yes_is_found_by_the_linear_program() -> None:
    everyone = by_hand([(f"H{home:02d}", "P1", "2026H1", 6) for home in range(25)])
    careful = published(everyone, ["2026H1"])
    assert not any(figure.is_exact for figure in careful.figures)
    assert audit(careful.ledger()) == ()
    careless = published(everyone, ["2026H1"], Rules(exact_margin=False))
    assert rules_of(careless.ledger()) == {"end-class"}


# What no rule can switch off is broken by hand.


def small_world() -> World:
    """Three homes of one provider and one of another; each closes an atom in both half-years."""
    table = [
        (unit, owner, half_year, 12)
        for unit, owner in [("H1", "P1"), ("H2", "P1"), ("H3", "P1"), ("H4", "P2")]
        for half_year in ("2026H1", "2026H2")
    ]
    return published(by_hand(table), ["2026H1", "2026H2"])


def figure_of(world: World, level: str, place: str = "", indicator: str = "P01") -> Figure:
    wanted = (indicator, level, place, "2026H2")
    return next(one for one in world.figures if (one.indicator, one.level, one.place, one.release) == wanted)


def with_figure(world: World, old: Figure, **changes: object) -> Ledger:
    figures = tuple(replace(one, **changes) if one == old else one for one in world.figures)
    return replace(world.ledger(), figures=figures)


def test_the_small_world_has_no_findings() -> None:
    assert audit(small_world().ledger()) == ()


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"x_lo": 23}, "sum"),
        ({"x_lo": 24, "is_exact": True}, "exact-small"),
        ({"x_lo": 24}, "end-class"),
        ({"n": 23}, "sum"),
        ({"data": ("P01@nowhere",)}, "sum"),
        ({"audience": "unit"}, "audience"),
        ({"response": "12 av 14"}, "response"),
        ({"split": "girls"}, "split"),
        ({"status": ".."}, "withheld"),
        ({"word": "de flesta"}, "words-only"),
        ({"word": "de flesta", "n": None, "x_lo": None, "x_hi": None}, "words-audience"),
        ({"word": "få", "n": None, "x_lo": None, "x_hi": None, "audience": "unit"}, "words-only"),
    ],
    ids=str,
)
def test_a_figure_changed_by_hand_is_found(changes: dict[str, object], finding: str) -> None:
    world = small_world()
    assert finding in rules_of(with_figure(world, figure_of(world, "unit", "H1"), **changes))


@pytest.mark.parametrize(("level", "place"), [("nation", ""), ("lan", "län 1"), ("group", "own")])
def test_words_for_a_place_that_nobody_owns_are_found(level: str, place: str) -> None:
    world = small_world()
    in_words = {"word": "de flesta", "n": None, "x_lo": None, "x_hi": None, "audience": "unit"}
    assert "words-audience" in rules_of(with_figure(world, figure_of(world, level, place), **in_words))


def test_a_home_shown_with_another_homes_data_is_found() -> None:
    world = small_world()
    other = figure_of(world, "unit", "H2")
    assert "sum" in rules_of(with_figure(world, figure_of(world, "unit", "H1"), data=other.data))


def test_an_indicator_that_chooses_persons_by_age_is_found_at_the_home_and_in_the_classes() -> None:
    world = small_world()
    # The two youngest of each wave: the indicator's figures are over them, all others' over everyone.
    young = frozenset(
        (link, half_year)
        for link, half_year in world.kept.select("link", "half_year").iter_rows()
        if link.endswith(("-0", "-1"))
    )
    assert {"class", "split"} <= rules_of(replace(world.ledger(), splits={"P03": young}))


def test_a_split_figure_of_the_nation_is_found_where_it_singles_out_a_few() -> None:
    world = small_world()
    girls = frozenset({("H1-2026H2-3", "2026H2")})
    nation = figure_of(world, "nation")
    split = replace(nation, split="girls")
    ledger = replace(world.ledger(), figures=(*world.figures, split), splits={"girls": girls})
    assert {"class", "split"} <= rules_of(ledger)


def test_an_atom_reopened_between_releases_is_found() -> None:
    world = small_world()
    first, second = (atom for atom in world.atoms if atom.home == "H1")
    opened = replace(
        first, half_years=("2026H1", "2026H2"), closed="2026H2", members=first.members + second.members
    )
    assert "atom-reopened" in rules_of(replace(world.ledger(), atoms=(*world.atoms, opened)))
    renamed = replace(opened, id="H1:ung:1:2026H1-2026H2")
    assert "atom-reopened" in rules_of(replace(world.ledger(), atoms=(*world.atoms, renamed)))


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"members": (("H1", "2026H1"), ("H2", "2026H1"))}, "atom-home"),
        ({"provider": "P2"}, "atom-owner"),
        ({"provider": "P2"}, "datum-mixed"),
        ({"closed": "2026H2"}, "atom-whole"),
        ({"links": ("H1-2026H1-0",)}, "atom-whole"),
    ],
    ids=str,
)
def test_an_atom_changed_by_hand_is_found(changes: dict[str, object], finding: str) -> None:
    world = small_world()
    name = "H1:ung:1:2026H1"
    atoms = tuple(replace(one, **changes) if one.id == name else one for one in world.atoms)
    data = tuple(
        replace(one, atoms=(*one.atoms, "H1:ung:1:2026H2")) if one.id == f"P01@{name}" else one
        for one in world.data
    )
    assert finding in rules_of(replace(world.ledger(), atoms=atoms, data=data))


@pytest.mark.parametrize("changes", [{"provider": "P2"}, {"home": "H2"}], ids=str)
def test_a_datum_ascribed_to_someone_else_is_found(changes: dict[str, object]) -> None:
    world = small_world()
    data = (replace(world.data[0], **changes), *world.data[1:])
    assert "datum-mixed" in rules_of(replace(world.ledger(), data=data))


def test_a_figure_told_before_its_atoms_closed_is_found() -> None:
    world = small_world()
    nation = figure_of(world, "nation")
    assert "sum" in rules_of(with_figure(world, nation, release="2026H1"))


def test_a_datum_made_coarse_twice_is_found() -> None:
    world = small_world()
    datum = world.data[0]
    again = replace(datum, x_lo=datum.x_lo - 1, x_hi=datum.x_hi - 1)
    assert "datum-remade" in rules_of(replace(world.ledger(), data=(*world.data, again)))


def test_an_atom_counted_in_two_data_is_found() -> None:
    world = small_world()
    again = replace(world.data[0], id="P01@again")
    assert "datum-remade" in rules_of(replace(world.ledger(), data=(*world.data, again)))


def test_a_second_pair_of_one_placement_is_found_and_change_families_may_be_adjacent() -> None:
    world = small_world()
    moved = world.kept.with_columns(link=world.kept["link"].str.replace("H1-2026H2", "H1-2026H1"))
    ledger = replace(world.ledger(), answers=moved.select(world.ledger().answers.columns))
    assert "adjacent" in rules_of(ledger)
    as_change = rules_of(replace(ledger, change_families=frozenset({"ung"})))
    assert "one-pair" in as_change
    assert "adjacent" not in as_change


def test_findings_never_name_a_link() -> None:
    world = release(invent(0), rules=Rules(skip_adjacent=False, smallest=2, drop_helped=False))
    links = set(world.kept["link"])
    found = audit(world.ledger())
    assert found
    assert not [finding for finding in found if any(link in f"{finding}" for link in links)]
