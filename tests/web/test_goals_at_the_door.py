"""Own goals at the respondents' door: up to three of a list with pictures, without JavaScript, never shown again."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hvb_followup import content
from hvb_followup.actions.respond import answering
from hvb_followup.ballot.draft import Draft, seal_draft
from hvb_followup.ballot.envelope import Ballot, seal_envelope
from tests.actions.test_walked_paths import counted_by_link
from tests.asking import Phone
from tests.world import NORTH, World

NOW = dt.datetime(2026, 9, 20, 10, tzinfo=dt.UTC)
STARTED, ENDED = dt.date(2026, 9, 10), dt.date(2026, 10, 10)
YOUNG = content.read().latest("ung-utfall")
LISTED = YOUNG.scale_of(YOUNG.item("goal")).options


async def a_code(world: World, ends_on: dt.date | None = None) -> str:
    """The code of a placement that started ten days ago, or of its end."""
    await world.placement("L-ten-days", STARTED, ends_on)
    await world.follow(now=NOW)
    if ends_on:
        world.now = dt.datetime.combine(ends_on, dt.time(10), dt.UTC)
    (one,) = await world.codes(NORTH, family=YOUNG.id)
    return one.code


async def at_the_goals(world: World, code: str, edition: str = "standard") -> tuple[Phone, str]:
    """A phone that has come to the goals, skipping what comes before, and the page."""
    phone = Phone(await world.app())
    page = await phone.begin(code, edition)
    while 'value="friends"' not in page.text:
        page = await phone.say("")
    return phone, page.text


def marked(page: str) -> list[str]:
    """What is marked on a page."""
    return re.findall(r'value="(\w+)" checked', page)


async def choose(phone: Phone, *goals: str) -> str:
    """Send the goals as a browser sends ticked boxes; the page that follows."""
    sent = "&".join(["do=next", *(f"answer={goal}" for goal in goals)])
    return (await phone.post(phone.at, sent)).text


async def test_the_list_is_boxes_with_a_picture_each_and_a_way_out(world: World) -> None:
    _, page = await at_the_goals(world, await a_code(world))
    assert re.findall(r'<input type="checkbox" name="answer" value="(\w+)"', page) == [
        *LISTED,
        "not_relevant",
    ]
    assert 'type="radio"' not in page
    pictures = re.findall(r'<svg class="picture" aria-hidden="true".*?<path d="(.*?)"', page)
    assert len(pictures) == len(set(pictures)) == len(LISTED)
    assert "Välj högst tre." in page
    assert "style=" not in page


async def test_each_goal_is_asked_about_and_is_counted_as_it_was_said(world: World) -> None:
    """Chosen in any order; kept in the list's."""
    phone, _ = await at_the_goals(world, await a_code(world))
    page = await choose(phone, "housing", "sleep")
    assert "Ditt mål är att sova bättre." in page
    page = (await phone.say("3")).text
    assert "Ditt mål är att veta var du ska bo sen." in page
    await phone.say("7", "alone")
    await phone.post("/svara/klar")
    await world.close()
    ((_, counted),) = (await counted_by_link(world, YOUNG.id)).items()
    assert {item: counted.answers[item] for item in ("goal", "near_sleep", "near_housing", "near_calm")} == {
        "goal": "sleep+housing",
        "near_sleep": "3",
        "near_housing": "7",
        "near_calm": "not_shown",
    }


@pytest.mark.parametrize(
    "sent",
    [
        (),
        ("sleep", "calm", "school", "work"),
        ("sleep", "not_relevant"),
        ("sleep", "money"),
        ("sleep+calm+work+cope",),
    ],
)
async def test_too_many_are_told_kindly_and_stay_marked(world: World, sent: tuple[str, ...]) -> None:
    phone, _ = await at_the_goals(world, await a_code(world))
    page = await choose(phone, *sent)
    assert "Välj högst 3, eller tryck på Hoppa över frågan." in page
    assert marked(page) == [one for one in (*LISTED, "not_relevant") if one in sent]
    assert "money" not in page


@pytest.mark.parametrize("way_out", ["not_relevant", ""])
@pytest.mark.parametrize("edition", ["standard", "easy"])
async def test_who_has_none_of_the_goals_goes_on_at_once(world: World, edition: str, way_out: str) -> None:
    phone, _ = await at_the_goals(world, await a_code(world), edition)
    page = (await phone.say(way_out)).text
    assert "Var du själv när du svarade?" in page


async def test_back_shows_this_sittings_boxes_and_they_can_be_changed(world: World) -> None:
    phone, _ = await at_the_goals(world, await a_code(world))
    there = phone.at
    await choose(phone, "sleep", "calm")
    again = (await phone.get(there)).text
    assert marked(again) == ["sleep", "calm"]
    assert "Ditt mål är att ha vänner." in await choose(phone, "friends")


async def test_the_count_of_questions_never_grows(world: World) -> None:
    """R7 I5: three goals more are counted from the first page on."""
    code = await a_code(world)
    phone = Phone(await world.app())
    await phone.begin(code)
    while "/svara/fraga/" in phone.at and "<fieldset" in phone.seen[-1].text:
        fields = "answer=sleep&answer=calm" if 'type="checkbox"' in phone.seen[-1].text else "do=skip"
        await phone.post(phone.at, fields if "do=" in fields else f"do=next&{fields}")
    told = [re.search(r"Fråga (\d+) av (\d+)", page.text) for page in phone.seen]
    seen = [(int(one[1]), int(one[2])) for one in told if one]
    assert [total for _, total in seen] == sorted((total for _, total in seen), reverse=True)
    assert seen[0] == (1, 20)
    assert seen[-1] == (19, 19)


async def test_at_the_end_nothing_tells_which_goals_she_had_at_the_start(world: World) -> None:
    """DESIGN §4.9: the same list, nothing marked, and no rating is asked for before she has chosen again."""
    phone, first = await at_the_goals(world, await a_code(world))
    await choose(phone, "friends", "cope")
    await phone.say("1", "2", "alone")
    await phone.post("/svara/klar")
    later, page = await at_the_goals(world, await a_code(world, ENDED))
    assert page.split("<form")[1] == first.split("<form")[1]
    questions = [one.text for one in later.seen if "<fieldset" in one.text and "choice" not in one.text]
    assert len(questions) > 10
    assert not [one for one in questions if "Ditt mål är" in one or " checked" in one]


@pytest.mark.parametrize("edition", ["standard", "easy"])
def test_one_goal_or_three_make_drafts_and_envelopes_of_one_length(edition: str) -> None:
    """DESIGN §4.2: the length tells nothing, and the three longest goals with all their answers still fit."""
    sizes, key = answering.sizes_of(YOUNG), bytes(range(32))
    few, many = {"goal": "not_relevant"}, {item.id: "not_relevant" for item in YOUNG.items}
    many |= {"goal": "+".join(sorted(LISTED, key=len)[-YOUNG.item("goal").max :])}
    drafts = [Draft.all_given(said, "abcdef") for said in (few, many)]
    assert len({len(seal_draft(one, key, sizes.draft)) for one in drafts}) == 1
    assert len({len(sealed_ballot(said, edition, sizes.ballot)) for said in (few, many)}) == 1


def sealed_ballot(said: dict[str, str], edition: str, size: int) -> bytes:
    public = X25519PrivateKey.generate().public_key().public_bytes_raw()
    told = {"age_band": "15-17", "moment": "follow_up", "language": "sv", "edition": edition, "mode": "self"}
    ballot = Ballot(placement="L-ten-days", issue=1, answers=said, receipt=bytes(32), **told)
    return seal_envelope(ballot, "wave", public, size)
