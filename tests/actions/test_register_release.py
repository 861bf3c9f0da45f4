"""Registers through the errands: measured, kept sealed, audited, published, measured again the same."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from hvb_followup import periods
from hvb_followup.access import Person, Role
from hvb_followup.actions.publish import registers_kept
from hvb_followup.actions.publish import reported as reports
from hvb_followup.actions.publish.block_rows import Registers
from hvb_followup.actions.publish.keeping import keep_registers
from hvb_followup.actions.publish.measuring import draft, measure
from hvb_followup.actions.publish.publishing import attack, publish, rebuild
from hvb_followup.pages.model import release_from
from hvb_followup.pseudonyms import link
from hvb_followup.store import releases
from tests.blocks.invented import invent
from tests.counted import every_row
from tests.world import HALF_YEAR, NORTH, SOUTH, World

ANALYST = Person(name="analytiker", role=Role.ANALYST)
SHIFT = {"H00000": NORTH, "H00001": SOUTH}


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch) -> Registers:
    """Invented registers of the two homes of the world."""
    made = invent(2, homes=2, late=0.0)
    moved = msgspec.structs.replace(
        made,
        placements=tuple({**row, "unit": SHIFT[row["unit"]]} for row in made.placements),
        events=tuple({**row, "unit": SHIFT[row["unit"]]} for row in made.events),
    )

    async def read(_: object, __: object, day: dt.date) -> Registers:
        return moved.on(day)

    monkeypatch.setattr(reports, "young_people", read)
    return moved.on(periods.last_day(HALF_YEAR))


async def told(release_id: str) -> dict[tuple[str, str, str], dict[str, Any]]:
    row = await releases.release(release_id)
    assert row is not None
    figures = msgspec.json.decode(row.body)["figures"]
    return {(one["indicator"], one["level"], one["whose"]): one for one in figures}


async def test_registers_are_measured_published_and_come_out_the_same_again(
    world: World, reported: Registers
) -> None:
    name = await measure(world.context(), world.counter_keys, HALF_YEAR)
    assert await measure(world.context(), world.counter_keys, HALF_YEAR) == name
    await publish(world.context(ANALYST), world.counter_keys, name)
    assert await attack(world.context(), world.counter_keys) == ()
    assert await rebuild(world.context(), world.counter_keys, name)
    figures = await told(name)
    shown = figures["S01", "unit", NORTH]
    assert (shown["status"], shown["flags"]) == ("", ["g"])
    assert {"n", "x_lo", "x_hi", "lo", "hi", "value", "period_from", "period_to"} <= set(shown)
    assert periods.is_quarter(shown["period_from"])
    assert "avslutade placeringar" in shown["sentence_sv"]
    assert "ended placements" in shown["sentence_en"]
    rate = figures["T03", "nation", "SE"]
    assert (rate["scale"], rate["lo"] <= rate["value"] <= rate["hi"]) == ("rate", True)
    assert "vårddygn" in rate["sentence_sv"]
    withheld = figures["S07", "nation", "SE"]
    assert (withheld["status"], withheld.get("n")) == ("..", None)
    row = await releases.release(name)
    assert row is not None
    page = {**msgspec.json.decode(row.body), "published_on": "", "signed_by": ""}
    assert release_from(page).figures


async def test_what_is_kept_is_looked_at_again_only_where_that_is_asked(
    world: World, reported: Registers, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, read = list[dt.date](), reports.young_people

    async def listened(database: Any, catalogue: Any, day: dt.date) -> Registers:
        looked.append(day)
        return await read(database, catalogue, day)

    monkeypatch.setattr(reports, "young_people", listened)
    known = world.context(), world.counter_keys, HALF_YEAR
    not_kept = await draft(*known, look=False)  # it is kept now, since nothing was
    assert len(looked) == 1
    kept = await draft(*known, look=False)
    assert len(looked) == 1
    again = await measure(*known)
    assert len(looked) == 2
    assert not_kept.release == kept.release == again
    await keep_registers(world.context(), world.counter_keys, periods.shift(HALF_YEAR, 1))
    assert (await draft(*known, look=False)).release == again


async def test_links_and_exact_counts_of_registers_lie_sealed(world: World, reported: Registers) -> None:
    await measure(world.context(), world.counter_keys, HALF_YEAR)
    kept = await registers_kept.frozen(world.database, world.counter_keys.storage)
    assert kept.counts
    everything = str(await every_row(world.database))
    names = [
        name for name in reported.placements["placement"] if link(world.counter_keys.link, name) in everything
    ]
    assert names == []
    assert '"counts"' not in everything
