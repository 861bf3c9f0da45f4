"""One row by hand: the form of any register that the home keeps itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from litestar import Response, get, post
from litestar.params import FromPath

from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.report.importing import Imported
from hvb_followup.actions.report.own_register import (
    own_register,
    own_sheet,
    put_row,
    remove_row,
    reporting_unit,
)
from hvb_followup.errors import Refused, not_found
from hvb_followup.registers.model import Column, Remark, Sheet
from hvb_followup.web.problems import HTML
from hvb_followup.web.security import read_fields
from hvb_followup.web.service import Asked, Service, service_of
from hvb_followup.web.unit.form_view import asked_of, form_page, is_many, typed_from
from hvb_followup.web.unit.whose import Whose, of_home

Page = Response[bytes]
Fields = list[tuple[str, str]]
# Stores a row of what was typed by column id, and of the reasons by code.
Put = Callable[[Mapping[str, str], Mapping[str, str]], Awaitable[Imported]]
MOST_FIELDS = 160
LONGEST = 400
# Where the row is seen when it has been stored.
SEEN_AT = {"placement": "placeringar", "staff": "personal"}


@get("/enhet/{ou:str}/rad/{kind:str}", opt={"door": "signed-in", "permission": Permission.REGISTER_IMPORT})
async def form(request: Asked, ou: FromPath[str], kind: FromPath[str]) -> Page:
    """An empty form, or one with the row of ``nyckel``."""
    service = service_of(request)
    context = await service.context(request)
    await reporting_unit(context, ou)
    seen = await own_register(context, ou, kind)
    return show_form(request, service, context, of_home(seen.unit), seen.sheet, seen.rows)


def show_form(
    request: Asked,
    service: Service,
    context: Context,
    whose: Whose,
    sheet: Sheet,
    rows: Mapping[str, dict[str, object]],
) -> Page:
    """An empty form, or one with the row of ``nyckel``; NotFound when it is none of these."""
    key = request.query_params.get("nyckel", "")
    if key and key not in rows:
        raise not_found(key)
    typed = typed_from(sheet, rows[key]) if key else {}
    return _page(service, context, form_page(whose, sheet, key, typed))


@post(
    "/enhet/{ou:str}/rad/{kind:str}",
    opt={"door": "signed-in", "permission": Permission.REGISTER_IMPORT},
    status_code=200,
)
async def save(request: Asked, ou: FromPath[str], kind: FromPath[str]) -> Page:
    """Store the row, take it away (``do`` is ``remove``), or show the form again with all that is wrong and what was typed."""
    service = service_of(request)
    context = await service.context(request)
    unit = await reporting_unit(context, ou)
    sheet = own_sheet(context, kind)
    fields = await read_fields(request, fields=MOST_FIELDS)
    if dict(fields).get("do") == "remove":
        await remove_row(context, unit.id, kind, _key(fields))
        # There the removal stands first, with the button that undoes it.
        return _sent_to(f"/enhet/{unit.id}/importera?kind={kind}#senaste")
    put = partial(put_row, context, unit.id, kind)
    return await save_row(service, context, of_home(unit), sheet, fields, put)


async def save_row(
    service: Service, context: Context, whose: Whose, sheet: Sheet, fields: Fields, put: Put
) -> Page:
    """Store the row and show where it is seen, or the form again with all that is wrong and what was typed."""
    typed, key = _typed(sheet, fields), _key(fields)
    reasons = {name[5:]: value[:LONGEST] for name, value in fields if name.startswith("skal-")}
    if not any(typed.values()):
        empty = [_empty(column) for column in asked_of(whose, sheet) if column.required]
        return _page(service, context, form_page(whose, sheet, key, typed, empty), status=422)
    try:
        found = await put(typed, reasons)
    except Refused as refused:
        remarks = [_remark(one) for one in refused.problems]
        return _page(service, context, form_page(whose, sheet, key, typed, remarks, (), reasons), status=422)
    reading = found.reading
    if reading.problems or reading.questions:
        again = form_page(whose, sheet, key, typed, reading.problems, reading.questions, reasons)
        return _page(service, context, again, status=422)
    return _sent_to(f"{whose.at}/{SEEN_AT.get(sheet.kind, 'importera')}")


def _key(fields: Fields) -> str:
    """The key of the row that is changed; "" of a new one."""
    return dict(fields).get("nyckel", "")[:LONGEST]


def _sent_to(address: str) -> Page:
    return Response(b"", status_code=303, headers={"location": address})


def _typed(sheet: Sheet, fields: Fields) -> dict[str, str]:
    """What was typed by column id; several ticks become words with commas between."""
    said: dict[str, str] = {}
    for column in sheet.columns:
        values = [value[:LONGEST] for name, value in fields if name == column.id]
        if values or is_many(column):
            said[column.id] = ", ".join(value for value in values if value)
    return said


def _empty(column: Column) -> Remark:
    return Remark(code="cell-missing", where="", says="Fältet är tomt.", heading=column.heading)


def _remark(problem: object) -> Remark:
    """A fault of the whole as a remark that belongs to no field."""
    if isinstance(problem, Remark):
        return problem
    return Remark(
        code=getattr(problem, "code", ""),
        where="",
        says=getattr(problem, "says", ""),
        mend=getattr(problem, "mend", ""),
    )


def _page(service: Service, context: Context, shown: dict[str, object], *, status: int = 200) -> Page:
    page = service.pages.signed_in("enhet_rad.html", shown, context.person)
    return Response(page, media_type=HTML, status_code=status)
