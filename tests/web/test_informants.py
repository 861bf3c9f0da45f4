"""Contact persons and social workers at the respondents' door: their own words, one placement, and no answer back."""

from __future__ import annotations

import datetime as dt

import pytest

from hvb_followup.ballot.count import open_record
from hvb_followup.store import counting
from tests.asking import Phone
from tests.world import HALF_YEAR, NORTH, World

NOW = dt.datetime(2026, 9, 20, 10, tzinfo=dt.UTC)
STARTED = dt.date(2026, 9, 10)
CONTACT, SOCIAL = "kontaktperson", "socialsekreterare"
SAID = {
    CONTACT: {
        "mood": "good",
        "worried": "sometimes",
        "sleep": "very_good",
        "school_going": "not_relevant",
        "family_ties": "bad",
        "friend": "yes",
        "solve": "dont_know",
        "everyday": "bit_help",
        "hope": "yes",
    },
    SOCIAL: {
        "match": "fully",
        "goals": "reached",
        "safe": "mostly",
        "youth_say": "fully",
        "competent": "dont_know",
        "school": "fully",
        "health": "fully",
        "network": "partly",
        "informed": "not",
        "reports": "fully",
        "contract": "fully",
        "again": "fully",
        "met_alone": "month",
    },
}


async def a_code(world: World, family: str, ends_on: dt.date | None = None) -> str:
    """A code about the placement that started ten days ago."""
    await world.placement("L-ten-days", STARTED, ends_on)
    await world.follow(now=NOW)
    (one,) = await world.codes(NORTH, family=family)
    return one.code


@pytest.mark.parametrize("family", [CONTACT, SOCIAL])
async def test_an_adult_answers_about_one_placement_and_it_is_counted(world: World, family: str) -> None:
    code = await a_code(world, family, NOW.date() if family == SOCIAL else None)
    phone = Phone(await world.app())
    start = await phone.enter(code)
    assert start.status == 200
    assert "10 september 2026" in start.text
    assert ("när placeringen slutar" if family == SOCIAL else "när placeringen är ny") in start.text
    assert "Om du misstänker att den unge far illa" in start.text
    for never in ("L-ten-days", "Norrgården", NORTH, "där du bor", "2010"):
        assert never not in start.text
    await phone.post("/svara/start", "choice=yes")
    await phone.say(*SAID[family].values())
    thanks = await phone.post("/svara/klar")
    assert "Ingen kan se vad just du har svarat." in thanks.text
    await world.close()
    (wave,) = [
        one
        for one in await counting.sealed_waves(world.database)
        if one.family == family and one.unit == NORTH
    ]
    (counted,) = open_record(wave.record, wave.wave, world.counter_keys.storage).counted
    assert {item: counted.answers[item] for item in SAID[family]} == SAID[family]
    assert counted.moment == ("exit" if family == SOCIAL else "start")


@pytest.mark.parametrize("family", [CONTACT, SOCIAL])
async def test_the_exit_page_is_told_only_the_registers_first_day_and_never_an_answer(
    world: World, family: str
) -> None:
    code = await a_code(world, CONTACT)
    phone = Phone(await world.app())
    await phone.begin(code)
    await phone.say(*SAID[CONTACT].values())
    await phone.post("/svara/klar")
    await world.placement("L-ten-days", STARTED, NOW.date() + dt.timedelta(days=10))
    (again,) = await world.codes(NORTH, HALF_YEAR, family=family)
    later = Phone(await world.app())
    await later.begin(again.code)
    await later.say(*SAID[family].values())
    await later.post("/svara/klar")
    pages = [one.text for one in later.seen]
    assert "10 september 2026" in pages[0] + pages[1]
    assert not [one for one in pages[:3] if " checked" in one]


async def test_minutes_are_three_at_most_for_the_adults(world: World) -> None:
    for family in (CONTACT, SOCIAL):
        questions = [item for item in world.catalogue.latest(family).items if item.type != "text"]
        assert 10 <= len(questions) <= 13  # fifteen seconds each on paper; a choice takes an adult ten
        code = await a_code(world, family, NOW.date())
        start = await Phone(await world.app()).enter(code)
        assert "3 minuter" in start.text or "2 minuter" in start.text


async def test_a_used_card_and_one_past_its_last_day_look_like_any_wrong_code(world: World) -> None:
    code = await a_code(world, CONTACT)
    app = await world.app()
    wrong = (await Phone(app).enter("AAAAA-AAAAA-A")).body
    phone = Phone(app)
    await phone.begin(code)
    await phone.post("/svara/klar")
    assert (await Phone(app).enter(code)).body == wrong
    (again,) = await world.codes(NORTH, family=CONTACT, again=True)
    world.now = NOW + dt.timedelta(days=30)
    assert (await Phone(await world.app()).enter(again.code)).body == wrong
