"""Hemmet, a quarter, and signing it."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath

from hvb_followup.access import Permission
from hvb_followup.actions.report import signing
from hvb_followup.actions.report.overview import overview
from hvb_followup.web.problems import HTML
from hvb_followup.web.security import read_form
from hvb_followup.web.service import Asked, service_of
from hvb_followup.web.unit import front_view

Page = Response[bytes]


@get("/enhet/{ou:str}", opt={"door": "signed-in", "permission": Permission.REGISTER_READ})
async def front(request: Asked, ou: FromPath[str]) -> Page:
    """What there is to do in one's own home, and what is known of it."""
    service = service_of(request)
    context = await service.context(request)
    seen = await overview(context, ou, service.catalogue.rulebook)
    shown = front_view.front_page(seen, service.catalogue.codelists["unit_types"])
    page = service.pages.signed_in("enhet_hem.html", shown, context.person)
    return Response(page, media_type=HTML)


@get(
    "/enhet/{ou:str}/kvartal/{quarter:str}", opt={"door": "signed-in", "permission": Permission.REGISTER_READ}
)
async def quarter(request: Asked, ou: FromPath[str], quarter: FromPath[str]) -> Page:
    """A quarter as it would be signed."""
    service = service_of(request)
    context = await service.context(request)
    one = await signing.quarter_of(context, ou, quarter)
    unit = await context.unit(ou, Permission.REGISTER_READ)
    may_sign = await context.can(unit, Permission.QUARTER_SIGN)
    shown = front_view.quarter_page(unit, one, may_sign, context.now)
    return Response(service.pages.signed_in("enhet_kvartal.html", shown, context.person), media_type=HTML)


@post(
    "/enhet/{ou:str}/kvartal/{quarter:str}",
    opt={"door": "signed-in", "permission": Permission.QUARTER_SIGN},
    status_code=200,
)
async def sign(request: Asked, ou: FromPath[str], quarter: FromPath[str]) -> Page:
    """Sign what was shown, or take a fresh signature back."""
    service = service_of(request)
    context = await service.context(request)
    form = await read_form(request)
    if form.get("do") == "take_back":
        await signing.take_back_signature(context, ou, quarter)
    else:
        await signing.sign_quarter(context, ou, quarter, form.get("hash", ""))
    return Response(b"", status_code=303, headers={"location": f"/enhet/{ou}/kvartal/{quarter}"})
