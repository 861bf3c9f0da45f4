"""Messages to young people: the municipality's addresses, and the operator's counts and alarms. Nothing here knows an answer."""

from __future__ import annotations

from litestar import Response, get, post

from hvb_followup.access import Permission
from hvb_followup.actions.operate.alarms import alarms
from hvb_followup.actions.operate.sendouts import sendouts
from hvb_followup.actions.purchase import contacting
from hvb_followup.errors import Problem, Refused
from hvb_followup.keys.contacts import contacts_key
from hvb_followup.store import homes
from hvb_followup.web.problems import HTML
from hvb_followup.web.security import read_form
from hvb_followup.web.service import Asked, service_of

Page = Response[bytes]
CONTACTS = "/min-kommun/utskick"


@get(CONTACTS, opt={"door": "signed-in", "permission": Permission.CONTACT_KEEP})
async def contacts_page(request: Asked) -> Page:
    """Which of the municipality's placements have an address, and which of them is to be mended."""
    return await _contacts(request, ())


@post(CONTACTS, opt={"door": "signed-in", "permission": Permission.CONTACT_KEEP}, status_code=200)
async def keep(request: Asked) -> Page:
    """Keep or erase the address of one own placement."""
    service = service_of(request)
    context = await service.context(request)
    form = await read_form(request)
    placement = form.get("placering", "")[:24]
    try:
        if form.get("do") == "erase":
            await contacting.erase_contact(context, placement)
        else:
            await contacting.keep_contact(
                context,
                contacts_key(service.settings.public_keys),
                placement,
                form.get("kanal", ""),
                form.get("adress", "")[:160],
                form.get("sprak", "sv"),
                protected=form.get("skyddad") == "ja",
            )
    except Refused as refused:
        return await _contacts(request, refused.problems)
    return Response(b"", status_code=303, headers={"location": CONTACTS})


async def _contacts(request: Asked, problems: tuple[Problem, ...]) -> Page:
    service = service_of(request)
    context = await service.context(request)
    own = await contacting.own_contacts(context)
    names = {unit.id: unit.name for unit in await homes.units()} if own else {}
    lines = [
        {"id": one.placement.id, "home": names[one.placement.unit], "state": _state(one)}
        for one in sorted(own, key=lambda one: (not one.to_mend, one.is_given, one.placement.id))
    ]
    shown = {"lines": lines, "problems": problems, "action": CONTACTS}
    page = service.pages.signed_in("kommun_utskick.html", shown, context.person)
    return Response(page, media_type=HTML, status_code=422 if problems else 200)


def _state(one: contacting.OwnContact) -> str:
    if one.to_mend:
        return "mend"
    return "given" if one.is_given else "letter"


@get("/drift/utskick", opt={"door": "signed-in", "permission": Permission.SENDOUT_READ})
async def sent_page(request: Asked) -> Page:
    """How many messages there were, by day and län."""
    service = service_of(request)
    context = await service.context(request)
    shown = {"lines": await sendouts(context)}
    return Response(service.pages.signed_in("drift_utskick.html", shown, context.person), media_type=HTML)


@get("/drift/larm", opt={"door": "signed-in", "permission": Permission.ALARM_READ})
async def alarm_page(request: Asked) -> Page:
    """What does not work, days of unusually many tries in vain, and help lines that grow old."""
    service = service_of(request)
    context = await service.context(request)
    shown = {"alarms": await alarms(context, service.deployment)}
    return Response(service.pages.signed_in("drift_larm.html", shown, context.person), media_type=HTML)
