"""The outbox: each message once, to nobody who has answered, left or asked for silence (R7 §3.9, DESIGN §4.8)."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from hvb_followup.actions.operate import planning
from hvb_followup.actions.respond import answering
from hvb_followup.mail.message import Message, Unavailable
from hvb_followup.periods import months_after
from hvb_followup.store import contacts, homes
from hvb_followup.waves.contact import Channel
from tests.waves.sending import ANSWER_AT, Kept, at, mailing, reach, ticked
from tests.world import NORTH, OTHER, World

FAMILY = "ung-utfall"
START = dt.date(2026, 9, 1)  # a Tuesday; day 7 is a Tuesday too
DAY = dt.timedelta(days=1)
DAYS = ("2026-09-08", "2026-09-14", "2026-09-21")  # day 4 is a Saturday, and six days after the next a Sunday


@pytest.fixture
async def kept(world: World) -> Kept:
    await world.placement("L1", START)
    await reach(world, "L1")
    return Kept()


async def days(world: World, kept: Kept, first: str, last: str) -> list[str]:
    """The days on which something was sent, with a tick at each hour of the day."""
    sends, found = mailing(world, kept), []
    day = dt.date.fromisoformat(first)
    while day <= dt.date.fromisoformat(last):
        for hour in (5, 12, 15, 18, 20):
            before = len(kept.sent)
            await ticked(world, at(str(day), hour), sends)
            found += [f"{day}" for _ in kept.sent[before:]]
        day += DAY
    return found


async def test_a_first_message_on_day_seven_and_two_reminders(world: World, kept: Kept) -> None:
    assert await days(world, kept, "2026-09-06", "2026-10-03") == list(DAYS)
    assert len(set(kept.codes())) == 1
    assert {one.to for one in kept.sent} == {"+46700000001"}
    world.now = at(DAYS[2], 16)
    sitting = await world.enter(kept.codes()[0])
    assert (sitting.placement, sitting.moment, sitting.family) == ("L1", "start", FAMILY)


async def test_who_is_about_to_leave_gets_the_exit_alone_where_an_earlier_invitation_was_held_up(
    world: World,
) -> None:
    """R7 R3: the start fell on Christmas Eve and the exit opened on the 26th: not two invitations on the 28th."""
    kept, starts_on = Kept(), dt.date(2026, 12, 17)
    await world.placement("L1", starts_on, starts_on + 23 * DAY)
    await reach(world, "L1")
    assert (await days(world, kept, "2026-12-20", "2026-12-28")) == ["2026-12-28"]
    assert (await world.enter(kept.codes()[0])).moment == "exit"
    later = await days(world, kept, "2026-12-29", "2027-01-20")
    assert len(later) == 2, "nor a reminder of what she was never asked"
    assert len(set(kept.codes())) == 1


@pytest.mark.parametrize("has_card", [False, True])
async def test_along_the_way_no_message_goes_to_who_has_had_a_card_for_it(
    world: World, kept: Kept, has_card: bool
) -> None:
    """R7 §3.9: three months and six fall in one wave; a card for the first is no card for the second."""
    await world.follow("2027H1", at("2026-12-01", 10))
    if has_card:
        assert [one.moment for one in await world.codes(NORTH, "2027H1", family=FAMILY)] == ["follow_up"]
    first = await days(world, kept, "2026-12-01", "2026-12-01")
    assert first == ([] if has_card else ["2026-12-01"])
    assert await days(world, kept, "2027-03-01", "2027-03-01") == ["2027-03-01"]


async def test_the_message_names_nothing_and_holds_the_link_with_the_code_in_its_fragment(
    world: World, kept: Kept
) -> None:
    await ticked(world, at(DAYS[0]), mailing(world, kept))
    (message,) = kept.sent
    assert f"{ANSWER_AT}#{kept.codes()[0]}" in message.text
    everything = f"{message.subject} {message.text}".lower()
    assert not [word for word in ("hvb", "norrgården", "lillby", "l1", NORTH.lower()) if word in everything]


async def test_who_has_answered_is_reminded_no_more_and_the_rows_end_alike(world: World, kept: Kept) -> None:
    await world.placement("L2", START)
    await reach(world, "L2", "+46700000002")
    await ticked(world, at(DAYS[0]), mailing(world, kept))
    code = {one.to: line for one, line in zip(kept.sent, kept.codes(), strict=True)}["+46700000001"]
    sitting = await world.enter(code)
    await world.write(sitting, {"life": "7", "alone": "alone"})
    await answering.finish(world.box, sitting)
    assert await days(world, kept, "2026-09-09", "2026-10-03") == list(DAYS[1:])
    assert [one.to for one in kept.sent[2:]] == ["+46700000002"] * 2
    rows = await world.database.run("SELECT state, body, claimed_until FROM outbox")
    assert {(row["state"], bytes(row["body"]), row["claimed_until"]) for row in rows} == {("done", b"", None)}
    assert len(rows) == 6


@pytest.mark.parametrize("why", ["discharged", "address gone", "protected identity", "moved", "forgotten"])
async def test_reminders_stop_at_once(world: World, kept: Kept, why: str) -> None:
    await ticked(world, at(DAYS[0]), mailing(world, kept))
    if why == "discharged":
        await world.placement("L1", START, dt.date(2026, 9, 10))
    elif why == "address gone":
        async with world.database.transaction():
            await contacts.erase(world.database, ["L1"])
    elif why == "protected identity":
        await reach(world, "L1", protected=True)
    elif why == "moved":
        await world.placement("L1", START, unit=OTHER)
    else:
        async with world.database.transaction():
            await homes.remove_placements(world.database, ["L1"])
    kept.sent.clear()
    found = await days(world, kept, "2026-09-09", "2026-10-03")
    moments = [(await world.enter(code)).moment for code in kept.codes()]
    assert moments == (["exit"] * len(found) if why == "discharged" else [])
    assert bool(found) == (why == "discharged")


async def test_protected_identity_and_letters_are_never_sent_to(world: World) -> None:
    kept = Kept()
    for number, channel in enumerate((Channel.LETTER, Channel.SMS, Channel.EMAIL)):
        await world.placement(f"L{number}", START)
        await reach(world, f"L{number}", "a@exempel.invalid", channel, protected=True)
    assert await days(world, kept, "2026-09-07", "2026-09-12") == []
    assert await world.database.run("SELECT id FROM outbox") == []


async def test_who_is_planned_together_does_not_follow_the_registers_order(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction's rows can be told from another's; with the register beside they would tell whose code is whose."""
    written: list[str] = []

    async def keep(_context: object, _keys: object, due: list[planning.Planned]) -> int:
        written.extend(one.reached.placement.id for one in due)
        return len(due)

    for number in range(40):
        await world.placement(f"L{number:02}", START)
        await reach(world, f"L{number:02}")
    monkeypatch.setattr(planning, "AT_ONCE", 1)
    monkeypatch.setattr(planning, "_invite", keep)
    await ticked(world, at(DAYS[0]), mailing(world, Kept()))
    assert sorted(written) == [f"L{number:02}" for number in range(40)]
    assert written != sorted(written)


async def test_two_workers_at_once_send_each_message_once(world: World) -> None:
    kept, n = Kept(), 60
    for number in range(n):
        await world.placement(f"L{number}", START)
        await reach(world, f"L{number}", f"+4670000{number:04}")
    sends = mailing(world, kept)
    await asyncio.gather(*(ticked(world, at(DAYS[0]), sends) for _ in range(2)))
    assert sorted(one.to for one in kept.sent) == sorted(f"+4670000{number:04}" for number in range(n))
    assert len(await world.database.run("SELECT hash FROM code")) == n
    await asyncio.gather(*(ticked(world, at(DAYS[1]), sends) for _ in range(2)))
    assert len(kept.sent) == 2 * n


async def test_a_worker_killed_while_planning_or_sending_leaves_it_to_the_next(
    world: World, kept: Kept
) -> None:
    class Killed(Kept):
        async def send(self, message):  # type: ignore[no-untyped-def]
            await kept.send(message)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await ticked(world, at(DAYS[0]), mailing(world, Killed()))
    await ticked(world, at(DAYS[0]), mailing(world, kept))
    assert len(kept.sent) == 1  # it is claimed: perhaps it is on its way
    await ticked(world, at(DAYS[0]) + dt.timedelta(minutes=11), mailing(world, kept))
    assert len(kept.sent) == 2
    assert len({one.id for one in kept.sent}) == 1  # a carrier that knows the id sends it on once


async def test_when_the_gateway_is_away_it_is_tried_again_until_nothing_can_be_answered(
    world: World, kept: Kept
) -> None:
    kept.is_away = True
    assert (await ticked(world, at(DAYS[0]), mailing(world, kept))).messages == 0
    kept.is_away = False
    assert (await ticked(world, at(DAYS[0]), mailing(world, kept))).messages == 0
    assert (await ticked(world, at(DAYS[0]) + dt.timedelta(minutes=5), mailing(world, kept))).messages == 1
    kept.is_away = True
    await days(world, kept, "2026-09-14", "2026-10-03")
    assert len(kept.sent) == 1
    assert (await contacts.of_municipality(world.database, "9001")) == {"L1": False}


async def test_a_carrier_that_is_away_is_not_waited_for_by_every_message(world: World) -> None:
    """A tick also closes and counts: three in vain, and the rest waits for another."""
    kept, tried = Kept(), []

    class Away(Kept):
        async def send(self, message: Message) -> None:
            tried.append(message.id)
            raise Unavailable("away")

    for number in range(30):
        await world.placement(f"L{number}", START)
        await reach(world, f"L{number}", f"+4670000{number:04}")
    assert (await ticked(world, at(DAYS[0]), mailing(world, Away()))).messages == 0
    assert len(tried) == 3
    later = at(DAYS[0]) + dt.timedelta(minutes=11)
    assert (await ticked(world, later, mailing(world, kept))).messages == 30
    assert len({one.to for one in kept.sent}) == len(kept.sent) == 30


async def test_only_first_invitations_count_as_undeliverable(world: World, kept: Kept) -> None:
    """A reminder that bounces would tell that she had not answered."""
    await world.placement("L2", START)
    await reach(world, "L2", "+46700000002")
    kept.refuses = {"+46700000001"}
    await ticked(world, at(DAYS[0]), mailing(world, kept))
    assert await contacts.of_municipality(world.database, "9001") == {"L1": True, "L2": False}
    kept.refuses = {"+46700000001", "+46700000002"}
    await reach(world, "L1")
    await days(world, kept, "2026-09-14", "2026-10-03")
    assert await contacts.of_municipality(world.database, "9001") == {"L1": False, "L2": False}
    rows = await world.database.run("SELECT handled, first, undeliverable FROM sendout ORDER BY day")
    assert [tuple(row.values()) for row in rows] == [(2, 2, 1), (2, 0, 0), (2, 0, 0)]


async def test_follow_up_after_exit_is_asked_of_who_has_turned_twenty_one(world: World) -> None:
    """Issue 5: age is checked at the start of the placement."""
    kept = Kept()
    await world.placement("L1", dt.date(2025, 11, 1), dt.date(2026, 3, 9), birth_year=2005)
    await reach(world, "L1")
    assert await days(world, kept, "2026-09-09", "2026-09-09") == ["2026-09-09"]
    sitting = await world.enter(kept.codes()[0])
    assert (sitting.moment, sitting.age) == ("after", 20)


async def test_addresses_are_erased_when_nothing_more_can_be_asked(world: World, kept: Kept) -> None:
    await world.placement("L1", dt.date(2025, 3, 1), dt.date(2025, 9, 1))
    kept_until = dt.date(2026, 9, 1) + 42 * DAY
    await ticked(world, at(str(kept_until)), mailing(world, kept))
    assert await contacts.of_municipality(world.database, "9001") == {"L1": False}
    await ticked(world, at(str(kept_until + DAY)), mailing(world, kept))
    assert await contacts.of_municipality(world.database, "9001") == {}


async def test_a_year_after_waits_for_the_next_wave_where_half_a_year_after_went_on_into_this(
    world: World,
) -> None:
    """One answer to a moment's name is counted in a wave: the later question waits some days rather than be lost."""
    kept = Kept()
    await world.placement("L1", dt.date(2026, 3, 1), dt.date(2026, 11, 26))
    await reach(world, "L1")
    asked = await days(world, kept, "2027-05-24", "2027-06-08")
    assert [one for one in asked if one < "2027-06-01"] == ["2027-05-26", "2027-05-31"]
    assert await days(world, kept, "2027-11-28", "2027-12-08") == ["2027-12-01", "2027-12-06"]


async def test_where_only_one_of_two_waves_is_open_that_one_is_asked_and_the_other_stays_unasked(
    world: World,
) -> None:
    """A home without a wave of change does not lose how it is to live there as well."""
    await world.open()
    today = world.context().today
    await world.placement("L1", months_after(today, -3) - 5 * DAY)
    await reach(world, "L1")
    assert await planning.plan_day(world.context(), world.mailing_keys, ("sms", "email")) == 1
    codes = await world.database.run("SELECT wave FROM code")
    assert [row["wave"].split(":")[1] for row in codes] == ["ung-upplevelse"]
    assert len(await world.database.run("SELECT * FROM asked")) == 1
