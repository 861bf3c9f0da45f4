"""Staff: who may read what, the yearly survey from card to figure, and classes through a whole release (DESIGN §4.6, §4.8)."""

from __future__ import annotations

import datetime as dt

import msgspec
import polars as pl
import pytest

from hvb_followup import periods
from hvb_followup.access import Person, Role
from hvb_followup.actions.operate.staff_codes import issue_staff_codes
from hvb_followup.actions.publish import reported
from hvb_followup.actions.publish.measuring import measure, released_of_staff
from hvb_followup.actions.publish.publishing import attack, publish, rebuild
from hvb_followup.actions.publish.staff_measured import NO_REGISTERS, StaffRegisters
from hvb_followup.actions.purchase.issuing import issue_codes
from hvb_followup.actions.respond import answering
from hvb_followup.ballot.card import holder
from hvb_followup.ballot.count import open_record
from hvb_followup.errors import Conflict, NotFound, Refused
from hvb_followup.frames import ENGAGEMENTS, FINDINGS, HOURS
from hvb_followup.pseudonyms import link
from hvb_followup.store import counting, homes, releases
from hvb_followup.store.ballots import Outcome
from tests.web.own_home import desk, staff_csv
from tests.world import ALFA, HALF_YEAR, NORTH, OTHER, SOUTH, World

STAFF = "personal"
ANALYST = Person(name="analytiker", role=Role.ANALYST)
MANAGER = Person(name="föreståndaren", role=Role.UNIT_MANAGER, scope=NORTH)
SIZES = {NORTH: 12, SOUTH: 9, OTHER: 4}


def registers(*half_years: str, missing: int = 1) -> StaffRegisters:
    """Twelve, nine and four staff, so many in each home without the education; one manager has shown it."""
    days = [periods.last_day(half_year) for half_year in half_years]
    findings = [
        (unit, f"s{number}", rule, day, int(number >= missing))
        for day in days
        for unit, size in SIZES.items()
        for number in range(size)
        for rule in ("STF-2025-EDU", "REG-CHECK", "P-2366-STF")
    ]
    findings += [(NORTH, "chef", "FST-2025", day, 1) for day in days]
    frame = pl.DataFrame(findings, schema=["unit", "staff", "rule", "as_of", "met"], orient="row")
    rest = {name: pl.lit(None, kind).alias(name) for name, kind in FINDINGS.columns.items()}
    hours = [
        (unit, f"s{number}", f"{day.year}-{day.month:02d}", 9600, 0, False)
        for day in days
        for unit, size in SIZES.items()
        for number in range(size)
    ]
    engaged = [
        (unit, f"s{number}", "care_staff", "employment", dt.date(2020, 1, 1), None, 100)
        for unit, size in SIZES.items()
        for number in range(size)
    ]
    return StaffRegisters(
        findings=FINDINGS.conform(
            frame.with_columns(*(rest[name] for name in rest if name not in frame.columns))
        ),
        hours=pl.DataFrame(hours, schema=pl.Schema(HOURS.columns), orient="row"),
        engagements=pl.DataFrame(engaged, schema=pl.Schema(ENGAGEMENTS.columns), orient="row"),
        looked_on={(NORTH, half_year): dt.date(2026, 9, 1) for half_year in half_years},
    )


async def cards(world: World, unit: str, count: int, person: Person | None = None) -> list[str]:
    context = world.context(person) if person else world.context()
    issued = await issue_staff_codes(context, world.web_keys.secret, unit, HALF_YEAR, STAFF, count)
    return [one.code for one in issued]


async def staff_answers(world: World, unit: str, count: int, n_best: int) -> None:
    for number, code in enumerate(await cards(world, unit, count)):
        said = "fully" if number < n_best else "not"
        sitting = await world.enter(code)
        await world.write(sitting, {"speak_up": said, "own_child": said})
        assert (await answering.finish(world.box, sitting)).outcome is Outcome.TAKEN


def row_of(body: str, indicator: str, whose: str) -> dict[str, object]:
    figures = msgspec.json.decode(body)["figures"]
    return next(one for one in figures if (one["indicator"], one["whose"]) == (indicator, whose))


async def test_staff_are_asked_in_the_autumn_only(world: World) -> None:
    for half_year, families in (("2026H2", {"ung-upplevelse", STAFF}), ("2027H1", {"ung-upplevelse"})):
        await world.open(half_year)
        rows = await world.database.run("SELECT DISTINCT family FROM wave WHERE half_year = ?", half_year)
        assert {row["family"] for row in rows} == families


async def test_the_operator_issues_staff_cards_and_the_home_and_the_municipality_do_not(world: World) -> None:
    await world.placements(NORTH, 2)
    await world.open()
    assert len(set(await cards(world, NORTH, 9))) == 9
    assert len(await cards(world, NORTH, 2)) == 2
    invited = await world.database.run(
        "SELECT invited FROM wave WHERE id = ?", f"{NORTH}:{STAFF}:{HALF_YEAR}"
    )
    assert invited[0]["invited"] == 11
    for otto in (
        MANAGER,
        Person(name="otto", role=Role.CASE_WORKER, scope="9001"),
        Person(name="otto", role=Role.PROVIDER_ADMIN, scope=ALFA),
        ANALYST,
    ):
        with pytest.raises(NotFound):
            await cards(world, NORTH, 1, otto)


async def test_staff_codes_are_not_given_on_placements_nor_young_peoples_by_the_dozen(world: World) -> None:
    await world.placements(NORTH, 2)
    await world.open()
    secret = world.web_keys.secret
    with pytest.raises(Refused, match="hör inte till någon placering"):
        await issue_codes(world.context(), secret, NORTH, HALF_YEAR, STAFF)
    with pytest.raises(Refused, match="bara ut i en mätomgång för personal"):
        await issue_staff_codes(world.context(), secret, NORTH, HALF_YEAR, "ung-upplevelse", 3)
    with pytest.raises(Conflict):
        await issue_staff_codes(world.context(), secret, NORTH, "2027H1", STAFF, 3)


async def test_nothing_in_a_counted_staff_wave_joins_an_answer_to_a_card(world: World) -> None:
    await world.open()
    await staff_answers(world, NORTH, 9, 6)
    await world.close()
    sealed = await counting.sealed_wave(world.database, NORTH, STAFF, HALF_YEAR)
    assert sealed is not None
    counted = open_record(sealed.record, sealed.wave, world.counter_keys.storage).counted
    assert len({one.link for one in counted}) == 9
    assert {(one.age_band, one.issue, one.moment) for one in counted} == {("", 1, "")}
    known = [world.counter_keys.link, world.counter_keys.storage, world.web_keys.secret]
    joined = {
        pseudonym
        for key in known
        for serial in range(20)
        for pseudonym in links_of(key, f"staff-{serial}", sealed.wave)
    }
    assert not joined & {one.link for one in counted}


def links_of(key: bytes, name: str, wave: str) -> list[str]:
    return [link(key, name), link(key, f"{wave} {name}"), link(key, holder(key, wave, name).hex())]


async def test_eight_answers_of_a_year_are_shown_coarsely_and_seven_not_at_all(world: World) -> None:
    await world.open()
    await staff_answers(world, NORTH, 9, 9)
    await staff_answers(world, OTHER, 7, 3)
    await world.close()
    name = await world.release()
    body = (await releases.release(name)).body
    north = row_of(body, "P08a", NORTH)
    assert (north["n"], north["x_lo"], north["x_hi"], north["response"]) == (9, 8, 9, "≥ 70 %")
    other = row_of(body, "P08a", OTHER)
    assert (other["status"], "n" in other) == ("..", False)
    assert "åtta svar" in str(other["sentence_sv"])
    # The nation is the one group that is shown; a difference from it shows nobody.
    nation = row_of(body, "P08a", "SE")
    assert (nation["n"], nation["x_lo"], nation["x_hi"]) == (9, 8, 9)
    assert await attack(world.context(), world.counter_keys) == ()
    assert await rebuild(world.context(), world.counter_keys, name)


async def test_a_release_tells_classes_in_words_and_no_count(world: World) -> None:
    await world.open()
    await world.close()
    known = registers(HALF_YEAR)
    name = await measure(world.context(), world.counter_keys, HALF_YEAR, known)
    await publish(world.context(ANALYST), world.counter_keys, name)
    body = (await releases.release(name)).body
    north = row_of(body, "P01", NORTH)
    assert (north["class_sv"], north["class_en"]) == ("1–2 saknas", "1–2 are missing")
    assert north["sentence_sv"] == "Av dem som regeln binder: 1–2 saknas, andra halvåret 2026."
    assert [north[name] for name in ("n", "x_lo", "x_hi", "value", "lo", "hi")] == [None] * 6
    assert row_of(body, "P01", SOUTH)["class_sv"] == "en eller två saknas"
    assert row_of(body, "P01", OTHER)["outcome"] == "too_few"
    shown = "hemmet har visat det (kontrollerat 2026-09-01)"
    assert row_of(body, "P03", NORTH)["class_sv"] == shown
    assert row_of(body, "P03", SOUTH)["class_sv"] == "hemmet har inte visat det"
    assert row_of(body, "P03", "SE")["class_sv"] == "1 av 3 hem har visat det"
    assert row_of(body, "S08", NORTH)["class_sv"] == "högst en har slutat"
    # Two homes with a class are too few for a sum, and hours are told of no home.
    assert {row_of(body, one, "SE")["outcome"] for one in ("P01", "P02")} == {"too_few"}
    assert not any(
        one["level"] == "unit" for one in msgspec.json.decode(body)["figures"] if one["indicator"] == "P02"
    )
    assert "s0" not in body
    assert await attack(world.context(), world.counter_keys) == ()
    assert await rebuild(world.context(), world.counter_keys, name)


async def test_a_count_of_staff_in_what_was_released_is_found_by_the_attack(world: World) -> None:
    await world.open()
    await world.close()
    known = registers(HALF_YEAR)
    name = await measure(world.context(), world.counter_keys, HALF_YEAR, known)
    await publish(world.context(ANALYST), world.counter_keys, name)
    assert len(await released_of_staff()) == 1
    row = await releases.release(f"{name}:staff")
    told = msgspec.json.decode(row.body)
    for figure in told["figures"]:
        if (figure["indicator"], figure["place"]) == ("P01", NORTH):
            figure["lowest"] = figure["highest"] = 11
    await world.database.run(
        "UPDATE release SET body = ? WHERE id = ?", msgspec.json.encode(told).decode(), row.id
    )
    found = await attack(world.context(), world.counter_keys)
    # A class of one count also pins the count under the proposal beside it.
    assert {one.rule for one in found} == {"staff-class", "staff-what-if"}
    assert all(NORTH in one.place for one in found)


async def test_registers_that_are_not_there_give_no_figures(world: World) -> None:
    await world.open()
    await world.close()
    name = await measure(world.context(), world.counter_keys, HALF_YEAR, NO_REGISTERS)
    figures = msgspec.json.decode((await releases.release(name)).body)["figures"]
    assert not {"P01", "P02", "P03", "P04", "S08"} & {one["indicator"] for one in figures}


async def test_what_would_hold_in_one_home_is_written_for_the_audit_and_for_nobody_else(world: World) -> None:
    await measure(world.context(), world.counter_keys, HALF_YEAR, registers(HALF_YEAR))
    rows = await world.database.run("SELECT kind, body FROM release")
    places: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        body = msgspec.json.decode(row["body"])
        figures = body["figures"] if isinstance(body, dict) else body
        mine = {(one["level"], one["outcome"]) for one in figures if one["indicator"] == "P11"}
        places.setdefault(row["kind"], set()).update(mine)
    # Two homes of three have five heads: too few for a nation.
    assert places["statistics"] == {("nation", "too_few")}
    assert places["own_unit"] == set()
    assert ("unit", "class") in places["staff_ledger"]


async def test_proposals_that_a_figure_asks_about_are_tried_on_the_staff_that_homes_reported(
    world: World,
) -> None:
    manager = await desk(world)
    await manager.put_in("staff", staff_csv())
    known = await reported.staff(world.database, world.catalogue, await homes.units(), HALF_YEAR)
    found = known.findings.filter(pl.col("rule") == "P-2366-STF", pl.col("met").is_not_null())
    # P-01 is the manager, whom another rule of the proposal binds; P-04 has an upper-secondary education only,
    # and P-05's is only said.
    told = dict(found.sort("staff").select("staff", "met").iter_rows())
    assert told == {"P-02": 1, "P-03": 1, "P-04": 0, "P-05": 0}
    assert "P-2366-FST" not in set(known.findings["rule"])  # no figure asks about it
