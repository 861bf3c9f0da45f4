"""Återkoppling: what the home tells its young people after a wave, and the sheet that is put up.

Whether and when is open to everybody. The text is for those who live there: on the sheet, and here for whoever reports
for the home. What somebody wrote about six persons is read by no buyer and stands on no open page.
"""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath

from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.report import feedback
from hvb_followup.actions.report.feedback import Told
from hvb_followup.errors import Problem, Refused, not_found
from hvb_followup.feedback.model import Statement
from hvb_followup.pages import sheet
from hvb_followup.registry import Unit
from hvb_followup.web.problems import HTML
from hvb_followup.web.security import read_form
from hvb_followup.web.service import Asked, Service, service_of
from hvb_followup.web.unit import feedback_view as view

Page = Response[bytes]
ONE = "/enhet/{ou:str}/aterkoppling/{family:str}/{half_year:str}"
EMPTY = Problem(
    code="feedback-empty", where="Texten", says="Det står inget att spara.", mend="Skriv något först."
)


@get("/enhet/{ou:str}/aterkoppling", opt={"door": "signed-in", "permission": Permission.REGISTER_READ})
async def waves(request: Asked, ou: FromPath[str]) -> Page:
    """The closed waves of the home, and which of them have been told back."""
    service = service_of(request)
    context = await service.context(request)
    shown = view.list_page(*await feedback.feedback_of(context, ou), context.today)
    return Response(
        service.pages.signed_in("enhet_aterkoppling.html", shown, context.person), media_type=HTML
    )


@get(ONE, opt={"door": "signed-in", "permission": Permission.REGISTER_READ})
async def one(request: Asked, ou: FromPath[str], family: FromPath[str], half_year: FromPath[str]) -> Page:
    """What is told of one wave; with ``ny`` the form of a newer version."""
    service = service_of(request)
    context = await service.context(request)
    unit, told = await feedback.feedback_on(context, ou, family, half_year)
    return await _page(service, context, unit, told, is_anew="ny" in request.query_params)


@post(ONE, opt={"door": "signed-in", "permission": Permission.FEEDBACK_WRITE}, status_code=200)
async def write(request: Asked, ou: FromPath[str], family: FromPath[str], half_year: FromPath[str]) -> Page:
    """Keep a draft, publish, take back or throw a draft away; all that is wrong at once, with what was typed."""
    service = service_of(request)
    context = await service.context(request)
    form = await read_form(request)
    unit = await context.unit(ou, Permission.FEEDBACK_WRITE)
    typed = view.typed_from(form)
    try:
        await _do(context, form, (unit.id, family, half_year), typed)
    except Refused as refused:
        unit, told = await feedback.feedback_on(context, ou, family, half_year)
        return await _page(service, context, unit, told, typed=typed, problems=refused.problems)
    return Response(
        b"", status_code=303, headers={"location": f"/enhet/{unit.id}/aterkoppling/{family}/{half_year}"}
    )


async def _do(context: Context, form: dict[str, str], wave: tuple[str, str, str], typed: Statement) -> None:
    do = form.get("do", "")
    if do == "take_back":
        await feedback.take_back(context, *wave)
    elif do == "discard":
        await feedback.discard(context, *wave)
    elif do == "publish":
        await feedback.publish(context, *wave, typed, names_nobody=form.get("ingen") == "ja")
    elif typed == view.typed_from({}):
        raise Refused(EMPTY)
    else:
        await feedback.save_draft(context, *wave, typed)


@get(f"{ONE}/blad", opt={"door": "signed-in", "permission": Permission.REGISTER_READ})
async def printed(request: Asked, ou: FromPath[str], family: FromPath[str], half_year: FromPath[str]) -> Page:
    """The sheet: what will be done, and what everybody may see of how they answered."""
    service = service_of(request)
    context = await service.context(request)
    unit, told = await feedback.feedback_on(context, ou, family, half_year)
    if told.statement is None:
        raise not_found(half_year)
    published = await service.shelf.of_half_year(service.database, half_year)
    texts = service.pages.texts_of(family)
    shown = view.sheet_page(
        told, sheet.results(published.page if published else None, unit.id, half_year, texts)
    )
    shown["back"] = view.address(unit, told)
    return Response(service.pages.sheet(shown), media_type=HTML)


async def _page(
    service: Service,
    context: Context,
    unit: Unit,
    told: Told,
    *,
    typed: Statement | None = None,
    problems: tuple[Problem, ...] = (),
    is_anew: bool = False,
) -> Page:
    shown = view.one_page(
        unit,
        told,
        context.today,
        may_write=await context.can(unit, Permission.FEEDBACK_WRITE),
        may_publish=await context.can(unit, Permission.FEEDBACK_PUBLISH),
        typed=typed,
        problems=problems,
        is_anew=is_anew,
    )
    page = service.pages.signed_in("enhet_aterkoppling_en.html", shown, context.person)
    return Response(page, media_type=HTML, status_code=422 if problems else 200)
