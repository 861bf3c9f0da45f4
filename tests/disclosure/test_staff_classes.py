"""What a class of staff tells, by itself and beside another: every count tried (DESIGN §4.6)."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import product

import pytest

from hvb_followup.comparison.staff_wording import class_words
from hvb_followup.disclosure.staff import (
    Band,
    Heads,
    StaffFigure,
    heads_band,
    heads_bands,
    span_key,
    turnover_band,
)
from hvb_followup.disclosure.staff_change import may_point_out, points_out
from hvb_followup.disclosure.staff_hours import hours_figures
from hvb_followup.disclosure.staff_show import heads_figures

HEADS = range(5, 41)


@pytest.mark.parametrize(
    ("n", "met", "words"),
    [
        (5, 5, "alla"),
        (5, 4, "en eller två saknas"),
        (5, 3, "en eller två saknas"),
        (5, 2, "tre eller fler saknas"),
        (9, 0, "tre eller fler saknas"),
        (10, 10, "alla"),
        (10, 8, "1–2 saknas"),
        (10, 7, "3–5 saknas"),
        (19, 14, "3–5 saknas"),
        (19, 13, "fler än fem saknas"),
        (20, 20, "alla"),
        (20, 19, "90 % eller mer, men inte alla"),
        (20, 17, "80 till under 90 %"),
        (20, 4, "20 till under 30 %"),
        (20, 3, "under 20 %"),
        (607, 0, "under 20 %"),
    ],
)
def test_heads_are_told_in_the_words_of_the_law_of_the_house(n: int, met: int, words: str) -> None:
    found = heads_band(n, met)
    assert found is not None
    assert class_words(found.key).replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    ("n", "met", "key", "lowest", "highest"),
    [
        (5, 5, "all", 5, 5),
        (9, 7, "missing:one-two", 7, 8),
        (9, 6, "missing:three-", 0, 6),
        (10, 9, "missing:1-2", 8, 9),
        (10, 5, "missing:3-5", 5, 7),
        (19, 13, "missing:6-", 0, 13),
        (20, 3, "share:0-2", 0, 3),
        (20, 4, "share:2-3", 4, 5),
        (25, 0, "share:0-2", 0, 4),
        (25, 7, "share:2-3", 5, 7),
        (25, 24, "share:9-10", 23, 24),
    ],
)
def test_a_class_holds_these_counts(n: int, met: int, key: str, lowest: int, highest: int) -> None:
    assert heads_band(n, met) == Band(key=key, lowest=lowest, highest=highest)


@pytest.mark.parametrize("n", range(5))
def test_under_five_heads_nothing_is_shown(n: int) -> None:
    assert [heads_band(n, met) for met in range(n + 1)] == [None] * (n + 1)


def test_a_count_outside_the_whole_is_refused() -> None:
    for n, met in ((10, 11), (10, -1)):
        with pytest.raises(ValueError, match="outside"):
            heads_band(n, met)


def test_every_class_but_all_holds_at_least_two_counts_and_has_words_of_its_own() -> None:
    for n in range(5, 400):
        classes: defaultdict[Band, list[int]] = defaultdict(list)
        for met in range(n + 1):
            found = heads_band(n, met)
            assert found is not None
            classes[found].append(met)
        for told, counts in classes.items():
            assert counts == list(range(told.lowest, told.highest + 1))
            assert told.key == "all" or len(counts) >= 2
        assert len({class_words(told.key) for told in classes}) == len(classes)


def test_turnover_is_told_from_a_mean_of_six_in_classes_of_two_counts_or_more() -> None:
    assert turnover_band(1, 6 * 12 - 1, 9) is None
    for summed in range(6 * 12, 60 * 12, 5):
        mean = Fraction(summed, 12)
        ever = int(mean) + 4
        classes = {turnover_band(ended, summed, ever) for ended in range(ever + 1)}
        assert None not in classes
        told = sorted((one for one in classes if one), key=lambda one: one.lowest)
        assert [one.lowest for one in told] == [0, *(one.highest + 1 for one in told[:-1])]
        assert all(one.n_counts >= 2 for one in told)
        if mean >= 20:  # each step is ten per cent of the mean
            for one in told[:-1]:
                assert {ended * 10 // mean for ended in range(one.lowest, one.highest + 1)} == {
                    int(one.key[5])
                }


def test_a_sum_is_told_outwards_in_steps_of_ten_per_cent() -> None:
    for n in range(20, 61):
        for lowest in range(n + 1):
            for highest in range(lowest, n + 1):
                key = span_key(n, lowest, highest)
                if key == "all":
                    assert lowest == n
                elif key:
                    low, high = (int(part) for part in key.removeprefix("share:").split("-"))
                    assert Fraction(low, 10) <= Fraction(lowest, n)
                    assert Fraction(highest, n) < Fraction(high, 10) or (high == 11 and highest == n)
                    assert high - low >= 1
                    assert low not in (1,)


# One class after another.


def told_apart(before: Band, n_before: int, after: Band, n_now: int, stayed: int) -> bool:
    """The oracle: every way it can have been, one by one."""
    left, joined = n_before - stayed, n_now - stayed
    ways = [
        (same, gone, come)
        for same, gone, come in product(range(stayed + 1), range(left + 1), range(joined + 1))
        if before.lowest <= n_before - same - gone <= before.highest
        and after.lowest <= n_now - same - come <= after.highest
    ]
    if not ways:
        return False
    seen = [
        (before, {same + gone for same, gone, _ in ways}),
        (after, {same + come for same, _, come in ways}),
        *([(before, {gone for _, gone, _ in ways})] if left else []),
        *([(after, {come for _, _, come in ways})] if joined else []),
    ]
    return any(len(counts) == 1 and told.key != "all" for told, counts in seen)


@pytest.mark.parametrize("change", [(0, 1), (1, 0), (1, 1), (0, 2), (2, 0), (2, 1), (2, 2), (3, 1)])
def test_what_two_classes_tell_is_what_trying_every_way_tells(change: tuple[int, int]) -> None:
    left, joined = change
    for n in range(max(5, left + 1), 26):
        n_now = n - left + joined
        for before, after in product(heads_bands(n), heads_bands(n_now)):
            expected = told_apart(before, n, after, n_now, n - left)
            assert points_out(before, n, after, n_now, n - left) is expected, (n, change, before, after)


def test_one_who_comes_or_goes_is_never_told_of_whatever_the_class_was_and_becomes() -> None:
    """5…40 heads, one more or one fewer: a class is told anew only where no outcome says how that person is."""
    told, kept = 0, 0
    for n in HEADS:
        for n_now, stayed in ((n + 1, n), (n - 1, n - 1)):
            for before in heads_bands(n):
                if may_point_out(before, n, n_now, stayed):
                    kept += 1
                    continue
                told += 1
                for after in heads_bands(n_now):
                    assert not told_apart(before, n, after, n_now, stayed)
    # Both happen: a rule that never refreshed, or always did, would be no rule.
    assert told > 50
    assert kept > 50


def test_where_a_rule_binds_nobody_it_says_so_and_not_that_all_meet_it_or_that_nothing_was_handed_in() -> (
    None
):
    nobody: frozenset[str] = frozenset()
    lists = [Heads(unit=unit, half_year="2026H2", bound=nobody, met=nobody) for unit in ("H1", "H2")]
    units = {"H1": "STÖD", "H2": "BÅDA", "H3": "BÅDA"}
    told = heads_figures("P01", lists, units=units, release="2026H2")
    said = {(one.level, one.place): (one.status, one.outcome) for one in told}
    assert said == {
        ("unit", "H1"): (".", "not_applicable"),
        ("unit", "H2"): (".", "not_applicable"),
        ("unit", "H3"): ("-", "missing"),
        ("provider", "STÖD"): (".", "not_applicable"),
        ("provider", "BÅDA"): ("..", "too_few"),
        ("nation", ""): ("..", "too_few"),
    }
    assert not any(one.n or one.band or one.homes for one in told)
    hours = {one.place: one.outcome for one in hours_figures("P02", [], told, units=units, release="2026H2")}
    assert hours == {"STÖD": "not_applicable", "BÅDA": "too_few", "": "too_few"}


def test_where_one_comes_to_a_home_of_which_all_met_it_the_class_is_kept() -> None:
    """ "Alla" before and "1–2 saknas" after would say that the one who came does not meet it."""
    everybody = frozenset(f"s{number}" for number in range(12))
    first = Heads(unit="H1", half_year="2026H1", bound=everybody, met=everybody)
    (old,) = units_of(heads_figures("P01", [first], units={"H1": "P1"}, release="2026H1"))
    for met in (everybody, everybody | {"ny"}):
        second = Heads(unit="H1", half_year="2026H2", bound=everybody | {"ny"}, met=met)
        (new,) = units_of(
            heads_figures("P01", [first, second], units={"H1": "P1"}, release="2026H2", earlier=[old])
        )
        assert (new.band, new.as_of, new.release, new.n) == ("all", "2026H1", "2026H2", 12)


def test_whether_a_class_is_kept_never_depends_on_who_meets_the_rule() -> None:
    """Otherwise a class that is kept would itself tell."""
    for n, come, gone in product((5, 8, 9, 12, 19, 20, 25), range(4), range(3)):
        then = frozenset(range(n))
        now = frozenset(range(gone, n + come))
        for missing in range(n + 1):
            first = heads("2026H1", then, missing)
            (old,) = units_of(heads_figures("P01", [first], units={"H1": "P1"}, release="2026H1"))
            as_of = set()
            for later in range(0, len(now) + 1, 2):
                both = [first, heads("2026H2", now, later)]
                (new,) = units_of(
                    heads_figures("P01", both, units={"H1": "P1"}, release="2026H2", earlier=[old])
                )
                as_of.add((new.status, new.as_of))
            assert len(as_of) == 1, (n, come, gone, missing)


def test_a_class_that_is_kept_too_long_is_no_longer_shown() -> None:
    first = heads("2024H1", frozenset(range(12)), 0)
    (old,) = units_of(heads_figures("P01", [first], units={"H1": "P1"}, release="2024H1"))
    for release, status in (("2025H2", ""), ("2026H1", "..")):
        now = heads(release, frozenset(range(13)), 0)
        (new,) = units_of(
            heads_figures("P01", [first, now], units={"H1": "P1"}, release=release, earlier=[old])
        )
        assert new.status == status


def test_a_half_year_is_told_once_whatever_the_register_says_later() -> None:
    first, mended = (heads("2026H1", frozenset(range(12)), missing) for missing in (0, 4))
    (old,) = units_of(heads_figures("P01", [first], units={"H1": "P1"}, release="2026H1"))
    (again,) = units_of(heads_figures("P01", [mended], units={"H1": "P1"}, release="2026H1", earlier=[old]))
    assert again == old


def heads(half_year: str, keys: frozenset[int], missing: int) -> Heads:
    """A home whose first so many staff do not meet the rule."""
    names = [f"s{number}" for number in sorted(keys)]
    return Heads(unit="H1", half_year=half_year, bound=frozenset(names), met=frozenset(names[missing:]))


def units_of(figures: tuple[StaffFigure, ...]) -> list[StaffFigure]:
    return [figure for figure in figures if figure.level == "unit"]
