"""SMTP and the SMS gateway, against real servers on this machine (issue 5, deliver 3)."""

from __future__ import annotations

import email
import json
from email.policy import default
from pathlib import Path
from urllib.parse import parse_qs

import msgspec
import pytest

from hvb_followup.mail.message import Message, Unavailable, Undeliverable
from hvb_followup.mail.sms import Gateway
from hvb_followup.mail.smtp import Mailer
from tests.waves.servers import Http, Smtp, certificate

MESSAGE = Message(
    id="0f0e",
    to="alva@exempel.invalid",
    subject="Nya frågor till dig",
    text='Hej! "Öppna":\nhttps://s.invalid#K7MQ',
)
SENDER = "svara@exempel.invalid"


async def test_a_letter_arrives_with_its_words_and_the_same_id_each_time() -> None:
    async with Smtp().running() as server:
        mailer = Mailer(url=f"smtp://127.0.0.1:{server.port}", sender=SENDER)
        for _ in range(2):
            await mailer.send(MESSAGE)
    assert server.recipients == [MESSAGE.to] * 2
    letters = [email.message_from_string(one, policy=default) for one in server.letters]
    assert {one["Message-ID"] for one in letters} == {"<0f0e@exempel.invalid>"}
    assert letters[0]["Subject"] == MESSAGE.subject
    assert letters[0].get_content().splitlines()[:2] == MESSAGE.text.splitlines()


@pytest.mark.parametrize(
    ("command", "answer", "error"),
    [
        ("RCPT", "550 no such user", Undeliverable),
        ("RCPT", "450 later", Unavailable),
        ("MAIL", "550 not you", Unavailable),  # of the sender: not the address's fault
        ("DATA", "554 no", Unavailable),
        ("EHLO", "421 closing", Unavailable),
    ],
)
async def test_what_the_mail_server_refuses_is_told_without_the_address(
    command: str, answer: str, error: type[Exception]
) -> None:
    async with Smtp().running() as server:
        server.answers = {command: answer} | ({"HELO": answer} if command == "EHLO" else {})
        with pytest.raises(error) as refused:
            await Mailer(url=f"smtp://127.0.0.1:{server.port}", sender=SENDER).send(MESSAGE)
    assert "alva" not in repr(refused.value)
    assert server.letters == []


async def test_no_mail_server_is_unavailable() -> None:
    async with Smtp().running() as server:
        port = server.port
    with pytest.raises(Unavailable):
        await Mailer(url=f"smtp://127.0.0.1:{port}", sender=SENDER).send(MESSAGE)


async def test_a_letter_goes_in_tls_and_to_no_server_without_a_trusted_certificate(tmp_path: Path) -> None:
    tls, authority = certificate(tmp_path)
    (tmp_path / "other").mkdir()
    _, stranger = certificate(tmp_path / "other")
    async with Smtp(tls).running() as server:
        mailer = Mailer(url=f"smtp://127.0.0.1:{server.port}", sender=SENDER, authority=authority)
        await mailer.send(MESSAGE)
        with pytest.raises(Unavailable):
            await msgspec.structs.replace(mailer, authority=stranger).send(MESSAGE)
    assert server.in_tls == [True]
    async with Smtp().running() as server:  # it offers no TLS: nothing is said in clear
        with pytest.raises(Unavailable):
            await msgspec.structs.replace(mailer, url=f"smtp://127.0.0.1:{server.port}").send(MESSAGE)
    assert server.recipients == []


async def test_an_sms_is_the_body_and_headers_of_the_settings_filled_in() -> None:
    sms = msgspec.structs.replace(MESSAGE, to="+46700000001")
    with Http().running() as server:
        url = f"http://127.0.0.1:{server.port}/send"
        await Gateway(url=url, headers={"Authorization": "Bearer x"}).send(sms)
        await Gateway(url=url, body="to={to}&text={text}&ref={id}").send(sms)
    (headers, body), (form_headers, form) = server.requests
    assert json.loads(body) == {"to": sms.to, "message": sms.text}
    assert (headers["authorization"], headers["idempotency-key"]) == ("Bearer x", "0f0e")
    assert headers["content-type"] == "application/json"
    assert parse_qs(form) == {"to": [sms.to], "text": [sms.text], "ref": ["0f0e"]}
    assert form_headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, Undeliverable), (422, Undeliverable), (401, Unavailable), (429, Unavailable), (503, Unavailable)],
)
async def test_what_the_gateway_refuses_is_told_without_the_number(
    status: int, error: type[Exception]
) -> None:
    with Http().running() as server:
        server.status = status
        with pytest.raises(error) as refused:
            await Gateway(url=f"http://127.0.0.1:{server.port}/").send(MESSAGE)
    assert "alva" not in repr(refused.value)


async def test_a_gateway_is_trusted_by_its_certificate_and_followed_nowhere(tmp_path: Path) -> None:
    tls, authority = certificate(tmp_path)
    with Http(tls).running() as server:
        gateway = Gateway(url=f"https://127.0.0.1:{server.port}/", authority=authority)
        await gateway.send(MESSAGE)
        with pytest.raises(Unavailable):
            await msgspec.structs.replace(gateway, authority="").send(MESSAGE)
        assert len(server.requests) == 1
        with Http().running() as elsewhere:
            server.status, server.location = 307, f"http://127.0.0.1:{elsewhere.port}/"
            with pytest.raises(Unavailable):
                await gateway.send(MESSAGE)
        assert elsewhere.requests == []


async def test_no_gateway_elsewhere_is_asked_without_tls() -> None:
    with pytest.raises(Unavailable):
        await Gateway(url="http://gateway.invalid/").send(MESSAGE)
