"""Personal och kompetens: what the manager sees is what the rules say, of her own staff, and every look is noted."""

from __future__ import annotations

import datetime as dt

from hvb_followup import rulebooks
from hvb_followup.access import Role
from hvb_followup.actions.publish import reported
from hvb_followup.actions.publish.staff_measured import heads_of
from hvb_followup.actions.report.staffing import Staffing, staff_of
from hvb_followup.qualifications.check import check
from hvb_followup.qualifications.words import MET, STATE_WORDS, State
from hvb_followup.store import homes, registers
from hvb_followup.web.unit import words as unit_words
from hvb_followup.web.unit.what_if_view import TRANSITION_OVER, choices
from tests.asking import ask
from tests.web.own_home import Desk, desk, hours_csv, staff_csv, words
from tests.world import NORTH, SOUTH, World

RULES = rulebooks.read()
PROPOSAL = "sou-2023-66.2023-10"


async def staffed(world: World) -> Desk:
    """A manager who has put in her staff and a quarter's hours."""
    manager = await desk(world)
    await manager.put_in("staff", staff_csv())
    await manager.put_in("hours", hours_csv())
    return manager


async def own(world: World, on: dt.date) -> Staffing:
    unit = await homes.unit(NORTH)
    assert unit is not None
    return await staff_of(world.context(), unit, on)


async def test_an_empty_page_says_what_to_do_first(world: World) -> None:
    page = await (await desk(world)).get("/personal")
    assert page.status == 200
    assert "Ingen personal är inlagd än. Hämta mallen" in words(page)
    assert f"/enhet/{NORTH}/importera?kind=staff" in page.text


async def test_every_finding_is_shown_with_state_reason_evidence_and_paragraph(world: World) -> None:
    page = words(await (await staffed(world)).get("/personal"))
    assert "5 personer arbetar här 2026-10-20." in page
    found = (await own(world, world.now.date())).findings(RULES)
    assert [record.staff for record, _ in found] == ["P-01", "P-02", "P-03", "P-04", "P-05"]
    seen = set()
    for _, findings in found:
        for finding in findings:
            seen.add(finding.state)
            told = (
                f"{STATE_WORDS[finding.state]} {finding.says} {finding.paragraph}, lydelse {finding.version}"
            )
            evidence = unit_words.EVIDENCE[finding.evidence]
            assert f"{told} · {evidence}" in page if evidence else told in page, finding
    assert "P-05 Omsorgspersonal, anställning, från 2026-02-01 ? underlag saknas Registerkontroll för" in page
    assert {State.MET, State.SPECIAL_REASONS, State.NOT_ASSESSED, State.UNVERIFIED_EVIDENCE} <= seen


async def test_heads_and_hours_are_told_in_full_to_the_home_itself(world: World) -> None:
    page = words(await (await staffed(world)).get("/personal"))
    found = (await own(world, world.now.date())).findings(RULES)
    education = {
        record.staff: finding.state
        for record, findings in found
        for finding in findings
        if finding.rule == "STF-2025-EDU"
    }
    met = sum(state in MET for state in education.values())
    assert (met, len(education)) == (2, 4)
    # Three months of 160 hours each of the four, and of 80 by hired staff of whom nothing is known.
    bound = 3 * (4 * 160 + 80)
    assert f"{met} av 4 (50 %)" in page
    assert f"{3 * 160 * met} timmar av {bound:,} timmar (44 %)".replace(",", " ") in page
    assert f"Nattetid: {3 * 40 * met} timmar av {3 * (4 * 40 + 80)} timmar (33 %)" in page


async def test_night_and_hired_cover_are_told(world: World) -> None:
    page = words(await (await staffed(world)).get("/personal"))
    total, night, hired = 3 * (5 * 160 + 80), 3 * (5 * 40 + 80), 3 * 80
    assert f"Schemalagt {total:,} timmar".replace(",", " ") in page
    assert f"Varav natt {night} timmar (32 %)" in page
    assert f"Varav inhyrda {hired} timmar (9 %)" in page
    assert f"Inhyrda på natten {hired} timmar av nattens {night} timmar" in page


async def test_another_day_has_its_own_people_and_its_own_rules(world: World) -> None:
    manager = await staffed(world)
    page = words(await manager.get("/personal?den=2021-06-01"))
    assert "2 personer arbetar här 2021-06-01." in page
    assert "SoF (2001:937) 3 kap. 5 §" in page
    assert "SoF (2025:468)" not in page.partition("Krav för krav")[2]
    assert "0 personer arbetar här 2010-01-01." in words(await manager.get("/personal?den=2010-01-01"))


async def test_a_day_that_is_none_is_told_beside_its_field_and_kept_as_typed(world: World) -> None:
    manager = await staffed(world)
    for typed in ("i%20morgon", "2026-13-01", "1899-01-01", "9999-01-01", "%3Cb%3E"):
        page = await manager.get(f"/personal?den={typed}")
        assert page.status == 200
        assert "Datumet ändrades inte" in words(page)
        assert 'aria-invalid="true"' in page.text
        assert "<b>" not in page.text


async def test_under_a_proposal_it_is_told_who_would_change_and_why(world: World) -> None:
    manager = await staffed(world)
    page = words(await manager.get(f"/personal?regel={PROPOSAL}"))
    told = page.partition("De som får ett annat utfall")[2].partition("Krav för krav")[0]
    # A degree as manager, without an assessed knowledge of the target group: that is what the proposal asks.
    assert "P-01 : ✓ uppfyller → blir ? underlag saknas" in told
    assert "Bedömning av kunskapen om målgruppen saknas." in told
    assert "Det är ett förslag. Det gäller inte" in page
    assert "P-02" not in told
    assert "1 person skulle få ett annat utfall" in page


async def test_when_the_transition_is_over_who_leans_on_it_is_named(world: World) -> None:
    manager = await desk(world)
    without = {
        ("P-04", name): ""
        for name in ("Särskilda skäl regel", "Särskilda skäl beslut", "Särskilda skäl till")
    }
    await manager.put_in("staff", staff_csv(without))
    page = words(await manager.get(f"/personal?regel={TRANSITION_OVER}"))
    assert "1 person skulle få ett annat utfall, varav 1 inte skulle uppfylla kraven." in page
    assert "P-04 : ◐ övergångstid → blir ✕ uppfyller inte" in page


async def test_a_provider_sees_all_its_homes_together_and_one_by_one_in_heads_and_hours(world: World) -> None:
    provider = await desk(world, Role.PROVIDER_ADMIN)
    for unit in (NORTH, SOUTH):
        await provider.put_in("staff", staff_csv(), unit=unit)
    await provider.put_in("hours", hours_csv())
    page = await ask(provider.app, "GET", f"/enhet/vad-om?regel={PROPOSAL}", headers=provider.headers)
    said = words(page)
    assert page.status == 200
    assert "i era 2 hem tillsammans" in said
    north = what_if_by_hand(await own(world, world.now.date()))
    assert f"De som gällde 2026-10-20 {2 * north[0]} av {2 * north[1]}" in said
    assert f"De du valde {2 * north[2]} av {2 * north[3]}" in said
    assert "inget schema inlagt" in said  # the other home has no hours
    assert all(f'href="/enhet/{unit}/personal?den=2026-10-20' in page.text for unit in (NORTH, SOUTH))
    assert await noted(world, NORTH)
    assert await noted(world, SOUTH)


def what_if_by_hand(seen: Staffing) -> tuple[int, int, int, int]:
    """Met and bound under the law and under the proposal: of each person every finding must be met."""
    told: list[int] = []
    law = [one for one in RULES.in_force(seen.on) if not one.id.startswith("lag-2007")]
    for rule_sets, would in ((law, False), ([RULES.rule_set("sou-2023-66")], True)):
        states = []
        for staff in {record.staff for record in seen.engaged}:
            found = [
                finding.state
                for record in seen.engaged
                if record.staff == staff
                for rule_set in rule_sets
                for finding in check(record, rule_set, seen.history, seen.on, hypothetically=would)
                if finding.state != State.NOT_APPLICABLE
            ]
            if found:
                states.append(all(state in MET for state in found))
        told += [sum(states), len(states)]
    return told[0], told[1], told[2], told[3]


async def noted(world: World, unit: str) -> bool:
    rows = await world.database.run("SELECT what FROM audit")
    return any(f"staff {unit}" in str(row) for row in rows)


async def twice(world: World, manager: Desk) -> None:
    """P-02 engaged twice, as a register could hold it before imports asked about it."""
    await manager.put_in("staff", staff_csv())
    first = next(
        row for row in await registers.rows(world.database, "staff", NORTH) if row["staff"] == "P-02"
    )
    other = {**first, "engaged_from_on": "2021-04-01", "education_1_level": "upper_secondary"}
    entry = registers.Entry(NORTH, "P-02|2021-04-01", other)
    await registers.put(world.database, "staff", [entry], unit=NORTH, made_at=world.now, made_by="förr")


async def test_a_mended_first_day_is_told_and_the_old_row_can_be_taken_away_in_the_same_step(
    world: World,
) -> None:
    manager = await staffed(world)
    mended = staff_csv({("P-02", "Anställd från"): "2021-04-01"})
    seen = await manager.read("staff", mended)
    assert "Anställningen går in i en som redan är inlagd med samma nyckel." in words(seen)
    await manager.put_in("staff", mended)
    page = await manager.get("/personal")
    assert (page.status, "5 personer arbetar här" in words(page)) == (200, True)
    assert "från 2021-03-01" in words(page), "what stands in the way was kept, so nothing is changed"
    await manager.put_in("staff", mended, saknas="ta-bort")
    page = words(await manager.get("/personal"))
    assert "5 personer arbetar här" in page
    assert "från 2021-04-01" in page
    assert "från 2021-03-01" not in page


async def test_a_row_by_hand_that_reaches_into_another_is_refused_with_what_to_do(world: World) -> None:
    manager = await staffed(world)
    typed = {
        "staff": "P-02",
        "role": "omsorgspersonal",
        "engagement": "anställning",
        "engaged_from_on": "2021-04-01",
    }
    page = await manager.post("/rad/staff", typed)
    assert page.status == 422
    assert "Är det en ny anställning? Avsluta först den gamla." in words(page)
    assert (await manager.post("/rad/staff", {**typed, "engaged_to_on": "2021-04-30"})).status == 422
    before = {**typed, "engaged_from_on": "2020-01-01", "engaged_to_on": "2021-02-28"}
    assert (await manager.post("/rad/staff", before)).status == 303


async def test_two_engagements_at_once_are_shown_to_be_mended_and_the_person_counts_once(
    world: World,
) -> None:
    """A pair that is stored already must not close the page that holds the way to mend it."""
    manager = await desk(world)
    await twice(world, manager)
    page = await manager.get("/personal")
    assert page.status == 200
    said = words(page)
    assert "5 personer arbetar här" in said
    assert said.count("Nyckeln har två anställningar som går in i varandra.") == 2
    for first in ("2021-03-01", "2021-04-01"):
        assert f"/rad/staff?nyckel=P-02%7C{first}" in page.text
    assert page.text.count('id="p-P-02"') == 1
    assert "1 av 4 (25 %)" in said, "P-02 has shown the education in one of the two, and so not in all"
    assert "P-02 har två anställningar som går in i varandra" in words(await manager.get(""))
    everywhere = await ask(manager.app, "GET", f"/enhet/vad-om?regel={PROPOSAL}", headers=manager.headers)
    assert everywhere.status == 200
    north = what_if_by_hand(await own(world, world.now.date()))
    assert f"De som gällde 2026-10-20 {north[0]} av {north[1]}" in words(everywhere)
    figures = await reported.staff(world.database, world.catalogue, await homes.units(), "2026H2")
    (heads,) = heads_of(world.catalogue.indicator("P01"), figures.findings)
    assert (len(heads.met), len(heads.bound)) == (1, 4), "and so it is in what is published"
    assert (await manager.post("/rad/staff", {"do": "remove", "nyckel": "P-02|2021-04-01"})).status == 303
    assert "går in i varandra" not in words(await manager.get("/personal"))


async def test_who_reports_for_one_home_sees_that_one_and_no_other(world: World) -> None:
    manager = await staffed(world)
    page = await ask(manager.app, "GET", "/enhet/vad-om", headers=manager.headers)
    assert page.status == 200
    assert "i hemmet" in words(page)
    assert "Hem för hem" not in words(page)
    assert SOUTH not in page.text


def test_every_version_that_does_not_hold_can_be_asked_about_and_proposals_come_first() -> None:
    on = dt.date(2026, 10, 20)
    offered = choices(RULES, on)
    assert [one.value for one in offered][:2] == [TRANSITION_OVER, PROPOSAL]
    asked = {rules.id + rules.version for one in offered[1:] for rules in one.rules}
    wanted = {
        one.id + one.version
        for one in RULES.rule_sets
        if not one.is_in_force_on(on) and not one.id.startswith("lag-2007")
    }
    assert asked == wanted
    for one in offered:
        assert one.rules
        assert one.words


async def test_days_without_a_qualified_manager_are_told_by_cause(world: World) -> None:
    manager = await desk(world)
    await manager.put_in("staff", staff_csv())
    assert "Alla 365 dagar" in words(await manager.get("/personal"))
    await manager.put_in("staff", staff_csv(drop=("P-01",)), saknas="ta-bort")
    page = words(await manager.get("/personal"))
    assert "365 dagar av 365 mellan 2025-10-21 och 2026-10-20 utan föreståndare" in page
    assert "ingen föreståndare inlagd" in page
    assert "Ingen föreståndare är inlagd 2026-10-20." in page


async def test_every_look_at_rows_leaves_an_audit_row_with_who_and_what(world: World) -> None:
    manager = await staffed(world)
    looks = {
        "": "översikt",
        "/personal": "staff",
        "/placeringar": "placement",
        "/mall/staff": "staff",
        "/rad/events": "events",
        "/kvartal/2026K3": "kvartal 2026K3",
    }
    for path, what in looks.items():
        await world.database.run("DELETE FROM audit")
        assert (await manager.get(path)).status == 200
        rows = await world.database.run("SELECT who, did, what FROM audit")
        told = {(row["who"], row["did"], row["what"]) for row in rows}
        assert told == {(f"unit_manager-{NORTH}", "register:read", f"{what} {NORTH}")}, path


async def test_who_may_not_look_leaves_no_trace_and_sees_nothing(world: World) -> None:
    await staffed(world)
    await world.database.run("DELETE FROM audit")
    for role in (Role.PROCURER, Role.OPERATOR, Role.ANALYST, Role.AUDITOR):
        stranger = await desk(world, role, "9001")
        for path in ("", "/personal", "/placeringar", "/mall/staff", "/importera"):
            assert (await stranger.get(path)).status == 404, f"{role} {path}"
    assert await world.database.run("SELECT * FROM audit") == []
