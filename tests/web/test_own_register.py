"""Placeringar and the forms: one definition, one check; both sides' word; what was typed is kept."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from hvb_followup.access import Person, Role
from hvb_followup.actions.report.importing import import_register
from hvb_followup.store import homes, registers
from hvb_followup.web.unit.form_view import typed_from
from tests.web.own_home import desk, placements_csv, staff_csv, stored, words
from tests.world import NORTH, OTHER, SOUTH, World

NEW = {"id": "L-7", "municipality": "9001", "birth_year": "2010", "starts_on": "2026-08-01"}
NUMBER = "19121212" + "-" + "1212"  # of nobody: a test number of Skatteverket's


async def test_an_empty_register_says_what_to_do_first(world: World) -> None:
    page = words(await (await desk(world)).get("/placeringar"))
    assert "Ingen placering är inlagd än. Lägg in dem en och en" in page


async def test_a_placement_is_entered_by_hand_and_codes_can_lean_on_it(world: World) -> None:
    manager = await desk(world)
    done = await manager.post("/rad/placement", NEW)
    assert (done.status, done.header("location")) == (303, f"/enhet/{NORTH}/placeringar")
    page = words(await manager.get("/placeringar"))
    assert "Bor här nu (1)" in page
    assert "L-7 – ändra Lillby 2010 2026-08-01 – ✓ 2026-10-20 ○ väntar" in page
    (resident,) = await homes.residents(NORTH, world.now.date())
    assert (resident.id, resident.birth_year) == ("L-7", 2010)


async def test_everything_that_is_wrong_is_told_at_once_and_what_was_typed_is_kept(world: World) -> None:
    manager = await desk(world)
    typed = {
        "id": "L 7!",
        "municipality": "Lillby",
        "birth_year": "1950",
        "starts_on": "i går",
        "ends_on": "<b>",
    }
    again = await manager.post("/rad/placement", typed)
    assert again.status == 422
    page = words(again)
    for said in ("Löpnumret har andra tecken", "inte en kommunkod", "inte ett datum"):
        assert said in page
    for name in ("id", "municipality", "starts_on", "ends_on"):
        assert f'href="#{name}"' in again.text
        assert f'id="f-{name}"' in again.text
    for value in ("L 7!", "Lillby", "i går", "&lt;b&gt;"):
        assert f'value="{value}"' in again.text
    assert await stored(world, "placement") == 0


async def test_an_empty_form_says_what_must_be_filled_in(world: World) -> None:
    again = await (await desk(world)).post("/rad/placement", {})
    assert again.status == 422
    for name in ("id", "municipality", "birth_year", "starts_on"):
        assert f'id="f-{name}"' in again.text
    assert "Fältet är tomt. Fyll i det." in words(again)


async def test_a_personnummer_in_a_form_is_refused_in_words_for_a_form(world: World) -> None:
    again = await (await desk(world)).post("/rad/placement", {**NEW, "id": NUMBER})
    assert again.status == 422
    assert "Det ser ut som ett personnummer. Inget är sparat." in words(again)
    assert await stored(world, "placement") == 0


async def test_what_looks_odd_is_stored_with_a_reason_and_not_without(world: World) -> None:
    manager = await desk(world)
    odd = {**NEW, "ends_on": "2026-09-01", "ending": ""}
    again = await manager.post("/rad/placement", odd)
    assert again.status == 422
    assert 'name="skal-date-without-ending"' in again.text
    done = await manager.post("/rad/placement", {**odd, "skal-date-without-ending": "Orsaken utreds"})
    assert done.status == 303
    (row,) = await registers.rows(world.database, "placement", NORTH)
    assert row["confirmed"] == {"date-without-ending": "Orsaken utreds"}


async def test_a_changed_row_keeps_what_was_not_changed(world: World) -> None:
    manager = await desk(world)
    await manager.put_in("staff", staff_csv())
    (before,) = [
        row for row in await registers.rows(world.database, "staff", NORTH) if row["staff"] == "P-02"
    ]
    page = await manager.get("/rad/staff?nyckel=P-02|2021-03-01")
    assert 'name="staff" type="text" value="P-02"' in page.text
    assert "readonly" in page.text
    sheet = world.catalogue.sheet("staff")
    typed = typed_from(sheet, before)
    fields = [
        (name, part.strip()) for name, said in typed.items() if name != "unit" for part in said.split(",")
    ]
    fields = [one for one in fields if one[0] != "percent"] + [
        ("percent", "75"),
        ("nyckel", "P-02|2021-03-01"),
    ]
    assert (await manager.post("/rad/staff", fields)).status == 303
    (after,) = [row for row in await registers.rows(world.database, "staff", NORTH) if row["staff"] == "P-02"]
    assert after == before | {"percent": 75}
    assert len(await registers.rows(world.database, "staff", NORTH)) == 5


@pytest.mark.parametrize(
    "kind", ["placement", "staff", "hours", "events", "capacity", "inspections", "complaints"]
)
async def test_every_register_has_a_form_with_all_its_columns(world: World, kind: str) -> None:
    page = await (await desk(world)).get(f"/rad/{kind}")
    assert page.status == 200
    sheet = world.catalogue.sheet(kind)
    asked = [
        one.id
        for one in sheet.columns
        if one.id != "unit" and not any(other.written_as == one.id for other in sheet.columns)
    ]
    for name in asked:
        assert f'name="{name}"' in page.text, name


async def test_a_row_that_is_not_there_and_a_register_that_is_not_ones_own_are_not_found(
    world: World,
) -> None:
    manager = await desk(world)
    for path in ("/rad/placement?nyckel=L-404", "/rad/unit", "/rad/provider", "/rad/x"):
        assert (await manager.get(path)).status == 404
    assert (await manager.post("/rad/unit", NEW)).status == 404


async def municipal(world: World, *rows: str) -> None:
    """A case worker of the municipality puts in placements in the home."""
    context = world.context(Person(name="handläggare", role=Role.CASE_WORKER, scope="9001"))
    await import_register(context, "placement", placements_csv(*rows), unit=NORTH, dry_run=False)


async def test_the_home_confirms_what_the_municipality_entered_and_the_other_way_round(world: World) -> None:
    manager = await desk(world)
    await municipal(world, "L-1;2010;2026-08-01;;", "L-2;2011;2026-08-02;;")
    page = await manager.get("/placeringar")
    assert page.text.count('name="placering"') == 2
    assert "Att göra" in words(await manager.get())
    assert (
        "2 placeringar väntar på att ni bekräftar Kommunen har lagt in eller ändrat dem. De räknas redan. "
        "Bekräfta dem som stämmer, och rätta de andra." in words(await manager.get())
    )
    done = await manager.post("/placeringar", [("placering", "L-1"), ("placering", "L-404")])
    assert done.status == 303
    page = await manager.get("/placeringar")
    assert page.text.count('name="placering"') == 1
    assert "L-1 – ändra Lillby 2010 2026-08-01 – ✓ 2026-10-20 ✓ 2026-10-20" in words(page)


async def test_a_change_by_the_home_asks_for_the_municipalitys_word_again(world: World) -> None:
    manager = await desk(world)
    await municipal(world, "L-7;2010;2026-08-01;;")
    await manager.post("/rad/placement", {**NEW, "starts_on": "2026-08-03", "nyckel": "L-7"})
    assert "L-7 – ändra Lillby 2010 2026-08-03 – ✓ 2026-10-20 ○ väntar" in words(
        await manager.get("/placeringar")
    )


async def test_those_who_moved_stand_by_themselves_with_the_reason_in_words(world: World) -> None:
    manager = await desk(world)
    await manager.put_in(
        "placement",
        placements_csv("L-1;2010;2026-01-01;2026-08-31;planned_goal_met", "L-2;2010;2026-02-01;;"),
    )
    page = words(await manager.get("/placeringar"))
    assert "Bor här nu (1)" in page
    assert "Har flyttat (1)" in page
    ending = world.catalogue.codelists["endings"].get("planned_goal_met")
    assert ending is not None
    assert f"2026-08-31, {ending.sv}" in page


async def test_a_row_is_taken_away_noted_and_given_back_within_a_day(world: World) -> None:
    manager = await desk(world)
    await manager.put_in("staff", staff_csv())
    key = "P-05|2026-02-01"
    assert "Ta bort raden" in words(await manager.get(f"/rad/staff?nyckel={quote(key)}"))
    gone = await manager.post("/rad/staff", {"nyckel": key, "do": "remove"})
    assert (gone.status, gone.header("location")) == (303, f"/enhet/{NORTH}/importera?kind=staff#senaste")
    page = words(await manager.get("/personal"))
    assert "P-05" not in page
    assert "P-04" in page
    noted = await world.database.run("SELECT who, what FROM audit WHERE did = 'register:import'")
    assert noted[-1]["who"] == f"unit_manager-{NORTH}"
    assert noted[-1]["what"].endswith("0 + 1 -")
    batch = (await world.database.run("SELECT max(id) AS id FROM batch"))[0]["id"]
    assert (await manager.post("/importera/angra", {"batch": str(batch)})).status == 303
    assert "P-05" in words(await manager.get("/personal"))


async def test_a_removal_stands_after_a_day(world: World) -> None:
    manager = await desk(world)
    await manager.put_in("staff", staff_csv())
    await manager.post("/rad/staff", {"nyckel": "P-05|2026-02-01", "do": "remove"})
    batch = (await world.database.run("SELECT max(id) AS id FROM batch"))[0]["id"]
    await manager.later(hours=24, minutes=1)
    await world.database.run("UPDATE session SET ends_at = ?", world.now.replace(year=2027))
    assert (await manager.post("/importera/angra", {"batch": str(batch)})).status == 409
    assert "P-05" not in words(await manager.get("/personal"))


async def test_a_row_that_is_not_there_and_one_of_another_home_are_not_taken_away(world: World) -> None:
    await (await desk(world)).put_in("staff", staff_csv())
    manager = await desk(world, Role.PROVIDER_ADMIN)
    row = {"nyckel": "P-05|2026-02-01", "do": "remove"}
    assert (await manager.post("/rad/staff", {**row, "nyckel": "P-99|2026-02-01"})).status == 404
    assert (await manager.post("/rad/staff", row, unit=SOUTH)).status == 404  # that home has no such row
    assert (await manager.post("/rad/staff", row, unit=OTHER)).status == 404
    reader = await desk(world, Role.CASE_WORKER, "9001")
    assert (await reader.post("/rad/staff", row)).status == 404
    assert len(await registers.rows(world.database, "staff", NORTH)) == 5


async def test_a_placement_that_may_have_codes_is_not_taken_away(world: World) -> None:
    manager = await desk(world)
    await manager.put_in("placement", placements_csv("L-1;2010;2026-07-10;;"))
    (row,) = await registers.rows(world.database, "placement", NORTH)
    await world.open()
    await world.codes(NORTH)
    refused = await manager.post("/rad/placement", {"nyckel": row["id"], "do": "remove"})
    assert refused.status == 409
    assert len(await registers.rows(world.database, "placement", NORTH)) == 1
