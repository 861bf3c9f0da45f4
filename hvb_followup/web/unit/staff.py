"""Personal och kompetens: one's own staff under the rules of a day, and under others."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from hvb_followup.access import Permission
from hvb_followup.actions.report.staffing import own_staffings, staffing
from hvb_followup.web.problems import HTML
from hvb_followup.web.service import Asked, service_of
from hvb_followup.web.unit.staff_view import chosen_day, staff_page
from hvb_followup.web.unit.what_if_view import own_homes_page

Page = Response[bytes]


@get("/enhet/{ou:str}/personal", opt={"door": "signed-in", "permission": Permission.REGISTER_READ})
async def staff(request: Asked, ou: FromPath[str]) -> Page:
    """Verdicts on a day (``den``), and with ``regel`` who would change state under other rules."""
    service = service_of(request)
    context = await service.context(request)
    typed = request.query_params.get("den", "")[:20]
    on, wrong = chosen_day(typed, context.today)
    seen = await staffing(context, ou, on)
    chosen = request.query_params.get("regel", "")[:80]
    shown = staff_page(seen, service.catalogue.rulebook, service.catalogue.codelists, chosen)
    shown |= {"typed": typed or on.isoformat(), "wrong": wrong}
    return Response(service.pages.signed_in("enhet_personal.html", shown, context.person), media_type=HTML)


@get("/enhet/vad-om", opt={"door": "signed-in", "permission": Permission.REGISTER_READ})
async def what_if(request: Asked) -> Page:
    """All one's own homes together under other rules (``regel``), in heads and hours, on a day (``den``)."""
    service = service_of(request)
    context = await service.context(request)
    typed = request.query_params.get("den", "")[:20]
    on, wrong = chosen_day(typed, context.today)
    seen = await own_staffings(context, on)
    shown = own_homes_page(seen, service.catalogue.rulebook, on, request.query_params.get("regel", "")[:80])
    shown |= {"typed": typed or on.isoformat(), "wrong": wrong}
    return Response(service.pages.signed_in("enhet_vad_om.html", shown, context.person), media_type=HTML)
