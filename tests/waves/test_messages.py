"""What a message says, and that the settings of a deployment carry it all the way (issue 5; R7 R2, G9)."""

from __future__ import annotations

import datetime as dt
import json

import msgspec
import pytest

from hvb_followup import content
from hvb_followup.catalogue import Catalogue
from hvb_followup.errors import Unsound
from hvb_followup.questionnaires.messages import MessageWords, message_problems
from hvb_followup.questionnaires.readability import LIX_STANDARD, lix
from hvb_followup.running import Operation, mailing
from hvb_followup.serving.processes import COUNTER_ONLY, without
from hvb_followup.settings import from_environment
from hvb_followup.waves.contact import Channel, contact
from tests.waves.sending import at, reach
from tests.waves.servers import Http, Smtp
from tests.world import World

START = dt.date(2026, 9, 1)
GOOD = MessageWords(
    subject="Nya frågor",
    first="Hej! Öppna:\n{link}",
    first_of_two="Hej! Öppna båda:\n{link}",
    reminder="Hej igen! Öppna:\n{link}",
    stop_answer="Svara STOPP.",
    stop_link="Inga fler: {link}",
    printed=content.read().messages["sv"].printed,
)


def test_messages_are_easy_to_read_in_both_languages(catalogue: Catalogue) -> None:
    """G9: LIX of the Swedish ones at most 25; an SMS with two links still fits in three parts."""
    assert set(catalogue.messages) == {"sv", "en"}
    swedish = catalogue.messages["sv"]
    for step in (0, 1):
        text = swedish.text(step, ["https://svara.invalid/svara#K7MQ29TRXDA"] * 2)
        assert lix(swedish.text(step, [])) <= LIX_STANDARD
        assert len(text) <= 3 * 153


@pytest.mark.parametrize(("language", "unit"), [("sv", "minuter"), ("en", "minutes")])
def test_two_questionnaires_in_one_sitting_are_said_to_take_twice_as_long(
    catalogue: Catalogue, language: str, unit: str
) -> None:
    """R7 R3: what is merged is announced as what it is; who is reminded is told no time."""
    words, link = catalogue.messages[language], "https://svara.invalid/svara#K7MQ29TRXDA"
    assert f"5 {unit}" in words.text(0, [link])
    assert f"10 {unit}" in words.text(0, [link] * 2)
    assert words.text(0, [link] * 2).count(link) == 2
    assert unit not in words.text(1, [link] * 2)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"first": "Hej!"}, "message-link"),
        ({"first_of_two": "Hej!"}, "message-link"),
        ({"stop_link": "Svara STOPP."}, "message-link"),
        ({"reminder": "Hej! {link} {link}"}, "message-link"),
        ({"first": "Hej från ditt HVB: {link}"}, "message-telling"),
        ({"subject": "Frågor om ditt boende"}, "message-telling"),
        ({"reminder": "Din socialsekreterare undrar: {link}"}, "message-telling"),
        (
            {"first": "Undersökningens frågeformulär innehåller betydelsefulla frågeställningar {link}"},
            "message-lix",
        ),
    ],
)
def test_a_message_that_tells_or_is_hard_to_read_is_found(changed: dict[str, str], code: str) -> None:
    assert list(message_problems(GOOD, "sv.toml", "sv")) == []
    words = msgspec.structs.replace(GOOD, **changed)
    assert code in {problem.code for problem in message_problems(words, "sv.toml", "sv")}


@pytest.mark.parametrize(
    ("channel", "typed", "kept"),
    [
        (Channel.SMS, "070-123 45 67", "+46701234567"),
        (Channel.SMS, "0047 900 00 000", "+4790000000"),
        (Channel.SMS, "+46 (70) 1234567", "+46701234567"),
        (Channel.SMS, "112", None),
        (Channel.SMS, "0701234567\nBcc: x", None),
        (Channel.EMAIL, " alva@exempel.invalid ", "alva@exempel.invalid"),
        (Channel.EMAIL, "alva@exempel.invalid, b@exempel.invalid", None),
        (Channel.EMAIL, "alva@exempel.invalid\r\nBcc: b@exempel.invalid", None),
        (Channel.EMAIL, "alva@localhost", None),
    ],
)
def test_an_address_is_one_address_of_its_channel(channel: Channel, typed: str, kept: str | None) -> None:
    made = contact(channel, typed, "sv")
    assert (made.address if made else None) == kept


async def test_the_settings_of_a_deployment_carry_messages_by_both_channels(world: World) -> None:
    """From the environment, through the jobs' tick, to a real SMTP server and a real gateway."""
    for number, (channel, address, language) in enumerate(
        ((Channel.SMS, "+46700000001", "sv"), (Channel.EMAIL, "alva@exempel.invalid", "en"))
    ):
        await world.placement(f"L{number}", START)
        await reach(world, f"L{number}", address, channel, language=language)
    world.now = at(
        "2026-09-08", 16
    )  # the clock of processes runs; at the stroke of 15 it may be a little before
    await world.set_clock()
    async with Smtp().running() as post:
        with Http().running() as gateway:
            settings = from_environment(
                {
                    "HVB_DATA": str(world.settings.data),
                    "HVB_DEMO": "1",
                    "HVB_ANSWER_URL": "https://svara.invalid",
                    "HVB_SMTP_URL": f"smtp://127.0.0.1:{post.port}",
                    "HVB_MAIL_FROM": "svara@exempel.invalid",
                    "HVB_SMS_URL": f"http://127.0.0.1:{gateway.port}/",
                    "HVB_SMS_HEADERS": "Authorization: Bearer x\nX-Sender: Svara",
                }
            )
            jobs = Operation(
                settings=settings,
                catalogue=world.catalogue,
                deployment=world.deployment,
                database=world.database,
            )
            done = await jobs.tick()
    assert (done.planned, done.messages) == (2, 2)
    ((headers, body),) = gateway.requests
    assert (headers["authorization"], headers["x-sender"]) == ("Bearer x", "Svara")
    assert "https://svara.invalid/svara#" in json.loads(body)["message"]
    assert post.recipients == ["alva@exempel.invalid"]
    assert "You can answer" in post.letters[0]


def test_without_a_channel_nothing_is_planned_or_sent(world: World) -> None:
    assert mailing(world.settings) is None


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"HVB_SMTP_URL": "mail.invalid"}, "HVB_SMTP_URL"),
        ({"HVB_SMTP_URL": "smtps://mail.invalid"}, "HVB_MAIL_FROM"),
        ({"HVB_SMS_URL": "http://sms.invalid/"}, "HVB_SMS_URL"),
        ({"HVB_SMS_URL": "http://127.0.0.1.sms.invalid/"}, "HVB_SMS_URL"),
        ({"HVB_SMS_URL": "https://sms.invalid/", "HVB_SMS_BODY": "{to}"}, "HVB_SMS_BODY"),
        ({"HVB_SMS_HEADERS": "Bearer x"}, "HVB_SMS_HEADERS"),
        ({"HVB_SMS_URL": "https://sms.invalid/", "HVB_DEMO": "0"}, "HVB_ANSWER_URL"),
    ],
)
def test_settings_that_would_send_nothing_or_in_clear_are_refused(wrong: dict[str, str], named: str) -> None:
    with pytest.raises(Unsound) as refused:
        from_environment({"HVB_DEMO": "1", **wrong})
    assert named in {problem.where for problem in refused.value.problems}


def test_the_web_process_is_not_told_how_messages_are_sent() -> None:
    every = {"HVB_SMTP_URL": "x", "HVB_SMTP_URL_FILE": "x", "HVB_SMS_HEADERS_FILE": "x", "HVB_PORT": "1"}
    assert without(every, COUNTER_ONLY) == {"HVB_PORT": "1"}
