"""The invented nation keeps to its margins (R1 §7), is the same every time, and hides one home that stands out."""

from __future__ import annotations

import datetime as dt
import random
import re
import statistics
from collections import Counter

import pytest

from hvb_followup.content import read
from hvb_followup.demo.answers import answers
from hvb_followup.demo.invent import Nation, nation
from hvb_followup.demo.traits import seen_share, spread_of
from hvb_followup.registers.placement_row import PlacementRow
from hvb_followup.registry import LAN, OperatingForm, is_unit_id

FIRST_ON, LAST_ON = dt.date(2024, 7, 1), dt.date(2026, 11, 22)
ITEMS = ("home", "safe_here", "adult", "school", "leisure", "contact")


@pytest.fixture(scope="module")
def made() -> Nation:
    return nation(607, FIRST_ON, LAST_ON, ITEMS)


def placed(made: Nation) -> list[PlacementRow]:
    return list(made.of("placement"))


def test_homes_have_the_forms_and_sizes_of_the_country(made: Nation) -> None:
    forms = Counter(unit.terms[0].operating_form for unit in made.units)
    private = forms[OperatingForm.PRIVATE] + forms[OperatingForm.NONPROFIT]
    assert private / 607 == pytest.approx(0.74, abs=0.01)
    assert forms[OperatingForm.MUNICIPAL_OWN] / 607 == pytest.approx(0.23, abs=0.01)
    p10, *_, p90 = statistics.quantiles([unit.places for unit in made.units], n=10)
    assert statistics.median(unit.places for unit in made.units) == pytest.approx(8, abs=1)
    assert (p10, p90) == (pytest.approx(4, abs=1), pytest.approx(14, abs=2))


def test_providers_run_one_home_or_many_and_a_municipality_only_its_own(made: Nation) -> None:
    run = Counter(unit.terms[-1].provider for unit in made.units)
    assert max(run.values()) >= 15
    assert sum(count == 1 for count in run.values()) > 100
    municipal = {one.name for one in made.municipalities}
    named = {one.id: one.name for one in made.providers}
    for unit in made.units:
        own = unit.terms[0].operating_form is OperatingForm.MUNICIPAL_OWN
        assert (named[unit.terms[0].provider] in municipal) is own


def test_every_municipality_is_invented_and_lies_in_a_real_lan(made: Nation) -> None:
    assert all(re.fullmatch(r"9\d{3}", one.code) and one.lan in LAN for one in made.municipalities)
    assert len({one.code for one in made.municipalities}) == len(made.municipalities)
    assert len({unit.lan for unit in made.units}) == 21
    assert all(is_unit_id(unit.id) for unit in made.units)
    assert len({unit.id for unit in made.units}) == 607


def test_stays_are_as_long_as_in_the_country(made: Nation) -> None:
    began_early = [one for one in placed(made) if FIRST_ON <= one.starts_on < dt.date(2025, 3, 1)]
    # Who is still there has stayed longer than anybody of the same day who has left.
    lengths = sorted(((one.ends_on or dt.date.max) - one.starts_on).days for one in began_early)
    count = len(lengths)
    assert lengths[count // 2] == pytest.approx(150, rel=0.12)
    assert lengths[count // 10] == pytest.approx(20, rel=0.35)
    assert lengths[9 * count // 10] == pytest.approx(540, rel=0.15)


def test_placements_end_and_begin_as_in_the_country(made: Nation) -> None:
    ended = Counter(one.ending for one in placed(made) if one.ends_on)
    total = ended.total()
    planned = ended["planned_goal_met"] + ended["planned_transfer"] + ended["aged_out"]
    assert planned / total == pytest.approx(0.62, abs=0.02)
    assert ended["unplanned_youth_left"] / total == pytest.approx(0.11, abs=0.015)
    assert ended["unplanned_provider_ended"] / total == pytest.approx(0.10, abs=0.015)
    assert ended["unplanned_commissioner_moved"] / total == pytest.approx(0.06, abs=0.01)
    assert all((one.ending is None) == (one.ends_on is None) for one in placed(made))
    ages = [one.starts_on.year - one.birth_year for one in placed(made)]
    assert sum(age <= 12 for age in ages) / len(ages) == pytest.approx(0.10, abs=0.02)
    assert sum(15 <= age <= 17 for age in ages) / len(ages) == pytest.approx(0.56, abs=0.03)
    bases = Counter(one.legal_basis for one in placed(made) if not one.is_acute)
    assert bases["SOL"] / bases.total() == pytest.approx(0.62, abs=0.02)


def test_staff_are_educated_checked_and_leave_as_in_the_country(made: Nation) -> None:
    now = [one for one in made.of("staff") if one.engaged_to_on is None and one.role == "care_staff"]
    schooled = [one for one in now if one.education_1_level == "upper_secondary"]
    assert len(schooled) / len(now) == pytest.approx(0.24, abs=0.04)
    assert sum(one.check_on is not None for one in now) / len(now) == pytest.approx(0.97, abs=0.02)
    assert sum(one.special_rule is not None for one in now) / len(now) == pytest.approx(0.04, abs=0.015)
    everybody = list(made.of("staff"))
    left = [one for one in everybody if one.engaged_to_on and one.engaged_to_on > dt.date(2025, 11, 22)]
    assert len(left) / len(now) == pytest.approx(0.28, abs=0.04)
    without = [
        unit
        for unit, rows in made.rows.items()
        if not any(one.role == "unit_manager" and one.engaged_to_on is None for one in rows["staff"])
    ]
    assert 0 < len(without) < 30


def test_nobody_works_in_a_home_before_it_opens(made: Nation) -> None:
    """The register check is judged by what the home was on the first day: where it was nothing, nothing is shown."""
    opened = {unit.id: unit.terms[0].from_on for unit in made.units}
    assert all(one.engaged_from_on >= opened[one.unit] for one in made.of("staff"))


def test_homes_differ_by_0_6_in_three_questions_and_0_35_in_the_rest(made: Nation) -> None:
    others = [traits for unit, traits in made.traits.items() if unit != made.stands_out]
    for item in ITEMS:
        odds = [statistics.NormalDist().inv_cdf(seen_share(0.7, one.feel[item])) * 1.7 for one in others]
        assert statistics.stdev(odds) == pytest.approx(spread_of(item), rel=0.12), item
    assert [spread_of(item) for item in ITEMS] == [0.6, 0.6, 0.6, 0.35, 0.35, 0.35]


def test_one_home_is_far_from_all_others_in_everything(made: Nation) -> None:
    standing = made.traits[made.stands_out].feel
    means = sorted(statistics.mean(one.feel.values()) for one in made.traits.values())
    assert means[0] == pytest.approx(statistics.mean(standing.values()))
    assert means[0] < means[1] - 0.3
    assert set(standing.values()) == {min(standing.values())}


def test_young_people_answer_better_where_it_feels_better() -> None:
    questionnaire = read().latest("ung-upplevelse")

    def good(feel: float) -> float:
        dice = random.Random(1)
        said = [answers(dice, questionnaire, {"home": feel}, "standard")["home"] for _ in range(2000)]
        given = [one for one in said if one != "skipped"]
        return sum(one in ("very_good", "good") for one in given) / len(given)

    assert good(0) == pytest.approx(0.73, abs=0.03)
    assert good(0.6) == pytest.approx(seen_share(0.73, 0.6), abs=0.03)


def test_hours_are_of_two_whole_years_and_of_those_engaged(made: Nation) -> None:
    engaged = {(one.unit, one.staff): one for one in made.of("staff")}
    months = set()
    for row in made.of("hours"):
        months.add(row.month)
        assert 0 <= row.night_minutes <= row.minutes
        if row.staff != "inhyrd":
            one = engaged[row.unit, row.staff]
            assert f"{one.engaged_from_on:%Y-%m}" <= row.month <= f"{one.engaged_to_on or LAST_ON:%Y-%m}"
    assert sorted(months)[0] == "2024-11"
    assert sorted(months)[-1] == "2026-10"
    assert len(months) == 24


def test_the_same_seed_gives_the_same_rows_and_another_gives_others() -> None:
    once, again = (nation(8, FIRST_ON, LAST_ON, ITEMS) for _ in range(2))
    assert once == again
    assert nation(8, FIRST_ON, LAST_ON, ITEMS, seed=2) != once
