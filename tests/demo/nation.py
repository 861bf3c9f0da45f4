"""A small invented nation, built once a session by the errands, and its raw material as plain values.

Two kinds of thing are handed out and should not be mixed up. The raw material (``units``, ``rows``, ``waves``) is
what an oracle counts from: dictionaries and days as homes and young people gave them. What the product made of it
(``releases``, ``frozen``, ``opened``, ``data``) is what the oracle is held against.

Places are not compared: that takes many times as long as everything else. ``actions.publish.comparing.compare`` is
pure, and whoever needs it asks it of a release's public rows.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hvb_followup import clock
from hvb_followup.actions.publish import registers_kept, staff_kept
from hvb_followup.actions.publish.measuring import told_as_level
from hvb_followup.actions.publish.opened import OpenedWave, open_waves
from hvb_followup.actions.publish.registers_frozen import Frozen
from hvb_followup.actions.publish.staff_measured import StaffRegisters
from hvb_followup.demo.serve import build
from hvb_followup.disclosure.model import Datum
from hvb_followup.registry import Unit
from hvb_followup.running import Operation, operation
from hvb_followup.settings import Settings, from_environment
from hvb_followup.store import counting, homes, registers, releases

HOMES, YEARS = 16, 2
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
HALF_YEARS = ("2024H2", "2025H1", "2025H2", "2026H1")
KINDS = ("placement", "staff", "hours", "events", "capacity", "inspections", "complaints")
Row = dict[str, Any]


class SmallNation(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Everything a proof needs of the nation; ``releases`` by half-year and kind, facts under ``""``.

    ``told_back`` is the day each home told its young people back, by home and half-year.

    ``own`` are the releases to homes, by half-year and home.
    """

    settings: Settings
    units: list[Row]
    rows: dict[str, list[Row]]
    waves: list[Row]
    told_back: dict[tuple[str, str], dt.date]
    releases: dict[str, dict[str, Any]]
    own: dict[tuple[str, str], Any]
    homes: tuple[Unit, ...]
    opened: list[OpenedWave]
    frozen: Frozen
    staff: dict[str, StaffRegisters]
    data: list[Datum]
    facts: Any

    def figures(self, half_year: str) -> dict[tuple[str, str, str], Row]:
        """The rows of a half-year's release that everybody sees, by indicator, level and place."""
        rows = self.releases[half_year]["statistics"]["figures"]
        return {(row["indicator"], row["level"], row["whose"]): row for row in rows}

    def copy(self, folder: Path) -> Settings:
        """The settings of a copy of the nation that a test may change."""
        shutil.copytree(self.settings.data, folder)
        return demo_settings(folder)


def demo_settings(folder: Path) -> Settings:
    """A demonstration in a folder, on SQLite."""
    return from_environment({"HVB_DEMO": "1", "HVB_DATA": str(folder)})


@pytest.fixture(scope="session")
def small_nation(tmp_path_factory: pytest.TempPathFactory) -> SmallNation:
    """Sixteen homes in two years: too few for exact sums, enough for every other figure."""
    settings = demo_settings(tmp_path_factory.mktemp("nation") / "data")
    made: list[SmallNation | BaseException] = []

    def work() -> None:
        try:
            made.append(asyncio.run(_built(settings)))
        except BaseException as fault:
            made.append(fault)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "machine_now", lambda: NOW)
        # In a thread of its own: an event loop may already be running when the nation is first asked for.
        worker = threading.Thread(target=work)
        worker.start()
        worker.join()
    if isinstance(made[0], BaseException):
        raise made[0]
    return made[0]


async def _built(settings: Settings) -> SmallNation:
    await build(settings, HOMES, YEARS, lambda what, share: None)
    async with operation(settings) as surroundings:
        return await _read(surroundings)


async def _read(surroundings: Operation) -> SmallNation:
    database, storage = surroundings.database, surroundings.counter_keys().storage
    # What follows placements is counted again by an oracle of its own (tests/actions/test_paired_measured.py).
    opened = told_as_level(open_waves(await counting.sealed_waves(database), storage), surroundings.catalogue)
    invited = {
        row["wave"]: row["n"]
        for row in await database.run("SELECT wave, count(DISTINCT holder) AS n FROM code GROUP BY wave")
    }
    data, known = await releases.coarse_data(database), await staff_kept.sealed_parts(database)
    units = await homes.units()
    told = [(one.period, one.kind, one) for kind in ("statistics", "ledger", "staff_ledger", "own_unit")
            for one in await releases.published(kind)]  # fmt: skip
    bodies: dict[str, dict[str, Any]] = {}
    for period, kind, one in told:
        if kind != "own_unit":
            bodies.setdefault(period, {})[kind] = msgspec.json.decode(one.body)
    facts = await releases.release(await releases.newest_facts_id(database) or "")
    assert facts is not None
    return SmallNation(
        settings=surroundings.settings,
        units=[_unit(unit) for unit in units],
        rows={kind: await registers.rows(database, kind) for kind in KINDS},
        told_back=await _told_back(surroundings),
        waves=[_wave(one, invited[one.sealed.wave]) for one in opened],
        releases=bodies,
        own={
            (period, one.id.rpartition(":")[2]): msgspec.json.decode(one.body)
            for period, kind, one in told
            if kind == "own_unit"
        },
        homes=tuple(units),
        opened=opened,
        frozen=await registers_kept.frozen(database, storage),
        staff={half: staff_kept.kept(known, storage, until=half) for half in HALF_YEARS},
        data=[msgspec.json.decode(body, type=Datum) for body in data.values()],
        facts=msgspec.json.decode(facts.body),
    )


async def _told_back(surroundings: Operation) -> dict[tuple[str, str], dt.date]:
    """In the demonstration nobody has changed what was published: one version of each."""
    rows = await surroundings.database.run("SELECT wave, version, published_at FROM feedback")
    assert {row["version"] for row in rows} == {1}
    waves = [row["wave"].split(":") for row in rows]
    days = [row["published_at"].date() for row in rows]  # at four in the morning
    return {(unit, half_year): day for (unit, _, half_year), day in zip(waves, days, strict=True)}


def _unit(unit: Unit) -> Row:
    return {
        "id": unit.id,
        "lan": unit.lan,
        "terms": [msgspec.structs.asdict(term) | {"operating_form": str(term.operating_form)} for term in unit.terms],
    }  # fmt: skip


def _wave(one: OpenedWave, invited: int) -> Row:
    counted = [{**msgspec.structs.asdict(answered), "receipt": None} for answered in one.record.counted]
    return {
        "unit": one.sealed.unit,
        "family": one.sealed.family,
        "major": one.sealed.major,
        "half_year": one.sealed.half_year,
        "counted": counted,
        "n_valid": one.record.n_valid,
        "n_invited": invited,
    }
