"""No more messages: the button behind a message's link, and what the SMS gateway hands on of answers.

Neutral like every respondents' page. Looking never changes anything: machines open links. Nothing is looked up here,
and the answer is the same whether anybody was ever reached at the address.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl

import msgspec
from litestar import get, post

from hvb_followup.actions.respond.silencing import ask_for_silence
from hvb_followup.ballot.card import issuer
from hvb_followup.errors import not_found
from hvb_followup.keys.contacts import contacts_key
from hvb_followup.waves.contact import Channel, contact, is_stop, read_stop_token
from hvb_followup.web import end_screens, screens_of
from hvb_followup.web.answer import page
from hvb_followup.web.page import Page
from hvb_followup.web.screens_of import HELP, in_tongue
from hvb_followup.web.service import Asked, Service, language_of, service_of

STOP = "/svara/inga-fler"
SENDERS = ("from", "sender", "originator", "msisdn")  # what gateways call the number that an SMS came from
TEXTS = ("message", "text", "body", "content")
MAX_SMS = 10_000  # bytes


@get(STOP, opt={"door": "respondent"})
async def stop_page(request: Asked) -> Page:
    """The question, with one button."""
    service = service_of(request)
    _stop_of(request, service)
    language = language_of(request, service)
    words, assets = screens_of.words_of(service, language), screens_of.assets_of(service)
    help_href = in_tongue(HELP, language)
    return page(end_screens.stop_page(words, language=language, assets=assets, help_href=help_href))


@post(STOP, opt={"door": "respondent"}, status_code=200)
async def stop(request: Asked) -> Page:
    """The button, hers or that of her mail program (RFC 8058)."""
    service = service_of(request)
    wish = _stop_of(request, service)
    await ask_for_silence(service.database, contacts_key(service.settings.public_keys), wish)
    return page(screens_of.message(service, language_of(request, service), "stopped"))


@post("/svara/sms", opt={"door": "respondent"}, status_code=200)
async def answered_sms(request: Asked) -> Page:
    """What somebody answered to an SMS, from the gateway; not there for anybody else."""
    service = service_of(request)
    wanted = service.settings.sms_in_authorization.encode()
    given = request.headers.get("authorization", "").encode()
    if not wanted or not hmac.compare_digest(given, wanted):
        raise not_found()
    sender, text = _answer_in(await request.body())
    said_by = contact(Channel.SMS, sender, "sv")
    if said_by is not None and is_stop(text):
        public = contacts_key(service.settings.public_keys)
        await ask_for_silence(service.database, public, said_by.address)
    return Page(status=204)


def _stop_of(request: Asked, service: Service) -> str:
    """The id in the link; NotFound when it is none that we signed."""
    found = read_stop_token(issuer(service.keys.secret).secret, request.query_params.get("k", ""))
    if found is None:
        raise not_found()
    return found.hex()


def _answer_in(body: bytes) -> tuple[str, str]:
    """The number and the text of an answer, in JSON or a form; empty where there is none."""
    fields = _fields(body[:MAX_SMS])
    sender = next((fields[name] for name in SENDERS if name in fields), "").strip()
    text = next((fields[name] for name in TEXTS if name in fields), "")
    # Many gateways write a number with its country and without the plus.
    return f"+{sender}" if sender[:1].isdigit() and sender[0] != "0" else sender, text


def _fields(body: bytes) -> Mapping[str, str]:
    try:
        if body.lstrip()[:1] == b"{":
            found = msgspec.json.decode(body, type=dict[str, object])
        else:
            found = dict(parse_qsl(body.decode(), max_num_fields=50))
    except (msgspec.DecodeError, ValueError):
        return {}
    return {name.lower(): str(value) for name, value in found.items()}


HANDLERS = (stop_page, stop, answered_sms)
