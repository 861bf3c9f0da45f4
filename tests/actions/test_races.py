"""Many at once: one code opened on a thousand phones is counted once, and no machine that looks at pages uses one up."""

from __future__ import annotations

import asyncio

import pytest

from hvb_followup.actions.respond.sitting import seal_sitting
from hvb_followup.ballot.count import open_record
from hvb_followup.store import counting
from tests.asking import Answered, ask, post
from tests.ballot.test_canaries import everything_in
from tests.world import FAMILY, NORTH, World

AT_ONCE = 1_000
PREVIEWS = (
    "WhatsApp/2.23.20.0",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Twitterbot/1.0",
    "TelegramBot (like TwitterBot)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Discordbot/2.0",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0)",
    "SkypeUriPreview Preview/0.5",
    "Mozilla/5.0 (compatible; Google-PageRenderer)",
    "Mozilla/5.0 (compatible; Googlebot/2.1)",
    "Mozilla/5.0 (compatible; bingbot/2.0)",
    "Applebot/0.1",
    "Viber/13.3.0",
    "Snapchat/10.0 (preview)",
    "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0) SafeLinks",
    "Barracuda Sentinel (EE)",
    "Proofpoint URL Defense",
    "Mimecast-URL-Protect",
    "curl/8.5.0",
    "",
)
TABLES = ("code", "draft", "envelope", "withdrawal", "tried", "audit", "job_run", "help_case", "session")


async def test_a_thousand_uses_of_one_code_at_once_are_one_counted_answer_and_all_are_thanked(
    world: World,
) -> None:
    """Issue 5: a thousand sittings of the same code, each with its own cookie, all press Klar."""
    await world.placements(NORTH, 2)
    await world.open()
    shared, own = [one.code for one in await world.codes(NORTH)]
    app = await world.app()
    sittings = [await world.enter(shared) for _ in range(AT_ONCE)]
    assert len({one.mark for one in sittings}) > AT_ONCE * 0.99
    await world.write(sittings[0], {"safe_here": "very", "alone": "alone"})
    cookies = [seal_sitting(one, world.web_keys.secret) for one in sittings]
    assert len(set(cookies)) == AT_ONCE

    async def klar(cookie: str) -> Answered:
        return await post(app, "/svara/klar", headers=[("cookie", f"s={cookie}")])

    told = await asyncio.gather(*(klar(cookie) for cookie in cookies))
    assert {one.status for one in told} == {200}
    assert len(set(told)) == 1, "everybody is thanked alike, to the byte"
    assert "Tack! Nu är du klar." in told[0].text
    assert await n_rows(world, "envelope") == 1
    assert await n_rows(world, "draft") == 0
    await world.answer(own, safe_here="not")
    await world.close()
    (record,) = [
        one
        for one in await counting.sealed_waves(world.database)
        if one.wave.startswith(f"{NORTH}:{FAMILY}:")
    ]
    opened = open_record(record.record, record.wave, world.counter_keys.storage)
    assert sorted(one.answers["safe_here"] for one in opened.counted) == ["not", "very"]


async def n_rows(world: World, table: str) -> int:
    (row,) = await world.database.run(f"SELECT count(*) AS n FROM {table}")
    return int(row["n"])


async def test_twenty_machines_that_preview_links_use_up_no_code_and_leave_no_row(world: World) -> None:
    """R6 T13: what stands after # never reaches a server; and should one put the code in the address, nothing opens it."""
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    app = await world.app()
    before = await everything_in(world.database, *TABLES)
    targets = [
        "/svara",
        "/svara/",
        f"/svara?code={issued.code}",
        f"/svara/start?code={issued.code}",
        "/svara/klar",
    ]
    targets += ["/svara/fraga/1", "/svara/hjalp", "/svara/ta-bort", "/svara?lang=en"]
    for agent in PREVIEWS:
        for method in ("HEAD", "GET", "GET"):
            for target in targets:
                seen = await ask(app, method, target, headers=[("user-agent", agent)])
                assert seen.status in (200, 404, 405), (method, target)
                assert not seen.cookie("s")
    assert len(set(PREVIEWS)) == 20
    assert await everything_in(world.database, *TABLES) == before
    assert (await post(app, "/svara", f"code={issued.code}")).header("location") == "/svara/start"


@pytest.mark.parametrize("n", [30])
async def test_two_cards_of_one_person_used_at_once_are_both_taken_and_one_is_counted(
    world: World, n: int
) -> None:
    """A card given anew works beside the first; the counter keeps the latest (issue 5, deliverable 2)."""
    await world.placements(NORTH, n)
    await world.open()
    first = [one.code for one in await world.codes(NORTH)]
    again = [one.code for one in await world.codes(NORTH, again=True)]
    await asyncio.gather(
        *(world.answer(code, safe_here="not") for code in first),
        *(world.answer(code, safe_here="very") for code in again),
    )
    await world.close()
    (record,) = [
        one
        for one in await counting.sealed_waves(world.database)
        if one.wave.startswith(f"{NORTH}:{FAMILY}:")
    ]
    counted = open_record(record.record, record.wave, world.counter_keys.storage).counted
    assert [one.answers["safe_here"] for one in counted] == ["very"] * n
