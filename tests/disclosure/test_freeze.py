"""Atoms: five persons, whole waves, one owner and version, closed for ever."""

from __future__ import annotations

from collections import defaultdict

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hvb_followup.disclosure.freeze import Given, atoms, frozen, keep, pending
from hvb_followup.disclosure.model import Atom, Wave
from hvb_followup.periods import half_year_number, shift

from .registers import exact_values, invent, release


def wave(unit: str, half_year: str, persons: str, provider: str | None = "P1", major: int = 1) -> Wave:
    """A wave whose links are the letters of a word."""
    return Wave(
        unit=unit, provider=provider, family="ung", major=major, half_year=half_year, links=tuple(persons)
    )


def ids(waves: list[Wave], now: str) -> list[str]:
    return [atom.id for atom in atoms(waves, now=now)]


def answers(*rows: tuple[str, int, str | None, bool], moment: str = "half_year") -> list[Given]:
    return [Given(link, moment, issue, alone, flagged) for link, issue, alone, flagged in rows]


def test_helped_and_flagged_answers_do_not_count_and_the_code_issued_last_wins() -> None:
    table = answers(
        ("a", 1, "alone", False),
        ("a", 2, None, False),
        ("b", 1, "helped_staff", False),
        ("c", 1, "alone", True),
        ("d", 1, "alone", False),
        ("d", 2, "helped_staff", False),
    )
    assert keep(table, frozenset()) == [1, 4]


def test_who_was_kept_the_half_year_before_is_not_kept_unless_the_family_is_about_change() -> None:
    table = answers(("a", 1, "alone", False), ("b", 1, "alone", False))
    assert keep(table, frozenset("a")) == [1]
    assert keep(table, frozenset("a"), is_level=False) == [0, 1]


def test_a_person_keeps_one_answer_per_moment() -> None:
    (once,) = answers(("a", 1, "alone", False), moment="start")
    assert keep([once, once, once._replace(moment="exit")], frozenset()) == [0, 2]


def test_keeping_takes_an_empty_wave() -> None:
    assert keep([], frozenset()) == []


def test_whole_waves_accumulate_to_five_persons() -> None:
    waves = [wave("H1", "2026H1", "abc"), wave("H1", "2027H1", "cd"), wave("H1", "2027H2", "efg")]
    assert ids(waves, "2027H1") == []
    (atom,) = atoms(waves, now="2027H2")
    assert atom.id == "H1:ung:1:2026H1-2027H2"
    assert atom.links == tuple("abcdefg")
    assert atom.closed == "2027H2"


def test_four_persons_who_answered_twice_are_not_five() -> None:
    assert ids([wave("H1", "2026H1", "abcd"), wave("H1", "2027H1", "abcd")], "2027H1") == []


def test_a_new_owner_or_version_cuts_and_so_does_a_wave_with_two_owners() -> None:
    sold = [wave("H1", "2026H1", "abc"), wave("H1", "2026H2", "def", "P2"), wave("H1", "2027H1", "gh", "P2")]
    assert ids(sold, "2027H1") == ["H1:ung:1:2026H2-2027H1"]
    renewed = [wave("H1", "2026H1", "abc"), wave("H1", "2026H2", "defgh", major=2)]
    assert ids(renewed, "2026H2") == ["H1:ung:2:2026H2"]
    during = [wave("H1", "2026H1", "abc"), wave("H1", "2026H2", "defghi", None), wave("H1", "2027H1", "jk")]
    assert ids(during, "2027H1") == []


def test_what_waited_24_months_goes_to_a_remainder_of_five_persons_from_three_homes() -> None:
    two_homes = [wave("H1", "2026H1", "abcd"), wave("H2", "2026H1", "ef")]
    three_homes = [*two_homes, wave("H3", "2026H1", "g")]
    assert ids(two_homes, "2030H1") == []
    assert ids(three_homes, "2027H2") == []
    (rest,) = atoms(three_homes, now="2028H1")
    assert (rest.id, rest.home, rest.provider, rest.closed) == ("rest:ung:1:1", "", "", "2028H1")
    assert rest.members == (("H1", "2026H1"), ("H2", "2026H1"), ("H3", "2026H1"))


def test_where_care_days_are_counted_a_block_holds_500_of_them() -> None:
    def quarter(days: int) -> Wave:
        return Wave(
            unit="A",
            provider="P1",
            family="days",
            major=1,
            half_year="2026K1",
            links=tuple("abcde"),
            days=days,
        )

    assert [len(atoms([quarter(days)], now="2026K1")) for days in (499, 500)] == [0, 1]
    assert atoms([quarter(500)], now="2025K4") == (), "a quarter that is not over"


@pytest.mark.parametrize(("first", "closed"), [("2026K1", "2028K1"), ("2026H1", "2028H1")])
def test_a_remainder_closes_at_the_end_of_a_period_like_its_own(first: str, closed: str) -> None:
    waves = [wave(unit, first, persons) for unit, persons in (("H1", "abc"), ("H2", "de"), ("H3", "f"))]
    (rest,) = atoms(waves, now="2028H2")
    assert rest.closed == closed


def test_a_wave_with_two_owners_lies_in_the_remainder_once() -> None:
    waves = [wave(unit, "2024H1", persons, None) for unit, persons in (("A", "ab"), ("B", "cd"), ("C", "ef"))]
    waves.append(wave("A", "2024H2", "g"))
    (rest,) = atoms(waves, now="2026H1")
    assert rest.members == (("A", "2024H1"), ("B", "2024H1"), ("C", "2024H1"))
    assert rest.links == tuple("abcdef")
    (later,) = atoms(waves, now="2026H1", serials={("ung", 1): 3})
    assert (rest.id, later.id) == ("rest:ung:1:1", "rest:ung:1:4")


def test_a_person_counts_once_in_an_atom_with_her_latest_half_year() -> None:
    waves = [wave("H1", "2026H1", "abc"), wave("H1", "2027H1", "cde")]
    rows = frozen(atoms(waves, now="2027H1"), waves)
    assert rows.filter(link="c")["half_year"].to_list() == ["2027H1"]
    assert rows.height == 5


def test_pending_counts_persons_who_are_in_no_atom() -> None:
    waves = [wave("H1", "2026H1", "abcde"), wave("H1", "2026H2", "fg"), wave("H2", "2026H2", "h")]
    assert pending(waves, now="2026H2") == {"H1": 2, "H2": 1}


@st.composite
def waves_in_time(draw: st.DrawFn) -> list[Wave]:
    """Some homes over some half-years: persons, owners and versions as they come."""
    found = []
    for step in range(draw(st.integers(1, 9))):
        for unit in draw(st.lists(st.sampled_from(["H1", "H2", "H3", "H4"]), unique=True)):
            links = draw(st.lists(st.integers(0, 12), max_size=7, unique=True))
            found.append(
                Wave(
                    unit=unit,
                    provider=draw(st.sampled_from(["P1", "P1", "P1", "P2", None])),
                    family="ung",
                    major=1 if step < 5 else draw(st.sampled_from([1, 2])),
                    half_year=shift("2026H1", step),
                    links=tuple(sorted(f"{unit}-{link}" for link in links)),
                )
            )
    return found


@settings(deadline=None, max_examples=60)
@given(waves_in_time(), st.integers(0, 8), st.integers(0, 6))
def test_later_waves_and_a_later_now_never_change_a_closed_atom(waves: list[Wave], cut: int, on: int) -> None:
    then = shift("2026H1", cut)
    earlier = [one for one in waves if half_year_number(one.half_year) <= half_year_number(then)]
    before = atoms(earlier, now=then)
    assert atoms(waves, now=then) == before
    assert atoms(waves, now=shift(then, on))[: len(before)] == before
    assert atoms(reversed(waves), now=then) == before


@settings(deadline=None, max_examples=40)
@given(waves_in_time())
def test_each_wave_lies_in_at_most_one_atom_and_every_atom_holds_five(waves: list[Wave]) -> None:
    closed = atoms(waves, now="2032H1")
    members = [(member, atom.major) for atom in closed for member in atom.members]
    assert len(members) == len(set(members))
    assert all(len(atom.links) >= 5 for atom in closed)
    assert all(len({unit for unit, _ in atom.members}) >= 3 for atom in closed if not atom.home)


def slow_atoms(waves: tuple[Wave, ...], now: str) -> set[frozenset[tuple[str, str]]]:
    """The oracle: home by home, with lists and nothing clever; atoms as sets of (unit, half-year)."""
    homes, leftover = defaultdict(list), []
    for one in sorted(waves, key=lambda one: half_year_number(one.half_year)):
        homes[one.unit].append(one)
    found = set()
    for queue in homes.values():
        taken: list[Wave] = []
        for one in queue:
            if taken and (taken[0].provider != one.provider or taken[0].major != one.major):
                leftover += taken
                taken = []
            taken.append(one)
            if one.provider is None:
                leftover += taken
                taken = []
            # What is 24 months old when the next wave is counted has gone to the remainder.
            old = [w for w in taken if half_year_number(one.half_year) - half_year_number(w.half_year) > 4]
            leftover += old
            taken = [w for w in taken if w not in old]
            if len({link for w in taken for link in w.links}) >= 5:
                found.add(frozenset((w.unit, w.half_year) for w in taken))
                taken = []
        leftover += taken
    return found | slow_remainder(leftover, now)


def slow_remainder(leftover: list[Wave], now: str) -> set[frozenset[tuple[str, str]]]:
    found = set()
    for major in {one.major for one in leftover}:
        taken: list[Wave] = []
        for one in sorted(leftover, key=lambda one: (half_year_number(one.half_year), one.unit)):
            if one.major != major or not one.links:
                continue
            if half_year_number(now) - half_year_number(one.half_year) < 4:
                continue
            taken.append(one)
            persons = {link for w in taken for link in w.links}
            if len(persons) >= 5 and len({w.unit for w in taken}) >= 3:
                found.add(frozenset((w.unit, w.half_year) for w in taken))
                taken = []
    return found


@pytest.mark.parametrize("seed", range(4))
def test_a_slow_recomputation_finds_the_same_atoms_and_the_same_coarse_data(seed: int) -> None:
    register = invent(seed, n_half_years=10, homes=(6, 9))
    world = release(register, n_releases=1)
    assert {frozenset(atom.members) for atom in world.atoms} == slow_atoms(
        world.waves, register.half_years[-1]
    )
    values = {(row["indicator"], row["atom"]): row for row in slow_values(world.atoms, world.kept)}
    for datum in world.data:
        n = sum(values[datum.indicator, atom]["n"] for atom in datum.atoms)
        x = sum(values[datum.indicator, atom]["x"] for atom in datum.atoms)
        ends = 3 if datum.indicator == "S01" else 2
        same = [k for k in range(n + 1) if slow_class(n, k, ends) == slow_class(n, x, ends)]
        assert (datum.n, datum.x_lo, datum.x_hi) == (n, same[0], same[-1])
    assert exact_values(world.atoms, world.waves, world.kept).equals(world.values)


def slow_class(n: int, x: int, ends: int) -> str:
    if n < 2 * ends - 1:
        return "any"
    return "low" if x < ends else "high" if x > n - ends else str(x)


def slow_values(closed: tuple[Atom, ...], kept: pl.DataFrame) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    rows = kept.to_dicts()
    for atom in closed:
        for item in ("P01", "P02", "P03", "S01"):
            latest = {
                row["link"]: row[item]
                for row in sorted(rows, key=lambda row: row["half_year"])
                if (row["unit"], row["half_year"]) in atom.members
            }
            answered = [answer for answer in latest.values() if answer is not None]
            found.append({"indicator": item, "atom": atom.id, "n": len(answered), "x": sum(answered)})
    return found
