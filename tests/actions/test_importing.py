"""Importing registers: what is found, stored, repeated, confirmed, taken back; and who may."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest

from hvb_followup import rulebooks
from hvb_followup.access import Person, Role
from hvb_followup.actions.report.importing import Imported, import_register
from hvb_followup.actions.report.undoing import confirm_placements, undo_import
from hvb_followup.errors import Conflict, NotFound, Refused
from hvb_followup.registers import history
from hvb_followup.registers.difference import is_confirmed
from hvb_followup.sheets.annotating import annotated
from hvb_followup.sheets.annotating import placed as in_cells
from hvb_followup.sheets.exporting import export
from hvb_followup.sheets.reading import recognised_by
from hvb_followup.store import homes, registers
from hvb_followup.store.homes import residents
from tests.faults import Fault, Faults
from tests.registers.faulty_staff import FAULTS, HEADINGS, as_csv, planted, sound_rows
from tests.world import ALFA, LILLBY, NORTH, OTHER, SOUTH, STORBY, World

MANAGER = Person(name="mona", role=Role.UNIT_MANAGER, scope=NORTH)
TYPIST = Person(name="inge", role=Role.DATA_ENTRY, scope=NORTH)
PROVIDER = Person(name="pia", role=Role.PROVIDER_ADMIN, scope=ALFA)
WORKER = Person(name="lisa", role=Role.CASE_WORKER, scope=LILLBY)
OTTO = Person(name="otto", role=Role.UNIT_MANAGER, scope=OTHER)
STAFF = "Personalnyckel;Roll;Anställningsform;Anställd från;Anställd till\n"
PLACED = "Löpnummer;Hem;Kommun;Födelseår;Startdatum;Slutdatum\n"


async def bring(world: World, person: Person, kind: str, text: str | bytes, **more: object) -> Imported:
    data = text if isinstance(text, bytes) else text.encode()
    told = {"dry_run": False, **more}
    return await import_register(world.context(person), kind, data, **told)  # type: ignore[arg-type]


async def keys(world: World, kind: str, unit: str | None = None) -> list[str]:
    return sorted(key for _, key in await registers.current(world.database, kind, unit))


def staff(*names: str, start: str = "2024-01-01") -> str:
    return STAFF + "".join(f"{name};omsorgspersonal;anställning;{start};\n" for name in names)


def placed(*names: str, municipality: str = LILLBY, unit: str = NORTH, end: str = "") -> str:
    return PLACED + "".join(f"{name};{unit};{municipality};2010;2024-06-01;{end}\n" for name in names)


# ---- five hundred people


async def test_thirty_planted_faults_are_found_with_row_cell_and_sentence(world: World) -> None:
    rows, where = planted(sound_rows(NORTH))
    rules = rulebooks.read().rule_ids()
    imported = await bring(world, MANAGER, "staff", as_csv(rows), rules=rules)
    reading = imported.reading
    found = {(one.row, one.code, one.cell, one.heading) for one in (*reading.problems, *reading.questions)}
    wanted = {
        (row, fault.code, f"{letter_of(fault.heading)}{row}", fault.heading) for row, fault in where.items()
    }
    assert found == wanted
    assert len(found) == 30
    assert len({code for _, code, _, _ in found}) == len(FAULTS) == 15
    assert all(one.says.endswith(".") and one.mend for one in (*reading.problems, *reading.questions))
    assert (reading.rows, len(reading.accepted), reading.rejected, reading.awaiting) == (500, 470, 28, 2)
    assert len(await keys(world, "staff", NORTH)) == 470


async def test_the_corrected_list_imports_clean_and_repeating_it_changes_nothing(world: World) -> None:
    rows, _ = planted(sound_rows(NORTH))
    await bring(world, MANAGER, "staff", as_csv(rows))
    corrected = await bring(world, MANAGER, "staff", as_csv(sound_rows(NORTH)))
    assert (corrected.reading.problems, corrected.reading.questions) == ((), ())
    assert (len(corrected.difference.new), len(corrected.difference.unchanged)) == (30, 470)
    before = await everything(world)
    again = await bring(world, MANAGER, "staff", as_csv(sound_rows(NORTH)))
    assert (again.batch, len(again.difference.unchanged)) == (None, 500)
    assert await everything(world) == before


def letter_of(heading: str) -> str:
    return chr(ord("A") + HEADINGS.index(heading))


async def everything(world: World) -> list[object]:
    return [
        (await world.database.run(f"SELECT count(*) AS n FROM {table}"))[0]["n"]
        for table in ("batch", "register_row", "audit", "placement")
    ]


# ---- repeating, changing, taking away


async def test_the_difference_tells_new_changed_unchanged_and_missing(world: World) -> None:
    await bring(world, MANAGER, "staff", staff("a", "b", "c"))
    text = staff("a", "d") + "b;annan personal;anställning;2024-01-01;\n"
    imported = await bring(world, MANAGER, "staff", text, dry_run=True)
    told = {
        name: [key for _, key in getattr(imported.difference, name)]
        for name in ("new", "changed", "unchanged")
    }
    assert told == {"new": ["d|2024-01-01"], "changed": ["b|2024-01-01"], "unchanged": ["a|2024-01-01"]}
    assert imported.difference.missing == ((NORTH, "c|2024-01-01"),)
    assert await keys(world, "staff") == ["a|2024-01-01", "b|2024-01-01", "c|2024-01-01"], "a dry run"


async def test_missing_rows_go_only_when_asked_and_only_when_every_row_was_read(world: World) -> None:
    await bring(world, MANAGER, "staff", staff("a", "b"))
    await bring(world, MANAGER, "staff", staff("a"))
    assert len(await keys(world, "staff")) == 2
    with pytest.raises(Refused, match="inte tas bort"):
        await bring(
            world, MANAGER, "staff", staff("a") + "c;?;anställning;2024-01-01;\n", remove_missing=True
        )
    await bring(world, MANAGER, "staff", staff("a"), remove_missing=True)
    assert await keys(world, "staff") == ["a|2024-01-01"]


async def test_a_months_hours_say_nothing_of_another_month(world: World) -> None:
    heading = "Personalnyckel;Månad;Timmar;Varav natt\n"
    await bring(world, MANAGER, "hours", heading + "inhyrd;2026-08;80;\ninhyrd;2026-09;60,5;8\n")
    imported = await bring(world, MANAGER, "hours", heading + "inhyrd;2026-09;60,5;8\n", remove_missing=True)
    assert imported.difference.missing == ()
    rows = await registers.rows(world.database, "hours", NORTH)
    assert [(row["month"], row["minutes"], row.get("night_minutes", 0)) for row in rows] == [
        ("2026-08", 4800, 0),
        ("2026-09", 3630, 480),
    ]


async def test_a_column_the_file_lacks_keeps_what_is_stored_and_an_empty_cell_takes_it_away(
    world: World,
) -> None:
    heading = "Personalnyckel;Roll;Anställningsform;Anställd från;Sysselsättning %;Handledning senast\n"
    await bring(world, MANAGER, "staff", f"{heading}a;omsorgspersonal;anställning;2024-01-01;75;2026-05-01\n")
    await bring(world, MANAGER, "staff", staff("a"))
    (row,) = await registers.rows(world.database, "staff")
    assert (row["percent"], row["supervision_on"]) == (75, "2026-05-01")
    await bring(world, MANAGER, "staff", f"{heading}a;omsorgspersonal;anställning;2024-01-01;;2026-05-01\n")
    (row,) = await registers.rows(world.database, "staff")
    assert "percent" not in row


async def test_what_looks_odd_is_taken_with_a_reason_and_not_asked_again(world: World) -> None:
    text = "Hem;Gäller från;Platser;Dygnspris\n" + f"{NORTH};2026-01-01;8;0\n"
    asked = await bring(world, MANAGER, "capacity", text)
    assert [(one.row, one.code, one.severity) for one in asked.reading.questions] == [
        (2, "price-nought", "bekräfta")
    ]
    assert (asked.reading.awaiting, asked.batch) == (1, None)
    with pytest.raises(Refused):
        await bring(world, MANAGER, "capacity", text, confirmed={(2, "price-nought"): " "})
    taken = await bring(
        world, MANAGER, "capacity", text, confirmed={(2, "price-nought"): "Egen regi, inget pris."}
    )
    assert taken.batch is not None
    (row,) = await registers.rows(world.database, "capacity")
    assert row["confirmed"] == {"price-nought": "Egen regi, inget pris."}
    again = await bring(world, MANAGER, "capacity", text)
    assert (again.reading.awaiting, again.batch) == (0, None)


async def test_a_reason_with_a_personnummer_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="personnummer"):
        await bring(world, MANAGER, "staff", staff("a"), confirmed={(2, "rows-alike"): "se 20100101-2382"})


# ---- checks against what is stored


async def test_hours_are_checked_against_the_staff_and_events_against_the_placements(world: World) -> None:
    await bring(world, MANAGER, "staff", staff("a", start="2026-03-15"))
    heading = "Personalnyckel;Månad;Timmar\n"
    hours = await bring(
        world, MANAGER, "hours", f"{heading}a;2026-03;10\na;2026-02;10\nx;2026-03;10\ninhyrd;2026-03;9\n"
    )
    assert [(one.row, one.code) for one in hours.reading.questions] == [
        (3, "hours-outside"),
        (4, "staff-unknown"),
    ]
    await bring(world, MANAGER, "placement", placed("L1", end="2026-03-01"))
    events = "Händelsenummer;Datum;Typ;Allvar;Löpnummer\n"
    rows = "1;2024-05-01;våld;3;L1\n2;2025-05-01;våld;3;L1\n3;2026-05-01;våld;3;L1\n4;2026-05-01;våld;3;L9\n"
    reading = (await bring(world, MANAGER, "events", events + rows)).reading
    assert [(one.row, one.code) for one in (*reading.problems, *reading.questions)] == [
        (2, "event-before-placement"),
        (4, "event-after-placement"),
        (5, "placement-unknown"),
    ]
    assert await keys(world, "events") == ["2"]


async def test_age_is_checked_against_what_the_home_is(world: World) -> None:
    await world.database.run("UPDATE unit_term SET unit_type = 'stodboende' WHERE unit = ?", NORTH)
    reading = (await bring(world, MANAGER, "placement", placed("L1"))).reading
    assert [one.code for one in reading.questions] == ["age-of-home"]


async def test_a_serial_of_another_placement_is_never_taken_over(world: World) -> None:
    await bring(world, MANAGER, "placement", placed("L1", municipality=STORBY))
    stolen = await bring(world, OTTO, "placement", placed("L1", unit=OTHER))
    assert [one.code for one in stolen.reading.problems] == ["serial-taken"]
    claimed = await bring(world, WORKER, "placement", placed("L1"))
    assert [one.code for one in claimed.reading.problems] == ["serial-taken"]
    (row,) = await registers.rows(world.database, "placement")
    assert (row["unit"], row["municipality"]) == (NORTH, STORBY)


# ---- both sides


async def test_a_placement_is_confirmed_when_both_sides_have_it(world: World) -> None:
    await bring(world, MANAGER, "placement", placed("L1", "L2"))
    assert [is_confirmed(row) for row in await registers.rows(world.database, "placement")] == [False, False]
    imported = await bring(world, WORKER, "placement", placed("L1"))
    assert imported.difference.confirmed == ((NORTH, "L1"),)
    assert await confirm_placements(world.context(WORKER), NORTH, ["L2", "L3"]) == 1
    assert await confirm_placements(world.context(WORKER), NORTH, ["L2"]) == 0
    assert [is_confirmed(row) for row in await registers.rows(world.database, "placement")] == [True, True]
    assert (await bring(world, MANAGER, "placement", placed("L1", "L2"))).batch is None


async def test_a_change_of_what_both_must_agree_on_awaits_the_other_side(world: World) -> None:
    await bring(world, MANAGER, "placement", placed("L1"))
    await bring(world, WORKER, "placement", placed("L1"))
    await bring(world, MANAGER, "placement", placed("L1", end="2026-05-01"))
    (row,) = await registers.rows(world.database, "placement")
    assert ("confirmed_by_home_on" in row, "confirmed_by_municipality_on" in row) == (True, False)
    await confirm_placements(world.context(WORKER), NORTH, ["L1"])
    (row,) = await registers.rows(world.database, "placement")
    assert is_confirmed(row)


async def test_the_municipalitys_shorter_sheet_takes_nothing_from_the_homes(world: World) -> None:
    text = (
        PLACED.strip()
        + ";Genomförandeplan;Lagrum\n"
        + f"L1;{NORTH};{LILLBY};2010;2024-06-01;;2024-06-20;SoL\n"
    )
    await bring(world, MANAGER, "placement", text)
    await bring(world, WORKER, "placement", text.replace("2024-06-20", ""))
    (row,) = await registers.rows(world.database, "placement")
    assert (row["plan_on"], row["legal_basis"]) == ("2024-06-20", "SOL")


async def test_the_placements_that_codes_lean_on_follow_the_register(world: World) -> None:
    imported = await bring(world, MANAGER, "placement", placed("L1", "L2"))
    assert [one.id for one in await residents(NORTH, dt.date(2026, 1, 1))] == ["L1", "L2"]
    changed = await bring(world, MANAGER, "placement", placed("L1", end="2025-05-01"))
    assert [one.id for one in await residents(NORTH, dt.date(2026, 1, 1))] == ["L2"]
    assert changed.batch is not None
    await undo_import(world.context(MANAGER), changed.batch)
    assert [one.id for one in await residents(NORTH, dt.date(2026, 1, 1))] == ["L1", "L2"]
    assert imported.batch is not None
    await undo_import(world.context(MANAGER), imported.batch)
    assert await residents(NORTH, dt.date(2026, 1, 1)) == ()


async def test_a_placement_with_a_code_is_not_taken_away(world: World) -> None:
    await world.open()
    imported = await bring(world, MANAGER, "placement", placed("L1", "L2"))
    await world.codes(NORTH)
    assert imported.batch is not None
    with pytest.raises(Conflict, match="koder"):
        await undo_import(world.context(MANAGER), imported.batch)
    with pytest.raises(Conflict, match="koder"):
        await bring(world, MANAGER, "placement", placed("L1"), remove_missing=True)
    assert await keys(world, "placement") == ["L1", "L2"]


async def test_what_is_stored_gives_the_frames_and_can_be_keyed_again(world: World) -> None:
    await bring(world, MANAGER, "placement", placed("L1", "L2", end="2025-06-01"))
    await bring(world, MANAGER, "staff", staff("a", "b"))
    rows = await registers.rows(world.database, "placement")
    frame = history.placements(rows, world.catalogue.codelists["endings"], dt.date(2026, 1, 1))
    assert frame.select("placement", "days_stayed", "age_band").rows() == [
        ("L1", 365, "13–14"),
        ("L2", 365, "13–14"),
    ]
    people = await registers.rows(world.database, "staff")
    assert history.engagements(people, dt.date(2026, 1, 1)).height == 2
    assert [world.catalogue.sheet("staff").key_in(body) for body in people] == await keys(world, "staff")


# ---- taking back


async def test_an_import_is_undone_within_a_day_by_who_made_it(world: World) -> None:
    batch = (await bring(world, MANAGER, "staff", staff("a"))).batch
    assert batch is not None
    for otto in (OTTO, TYPIST, WORKER, Person(name="ana", role=Role.ANALYST)):
        with pytest.raises(NotFound):
            await undo_import(world.context(otto), batch)
    with pytest.raises(NotFound):
        await undo_import(world.context(MANAGER), batch + 100)
    world.now += dt.timedelta(hours=23)
    await undo_import(world.context(MANAGER), batch)
    assert await keys(world, "staff") == []
    late = (await bring(world, MANAGER, "staff", staff("a"))).batch
    assert late is not None
    world.now += dt.timedelta(hours=25)
    with pytest.raises(Conflict, match="24 timmar"):
        await undo_import(world.context(MANAGER), late)


# ---- who may


@pytest.mark.parametrize("person", [MANAGER, TYPIST, PROVIDER])
async def test_a_homes_own_people_import_its_staff_and_otto_does_not(world: World, person: Person) -> None:
    await bring(world, person, "staff", staff("a"), unit=NORTH)
    assert await keys(world, "staff", NORTH) == ["a|2024-01-01"]
    before = await everything(world)
    for otto in (
        OTTO,
        WORKER,
        Person(name="ana", role=Role.ANALYST),
        Person(name="p", role=Role.PROCURER, scope=LILLBY),
    ):
        with pytest.raises(NotFound):
            await bring(world, otto, "staff", staff("b"), unit=NORTH)
    assert await everything(world) == before


async def test_a_foreign_home_in_a_file_looks_like_a_missing_one(world: World) -> None:
    text = "Personalnyckel;Hem;Roll;Anställningsform;Anställd från\n"
    rows = "".join(
        f"a;{unit};omsorgspersonal;anställning;2024-01-01\n" for unit in (NORTH, SOUTH, OTHER, "H0000000"[:7])
    )
    codes = {}
    for person in (PROVIDER, Person(name="opa", role=Role.OPERATOR)):
        reading = (await bring(world, person, "staff", text + rows, dry_run=True)).reading
        codes[person.role] = [(one.row, one.code) for one in reading.problems]
    assert codes[Role.PROVIDER_ADMIN] == [(4, "unknown-unit"), (5, "unknown-unit")]
    assert codes[Role.OPERATOR] == [(5, "unknown-unit")]
    reading = (await bring(world, MANAGER, "staff", text + rows, dry_run=True)).reading
    assert {one.row for one in reading.problems} == {3, 4, 5}


async def test_a_case_worker_speaks_of_her_own_municipality_only(world: World) -> None:
    reading = (
        await bring(
            world, WORKER, "placement", placed("L1") + placed("L2", municipality=STORBY).split("\n", 1)[1]
        )
    ).reading
    assert [(one.row, one.code) for one in reading.problems] == [(3, "unknown-municipality")]
    assert await keys(world, "placement") == ["L1"]


async def test_only_the_operator_imports_providers_and_homes(world: World) -> None:
    text = f"Utförarens id;Namn\nPA1B2C{'?'};x\n"
    for otto in (MANAGER, PROVIDER, WORKER):
        with pytest.raises(NotFound):
            await bring(world, otto, "provider", text)


# ---- all or nothing


async def test_an_import_that_fails_anywhere_is_not_seen(faults: Faults, world: World) -> None:
    for number in range(1, 40):
        faults.arm(number)
        try:
            await bring(world, MANAGER, "placement", placed("L1", "L2"))
        except Fault:
            assert await keys(world, "placement") == []
            assert await homes.placements_known(world.database) == {}
            continue
        finally:
            fired = faults.has_fired
            faults.disarm()
        assert not fired
        break
    assert await keys(world, "placement") == ["L1", "L2"]
    notes = await world.database.run("SELECT what FROM audit WHERE did = 'register:import'")
    assert len(notes) == 1


async def test_the_annotated_workbook_corrected_where_it_says_imports_clean(world: World) -> None:
    """The 500-row list as Excel: its copy names the thirty cells; with those mended, and nothing else, it is clean."""
    right = sound_rows(NORTH)
    rows, where = planted(right)
    upload = export(HEADINGS, [[row[name] for name in HEADINGS] for row in rows])
    found = await bring(world, MANAGER, "staff", upload)
    assert (found.reading.rows, len(found.reading.accepted)) == (500, 470)
    remarks = (*found.reading.problems, *found.reading.questions)
    recognised = recognised_by(world.catalogue.sheet("staff"))
    book = openpyxl.load_workbook(io.BytesIO(annotated(upload, in_cells(remarks), recognised)))
    marked = {cell.row for row in book.worksheets[1].iter_rows() for cell in row if cell.comment}
    assert marked == set(where)
    for number in marked:
        for column, heading in enumerate(HEADINGS, start=1):
            book.worksheets[1].cell(number, column).value = right[number - 2][heading] or None
    target = io.BytesIO()
    book.save(target)
    clean = await bring(world, MANAGER, "staff", target.getvalue())
    assert (clean.reading.problems, clean.reading.questions) == ((), ())
    assert (len(clean.difference.new), len(clean.difference.unchanged)) == (30, 470)
    assert (await bring(world, MANAGER, "staff", target.getvalue())).batch is None
