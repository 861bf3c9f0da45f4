"""No more messages: STOPP by SMS, the button behind a link, and nobody who is told (R7 R2)."""

from __future__ import annotations

import datetime as dt
import re

import msgspec
import pytest

from hvb_followup.ballot.card import issuer
from hvb_followup.mail.smtp import _letter
from hvb_followup.store import contacts
from hvb_followup.waves.contact import Channel, is_stop, read_stop_token, stop_id, stop_token
from tests.asking import Answered, ask, post
from tests.ballot.raw_bytes import holding, on_disk
from tests.ballot.test_canaries import everything_in
from tests.waves.sending import Kept, at, mailing, reach, ticked
from tests.world import World

START = dt.date(2026, 9, 1)
FIRST, REMINDER = "2026-09-08", "2026-09-14"
NUMBER, MAIL = "+46700000001", "alva@exempel.invalid"
SECRET = "Bearer ett-langt-slumpat-ord"


@pytest.fixture
async def kept(world: World) -> Kept:
    """Three placements: two share a number, one has e-mail, and the first messages have gone."""
    for placement in ("L1", "L2", "L3"):
        await world.placement(placement, START)
    await reach(world, "L1", NUMBER)
    await reach(world, "L2", NUMBER)
    await reach(world, "L3", MAIL, Channel.EMAIL)
    kept = Kept()
    await ticked(world, at(FIRST), mailing(world, kept))
    assert len(kept.sent) == 3
    return kept


async def answered(
    world: World, body: str, *, secret: str = SECRET, given: str = SECRET, kind: str = "application/json"
) -> Answered:
    app = await world.app(sms_in_authorization=secret)
    headers = [("authorization", given), ("content-type", kind)]
    return await ask(app, "POST", "/svara/sms", headers=headers, body=body.encode())


def link_in(kept: Kept) -> str:
    """The path of the link with which the e-mail says how to get no more."""
    (message,) = [one for one in kept.sent if one.to == MAIL]
    (found,) = re.findall(r"https?://[^/]+(/svara/inga-fler\S+)", message.text)
    assert message.stop_at.endswith(found)
    return str(found)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("STOPP", True),
        ("stop", True),
        (" Stopp! ", True),
        ("Stoppa alla", False),
        ("Avsluta", True),
        ("hej stopp", False),
        ("", False),
    ],
)
def test_what_asks_for_no_more(text: str, is_one: bool) -> None:
    assert is_stop(text) is is_one


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('{"from": "46700000001", "message": "Stopp"}', "application/json"),
        ("msisdn=%2B46700000001&text=STOP+tack", "application/x-www-form-urlencoded"),
    ],
)
async def test_who_answers_stopp_gets_no_more_and_her_address_is_erased_before_anything_else_goes(
    world: World, kept: Kept, body: str, kind: str
) -> None:
    trail = await everything_in(world.database, "audit")
    assert (await answered(world, body, kind=kind)).status == 204
    assert await everything_in(world.database, "audit") == trail
    assert holding(await on_disk(world.database), b"46700000001") == []
    await ticked(world, at(REMINDER), mailing(world, kept))
    assert [one.to for one in kept.sent[3:]] == [MAIL]
    assert await contacts.of_municipality(world.database, "9001") == {"L3": False}
    assert await world.database.run("SELECT * FROM silence_wish") == []


async def test_the_address_stays_silent_when_it_is_given_again(world: World, kept: Kept) -> None:
    await answered(world, f'{{"from": "{NUMBER}", "message": "STOPP"}}')
    await ticked(world, at("2026-09-09"), mailing(world, kept))
    await reach(world, "L1", NUMBER)
    await reach(world, "L2", "+46700000002")
    await ticked(world, at(REMINDER), mailing(world, kept))
    assert {one.to for one in kept.sent[3:]} == {MAIL, "+46700000002"}


@pytest.mark.parametrize(("secret", "given"), [(SECRET, ""), (SECRET, "Bearer fel"), ("", ""), ("", SECRET)])
async def test_only_the_gateway_is_heard_and_others_find_nothing_there(
    world: World, kept: Kept, secret: str, given: str
) -> None:
    seen = await answered(world, f'{{"from": "{NUMBER}", "message": "STOPP"}}', secret=secret, given=given)
    assert seen.status == 404
    assert await world.database.run("SELECT * FROM silence_wish") == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        '{"from": 1}',
        '{"from": "112", "message": "STOPP"}',
        '{"from": "+46700000001", "message": "hej"}',
        "\xff=\xff",
    ],
)
async def test_what_is_no_stopp_is_taken_and_forgotten(world: World, kept: Kept, body: str) -> None:
    assert (await answered(world, body)).status == 204
    assert await world.database.run("SELECT * FROM silence_wish") == []


async def test_the_link_asks_first_and_a_button_stops(world: World, kept: Kept) -> None:
    """Machines open links: looking changes nothing. The button is a form, and works without JavaScript."""
    app, link = await world.app(), link_in(kept)
    for method, status in (("GET", 200), ("HEAD", 405), ("GET", 200)):
        assert (await ask(app, method, link)).status == status
    assert await world.database.run("SELECT * FROM silence_wish") == []
    assert '<form method="post" autocomplete="off">' in (await ask(app, "GET", link)).text
    done = await post(app, link)
    assert (done.status, "Du får inga fler meddelanden" in done.text) == (200, True)
    assert await post(app, link) == done
    await ticked(world, at(REMINDER), mailing(world, kept))
    assert {one.to for one in kept.sent[3:]} == {NUMBER}
    assert await contacts.of_municipality(world.database, "9001") == {"L1": False, "L2": False}


async def test_a_link_that_we_have_not_signed_is_none(world: World, kept: Kept) -> None:
    app, link = await world.app(), link_in(kept)
    for odd in (
        link[:-1] + ("0" if link[-1] != "0" else "1"),
        link[:-2],
        "/svara/inga-fler",
        "/svara/inga-fler?k=%C3%A5",
    ):
        assert (await ask(app, "GET", odd)).status == 404, odd
        assert (await post(app, odd)).status == 404, odd
    assert await world.database.run("SELECT * FROM silence_wish") == []


async def test_her_mail_programs_own_button_does_the_same(world: World, kept: Kept) -> None:
    """RFC 8058: the header names the link, and a POST without any page before it is enough."""
    (message,) = [one for one in kept.sent if one.to == MAIL]
    letter = _letter(message, "svara@exempel.invalid")
    assert letter["List-Unsubscribe"] == f"<{message.stop_at}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (await post(await world.app(), link_in(kept), "List-Unsubscribe=One-Click")).status == 200
    assert len(await world.database.run("SELECT * FROM silence_wish")) == 1
    assert "List-Unsubscribe" not in _letter(
        msgspec.structs.replace(message, stop_at=""), "svara@exempel.invalid"
    )


async def test_an_sms_says_answer_stopp_only_where_answers_are_heard(world: World, kept: Kept) -> None:
    (first, *_) = [one for one in kept.sent if one.to == NUMBER]
    assert "STOPP" not in first.text
    assert "/svara/inga-fler?k=" in first.text
    hears = msgspec.structs.replace(mailing(world, kept), hears_stop=True)
    await ticked(world, at(REMINDER), hears)
    (later, *_) = [one for one in kept.sent[3:] if one.to == NUMBER]
    assert "Vill du inte ha fler sms? Svara STOPP." in later.text
    assert "inga-fler" not in later.text


def test_a_links_token_tells_the_address_to_nobody_and_is_the_same_for_nobody_else(world: World) -> None:
    key, signing = world.mailing_keys.outbox, issuer(world.web_keys.secret).secret
    ids = {address: stop_id(key, address) for address in (NUMBER, MAIL)}
    assert len(set(ids.values())) == 2
    for one in ids.values():
        assert read_stop_token(signing, stop_token(signing, one)) == one
        assert read_stop_token(b"another secret", stop_token(signing, one)) is None
    assert world.mailing_keys.issuer.secret == signing
