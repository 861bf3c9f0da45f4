"""Så svarade ni – det här händer nu: written, published and printed in the home; whether and when seen by all (R7 R5)."""

from __future__ import annotations

import datetime as dt
import re

from hvb_followup.access import Role
from hvb_followup.actions.publish.facts import refresh
from tests.asking import ask
from tests.telling_back import TEXT, WHAT, tell_back
from tests.web.own_home import Desk, desk, words
from tests.world import ALFA, FAMILY, HALF_YEAR, LILLBY, NORTH, OTHER, SOUTH, World

HERE = f"/aterkoppling/{FAMILY}/{HALF_YEAR}"
FORM = {
    "text": TEXT, "vad-1": WHAT, "dag-1": "2027-01-15", "roll-1": "kitchen",
    "vad-2": "", "dag-2": "", "roll-2": "", "ingen": "ja",
}  # fmt: skip


async def closed(world: World, role: Role = Role.UNIT_MANAGER, scope: str = "") -> Desk:
    """The wave has closed and nobody answered; somebody is at her desk."""
    await world.open()
    await world.close()
    return await long_desk(world, role, scope)


async def long_desk(world: World, role: Role = Role.UNIT_MANAGER, scope: str = "") -> Desk:
    """Somebody whose session lasts as long as the test."""
    person = await desk(world, role, scope)
    async with world.database.transaction():
        await world.database.run("UPDATE session SET ends_at = ?", world.now + dt.timedelta(days=900))
    return person


async def test_the_manager_is_told_what_is_missing_and_until_when(world: World) -> None:
    manager = await closed(world)
    assert "Återkoppling saknas, senast 2026-12-31" in words(await manager.get("/aterkoppling"))
    front = words(await manager.get())
    assert "○ Återkoppling saknas, senast 2026-12-31" in front
    assert "Återkoppling saknas för andra halvåret 2026 Skriv vad som ska göras" in front
    await manager.later(days=40)
    assert "✕ Återkoppling saknas, försenat 10 dagar" in words(await manager.get("/aterkoppling"))


async def test_a_draft_shows_how_hard_it_reads_and_is_not_given_yet(world: World) -> None:
    manager = await closed(world)
    hard = {**FORM, "text": "Verksamhetens kvalitetsarbete utvecklas kontinuerligt tillsammans."}
    assert (await manager.post(HERE, {**hard, "do": "save"})).status == 303
    page = words(await manager.get(HERE))
    assert "Återkoppling saknas (utkast finns)" in page
    assert re.search(r"✕ \d+, för svår: högst 25", page)
    assert "kvalitetsarbete" in page
    refused = await manager.post(HERE, {**hard, "do": "publish"})
    assert refused.status == 422
    assert "Texten är för svår att läsa" in words(refused)


async def test_all_that_is_wrong_is_said_at_once_with_what_was_typed(world: World) -> None:
    manager = await closed(world)
    odd = {"text": "Hej.", "vad-1": "Mer fika", "dag-1": "snart", "roll-1": "Anna", "do": "publish"}
    refused = await manager.post(HERE, odd)
    assert refused.status == 422
    for says in ("Dagen går inte att läsa", "vem som ser till det", "inte intygat"):
        assert says in words(refused)
    assert 'value="Mer fika"' in refused.text
    assert await world.database.run("SELECT * FROM feedback") == []


async def test_a_number_or_an_address_is_refused_also_in_a_draft(world: World) -> None:
    manager = await closed(world)
    for text in ("Ring 070-123 45 67.", "Skriv till a@b.se.", "811228-9874"):
        refused = await manager.post(HERE, {**FORM, "text": text, "do": "save"})
        assert refused.status == 422
        problems = refused.text.partition('class="errors"')[2].partition("</ul>")[0]
        assert text not in problems
    assert await world.database.run("SELECT * FROM feedback") == []


async def test_published_it_is_given_with_its_day_taken_back_within_a_day_and_changed_by_a_version(
    world: World,
) -> None:
    manager = await closed(world)
    assert (await manager.post(HERE, {**FORM, "do": "publish"})).status == 303
    page = words(await manager.get(HERE))
    assert "✓ Återkoppling: ja, 2026-12-01" in page
    assert "Ta tillbaka" in page
    assert "Återkoppling saknas" not in words(await manager.get())
    await manager.later(hours=25)
    assert "Ta tillbaka" not in words(await manager.get(HERE))
    assert (await manager.post(HERE, {"do": "take_back"})).status == 409
    assert 'name="text"' not in (await manager.get(HERE)).text
    assert TEXT in (await manager.get(f"{HERE}?ny")).text
    await manager.post(HERE, {**FORM, "text": "Vi tänkte om.", "do": "publish"})
    assert "✓ Återkoppling: ja, 2026-12-01, ändrad 2026-12-02" in words(await manager.get(HERE))
    sheet = await manager.get(f"{HERE}/blad")
    assert "Vi tänkte om." in words(sheet)
    assert "Skrivet 1 december 2026, ändrat 2 december 2026." in words(sheet)


async def test_data_entry_writes_and_does_not_publish(world: World) -> None:
    entry = await closed(world, Role.DATA_ENTRY)
    assert 'value="publish"' not in (await entry.get(HERE)).text
    assert (await entry.post(HERE, {**FORM, "do": "save"})).status == 303
    assert (await entry.post(HERE, {**FORM, "do": "publish"})).status == 404


async def test_there_is_no_sheet_before_it_is_published(world: World) -> None:
    manager = await closed(world)
    await manager.post(HERE, {**FORM, "do": "save"})
    assert (await manager.get(f"{HERE}/blad")).status == 404


# --- the sheet ----------------------------------------------------------------------------------------------


async def sheet_of(world: World, unit: str) -> str:
    """The sheet's words, as the provider sees it who has both homes."""
    session = await world.database.run("SELECT 1 FROM session WHERE account = ?", f"provider_admin-{ALFA}")
    token = f"token-provider_admin-{ALFA}" if session else await world.session(Role.PROVIDER_ADMIN, ALFA)
    page = await Desk(world, await world.app(), token).get(f"{HERE}/blad", unit=unit)
    assert page.status == 200
    return words(page)


async def test_before_the_release_the_sheet_says_only_what_will_be_done(world: World) -> None:
    await closed(world)
    await tell_back(world, NORTH)
    sheet = await sheet_of(world, NORTH)
    assert WHAT in sheet
    assert "Klart senast 31 december 2026" in sheet
    assert "Så svarade ni" not in sheet
    assert "står inte här än" in sheet


async def test_the_sheet_adds_what_everybody_may_see_and_never_what_only_the_home_may(world: World) -> None:
    """DESIGN §4.5: twelve answered here, and the figure is open; six there, told to that home in words alone.

    A wall is open to everybody who comes by, so the words stay on the home's own page.
    """
    await world.published()
    await tell_back(world, NORTH, SOUTH)
    north, south = await sheet_of(world, NORTH), await sheet_of(world, SOUTH)
    assert "Känner sig trygg i boendet: 8 av 12" in north
    assert (
        len(re.findall(r"(?:minst |högst )?[\d–]+ av 12 ", north.partition("Det här gör vi")[0])) >= 2
    )  # with its pair
    assert "Så svarade ni" not in south
    manager = await desk(world, Role.UNIT_MANAGER, SOUTH)
    own = words(await manager.get("/resultat", unit=SOUTH))
    assert "de flesta" in own
    assert "de flesta" not in south


async def test_old_figures_are_not_passed_off_as_this_waves(world: World) -> None:
    await world.published()
    await world.open("2027H1")
    await world.close("2027H1")
    await world.release("2027H1")
    await tell_back(world, NORTH, half_year="2027H1")
    manager = await desk(world)
    page = words(await manager.get(f"/aterkoppling/{FAMILY}/2027H1/blad"))
    assert WHAT in page
    assert "av 12" not in page


async def test_the_sheet_names_no_home_person_or_address(world: World) -> None:
    await world.published()
    await tell_back(world, NORTH)
    main = await sheet_of(world, NORTH)
    for name in ("Norrgården", "Alfa", "HVB", "chef", NORTH, "http"):
        assert name not in main


# --- whether and when, for all ------------------------------------------------------------------------------


async def test_everybody_sees_whether_and_when_and_nobody_elses_page_has_the_words(world: World) -> None:
    release = await world.published()
    await tell_back(world, NORTH)
    await refresh(world.context())
    manager = await desk(world)
    facts = (await world.database.run("SELECT id FROM release WHERE kind = 'facts'"))[0]["id"]
    open_pages = [
        f"/hem/{NORTH}",
        f"/hem/{NORTH}?lang=en",
        "/api/v1/ou",
        f"/export/{facts}/feedback.csv",
        f"/export/{release}/figures.csv",
    ]
    told = [await ask(manager.app, "GET", address) for address in open_pages]
    assert [one.status for one in told] == [200] * len(told)
    assert "✓ ja, 2026-12-01" in words(told[0])
    assert "yes, 2026-12-01" in words(told[1])
    assert '"given_on":"2026-12-01"' in told[2].text
    assert f"{NORTH},2026H2,2026-12-31,2026-12-01" in told[3].text
    assert f"{SOUTH},2026H2,2026-12-31," in told[3].text
    assert "○ saknas, senast 2026-12-31" in words(await ask(manager.app, "GET", f"/hem/{SOUTH}"))
    for one in told:
        assert TEXT not in one.text
        assert WHAT not in one.text


async def test_a_municipality_sees_the_homes_where_it_has_somebody(world: World) -> None:
    """The same fact as on the open page, and no other home's."""
    await world.published()  # young people from Lillby live in both homes
    gone = dt.date(2026, 9, 1)
    await world.placement("L-gone", dt.date(2026, 1, 1), gone, unit=OTHER)
    await tell_back(world, NORTH)
    await refresh(world.context())
    for role in (Role.CASE_WORKER, Role.PROCURER):
        person = await desk(world, role, LILLBY)
        page = await ask(person.app, "GET", "/min-kommun/aterkoppling", headers=person.headers)
        assert "Norrgården Andra halvåret 2026: ✓ ja, 2026-12-01" in words(page)
        assert "Södergården Andra halvåret 2026: ○ saknas, senast 2026-12-31" in words(page)
        assert "Andra " not in words(page).replace("Andra halvåret", "")
        assert WHAT not in page.text
    far = await desk(world, Role.PROCURER, "9999")
    page = await ask(far.app, "GET", "/min-kommun/aterkoppling", headers=far.headers)
    assert "Kommunen har ingen placerad just nu." in words(page)


async def test_a_new_wave_warns_while_the_last_one_has_not_been_told_back(world: World) -> None:
    manager = await closed(world)
    assert "En ny mätomgång är öppen" not in words(await manager.get())
    await world.open("2027H1")
    await world.set_clock()
    assert "En ny mätomgång är öppen, och de unga vet inte vad den förra ledde till." in words(
        await manager.get()
    )
    await tell_back(world, NORTH)
    await world.set_clock()
    assert "Återkoppling saknas" not in words(await manager.get())
