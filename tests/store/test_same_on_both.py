"""The same rows come back from both engines, with the same types; what one would refuse, both refuse (R6 G20)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import asyncpg
import pytest

from hvb_followup.access import Role
from hvb_followup.actions.operate.accounts import sign_in
from hvb_followup.errors import Refused
from hvb_followup.registry import Municipality, OperatingForm, Placement, Provider, Term, Unit
from hvb_followup.store import accounts, ballots, homes, ledger, releases, waves
from hvb_followup.store.accounts import Account
from hvb_followup.store.ballots import CodeRow
from hvb_followup.store.database import Database, opened
from hvb_followup.store.migrate import migrate
from hvb_followup.store.releases import Release
from hvb_followup.store.waves import Wave
from tests.conftest import named
from tests.counted import Rows, every_row
from tests.world import NORTH, World

# Letters outside ASCII, composed and not, right to left, beyond the first plane, invisible, and SQL's own quotes.
ODD = (
    "Åsgården",
    "A\u030asga\u030arden",
    "بيت الشباب",
    "👨‍👩‍👧 Hemmet",
    "\u200bosynlig\ufeff",
    'O\'Brien "&" -- ; DROP',
    "rad\nrad\ttabb\\",
    "",
    " blank ",
    "\x7f\x01",
)
SUMMER = dt.datetime(2026, 7, 1, 12, 30, 15, 123456, tzinfo=dt.timezone(dt.timedelta(hours=2)))
WINTER = dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)  # half past two in Stockholm, for the second time


async def scenario(database: Database) -> Rows:
    """A little of everything, written by the store's own functions; every row of the database afterwards."""
    async with database.transaction():
        await homes.put_providers(
            database, [Provider(id=f"P{number:05d}", name=name) for number, name in enumerate(ODD)]
        )
        await homes.put_providers(database, [Provider(id="P00000", name="Nytt namn")])
        await homes.put_municipalities(database, [Municipality(code="9001", name="Lillby", lan="Gotland")])
        term = Term(
            provider="P00001",
            unit_type="hvb",
            operating_form=OperatingForm.PRIVATE,
            from_on=dt.date(2024, 2, 29),
            to_on=None,
        )
        await homes.put_units(
            database, [Unit(id=NORTH, name="Norrgården", lan="Gotland", places=8, terms=(term,))]
        )
        await homes.put_placements(
            database,
            [
                Placement(
                    id="L1", unit=NORTH, municipality="9001", birth_year=2010, starts_on=dt.date(2024, 2, 29)
                ),
                Placement(
                    id="Lö-2",
                    unit=NORTH,
                    municipality="9001",
                    birth_year=2011,
                    starts_on=dt.date(2025, 1, 1),
                    ends_on=dt.date(2025, 12, 31),
                ),
            ],
        )
    wave = Wave(
        id="w",
        unit=NORTH,
        family="f",
        major=1,
        half_year="2026H2",
        state="open",
        opens_at=SUMMER,
        closes_at=WINTER,
    )
    async with database.transaction():
        assert [await waves.open_all(database, [wave]), await waves.open_all(database, [wave])] == [1, 0]
    async with database.transaction():
        await ballots.put_codes(
            database,
            [CodeRow(b"2", "w", b"h2", 1, b"\0card"), CodeRow(bytes([0, 255]), "w", b"\xffh", 1, b"card")],
        )
        assert await ballots.last_issues(database, "w") == {b"\xffh": 1, b"h2": 1}
        await ballots.count_invited(database, "w")
    assert await ballots.save_draft(database, b"d1", "w", b"\0first")
    assert await ballots.save_draft(database, b"d1", "w", b"\0second")
    assert await ballots.save_draft(database, b"d2", "w", b"other")
    assert not await ballots.save_draft(database, b"d3", "none", b"nowhere")
    told = [await ballots.finish(database, bytes([0, 255]), b"d1", "w", b"sealed") for _ in range(2)]
    assert told == [ballots.Outcome.TAKEN, ballots.Outcome.REPEATED]
    await ballots.withdraw(database, b"\xff" * 16)
    await accounts.put_account(
        database,
        Account(name="Åsa", role="analyst", scope="", password="x", ends_on=dt.date(2027, 2, 28)),
    )
    await accounts.start_session(database, b"token", "Åsa", SUMMER)
    async with database.transaction():
        await releases.put_data(database, {"a": "ä", "b": "{}"})
        await releases.put_draft(
            database, [Release(id="r", kind="statistics", period="2026H2", state="draft", hash="h", body="å")]
        )
        assert await releases.publish(database, "r", "Åsa", SUMMER)
    await ledger.note(database, SUMMER, "Åsa", "did", "\U0001f511")
    async with database.transaction():
        assert await ledger.chain(database, b"key") == 1
    assert [await ledger.claim(database, "k", WINTER) for _ in range(2)] == [True, False]
    await ledger.set_ahead(database, -(2**40))
    assert await waves.close_due(database, WINTER - dt.timedelta(seconds=1)) == []
    assert await waves.close_due(database, WINTER) == ["w"]
    return await every_row(database)


@pytest.fixture
def alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Random ids that are the same on both engines."""
    monkeypatch.setattr(ballots, "secrets", SimpleNamespace(token_bytes=lambda n: b"i" * n))


async def test_a_mixed_scenario_leaves_the_same_rows_of_the_same_types(
    alike: None, postgres: str, template: str, tmp_path: Path
) -> None:
    async with opened(f"sqlite:///{tmp_path / 'hvb.sqlite'}") as database:
        await migrate(database)
        lite = await scenario(database)
    connection = await asyncpg.connect(postgres)
    await connection.execute(f"CREATE DATABASE alike TEMPLATE {template}")
    async with opened(named(postgres, "alike")) as database:
        big = await scenario(database)
    await connection.execute("DROP DATABASE alike")
    await connection.close()
    assert lite == big
    assert typed(lite) == typed(big)
    assert {name for name, rows in lite.items() if rows} >= {
        "wave",
        "code",
        "draft",
        "envelope",
        "audit",
        "release",
    }


def typed(rows: Rows) -> dict[str, list[tuple[type, ...]]]:
    return {name: [tuple(type(value) for value in row) for row in found] for name, found in rows.items()}


async def test_instants_come_back_in_utc_and_dates_as_dates(database: Database) -> None:
    rows = await scenario(database)
    instants = [
        value for found in rows.values() for row in found for value in row if isinstance(value, dt.datetime)
    ]
    assert len(instants) >= 6
    assert {instant.utcoffset() for instant in instants} == {dt.timedelta(0)}
    assert set(instants) == {SUMMER, WINTER}
    days = [row[3:] for row in rows["placement"]]
    assert (2010, dt.date(2024, 2, 29), None) in days
    wave = await waves.wave("w")
    assert wave is not None
    assert (wave.opens_at, wave.opens_at.utcoffset()) == (SUMMER, dt.timedelta(0))


async def test_what_one_engine_cannot_keep_both_refuse(database: Database) -> None:
    for text in ("nul\0", "\0", "halv \ud83d", "\udc00 halv"):
        await refuses(database, text)
    assert await database.run("SELECT id FROM provider") == []


async def refuses(database: Database, text: str) -> None:
    """Written or asked for, in a transaction or out of one."""
    with pytest.raises(Refused, match="tecken som inte kan sparas"):
        async with database.transaction():
            await homes.put_providers(database, [Provider(id="PODD", name=text)])
    with pytest.raises(Refused):
        await ledger.note(database, SUMMER, "någon", "något", text)
    for look_up in (homes.unit, accounts.account, releases.release, waves.wave):
        with pytest.raises(Refused):
            await look_up(text)


async def test_a_strange_name_in_an_address_is_no_server_error(world: World) -> None:
    name, password = await world.account(Role.ANALYST)
    token = await sign_in(world.gate, name, password, "", world.now)
    async with await world.client() as client:
        for path in ("/enhet/%00", "/enhet/%ED%A0%80", "/hem/%00", "/api/v1/ou/%00"):
            assert (await client.get(path, headers={"cookie": f"session={token}"})).status_code < 500
