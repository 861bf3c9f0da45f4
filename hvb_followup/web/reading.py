"""How the questions are read: language, easy words, pictures and sound, changed at any time; practice; recordings.

What is chosen stands in the sitting's own cookie. Place and answers stay; only where the easy edition has other options
is a question asked again, since an answer that it does not offer would not be counted.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from litestar import get, post
from litestar.params import FromPath

from hvb_followup.actions.respond import answering, resuming
from hvb_followup.actions.respond.sitting import Sitting
from hvb_followup.errors import not_found
from hvb_followup.web import form_screen, offered, practising, screens_of
from hvb_followup.web.answer import ended, first_question, go, page, sitting_of, with_language
from hvb_followup.web.form_screen import Choices
from hvb_followup.web.page import Page
from hvb_followup.web.screens_of import FORM, START
from hvb_followup.web.security import read_form
from hvb_followup.web.service import Asked, Service, service_of
from hvb_followup.web.sounds import PATH as SOUND
from hvb_followup.web.sounds import part_of

FOR_EVER = (b"cache-control", b"public, max-age=31536000, immutable")


@get(FORM, opt={"door": "respondent"})
async def form_page(request: Asked) -> Page:
    """The languages and the three switches, with a way back to where she was."""
    service = service_of(request)
    sitting = await sitting_of(request, service)
    if sitting is None:
        return ended(request, service)
    sitting = with_language(request, service, sitting)
    number = number_of(request)
    return page(_form(service, sitting, number), service, sitting)


@post(FORM, opt={"door": "respondent"}, status_code=200)
async def choose_form(request: Asked) -> Page:
    """Keep what was chosen, and back to the same question."""
    service = service_of(request)
    sitting = await sitting_of(request, service)
    given = await read_form(request)
    if sitting is None:
        return ended(request, service)
    changed = chosen(service, sitting, given)
    number = number_of(request)
    if number == 0:
        return go(START, service, changed)
    place = await same_place(service, sitting, changed, number)
    return go(f"/svara/fraga/{place}", service, changed)


@get(practising.PATH, opt={"door": "respondent"})
async def practice(request: Asked) -> Page:
    """The question to try on."""
    service = service_of(request)
    sitting = await sitting_of(request, service)
    if sitting is None:
        return ended(request, service)
    sitting = with_language(request, service, sitting)
    return page(practising.screen(service, sitting), service, sitting)


@post(practising.PATH, opt={"door": "respondent"}, status_code=200)
async def practised(request: Asked) -> Page:
    """On to the first question, whatever was chosen; it is not even read."""
    service = service_of(request)
    sitting = await sitting_of(request, service)
    if sitting is None:
        return ended(request, service)
    draft = await answering.draft_of(service.box, sitting)
    return go(first_question(service, sitting, draft), service, sitting)


@get(f"{SOUND}/{{name:str}}", opt={"door": "respondent"})
async def sound(request: Asked, name: FromPath[str]) -> Page:
    """A recording, or the part of it that a player asks for: some phones play nothing that comes only whole."""
    found = service_of(request).sounds.by_name.get(name)
    if found is None:
        raise not_found(name)
    size = len(found.body)
    headers = [FOR_EVER, (b"accept-ranges", b"bytes"), (b"content-type", found.media_type.encode())]
    first, last = part_of(request.headers.get("range", ""), size)
    if first is None:
        return Page(found.body, headers=headers)
    if first > last:
        return Page(status=416, headers=[(b"content-range", f"bytes */{size}".encode())])
    headers.append((b"content-range", f"bytes {first}-{last}/{size}".encode()))
    return Page(found.body[first : last + 1], status=206, headers=headers)


def chosen(service: Service, sitting: Sitting, given: Mapping[str, str]) -> Sitting:
    """The sitting as the form says; a switch that was left as it stood follows the edition as before."""
    changed = offered.in_language(service, sitting, given.get("lang"))
    changed = offered.in_edition(service, changed, "easy" if given.get("easy") == "yes" else "standard")
    pictures = given.get("pictures") == "yes"
    mode = given.get("mode", "")
    return msgspec.structs.replace(
        changed,
        sound=given.get("sound") == "yes",
        pictures=sitting.pictures if pictures == sitting.shows_pictures else pictures,
        mode=mode if mode in offered.MODES else sitting.mode,
    )


async def same_place(service: Service, before: Sitting, after: Sitting, number: int) -> int:
    """Where the question is found again in the other edition: itself, or the next one that is asked there.

    Earlier still where an answer given has no place in the edition, or might not have, had an earlier sitting said
    something else: that question is asked again.
    """
    if before.edition == after.edition:
        return number
    draft = await answering.draft_of(service.box, before)
    questionnaire = service.box.questionnaire(after)
    order = {item.id: place for place, item in enumerate(questionnaire.items)}
    were, are = (answering.items(service.box, one, draft) for one in (before, after))
    here = order[were[number - 1].id] if number <= len(were) else len(order)
    for place, item in enumerate(are, 1):
        if resuming.is_lost(questionnaire, after, draft, item.id) or order[item.id] >= here:
            return place
    return len(are) + 1


def number_of(request: Asked) -> int:
    """The question she came from; 0 where she came from none."""
    number = request.query_params.get("n", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0


def _form(service: Service, sitting: Sitting, number: int) -> bytes:
    questionnaire = service.box.questionnaire(sitting)
    is_young = questionnaire.audience == "youth"
    recorded = bool(service.sounds.of(questionnaire, sitting.language, sitting.edition))
    choices = Choices(
        languages=offered.named(service, offered.languages(service, questionnaire)),
        easy=sitting.edition == "easy" if "easy" in questionnaire.editions else None,
        pictures=sitting.shows_pictures if is_young else None,
        sound=sitting.sound if is_young or recorded else None,
        recorded=recorded,
        mode=sitting.mode,
    )
    return form_screen.form_page(
        screens_of.words_of(service, sitting.language),
        service.catalogue.words[sitting.language].form,
        choices,
        language=sitting.language,
        action=f"{FORM}?n={number}" if number else FORM,
        back=f"/svara/fraga/{number}" if number else START,
        help_href=f"{screens_of.HELP}?n={number}" if number else screens_of.HELP,
        exit_href=screens_of.EXIT,
        assets=screens_of.assets_of(service),
        seat=screens_of.seat_of(sitting)._replace(form_href=""),
    )


HANDLERS = (form_page, choose_form, practice, practised, sound)
