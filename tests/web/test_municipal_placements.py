"""A municipality's own placements (issue 3, DESIGN §6): entered or confirmed by it, told to the home, seen by no other."""

from __future__ import annotations

import re

from hvb_followup.access import Role
from hvb_followup.store import registers
from tests.web.own_home import Desk, desk, sheet, town, words
from tests.world import LILLBY, NORTH, OTHER, SOUTH, STORBY, World

NEW = {"id": "K-1", "unit": SOUTH, "birth_year": "2010", "starts_on": "2026-08-01"}
SIDES = ("confirmed_by_home_on", "confirmed_by_municipality_on")
TODAY = "2026-10-20"


def of_both(*rows: str) -> bytes:
    """Placements of one home as serial, municipality and first day."""
    names = ("Löpnummer", "Kommun", "Startdatum")
    return sheet([{**dict(zip(names, row.split(";"), strict=True)), "Födelseår": "2010"} for row in rows])


async def marks(world: World, key: str, unit: str = NORTH) -> tuple[str, str]:
    """On which days the home and the municipality have given their word."""
    (row,) = [one for one in await registers.rows(world.database, "placement", unit) if one["id"] == key]
    return row.get(SIDES[0], ""), row.get(SIDES[1], "")


async def entered_by_the_home(world: World, *rows: str) -> Desk:
    manager = await desk(world)
    assert (await manager.put_in("placement", of_both(*rows))).status == 303
    return manager


async def test_a_municipality_without_placements_is_told_what_to_do_first(world: World) -> None:
    page = await (await town(world)).get("/placeringar")
    assert "Lillby" in words(page)
    assert "Ingen placering är inlagd än. Lägg in dem en och en" in words(page)
    assert 'href="/min-kommun/rad/placement"' in page.text


async def test_what_homes_have_entered_waits_first_and_is_confirmed_one_at_a_time_or_all_at_once(
    world: World,
) -> None:
    rows = [f"L-{n};{LILLBY};2026-08-0{n}" for n in (1, 2, 3)]
    manager = await entered_by_the_home(world, *rows, f"S-1;{STORBY};2026-08-01")
    lillby = await town(world)
    page = await lillby.get("/placeringar")
    assert "3 placeringar väntar på att ni bekräftar." in words(page)
    assert f"L-1 – ändra Norrgården 2010 2026-08-01 – hemmet ✓ {TODAY} Bekräfta L-1 ○" not in words(page)
    assert f"L-1 – ändra Norrgården 2010 2026-08-01 – hemmet ✓ {TODAY} Bekräfta L-1" in words(page)
    assert (await lillby.post("/placeringar", [("placering", "L-1")])).status == 303
    assert [await marks(world, f"L-{n}") for n in (1, 2)] == [(TODAY, TODAY), (TODAY, "")]
    every = [("visad", "L-2"), ("visad", "L-3"), ("do", "all")]
    assert (await lillby.post("/placeringar", every)).status == 303
    assert [await marks(world, f"L-{n}") for n in (2, 3)] == [(TODAY, TODAY)] * 2
    assert "Ni har bekräftat alla." in words(await lillby.get("/placeringar"))
    assert "L-1 – ändra Lillby 2010 2026-08-01 – ✓ 2026-10-20 ✓ 2026-10-20" in words(
        await manager.get("/placeringar")
    )


async def test_another_municipalitys_placement_is_neither_seen_nor_confirmed_nor_changed(
    world: World,
) -> None:
    """DESIGN §4.13: the foreign and the missing look alike."""
    await entered_by_the_home(world, f"L-1;{LILLBY};2026-08-01", f"S-1;{STORBY};2026-08-01")
    storby = await town(world, STORBY)
    assert "L-1" not in (await storby.get("/placeringar")).text
    assert b"L-1" not in (await storby.get("/mall/placement")).body
    foreign = await storby.get("/rad/placement?nyckel=L-1")
    missing = await storby.get("/rad/placement?nyckel=L-9")
    assert (foreign.status, foreign.body) == (404, missing.body)
    await storby.post("/placeringar", [("placering", "L-1"), ("visad", "L-1"), ("do", "all")])
    assert await marks(world, "L-1") == (TODAY, "")
    stolen = await storby.post("/rad/placement", {**NEW, "id": "L-1", "unit": NORTH, "nyckel": "L-1"})
    assert "Löpnumret används redan för en annan placering." in words(stolen)
    assert await marks(world, "L-1") == (TODAY, "")


async def test_a_placement_is_entered_by_hand_for_its_own_municipality_whatever_is_said(
    world: World,
) -> None:
    lillby = await town(world)
    form = await lillby.get("/rad/placement")
    assert 'name="municipality"' not in form.text
    assert 'name="health_check"' not in form.text
    assert f'<option value="{SOUTH}">Södergården</option>' in form.text
    done = await lillby.post("/rad/placement", {**NEW, "municipality": STORBY, "health_check": "genomförd"})
    assert (done.status, done.header("location")) == (303, "/min-kommun/placeringar")
    (row,) = await registers.rows(world.database, "placement", SOUTH)
    assert row == {
        "id": "K-1",
        "unit": SOUTH,
        "municipality": LILLBY,
        "birth_year": 2010,
        "starts_on": "2026-08-01",
        SIDES[1]: TODAY,
    }
    # The home is asked for its word.
    manager = await desk(world, Role.UNIT_MANAGER, SOUTH)
    assert "1 placering väntar på att ni bekräftar" in words(await manager.get(unit=SOUTH))


async def test_everything_that_is_wrong_is_told_at_once_and_what_was_typed_is_kept(world: World) -> None:
    lillby = await town(world)
    empty = await lillby.post("/rad/placement", {})
    assert empty.status == 422
    for name in ("id", "unit", "birth_year", "starts_on"):
        assert f'id="f-{name}"' in empty.text
    wrong = await lillby.post(
        "/rad/placement", {**NEW, "id": "K 1!", "unit": "Södergården", "starts_on": "i går"}
    )
    for said in ("Löpnumret har andra tecken", "Hemmets id stämmer inte.", "inte ett datum"):
        assert said in words(wrong)
    assert 'value="Södergården"' in wrong.text
    assert await registers.rows(world.database, "placement") == []


async def test_an_end_that_the_municipality_writes_is_told_to_the_home_and_takes_nothing_away(
    world: World,
) -> None:
    manager = await desk(world)
    rows = [{"Löpnummer": "L-1", "Kommun": LILLBY, "Födelseår": "2010", "Startdatum": "2026-08-01"}]
    await manager.put_in("placement", sheet([{**rows[0], "Hälsoundersökning": "genomförd", "Akut": "ja"}]))
    lillby = await town(world)
    ended = {"id": "L-1", "unit": NORTH, "birth_year": "2010", "starts_on": "2026-08-01"}
    ended |= {"ends_on": "2026-09-30", "ending": "Planerat avslut, målet nått", "nyckel": "L-1"}
    lists = world.catalogue.codelists["endings"]
    ended["ending"] = next(one.sv for one in lists.code if one.id == "planned_goal_met")
    assert (await lillby.post("/rad/placement", ended)).status == 303
    (row,) = await registers.rows(world.database, "placement", NORTH)
    assert (row["ends_on"], row["health_check"], row["is_acute"]) == ("2026-09-30", "done", True)
    assert await marks(world, "L-1") == ("", TODAY)
    assert "1 placering väntar på att ni bekräftar" in words(await manager.get())
    # The home is told what it had confirmed, until it has said its word again.
    told = "Bekräfta L-1 Ändrat: Slutdatum, förut tomt."
    assert told in words(await manager.get("/placeringar"))
    await manager.post("/placeringar", [("placering", "L-1")])
    assert "Ändrat" not in words(await manager.get("/placeringar"))
    # And the municipality, where the home says otherwise of the day that it confirmed.
    await manager.post("/rad/placement", {**ended, "municipality": LILLBY, "starts_on": "2026-08-02"})
    assert "Bekräfta L-1 Ändrat: Startdatum, förut 2026-08-01." in words(await lillby.get("/placeringar"))
    # What the home does for the young person is the home's to show.
    assert "Hälsoundersökning" not in (await lillby.get("/rad/placement?nyckel=L-1")).text


async def test_a_file_over_several_homes_is_read_put_in_and_undone(world: World) -> None:
    lillby = await town(world)
    names = ("Löpnummer", "Hem", "Kommun", "Födelseår", "Startdatum")
    rows = [("K-1", NORTH, LILLBY, "2010", "2026-08-01"), ("K-2", OTHER, LILLBY, "2011", "2026-08-02")]
    bad = ("K-3", OTHER, STORBY, "2011", "2026-08-02")
    file = sheet([dict(zip(names, row, strict=True)) for row in (*rows, bad)])
    seen = await lillby.read("placement", file)
    assert "3 rader lästa: 2 klara, 1 med fel." in words(seen)
    assert await registers.rows(world.database, "placement") == []
    done = await lillby.put_in("placement", file)
    assert (done.status, done.header("location")) == (303, "/min-kommun/importera?kind=placement#senaste")
    assert [await marks(world, "K-1"), await marks(world, "K-2", OTHER)] == [("", TODAY)] * 2
    template = await lillby.get("/mall/placement")
    again = await lillby.read("placement", template.body)
    assert "Precis som förut 2" in words(again)
    # What is missing in a file of the municipality's stays: the home may have written it.
    await lillby.put_in("placement", sheet([dict(zip(names, rows[0], strict=True))]), saknas="ta-bort")
    assert await marks(world, "K-2", OTHER) == ("", TODAY)
    (batch,) = await registers.batches_by("placement", f"case_worker-{LILLBY}")
    assert 'name="batch"' in (await lillby.get("/importera")).text
    assert (await lillby.post("/importera/angra", {"batch": str(batch.id)})).status == 303
    assert await registers.rows(world.database, "placement") == []


async def test_what_another_has_built_on_is_not_undone(world: World) -> None:
    """The home's later word holds the row anew: to undo the file under it would change nothing, and say that it had."""
    lillby = await town(world)
    names = ("Löpnummer", "Hem", "Kommun", "Födelseår", "Startdatum")
    rows = [("K-1", NORTH, LILLBY, "2010", "2026-08-01"), ("K-2", OTHER, LILLBY, "2011", "2026-08-02")]
    await lillby.put_in("placement", sheet([dict(zip(names, row, strict=True)) for row in rows]))
    (batch,) = await registers.batches_by("placement", f"case_worker-{LILLBY}")
    storby = await town(world, STORBY)
    await storby.put_in(
        "placement", sheet([dict(zip(names, ("S-1", NORTH, STORBY, "2010", "2026-08-01"), strict=True))])
    )
    assert 'name="batch"' in (await lillby.get("/importera")).text
    await (await desk(world)).post("/placeringar", [("placering", "K-1")])
    assert 'name="batch"' not in (await lillby.get("/importera")).text
    assert (await lillby.post("/importera/angra", {"batch": str(batch.id)})).status == 409
    assert await marks(world, "K-1") == (TODAY, TODAY)


async def test_the_municipalitys_word_leaves_the_homes_signature_standing(world: World) -> None:
    """A quarter is signed for what its rows say; who has confirmed a row, and when, is said of it."""
    manager = await entered_by_the_home(world, f"L-1;{LILLBY};2026-08-01")
    shown = re.search(r'name="hash" value="([0-9a-f]+)"', (await manager.get("/kvartal/2026K3")).text)
    assert shown
    await manager.post("/kvartal/2026K3", {"do": "sign", "hash": shown[1]})
    await (await town(world)).post("/placeringar", [("placering", "L-1")])
    assert await marks(world, "L-1") == (TODAY, TODAY)
    assert "Kvartal 3 2026 ✓ Signerat av" in words(await manager.get("/kvartal/2026K3"))


async def test_every_look_and_every_word_leaves_an_audit_row(world: World) -> None:
    await entered_by_the_home(world, f"L-1;{LILLBY};2026-08-01")
    lillby = await town(world)
    await lillby.get("/placeringar")
    await lillby.post("/placeringar", [("placering", "L-1")])
    await lillby.post("/rad/placement", NEW)
    noted = await world.database.run("SELECT who, what FROM audit WHERE did = 'placement:import' ORDER BY id")
    assert {row["who"] for row in noted} == {f"case_worker-{LILLBY}"}
    said = [row["what"] for row in noted]
    assert said[:2] == [f"{LILLBY} sett", f"placement {NORTH}: 1 bekräftade"]
    assert said[2].startswith(f"placement {SOUTH} ")
