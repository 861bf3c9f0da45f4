"""What is frozen stays frozen: late reports, corrections and new questions change no block that has closed."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from hvb_followup import periods
from hvb_followup.actions.publish.frozen import NOT_YET, Frozen, as_of
from hvb_followup.actions.publish.registers_frozen import freeze_registers
from hvb_followup.registry import OperatingForm, Term, Unit

from .invented import LINK_KEY, Nation, Row, invent
from .released import RELEASES, frozen_on, indicators

HOME = Unit(
    id="H1",
    name="H1",
    lan="Dalarna",
    places=6,
    terms=(
        Term(
            provider="P1",
            unit_type="hvb",
            operating_form=OperatingForm.PRIVATE,
            from_on=dt.date(2020, 1, 1),
            to_on=dt.date(2025, 3, 31),
        ),
        Term(
            provider="P2",
            unit_type="hvb",
            operating_form=OperatingForm.PRIVATE,
            from_on=dt.date(2025, 4, 1),
        ),
    ),
)


def stay(name: str, starts_on: str, ends_on: str | None = None, **said: object) -> Row:
    first = dt.date.fromisoformat(starts_on)
    last = dt.date.fromisoformat(ends_on) if ends_on else None
    row = invent(0, homes=1).placements[0]
    ending = {"ending": "planned_goal_met", "ending_class": "planned"} if last else {}
    steps = dict.fromkeys([name for name in row if name.startswith("days_to_") or name == "days_planned"])
    return {
        **row,
        **steps,
        "ending": None,
        "ending_class": None,
        **ending,
        "placement": name,
        "unit": "H1",
        "starts_on": first,
        "ends_on": last,
        "reported_on": last or first,
        "is_acute": False,
        "needs_health_check": True,
        "needs_school_assessment": True,
        **said,
    }


def nation(*rows: Row) -> Nation:
    return Nation(units=(HOME,), placements=rows, events=())


def blocks(frozen: Frozen, family: str) -> list[tuple[str, tuple[str, ...], int]]:
    """Closed when, over which quarters, how many."""
    return [
        (atom.closed, atom.half_years, len(atom.links))
        for atom in frozen.atoms
        if atom.family == f"register:{family}"
    ]


def admitted(n: int, day: str, prefix: str = "a") -> list[Row]:
    return [stay(f"{prefix}{number}", day) for number in range(n)]


@pytest.mark.parametrize(
    ("first", "second", "closed"),
    [
        (4, 1, [("2024K2", ("2024K1", "2024K2"), 5)]),
        (5, 4, [("2024K1", ("2024K1",), 5)]),
        (5, 5, [("2024K1", ("2024K1",), 5), ("2024K2", ("2024K2",), 5)]),
        (3, 1, []),
    ],
)
def test_whole_quarters_gather_until_five_placements(
    first: int, second: int, closed: list[tuple[str, tuple[str, ...], int]]
) -> None:
    made = nation(*admitted(first, "2024-02-01"), *admitted(second, "2024-05-01", "b"))
    assert blocks(frozen_on(made, "2024H1"), "admissions") == closed


def test_a_change_of_owner_cuts() -> None:
    made = nation(*admitted(4, "2025-02-01"), *admitted(4, "2025-05-01", "b"))
    assert blocks(frozen_on(made, "2025H1"), "admissions") == []


def test_care_days_gather_until_five_hundred_and_the_day_of_leaving_is_not_one() -> None:
    short = [stay(f"a{number}", "2024-01-01", "2024-01-31") for number in range(5)]
    assert blocks(frozen_on(nation(*short), "2024H1"), "presence") == []
    made = frozen_on(nation(*short, *admitted(4, "2024-01-01", "b")), "2024H1")
    (first, *_) = [wave for wave in made.waves if wave.family == "register:presence"]
    assert (first.half_year, first.days) == ("2024K1", 5 * 30 + 4 * 91)
    assert blocks(made, "presence")[0] == ("2024K1", ("2024K1",), 9)


def test_a_choice_gathers_among_those_it_names() -> None:
    acute = [stay(f"c{number}", "2024-02-01", is_acute=True) for number in range(3)]
    made = frozen_on(nation(*admitted(4, "2024-02-01"), *acute), "2024H1")
    assert blocks(made, "admissions") == [("2024K1", ("2024K1",), 7)]
    assert blocks(made, "admissions:is_acute is null or not is_acute") == []


def test_a_stay_is_told_when_every_member_has_passed_the_day_or_left() -> None:
    rows = [*admitted(4, "2024-02-01"), stay("z", "2024-03-31", "2024-05-01")]
    known = {one.indicator: (one.n, one.x, one.known) for one in frozen_on(nation(*rows), "2024H2").counts}
    # Four stayed; the one who left in May is known from then on.
    assert known["S10"] == (5, 4, "2024K2")
    assert known["S11"] == (5, 4, "2024K3")
    assert "S12" not in known
    later = frozen_on(nation(*admitted(4, "2024-02-01"), stay("z", "2024-03-31")), "2024H1")
    assert "S11" not in {one.indicator for one in later.counts}


def test_who_is_reported_late_lies_in_the_next_open_quarter_and_changes_nothing_closed() -> None:
    rows = [stay(f"a{number}", "2023-05-01", "2024-02-01") for number in range(5)]
    late = [
        stay(f"b{number}", "2023-05-01", "2024-02-01", reported_on=dt.date(2024, 9, 1)) for number in range(5)
    ]
    first = frozen_on(nation(*rows, *late), "2024H1")
    second = frozen_on(nation(*rows, *late), "2024H2", first)
    assert blocks(first, "endings") == [("2024K1", ("2024K1",), 5)]
    assert blocks(second, "endings") == [("2024K1", ("2024K1",), 5), ("2024K4", ("2024K2",), 5)]
    assert as_of(second, "2024H1").atoms == first.atoms
    assert as_of(second, "2024H1").counts == first.counts


def test_a_correction_after_closing_changes_no_count() -> None:
    rows = [stay(f"a{number}", "2023-05-01", "2024-02-01") for number in range(5)]
    first = frozen_on(nation(*rows), "2024H1")
    corrected = [{**row, "ending": "unplanned_youth_left", "ending_class": "breakdown"} for row in rows]
    again = frozen_on(nation(*corrected[1:]), "2024H2", first)
    assert [one for one in again.counts if one.indicator == "S01"] == [
        one for one in first.counts if one.indicator == "S01"
    ]


def test_an_earlier_period_freezes_nothing_new() -> None:
    made = invent(5, homes=3)
    last = frozen_on(made, "2026H1")
    assert frozen_on(made, "2025H1", last) == last


def test_freezing_half_year_by_half_year_keeps_every_earlier_release_as_it_was() -> None:
    made, frozen = invent(6, homes=6, late=0.2), NOT_YET
    then: dict[str, Frozen] = {}
    for now in RELEASES:
        frozen = frozen_on(made, now, frozen)
        then[now] = as_of(frozen, now)
    for now in RELEASES:
        rebuilt = as_of(frozen, now)
        assert (rebuilt.atoms, rebuilt.counts) == (then[now].atoms, then[now].counts)


def test_a_new_indicator_may_look_at_old_blocks() -> None:
    made = invent(7, homes=4)
    asked = [one for one in indicators() if one.id != "S10"]
    day = periods.last_day("2026H1")
    arguments = {"until": "2026H1", "units": made.units, "link_key": LINK_KEY}
    before = freeze_registers(made.on(day), indicators=asked, before=NOT_YET, **arguments)
    after = freeze_registers(made.on(day), indicators=indicators(), before=before, **arguments)
    at_once = freeze_registers(made.on(day), indicators=indicators(), before=NOT_YET, **arguments)
    assert set(after.counts) == set(at_once.counts)
    assert after.atoms == before.atoms


def test_what_nobody_knows_of_is_left_out() -> None:
    made = nation(*admitted(5, "2024-02-01"))
    elsewhere = msgspec.structs.replace(made, units=())
    assert frozen_on(elsewhere, "2024H1").waves == ()
