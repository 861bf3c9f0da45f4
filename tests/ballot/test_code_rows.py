"""A row of the code table tells that a code was used, and never whose it is (DESIGN §4.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hvb_followup.actions.operate.silencing import heed_wishes
from hvb_followup.actions.purchase.issuing import IssuedCode
from hvb_followup.actions.respond import answering
from hvb_followup.actions.respond.silencing import ask_for_silence
from hvb_followup.ballot.card import holder
from hvb_followup.ballot.draft import draft_key
from hvb_followup.keys.contacts import contacts_key
from hvb_followup.pseudonyms import make_code
from hvb_followup.store.ballots import LAID
from tests.ballot.raw_bytes import Files, on_disk, secrets_of
from tests.world import FAMILY, HALF_YEAR, NORTH, World


async def test_a_code_row_differs_from_another_only_in_random_bytes(world: World) -> None:
    """No placement, year of birth or age is in it: wave, issue and use are all that stands in clear."""
    for number, birth_year in ((1, 2007), (22, 2010), (10**15, 2013)):
        await world.placements(NORTH, 1, first=number, birth_year=birth_year)
    await world.open()
    issued = await world.codes(NORTH)
    await assert_codes_tell_nothing(world, [one.placement for one in issued], used={False})
    await world.answer(issued[1].code)
    await assert_codes_tell_nothing(world, [one.placement for one in issued], used={False, True})


async def test_where_a_code_lies_tells_nothing_of_the_day_on_which_it_was_given(world: World) -> None:
    """Given on two days, from the next tick on they lie as if all had come at once; and they are the same codes."""
    await world.open()
    issued = []
    for first in (1, 7):
        await world.placements(NORTH, 6, first=first)
        issued += await world.codes(NORTH)
    await world.answer(issued[1].code)
    before = await world.database.run("SELECT * FROM code ORDER BY hash")
    assert await given_together(world) == (12 if world.database.sqlite is not None else 6)
    await world.tick()
    assert await given_together(world) == 12
    lies = "" if world.database.sqlite is not None else "ORDER BY ctid"
    assert [row["hash"] for row in await world.database.run(f"SELECT hash FROM code {lies}")] == [
        row["hash"] for row in before
    ]
    assert await world.database.run("SELECT * FROM code ORDER BY hash") == before


async def test_where_the_rows_of_a_sitting_lie_tells_nothing_of_when_they_came(world: World) -> None:
    """A day later a copy shows no more that a "Klar" and a wish to take back came together, nor what went before."""
    await world.placements(NORTH, 6)
    await world.open()
    for number, one in enumerate(await world.codes(NORTH)):
        net = f"2001:db8:{number:x}::1"
        assert (
            await answering.enter(world.box, make_code(lambda bits: 7), language="sv", now=world.now, net=net)
            is None
        )
        finished = await world.answer(one.code)
        await answering.take_back(world.box, finished.receipt, now=world.now, net=net)
        await ask_for_silence(world.database, contacts_key(world.settings.public_keys), f"{number:032x}")
        await heed_wishes(world.context(), world.mailing_keys)
    before = {table: await rows_of(world, table) for table in LAID}
    assert [len(found) > 5 for found in before.values()] == [True, True, True, False, True]
    await world.tick()
    for table, key in LAID.items():
        assert await rows_of(world, table) == before[table]
        if world.database.sqlite is None:
            written = f"SELECT DISTINCT xmin::text AS x FROM {table}"
            assert len(await world.database.run(written)) == bool(before[table]), table
            lies = await world.database.run(f"SELECT {key} FROM {table} ORDER BY ctid")
            assert [row[key] for row in lies] == sorted(row[key] for row in lies)
        else:
            (made,) = await world.database.run("SELECT sql FROM sqlite_master WHERE name = ?", table)
            assert "WITHOUT ROWID" in made["sql"]


async def rows_of(world: World, table: str) -> list[object]:
    return [dict(row) for row in await world.database.run(f"SELECT * FROM {table} ORDER BY {LAID[table]}")]


async def given_together(world: World) -> int:
    """How many codes a copy of the files shows to have come at the same time, at most."""
    if world.database.sqlite is not None:
        return len(await world.database.run("SELECT hash FROM code"))
    (most,) = await world.database.run(
        "SELECT max(n) AS n FROM (SELECT count(*) AS n FROM code GROUP BY xmin::text) AS times"
    )
    return int(most["n"])


async def assert_codes_tell_nothing(world: World, placements: list[str], used: set[bool]) -> None:
    """Wave and issue are the same for all; hash, holder and card are keyed or sealed, of one length each."""
    rows = await world.database.run("SELECT * FROM code")
    assert len(rows) == len(placements)
    assert {(row["wave"], row["issue"]) for row in rows} == {(f"{NORTH}:{FAMILY}:{HALF_YEAR}", 1)}
    assert {bool(row["used"]) for row in rows} == used
    assert {tuple(len(row[name]) for name in ("hash", "holder", "card")) for row in rows} == {(32, 16, 160)}
    for row in rows:
        content = row["hash"] + row["holder"] + row["card"]
        told = [one for one in (*placements, "2007", "2010", "2013") if one.encode() in content]
        assert told == []


async def test_a_used_code_leads_to_a_placement_only_with_the_webs_secret(world: World) -> None:
    """With the secret the holders are found: nothing else that is kept anywhere finds them, nor do two waves."""
    await world.placements(NORTH, 5)
    holders = {}
    for half_year in (HALF_YEAR, "2027H1"):
        await world.open(half_year)
        issued = await world.codes(NORTH, half_year)
        await world.answer(issued[0].code)
        wave = f"{NORTH}:{FAMILY}:{half_year}"
        rows = await world.database.run("SELECT holder FROM code WHERE wave = ?", wave)
        holders[half_year] = {row["holder"] for row in rows}
        found = [key for key in (b"", *secrets_of(world)) if holders[half_year] & named(key, wave, issued)]
        assert found == [world.web_keys.secret]
        assert holders[half_year] == named(world.web_keys.secret, wave, issued)
    assert not holders["2027H1"] & holders[HALF_YEAR]


async def test_what_the_jobs_hold_finds_a_codes_row_and_opens_no_draft(world: World) -> None:
    """The issuer is made one way from the web's secret: it leads to no draft, and back to no secret."""
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    jobs = world.mailing_keys.issuer
    rows = await world.database.run("SELECT hash FROM code")
    assert [row["hash"] for row in rows] == [jobs.hash(issued.code)]
    sitting = await world.enter(issued.code)
    assert sitting.draft_key == draft_key(world.web_keys.secret, issued.code)
    assert sitting.draft_key != draft_key(jobs.secret, issued.code)
    assert world.web_keys.secret not in (jobs.secret, world.mailing_keys.outbox)


def named(key: bytes, wave: str, issued: list[IssuedCode]) -> set[bytes]:
    """The holders that a key would give those who were issued codes."""
    return {holder(key, wave, one.placement) for one in issued}


async def test_no_code_lies_near_a_placement_in_any_file(world: World) -> None:
    """Around each code's hash and holder, in table, index and log, no placement is named."""
    await world.placements(NORTH, 6)
    await world.open()
    issued = await world.codes(NORTH)
    await world.answer(issued[0].code)
    await world.answer((await world.codes(NORTH, again=True))[1].code)
    rows = await world.database.run("SELECT hash, holder FROM code")
    placements = [one.placement.encode() for one in issued]
    files = await on_disk(world.database)
    around = neighbourhoods(files, [part for row in rows for part in (row["hash"], row["holder"])])
    assert len(around) >= 2 * len(rows)
    assert [one for one in placements if any(one in place for place in around)] == []
    await world.database.run("CREATE TABLE naive_code (placement TEXT, hash TEXT)")
    for one, row in zip(issued, rows, strict=False):
        await world.database.run("INSERT INTO naive_code VALUES (?, ?)", one.placement, row["hash"].hex())
    around = neighbourhoods(await on_disk(world.database), [row["hash"].hex().encode() for row in rows])
    assert [one for one in placements if any(one in place for place in around)] == placements


def neighbourhoods(files: Files, needles: Iterable[bytes]) -> list[bytes]:
    """Two hundred bytes on either side of each place where one of the needles stands."""
    return [
        content[max(match.start() - 200, 0) : match.end() + 200]
        for needle in needles
        for content in files.values()
        for match in re.finditer(re.escape(needle), content)
    ]
