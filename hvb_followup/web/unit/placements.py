"""Placeringar: the home's own register of placements, and the home's word that they are right."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath

from hvb_followup.access import Permission
from hvb_followup.actions.report.own_register import own_municipalities, own_register, reporting_unit
from hvb_followup.actions.report.undoing import confirm_placements
from hvb_followup.web.problems import HTML
from hvb_followup.web.security import read_fields
from hvb_followup.web.service import Asked, service_of
from hvb_followup.web.unit.placements_view import placements_page

Page = Response[bytes]
MOST_TICKED = 1200  # each that waits is named once to be ticked and once for all


@get("/enhet/{ou:str}/placeringar", opt={"door": "signed-in", "permission": Permission.REGISTER_READ})
async def placements(request: Asked, ou: FromPath[str]) -> Page:
    """Who lives in one's own home and who has moved."""
    service = service_of(request)
    context = await service.context(request)
    seen = await own_register(context, ou, "placement")
    names = await own_municipalities(context)
    shown = placements_page(seen, names, service.catalogue.codelists)
    return Response(service.pages.signed_in("enhet_placeringar.html", shown, context.person), media_type=HTML)


@post(
    "/enhet/{ou:str}/placeringar",
    opt={"door": "signed-in", "permission": Permission.REGISTER_IMPORT},
    status_code=200,
)
async def confirm(request: Asked, ou: FromPath[str]) -> Page:
    """Confirm the placements that were ticked."""
    context = await service_of(request).context(request)
    unit = await reporting_unit(context, ou)
    await confirm_placements(context, unit.id, await chosen(request))
    return Response(b"", status_code=303, headers={"location": f"/enhet/{unit.id}/placeringar"})


async def chosen(request: Asked) -> list[str]:
    """The placements that were ticked, or with "Bekräfta alla" those that the page showed: never one that was not seen."""
    fields = await read_fields(request, fields=MOST_TICKED)
    wanted = "visad" if ("do", "all") in fields else "placering"
    return [value for name, value in fields if name == wanted]
