"""Help at the respondents' door: where it is, the form that asks for it, and how it goes by four words.

Works without a code, without JavaScript and when the sitting is over (R7 H1). Nothing here is logged, and that
somebody was shown the page after a telling answer stands nowhere but in her own cookie.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import NamedTuple

import msgspec
from litestar import get, post

from hvb_followup.actions.respond.asking_for_help import ask_for_help, how_it_goes
from hvb_followup.actions.respond.sitting import Sitting
from hvb_followup.ballot.letter import Letter
from hvb_followup.ballot.receipt import is_whole
from hvb_followup.periods import STOCKHOLM, local_day
from hvb_followup.questionnaires.player import AskingPage, HelpPage
from hvb_followup.questionnaires.promise import written_day
from hvb_followup.safeguarding.deadlines import Urgency, due_at
from hvb_followup.web import help_screens, screens_of
from hvb_followup.web.answer import page, sitting_of
from hvb_followup.web.help_screens import Form
from hvb_followup.web.page import Page
from hvb_followup.web.screens import NO_SEAT, Seat
from hvb_followup.web.screens_of import EXIT, HELP, in_tongue
from hvb_followup.web.security import read_form
from hvb_followup.web.service import Asked, Service, language_of, net_of_visitor, service_of

STATUS = "/svara/hjalp/svar"
LOG = logging.getLogger("hvb.web")


class Way(NamedTuple):
    """Where she came from, and what the pages of her sitting carry; neither without a sitting."""

    back: str | None
    seat: Seat


@get(HELP, opt={"door": "respondent"})
async def help_now(request: Asked) -> Page:
    """Where help is to be had, and the form that asks for it; needs no code."""
    service = service_of(request)
    sitting = await sitting_of(request, service)
    language = sitting.language if sitting else language_of(request, service)
    # The address is the same whether she asked for help or told of harm: only her own sitting knows.
    panel = sitting.panels[-1] if sitting and sitting.panels else ""
    form = form_of(service, sitting, language, _number(request))
    age = sitting.age_now if sitting else None
    return page(_help(service, language, form, _way(request, sitting), panel, age), service, sitting)


@post(HELP, opt={"door": "respondent"}, status_code=200)
async def ask(request: Asked) -> Page:
    """Seal what she wrote and put it; where that fails she gets the lines again, with what she wrote."""
    service = service_of(request)
    sitting = await sitting_of(request, service)
    given = await read_form(request)
    language = sitting.language if sitting else language_of(request, service)
    way, form = _way(request, sitting), form_of(service, sitting, language, _number(request))
    if form is None:
        return page(_help(service, language, None, way), status=503)
    letter, now = letter_of(given, sitting, form), await service.now()
    try:
        words = await ask_for_help(
            service.help_desk, letter, given.get("soon", ""), now, net_of_visitor(request)
        )
    except Exception as error:  # whatever it is: she must not be left with a page that has no way on
        LOG.error("ask: %s", type(error).__name__)
        again = msgspec.structs.replace(form, unsent=True, text=letter.text, reach=letter.reach)
        return page(_help(service, language, again, way), status=503)
    return page(_sent(service, language, words, given.get("soon", ""), now, way))


@get(STATUS, opt={"door": "respondent"})
async def status_page(request: Asked) -> Page:
    """Where the four words are typed."""
    service = service_of(request)
    return page(_status(service, language_of(request, service), told="", failed=False))


@post(STATUS, opt={"door": "respondent"}, status_code=200)
async def status(request: Asked) -> Page:
    """How far it has come; wrong words are answered as those of a case that nobody has read."""
    service = service_of(request)
    given, language = await read_form(request), language_of(request, service)
    words, now = given.get("receipt", "")[:100].split(), await service.now()
    if not is_whole(words, local_day(now)):
        return page(_status(service, language, told="", failed=True), status=422)
    state = await how_it_goes(service.help_desk, words, now, net_of_visitor(request))
    told: str = getattr(asking_of(service, language), state)
    return page(_status(service, language, told=told, failed=False))


def form_of(service: Service, sitting: Sitting | None, language: str, number: str) -> Form | None:
    """The form; None where there is no desk to read what it sends."""
    if service.keys.desk_key() is None:
        return None
    return Form(
        words=asking_of(service, language),
        action=f"{HELP}?n={number}" if number else in_tongue(HELP, language),
        status_href=in_tongue(STATUS, language),
        known=sitting is not None and service.box.questionnaire(sitting).instrument.audience == "youth",
    )


def letter_of(given: dict[str, str], sitting: Sitting | None, form: Form) -> Letter:
    """What she wrote; who she is only where she has ticked it (DESIGN §4.10)."""
    is_known = sitting is not None and form.known and given.get("known") == "yes"
    return Letter(
        text=given.get("text", "").strip(),
        reach=given.get("reach", "").strip(),
        placement=sitting.placement if sitting and is_known else "",
    )


def asking_of(service: Service, language: str) -> AskingPage:
    """The words of these pages in a language."""
    return service.catalogue.words[language].asking


def _number(request: Asked) -> str:
    """The question she came from; "" where she came from none."""
    number = request.query_params.get("n", "")
    return number if number.isascii() and number.isdigit() and len(number) < 4 else ""


def _way(request: Asked, sitting: Sitting | None) -> Way:
    if sitting is None:
        return Way(None, NO_SEAT)
    number = _number(request)
    asking = f"/svara/fraga/{number}" if number else screens_of.START
    return Way(asking, screens_of.seat_of(sitting, int(number or 0)))


def _help(
    service: Service, language: str, form: Form | None, way: Way, panel: str = "", age: int | None = None
) -> bytes:
    return help_screens.help_page(
        screens_of.words_of(service, language),
        language=language,
        helplines=screens_of.helplines(service, language, age, panel),
        back=way.back,
        seat=way.seat,
        panel=bool(panel),
        told=_told(service.catalogue.words[language].help, panel),
        assets=screens_of.assets_of(service),
        exit_href=EXIT,
        form=form,
    )


def _told(words: HelpPage, panel: str) -> str:
    """What is said first of what she told."""
    return {"low": words.told_low, "housing": words.told_housing}.get(panel, words.told)


def _sent(
    service: Service,
    language: str,
    receipt: tuple[str, ...],
    soon: str,
    now: dt.datetime,
    way: Way,
) -> bytes:
    due = due_at(Urgency(soon) if soon in set(Urgency) else Urgency.TODAY, now)
    asking, words = asking_of(service, language), service.catalogue.words[language]
    day, hour = written_day(local_day(due), words.promise), f"{due.astimezone(STOCKHOLM):%H.%M}"
    return help_screens.sent_page(
        screens_of.words_of(service, language),
        asking,
        language=language,
        receipt=receipt,
        aim=asking.sent.format(day=day, hour=hour),
        back=way.back,
        seat=way.seat,
        status_href=in_tongue(STATUS, language),
        assets=screens_of.assets_of(service),
        exit_href=EXIT,
    )


def _status(service: Service, language: str, *, told: str, failed: bool) -> bytes:
    return help_screens.status_page(
        screens_of.words_of(service, language),
        asking_of(service, language),
        language=language,
        told=told,
        failed=failed,
        help_href=in_tongue(HELP, language),
        assets=screens_of.assets_of(service),
        exit_href=EXIT,
    )


HANDLERS = (help_now, ask, status_page, status)
