"""No canary is readable in anything the database, the logs or the audit trail leaves behind (R6 G15, G16)."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
import pytest

from hvb_followup.actions.respond import answering
from hvb_followup.ballot.draft import draft_id
from hvb_followup.pseudonyms import link, written
from hvb_followup.store.database import Database
from tests.ballot.naive import finish_naively, make_naive_table
from tests.ballot.raw_bytes import Files, holding, on_disk, secrets_of
from tests.world import FAMILY, HALF_YEAR, NORTH, World

SEALED = ("code", "draft", "envelope", "sealed_wave", "withdrawal")


@pytest.fixture
def canary() -> str:
    """Words that stand nowhere else: the server's log is shared with other tests."""
    return f"canary-{secrets.token_hex(8)}"


@pytest.fixture
def anything_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let text that is no option reach the envelope, so that there is something improbable to look for."""

    def complete(*_: object, answers: Mapping[str, str], **__: object) -> dict[str, str]:
        return dict(answers)

    monkeypatch.setattr(answering.answers_, "complete", complete)


async def assert_unreadable(files: Files, needles: Iterable[bytes]) -> None:
    """None of the bytes stands in any file, as they are or as hexadecimal digits."""
    found = {
        needle: holding(files, shape)
        for needle in needles
        for shape in (needle, needle.hex().encode())
        if holding(files, shape)
    }
    assert found == {}


async def test_no_answer_code_receipt_link_or_key_stands_in_any_file(
    world: World, canary: str, anything_is_an_answer: None
) -> None:
    await world.placements(NORTH, 7)
    await world.open()
    issued = await world.codes(NORTH)
    needles = [canary.encode(), *secrets_of(world)]
    for one in issued[:6]:
        sitting = await world.enter(one.code)
        await world.write(sitting, {"safe_here": canary, "alone": "alone"})
        finished = await answering.finish(world.box, sitting)
        if one == issued[0]:
            await answering.withdraw(world.box, finished.receipt)
        needles += [" ".join(finished.receipt).encode(), sitting.draft_key]
    sitting = await world.enter(issued[6].code)
    await world.write(sitting, {"safe_here": canary})
    for one in issued:
        links = link(world.counter_keys.link, one.placement).encode()
        needles += [one.code.encode(), written(one.code).encode(), links]
    assert holding(await on_disk(world.database), draft_id(sitting.draft_key)) != []
    await assert_unreadable(await on_disk(world.database), needles)
    await world.close()
    await assert_unreadable(await on_disk(world.database), needles)
    await assert_no_sealed_row_names_a_placement(world.database, [one.placement for one in issued])


async def test_the_same_search_finds_what_stands_in_clear(world: World, canary: str) -> None:
    """Teeth: the naive design's answer is found at once, and still after it was deleted."""
    await world.placements(NORTH, 1)
    await world.open()
    sitting = await world.enter((await world.codes(NORTH))[0].code)
    await make_naive_table(world.database)
    await finish_naively(world.database, sitting.code_hash, {"safe_here": canary})
    assert holding(await on_disk(world.database), canary.encode()) != []
    await world.database.run("DELETE FROM naive_answer")
    assert holding(await on_disk(world.database), canary.encode()) != []


async def test_what_was_deleted_is_overwritten_in_a_file_and_ciphertext_in_a_log(
    world: World, canary: str, anything_is_an_answer: None
) -> None:
    """SQLite overwrites drafts and envelopes when they go; its log until it is folded in, and PostgreSQL's files
    until they are vacuumed and its log is gone, keep them as ciphertext.
    """
    await world.placements(NORTH, 6)
    await world.open()
    issued = await world.codes(NORTH)
    sealed = []
    for one in issued[:5]:
        sitting = await world.enter(one.code)
        await world.write(sitting, {"safe_here": canary, "alone": "alone"})
        sealed += await world.database.run("SELECT body FROM draft")
        await answering.finish(world.box, sitting)
    await world.write(await world.enter(issued[5].code), {"safe_here": canary})
    sealed += await world.database.run("SELECT body FROM envelope UNION ALL SELECT body FROM draft")
    await world.close()
    assert await world.database.run("SELECT id FROM envelope") == []
    assert await world.database.run("SELECT id FROM draft") == []
    await assert_unreadable(await on_disk(world.database), [canary.encode()])
    if world.database.sqlite is not None:
        await world.database.sqlite.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        files = await on_disk(world.database)
        left = [
            row for row in sealed if holding(files, row["body"][12:44]) or holding(files, row["body"][-32:])
        ]
        assert (len(sealed), left) == (11, [])


async def test_a_used_code_tells_that_it_was_used_and_nothing_of_when(database: Database) -> None:
    """R7 P4."""
    for table in ("code", "draft", "envelope", "withdrawal", "sealed_wave"):
        columns = await columns_of(database, table)
        assert not [
            name for name in columns if name.endswith(("_at", "_on")) or name in {"at", "time", "day"}
        ]
    assert await columns_of(database, "code") == {"hash", "wave", "holder", "issue", "card", "used"}


async def test_drafts_envelopes_and_sealed_waves_have_one_length_whoever_answers_what(world: World) -> None:
    """Nobody, one short answer, everything answered: the lengths on the disk are the same."""
    await world.placements(NORTH, 6)
    await world.open()
    lengths: dict[str, set[int]] = {"draft": set(), "envelope": set()}
    for number, one in enumerate(await world.codes(NORTH)):
        sitting = await world.enter(one.code)
        items = [item for item in world.box.questionnaire(sitting).items if item.type == "choice"]
        said = {item.id: answering.answers_.SKIPPED for item in items[: number * len(items) // 5]}
        await world.write(sitting, said)
        for table, found in lengths.items():
            found |= {row["n"] for row in await world.database.run(f"SELECT length(body) AS n FROM {table}")}
        await answering.finish(world.box, sitting)
    await world.close()
    assert {table: len(found) for table, found in lengths.items()} == {"draft": 1, "envelope": 1}


async def test_a_wave_of_one_answer_is_as_long_as_one_of_six(world: World) -> None:
    lengths = []
    for half_year, answering_now in (("2026H1", 1), ("2026H2", 6), ("2027H1", 0)):
        if not lengths:
            await world.placements(NORTH, 6)
        await world.open(half_year)
        for one in (await world.codes(NORTH, half_year))[:answering_now]:
            await world.answer(one.code)
        await world.close(half_year)
        rows = await world.database.run(
            "SELECT length(record) AS n FROM sealed_wave WHERE half_year = ? AND unit = ? AND family = ?",
            half_year,
            NORTH,
            FAMILY,
        )
        lengths.append(rows[0]["n"])
    assert len(set(lengths)) == 1


async def test_the_audit_trail_holds_nothing_about_a_sitting(world: World) -> None:
    await world.placements(NORTH, 5)
    await world.open()
    issued = await world.codes(NORTH)
    before = await everything_in(world.database, "audit", "job_run")
    for one in issued[:3]:
        finished = await world.answer(one.code)
    await answering.withdraw(world.box, finished.receipt)
    assert await everything_in(world.database, "audit", "job_run") == before
    await world.close()
    assert await everything_in(world.database, "audit", "job_run") == before
    assert not [one for one in issued if one.placement in str(before) or one.code in str(before)]


async def test_no_log_line_holds_a_code_an_answer_a_receipt_or_a_placement(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sitting over HTTP with everything logged: a wrong code, a right one, an answer, a fault, "Klar"."""
    caplog.set_level(logging.DEBUG)
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    wrong = "K7MQ29TRXDX"
    async with await world.client() as client:
        assert (await client.post("/svara", data={"code": wrong})).status_code == 422
        entered = await client.post("/svara", data={"code": written(issued.code)})
        assert entered.headers["location"] == "/svara/start"
        await client.post("/svara/start", data={"choice": "yes"})
        saved = await client.post("/svara/fraga/1", data={"answer": "very_bad", "do": "next"})
        assert saved.status_code == 303
        cookie = client.cookies["s"]
        with monkeypatch.context() as broken:
            broken.setattr(answering, "save", faulty(issued.code, issued.placement))
            fault = await client.post("/svara/fraga/2", data={"answer": "not_very", "do": "next"})
        assert fault.status_code == 500
        sitting = await world.enter(issued.code)
        receipt = answering.receipt(sitting.draft_key, world.box.receipt_words)
        thanks = await client.post("/svara/klar", data={})
        assert all(word in thanks.text for word in receipt)
        taken_back = await client.post("/svara/ta-bort", data={"receipt": " ".join(receipt)})
        assert taken_back.status_code == 200
    logged = "\n".join(everything_logged(caplog.records))
    assert "RuntimeError" in logged, "the fault itself is told, or nobody can mend it"
    told = [
        wrong,
        issued.code,
        written(issued.code),
        "very_bad",
        "not_very",
        " ".join(receipt),
        issued.placement,
    ]
    secret = [sitting.code_hash.hex(), sitting.draft_key.hex(), cookie, NORTH]
    assert [text for text in (*told, *secret) if text in logged] == []


async def test_a_fault_in_the_database_is_told_without_its_values(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    async with await world.client() as client:
        await client.post("/svara", data={"code": issued.code})
        await world.database.run("ALTER TABLE envelope RENAME TO elsewhere")
        assert (await client.post("/svara/klar", data={})).status_code == 500
    logged = "\n".join(everything_logged(caplog.records))
    assert "Error" in logged
    assert [text for text in (issued.code, issued.placement, NORTH, HALF_YEAR) if text in logged] == []


def faulty(*values: str) -> object:
    """A save that fails with everything it should not tell in its message."""

    async def save(*args: object) -> bool:
        raise RuntimeError(f"{values} {args}")

    return save


def everything_logged(records: Iterable[logging.LogRecord]) -> list[str]:
    """Message, arguments and traceback of each record; what the test's own HTTP client logs is left out."""
    formatter = logging.Formatter()
    return [
        f"{record.name} {formatter.format(record)} {record.args}"
        for record in records
        if not record.name.startswith(("httpx", "httpcore"))
    ]


async def assert_no_sealed_row_names_a_placement(database: Database, placements: list[str]) -> None:
    """A placement stands beside no code, used or not, and beside nothing that was said."""
    for table in SEALED:
        rows = str(await everything_in(database, table))
        assert not [one for one in placements if one in rows or one.encode().hex() in rows]


async def everything_in(database: Database, *tables: str) -> list[bytes]:
    """Every row of the tables."""
    return [
        msgspec.json.encode(sorted(map(repr, await database.run(f"SELECT * FROM {table}"))))
        for table in tables
    ]


async def columns_of(database: Database, table: str) -> set[str]:
    """The names of a table's columns."""
    if database.sqlite is not None:
        return {row["name"] for row in await database.run(f"PRAGMA table_info({table})")}
    rows = await database.run(
        "SELECT column_name AS name FROM information_schema.columns WHERE table_name = ?", table
    )
    return {row["name"] for row in rows}


async def test_the_web_never_holds_a_key_of_the_counter(world: World) -> None:
    """The two key folders share no byte, and a backup of the database holds none of them."""
    folders = (world.settings.web_keys, world.settings.counter_keys)
    web, counter = ({path.read_bytes() for path in Path(folder).glob("*")} for folder in folders)
    assert web
    assert counter
    assert not web & counter
    await assert_unreadable(await on_disk(world.database), [*web, *counter])
