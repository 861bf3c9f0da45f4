"""Figures: what is counted, what is told in words, and what is not told at all."""

from __future__ import annotations

import msgspec
import pytest

from hvb_followup.disclosure.model import Figure, Rules, Shape
from hvb_followup.disclosure.show import figures, response_band, waiting_percent, word

from .registers import SHAPES, World, by_hand, invent, publish, release, waves_of


def world(*table: tuple[str, str | None, str, int], releases: tuple[str, ...] = ("2026H2",)) -> World:
    register = by_hand(list(table))
    waves = waves_of(register.answers, frozenset(register.answers["link"]))
    return publish(register, register.answers, waves, releases, Rules())


def figure(made: World, level: str, place: str = "", indicator: str = "P01", at: str = "2026H2") -> Figure:
    wanted = (indicator, level, place, at)
    return next(one for one in made.figures if (one.indicator, one.level, one.place, one.release) == wanted)


def test_a_home_with_four_answers_shows_nothing_but_why() -> None:
    shown = figure(world(("H1", "P1", "2026H2", 4)), "unit", "H1")
    assert shown == Figure(
        indicator="P01", level="unit", place="H1", release="2026H2", status="..", outcome="waiting"
    )


def test_a_home_with_five_answers_is_told_in_words() -> None:
    shown = figure(world(("H1", "P1", "2026H2", 5)), "unit", "H1")
    assert (shown.audience, shown.outcome, shown.n) == ("unit", "words", None)


def test_a_home_with_nine_answers_is_told_in_words_to_the_home_only() -> None:
    shown = figure(world(("H1", "P1", "2026H2", 9)), "unit", "H1")
    assert (shown.audience, shown.word, shown.outcome) == ("unit", "de flesta", "words")
    assert (shown.n, shown.x_lo, shown.x_hi) == (None, None, None)


def test_a_home_with_ten_answers_is_counted_for_all() -> None:
    shown = figure(world(("H1", "P1", "2026H2", 10)), "unit", "H1")
    assert (shown.audience, shown.n, shown.x_lo, shown.x_hi) == ("public", 10, 9, 10)
    assert (shown.first, shown.last, shown.response) == ("2026H2", "2026H2", "≥ 70 %")


def test_the_response_is_those_counted_of_those_asked() -> None:
    """R7 U1."""
    register = by_hand([("H1", "P1", "2026H2", 10)])
    asked = msgspec.structs.replace(register, responses={("H1", "ung", "2026H2"): (10, 25)})
    waves = waves_of(asked.answers, frozenset(asked.answers["link"]))
    made = publish(asked, asked.answers, waves, ("2026H2",), Rules())
    assert figure(made, "unit", "H1").response == "30–49 %"


def test_without_bands_the_response_says_how_many() -> None:
    register = by_hand([("H1", "P1", "2026H2", 10)])
    waves = waves_of(register.answers, frozenset(register.answers["link"]))
    made = publish(register, register.answers, waves, ("2026H2",), Rules(banded_response=False))
    assert figure(made, "unit", "H1").response == "10 av 12"


@pytest.mark.parametrize(
    ("counted", "invited", "band"),
    [(7, 10, "≥ 70 %"), (5, 10, "50–69 %"), (2, 10, "< 30 %"), (1, 3, "30–49 %")],
)
def test_a_wave_of_which_no_invitations_are_known_adds_none_to_the_response(
    counted: int, invited: int, band: str
) -> None:
    register = by_hand([("H1", "P1", "2026H2", 10), ("H2", "P1", "2026H2", 10)])
    asked = msgspec.structs.replace(register, responses={("H1", "ung", "2026H2"): (counted, invited)})
    waves = waves_of(asked.answers, frozenset(asked.answers["link"]))
    made = publish(asked, asked.answers, waves, ("2026H2",), Rules())
    assert figure(made, "provider", "P1").response == band


def test_sums_add_the_coarse_data_of_the_window() -> None:
    made = world(
        ("H1", "P1", "2024H2", 9),
        ("H1", "P1", "2026H1", 10),
        ("H1", "P1", "2026H2", 10),
        ("H2", "P1", "2026H2", 6),
    )
    home, provider = figure(made, "unit", "H1"), figure(made, "provider", "P1")
    assert (home.n, home.x_lo, home.x_hi, home.first) == (20, 18, 20, "2026H1")
    assert (provider.n, provider.x_lo, provider.x_hi) == (26, 23, 26)


def test_a_lan_and_a_group_are_sums_of_the_same_coarse_data() -> None:
    """H1 and H3 lie in one län, H3 alone is the municipality's own (the invented ``around``)."""
    made = world(("H1", "P1", "2026H2", 10), ("H2", "P2", "2026H2", 12), ("H3", "P1", "2026H2", 11))
    told = {
        (one.level, one.place): (one.n, one.x_lo, one.x_hi) for one in made.figures if one.indicator == "P01"
    }
    assert told["nation", ""] == (33, 30, 33)
    assert told["lan", "län 0"] == (12, 11, 12)
    assert told["lan", "län 1"] == (21, 19, 21)
    assert told["group", "own"] == (11, 10, 11)
    assert told["group", "bought"] == (22, 20, 22)


def test_a_sensitive_datum_of_homes_in_two_lan_counts_in_neither() -> None:
    """The provider's 24 persons close as one datum over H1 and H2: no sum finer than that may be made."""
    made = world(("H1", "P1", "2026H2", 12), ("H2", "P1", "2026H2", 12))
    assert figure(made, "nation", indicator="S01").n == 24
    assert figure(made, "group", "bought", "S01").n == 24
    for lan in ("län 0", "län 1"):
        assert figure(made, "lan", lan, "S01").outcome == "waiting"


def test_nothing_is_told_in_words_of_a_lan_or_a_group() -> None:
    made = world(("H3", "P1", "2026H2", 6))
    assert figure(made, "unit", "H3").outcome == "words"
    for level, place in (("lan", "län 1"), ("group", "own")):
        assert figure(made, level, place).outcome == "too_few"


def test_a_sold_home_starts_anew_and_its_old_owner_keeps_the_old_figure() -> None:
    made = world(("H1", "P1", "2026H1", 12), ("H1", "P2", "2026H2", 10), ("H2", "P1", "2026H2", 5))
    assert figure(made, "unit", "H1").n == 10
    assert figure(made, "provider", "P1").n == 17
    assert figure(made, "provider", "P2").n == 10


def test_a_sensitive_indicator_is_told_from_21_persons_and_never_for_a_home() -> None:
    """R7 U5."""
    made = world(("H1", "P1", "2026H2", 21), ("H2", "P2", "2026H2", 20))
    shown = figure(made, "provider", "P1", "S01")
    assert (shown.n, shown.x_lo, shown.x_hi) == (21, 19, 21)
    assert figure(made, "provider", "P2", "S01").status == ".."
    assert not [one for one in made.figures if one.indicator == "S01" and one.level == "unit"]


def test_an_indicator_may_ask_for_more_persons_and_stay_above_the_home() -> None:
    made = world(("H1", "P1", "2026H2", 12))
    careful = Shape(id="P01", family="ung", group="P01", smallest_n=13)
    high = Shape(id="P02", family="ung", group="P02", lowest_level="nation")
    half = Shape(id="P03", family="ung", group="P03", lowest_level="provider")
    shapes = [careful, high, half]
    shown = figures(made.data, made.atoms, made.values, shapes=shapes, units={"H1": "P1"}, release="2026H2")
    told = {(one.indicator, one.level): one.outcome for one in shown}
    assert told == {
        ("P01", "nation"): "too_few",
        ("P01", "provider"): "words",
        ("P01", "unit"): "words",
        ("P02", "nation"): "shown",
        ("P03", "nation"): "shown",
        ("P03", "provider"): "shown",
    }


@pytest.mark.parametrize(("closed", "outcome"), [("2026K2", "shown"), ("2026K3", "waiting")])
def test_what_closes_in_the_quarter_after_a_release_is_not_in_it(closed: str, outcome: str) -> None:
    made = world(("H1", "P1", "2026H2", 12))
    data = [msgspec.structs.replace(one, closed=closed) for one in made.data]
    told = figures(data, made.atoms, made.values, shapes=SHAPES[:1], units={"H1": "P1"}, release="2026H1")
    assert {one.outcome for one in told} == {outcome}


def test_an_indicator_the_audit_refused_exactly_is_told_coarsely() -> None:
    made = release(invent(0), n_releases=1)
    register = invent(0)
    shown = figures(
        made.data,
        made.atoms,
        made.values,
        shapes=SHAPES,
        units=register.units,
        release=register.half_years[-1],
        coarse_only=frozenset({"P02"}),
    )
    assert {one.indicator for one in made.figures if one.is_exact} == {"P02", "P03"}
    assert {one.indicator for one in shown if one.is_exact} == {"P03"}


def test_withheld_figures_are_bare_and_every_shown_count_holds_the_truth() -> None:
    made = release(invent(7))
    exact = {(row[0], row[1]): row[2] for row in made.values.select("indicator", "atom", "x").iter_rows()}
    data = {datum.id: datum for datum in made.data}
    for one in made.figures:
        if not one.is_shown:
            told = {k: v for k, v in msgspec.structs.asdict(one).items() if v not in ("", None, False, ())}
            assert set(told) <= {"indicator", "level", "place", "release", "status", "outcome"}
        elif one.x_lo is not None and one.x_hi is not None:
            x = sum(exact[one.indicator, atom] for datum in one.data for atom in data[datum].atoms)
            assert one.x_lo <= x <= one.x_hi


def test_an_exact_sum_is_told_again_only_after_a_large_change() -> None:
    made = release(invent(0))
    exact = [one.release for one in made.figures if one.is_exact and one.indicator == "P01"]
    nation = [one.release for one in made.figures if one.indicator == "P01" and one.level == "nation"]
    assert exact
    assert len(exact) < len(nation)


def test_the_same_data_may_be_told_exactly_again() -> None:
    table = [(f"H{home:02d}", "P1", "2026H1", 10) for home in range(22)]
    register = by_hand(table)
    rows = register.answers.with_row_index()
    answers = rows.with_columns(P01=(rows["index"] % 20 != 0).cast(int)).drop("index")
    waves = waves_of(answers, frozenset(answers["link"]))
    made = publish(register, answers, waves, ["2026H1", "2026H2"], Rules())
    told = [one for one in made.figures if one.is_exact and one.indicator == "P01" and one.level == "nation"]
    assert [(one.release, one.n, one.x_lo, one.x_hi) for one in told] == [
        ("2026H1", 220, 209, 209),
        ("2026H2", 220, 209, 209),
    ]


@pytest.mark.parametrize(
    ("counted", "invited", "band"),
    [
        (0, 0, ""), (0, 1, "< 30 %"), (1, 1, "≥ 70 %"),
        (0, 5, "< 30 %"), (29, 100, "< 30 %"), (3, 10, "30–49 %"), (49, 100, "30–49 %"),
        (1, 2, "50–69 %"), (7, 10, "≥ 70 %"), (10, 10, "≥ 70 %"), (11, 10, "> 100 %"),
    ],
)  # fmt: skip
def test_response_is_told_in_four_bands(counted: int, invited: int, band: str) -> None:
    """R7 U4."""
    assert response_band(counted, invited) == band


def test_the_waiting_share_is_told_to_whole_five_per_cent() -> None:
    shares = [(0, 0), (0, 9), (2, 100), (5, 200), (12, 100), (13, 100), (100, 100), (1, 1), (0, 1)]
    assert [waiting_percent(*one) for one in shares] == [0, 0, 0, 5, 10, 15, 100, 100, 0]


def test_words_never_split_an_end_class() -> None:
    for n in range(5, 19):
        assert word(n, 0, 1) == "få"
        assert word(n, n - 1, n) == "de flesta"
        assert word(n, n // 2, n // 2) == "blandat"
    assert [word(6, x, x) for x in (2, 3, 4)] == ["få", "blandat", "de flesta"]
    assert word(12, 3, 9) == "blandat"
