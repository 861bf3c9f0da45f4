"""Hemmet and signing: what there is to do comes first; who signed what and when holds until its rows change."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from hvb_followup.access import Role
from tests.asking import Answered
from tests.web.own_home import Desk, desk, hours_csv, placements_csv, staff_csv, words
from tests.world import NORTH, World

K3 = "/kvartal/2026K3"


async def filled(world: World) -> Desk:
    """A manager with staff, hours and a placement of the third quarter."""
    manager = await desk(world)
    await manager.put_in("staff", staff_csv())
    await manager.put_in("hours", hours_csv())
    await manager.put_in("placement", placements_csv("L-1;2010;2026-07-10;;"))
    return manager


def shown_hash(page: Answered) -> str:
    found = re.search(r'name="hash" value="([0-9a-f]{64})"', page.text)
    assert found, words(page)
    return found[1]


async def sign(manager: Desk) -> Answered:
    """Look at the third quarter, and sign what is shown."""
    page = await manager.get(K3)
    return await manager.post(K3, {"do": "sign", "hash": shown_hash(page)})


def todos(page: Answered) -> list[str]:
    return [
        " ".join(re.sub(r"<[^>]+>", "", one).replace(" ", " ").replace("&nbsp;", " ").split())
        for one in re.findall(r"<li>\s*<h3>(.*?)</h3>", page.text, re.DOTALL)
    ]


async def test_a_new_home_is_told_where_to_begin_and_nothing_else(world: World) -> None:
    page = await (await desk(world)).get()
    assert todos(page) == ["Börja med personallistan"]
    assert "Här är tomt än. Börja så här:" in words(page)


async def test_a_home_sees_its_own_numbers_and_a_new_one_sees_none(world: World) -> None:
    manager = await desk(world)
    assert "Egenkontroll" not in words(await manager.get())
    await manager.put_in("staff", staff_csv({("P-02", "Handledning senast"): "2026-09-01"}))
    page = words(await manager.get())
    assert "Egenkontroll Det här säger ert eget register." in page
    assert "Handledning senast ifyllt 1, inte ifyllt 4" in page
    assert "Introduktion klar inte ifyllt 5" in page


async def test_what_there_is_to_do_stands_first_in_order_of_date(world: World) -> None:
    manager = await desk(world)
    await manager.put_in("staff", staff_csv())
    await manager.put_in("hours", hours_csv(("2026-08",)))
    page = await manager.get()
    assert todos(page) == [
        "Bemanning saknas för juli 2026 och september 2026",
        "Signera kvartal 3 2026",
        "Särskilda skäl för P-04 går ut 2026-11-30",
        "Registerkontroll saknar underlag för 1 person",
        "1 person uppfyller inte ett krav, eller saknar underlag",
    ]
    assert page.text.index("Att göra") < page.text.index("Det här visas om hemmet")
    assert "senast 2026-10-15" in words(page)
    assert "På hemmets sida ser alla vilket kvartal som senast signerades." in words(page)


async def test_without_a_manager_the_days_are_counted_from_the_quarters_first(world: World) -> None:
    manager = await desk(world)
    await manager.put_in("staff", staff_csv(drop=("P-01",)))
    # From 1 July to 20 October.
    assert "112 dagar utan föreståndare som har visat behörighet" in todos(await manager.get())


async def test_special_reasons_far_ahead_are_no_errand_and_those_that_ran_out_are(world: World) -> None:
    manager = await desk(world)
    for until, told in (
        ("2027-06-30", ""),
        ("2026-09-30", "gick ut 2026-09-30"),
        ("2026-12-01", "går ut 2026-12-01"),
    ):
        await manager.put_in("staff", staff_csv({("P-04", "Särskilda skäl till"): until}))
        found = [one for one in todos(await manager.get()) if "Särskilda skäl" in one]
        assert found == ([f"Särskilda skäl för P-04 {told}"] if told else [])


async def test_a_signed_quarter_says_who_and_when_and_is_no_errand_any_more(world: World) -> None:
    manager = await filled(world)
    assert "Signera kvartal 3 2026" in todos(await manager.get())
    assert (await sign(manager)).status == 303
    page = await manager.get()
    assert "Signera kvartal 3 2026" not in todos(page)
    assert f"Kvartal 3 2026 ✓ signerat unit_manager-{NORTH}, 2026-10-20" in words(page)
    assert "Signerat av" in words(await manager.get(K3))
    rows = await world.database.run("SELECT quarter, state, signed_by FROM period")
    assert rows == [{"quarter": "2026K3", "state": "signed", "signed_by": f"unit_manager-{NORTH}"}]
    noted = await world.database.run("SELECT did, what FROM audit WHERE did = 'quarter:sign'")
    assert len(noted) == 1


async def test_signing_the_same_twice_is_one_signature(world: World) -> None:
    manager = await filled(world)
    page = await manager.get(K3)
    for _ in range(2):
        await manager.post(K3, {"do": "sign", "hash": shown_hash(page)})
    assert len(await world.database.run("SELECT * FROM period")) == 1


async def test_nobody_signs_what_she_has_not_seen(world: World) -> None:
    manager = await filled(world)
    page = await manager.get(K3)
    await manager.put_in("placement", placements_csv("L-2;2011;2026-08-01;;"))
    refused = await manager.post(K3, {"do": "sign", "hash": shown_hash(page)})
    assert refused.status == 409
    assert (await manager.post(K3, {"do": "sign"})).status == 409
    assert await world.database.run("SELECT * FROM period") == []


async def test_a_change_in_the_quarter_asks_for_a_new_signature_and_one_after_it_does_not(
    world: World,
) -> None:
    manager = await filled(world)
    await sign(manager)
    await manager.put_in("placement", placements_csv("L-1;2010;2026-07-10;2026-10-10;planned_goal_met"))
    await manager.put_in("hours", hours_csv(("2026-10",)))
    assert "✓ Signerat av" in words(await manager.get(K3))
    await manager.put_in("placement", placements_csv("L-1;2010;2026-07-11;2026-10-10;planned_goal_met"))
    page = await manager.get()
    assert "Signera kvartal 3 2026" in todos(page)
    assert "Kvartal 3 2026 ✕ ändrat efter signaturen" in words(page)
    assert (await sign(manager)).status == 303
    assert "✓ Signerat av" in words(await manager.get(K3))


async def test_a_signature_is_taken_back_within_a_day_and_can_be_given_again(world: World) -> None:
    manager = await filled(world)
    await sign(manager)
    assert (await manager.post(K3, {"do": "take_back"})).status == 303
    assert "✕ Inte signerat, försenat 5 dagar" in words(await manager.get(K3))
    assert (await sign(manager)).status == 303
    assert "✓ Signerat av" in words(await manager.get(K3))
    await manager.later(hours=24, minutes=1)
    await world.database.run("UPDATE session SET ends_at = ?", world.now.replace(year=2027))
    assert "Ta tillbaka" not in words(await manager.get(K3))
    assert (await manager.post(K3, {"do": "take_back"})).status == 409


async def test_a_quarter_that_goes_on_is_empty_or_long_ago_cannot_be_signed(world: World) -> None:
    manager = await filled(world)
    assert "Kvartalet pågår." in words(await manager.get("/kvartal/2026K4"))
    for quarter in ("2026K4", "2024K4"):
        assert (await manager.post(f"/kvartal/{quarter}", {"do": "sign"})).status == 409
    for quarter in ("2027K1", "2024K3", "2026H2", "nonsens"):
        assert (await manager.get(f"/kvartal/{quarter}")).status == 404


async def test_only_the_manager_signs(world: World) -> None:
    manager = await filled(world)
    asked = shown_hash(await manager.get(K3))
    for role in (Role.DATA_ENTRY, Role.PROVIDER_ADMIN):
        other = await desk(world, role)
        page = await other.get(K3)
        assert "Bara hemmets föreståndare kan signera." in words(page)
        assert 'name="hash"' not in page.text
        assert (await other.post(K3, {"do": "sign", "hash": asked})).status == 404
        assert (await other.post(K3, {"do": "take_back"})).status == 404
    assert await world.database.run("SELECT * FROM period") == []


async def on_day(manager: Desk, day: str) -> str:
    """Hemmet, read at noon of a day."""
    manager.world.now = dt.datetime.fromisoformat(f"{day}T11:00:00+00:00")
    await manager.world.set_clock()
    await manager.world.database.run("UPDATE session SET ends_at = ?", manager.world.now.replace(year=2028))
    return words(await manager.get())


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-10-14", "senast 2026-10-15"),
        ("2026-10-15", "senast i dag, 2026-10-15"),
        ("2026-10-16", "försenat 1 dag, skulle ha gjorts senast 2026-10-15"),
        ("2026-10-18", "försenat 3 dagar, skulle ha gjorts senast 2026-10-15"),
    ],
)
async def test_a_quarter_turns_late_the_day_after_its_last_day(world: World, day: str, told: str) -> None:
    manager = await filled(world)
    page = await on_day(manager, day)
    is_late = told.startswith("försenat")
    assert f"inte signerat, {told}" in page
    assert ("✕ Försenat" in page) is is_late  # the errand says so too
    assert page.count("senast i dag") == (2 if day == "2026-10-15" else 0)


async def test_a_signed_quarter_is_never_late_and_one_that_changed_is(world: World) -> None:
    manager = await filled(world)
    await sign(manager)
    assert "örsenat" not in await on_day(manager, "2026-12-01")
    await manager.put_in("placement", placements_csv("L-2;2011;2026-08-01;;"))
    assert "ändrat efter signaturen, försenat" in await on_day(manager, "2026-12-01")


async def test_quarters_before_a_home_began_to_sign_are_not_late_and_those_after_are(world: World) -> None:
    manager = await filled(world)
    page = await on_day(manager, "2026-10-20")
    assert "Kvartal 2 2026 ○ inte signerat –" in page
    assert page.count("örsenat") == 2  # the third quarter: the errand and the line
    await sign(manager)
    page = await on_day(manager, "2027-05-20")
    assert "Kvartal 3 2026 ✓ signerat" in page
    assert "Kvartal 4 2026 ✕ inte signerat, försenat" in page
    assert "Kvartal 2 2026 ○ inte signerat –" in page


async def test_a_home_that_never_reported_is_late_with_the_quarter_that_ended_last_only(world: World) -> None:
    page = await on_day(await desk(world), "2026-10-20")
    assert page.count("örsenat") == 1
    assert "inget inlämnat, försenat 5 dagar" in page


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-11-30", "○ öppen till 2026-11-30"),
        ("2026-12-02", "◐ stängd, resultatet kommer senast 2027-01-15"),
        ("2027-01-15", "◐ stängd, resultatet kommer senast 2027-01-15"),
        ("2027-01-16", "✕ resultatet är försenat, lovat senast 2027-01-15"),
    ],
)
async def test_a_wave_says_when_it_is_open_and_when_results_are_late(
    world: World, day: str, told: str
) -> None:
    await world.open()
    manager = await desk(world)
    assert f"andra halvåret 2026: {told}" in await on_day(manager, day)
