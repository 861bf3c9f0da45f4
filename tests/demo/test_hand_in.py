"""Five homes handed in one errand at a time and in bulk give the same rows and figures, on both databases."""

from __future__ import annotations

import datetime as dt

import msgspec

from hvb_followup import content
from hvb_followup.access import MACHINE_OPERATOR
from hvb_followup.actions.context import Context
from hvb_followup.actions.publish import reported
from hvb_followup.actions.publish.keeping import indicators_of_blocks
from hvb_followup.actions.publish.measuring import measured_until
from hvb_followup.actions.publish.registers_frozen import freeze_registers
from hvb_followup.actions.publish.writing import release_rows
from hvb_followup.catalogue import Catalogue
from hvb_followup.demo.invent import Nation, nation
from hvb_followup.demo.paper import sheet_file
from hvb_followup.demo.reporting import OWN_KINDS, hand_in, hand_in_one_by_one
from hvb_followup.registers import Known, csv_lines, read, read_told
from hvb_followup.registers.difference import is_confirmed
from hvb_followup.registers.model import Stored
from hvb_followup.store import homes, registers
from hvb_followup.store.database import Database

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
UNTIL = dt.date(2026, 6, 30)
KINDS = ("placement", *OWN_KINDS)


def five() -> Nation:
    return nation(5, dt.date(2024, 7, 1), dt.date(2026, 11, 22))


async def surroundings(database: Database, catalogue: Catalogue, made: Nation) -> Context:
    async with database.transaction():
        await homes.put_municipalities(database, made.municipalities)
    return Context(database=database, catalogue=catalogue, now=NOW, person=MACHINE_OPERATOR)


async def told(database: Database) -> dict[str, object]:
    rows = {kind: await registers.current(database, kind) for kind in KINDS}
    placements = await database.run("SELECT * FROM placement ORDER BY id")
    return {**rows, "homes": await homes.units(), "placements": placements}


async def measured(database: Database, catalogue: Catalogue) -> tuple[object, list[tuple[str, str]]]:
    """The coarse data of the five homes measured alone, and every row of their release as it is written out."""
    units, known = await homes.units(), await reported.young_people(database, catalogue, UNTIL)
    frozen = freeze_registers(
        known,
        until="2026H1",
        units=units,
        indicators=indicators_of_blocks(catalogue),
        link_key=b"the same both times, to compare.",
    )
    staff = await reported.staff(database, catalogue, units, "2026H1")
    found = measured_until("2026H1", [], units, catalogue, [], frozen, staff)
    rows = release_rows(found, catalogue, await homes.providers())
    return (found.data, found.staff.released), [(row.id, row.body) for row in rows]


async def test_home_by_home_and_in_bulk_give_the_same_rows_data_and_figures(
    database: Database, catalogue: Catalogue
) -> None:
    made = five()
    await hand_in(await surroundings(database, catalogue, made), made)
    in_bulk, of_bulk = await told(database), await measured(database, catalogue)
    for table in ("register_row", "batch", "placement", "unit_term", "unit", "provider", "audit"):
        await database.run(f"DELETE FROM {table}")
    assert await registers.current(database, "placement") == {}
    await hand_in_one_by_one(await surroundings(database, catalogue, made), made)
    one_by_one = await told(database)
    for kind, rows in in_bulk.items():
        assert one_by_one[kind] == rows, kind
    assert all(len(rows) for rows in in_bulk.values() if isinstance(rows, dict))
    data, figures = await measured(database, catalogue)
    assert (data, figures) == of_bulk
    shown = [row for row in msgspec.json.decode(figures[0][1])["figures"] if not row["status"]]
    assert {row["indicator"] for row in shown} >= {
        "S01",
        "S10",
        "T03",
        "T08",
        "H01",
        "P01",
        "P03",
        "P04",
        "S08",
    }


async def test_what_is_stored_is_every_row_that_was_invented(
    database: Database, catalogue: Catalogue
) -> None:
    made = five()
    await hand_in(await surroundings(database, catalogue, made), made)
    for kind in KINDS:
        sheet = catalogue.sheet(kind)
        expected = {(row.unit, sheet.key_of(row)) for row in made.of(kind)}
        assert set(await registers.current(database, kind)) == expected, kind
    placed = await registers.rows(database, "placement")
    both = sum(is_confirmed(row) for row in placed)
    assert 0.8 * len(placed) < both < len(placed)
    assert all(row["confirmed_by_home_on"] == "2026-11-22" for row in placed)


async def test_handing_in_again_changes_nothing(database: Database, catalogue: Catalogue) -> None:
    made = five()
    context = await surroundings(database, catalogue, made)
    await hand_in(context, made)
    before = await database.run("SELECT count(*) AS n FROM batch")
    await hand_in(context, made)
    assert await database.run("SELECT count(*) AS n FROM batch") == before


def test_a_file_has_the_sheets_own_headings_and_gives_back_each_row() -> None:
    catalogue, made = content.read(), five()
    for kind in KINDS:
        rows = list(made.of(kind))
        sheet = catalogue.sheet(kind)
        heading, *lines = csv_lines(sheet, sheet_file(sheet, rows))
        assert set(heading.cells) <= {column.heading for column in sheet.columns}
        assert len(lines) == len(rows), kind
        known = Known(
            units=frozenset(unit.id for unit in made.units),
            municipalities=frozenset(one.code for one in made.municipalities),
            today=NOW.date(),
            placements={
                one.id: Stored(one.unit, one.municipality, one.starts_on, one.ends_on)
                for one in made.of("placement")
            },
        )
        of_file = read(sheet, [heading, *lines], known)
        assert of_file == read_told(sheet, rows, known), kind
        assert of_file.accepted == tuple(rows), kind
