"""A municipality's placements: its word on those that homes have entered, and its own by hand or by the template.

The pages, forms and checks are those of a home's own register. Nothing of other municipalities is met here.
"""

from __future__ import annotations

from functools import partial

from litestar import Response, get, post

from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.purchase.own_placements import (
    confirm_own,
    its_sheet,
    own_municipality,
    own_placements,
    own_recent,
    put_own,
)
from hvb_followup.store import homes
from hvb_followup.web.problems import HTML
from hvb_followup.web.security import read_fields, read_parts
from hvb_followup.web.service import Asked, Service, service_of
from hvb_followup.web.unit.placements import chosen
from hvb_followup.web.unit.placements_view import own_placements_page
from hvb_followup.web.unit.rows import MOST_FIELDS, save_row, show_form
from hvb_followup.web.unit.uploads import MAX_UPLOAD, filled_template, show_start, step_with, undo_chosen
from hvb_followup.web.unit.whose import Whose, of_municipality

Page = Response[bytes]
AT = "/min-kommun"
KIND = "placement"
DOOR = {"door": "signed-in", "permission": Permission.PLACEMENT_IMPORT}


@get(f"{AT}/placeringar", opt=DOOR)
async def placements(request: Asked) -> Page:
    """The municipality's placements; those that wait for its word first."""
    service = service_of(request)
    context = await service.context(request)
    shown = own_placements_page(await own_placements(context), service.catalogue.codelists)
    return Response(service.pages.signed_in("enhet_placeringar.html", shown, context.person), media_type=HTML)


@post(f"{AT}/placeringar", opt=DOOR, status_code=200)
async def confirm(request: Asked) -> Page:
    """Confirm the placements that were ticked, or all that wait on the page."""
    _, context, _ = await _asked(request)
    await confirm_own(context, await chosen(request))
    return Response(b"", status_code=303, headers={"location": f"{AT}/placeringar"})


@get(f"{AT}/rad/placement", opt=DOOR)
async def form(request: Asked) -> Page:
    """An empty form, or one with the placement of ``nyckel``."""
    service = service_of(request)
    context = await service.context(request)
    seen = await own_placements(context)
    whose = of_municipality(seen.municipality, seen.homes)
    return show_form(request, service, context, whose, seen.sheet, seen.rows)


@post(f"{AT}/rad/placement", opt=DOOR, status_code=200)
async def save(request: Asked) -> Page:
    """Store the placement, or show the form again with all that is wrong and what was typed."""
    service, context, whose = await _asked(request)
    whose = of_municipality(whose.name, {one.id: one.name for one in await homes.units()})
    fields = await read_fields(request, fields=MOST_FIELDS)
    return await save_row(service, context, whose, its_sheet(context), fields, partial(put_own, context))


@get(f"{AT}/mall/placement", opt=DOOR)
async def template(request: Asked) -> Page:
    """The template with the municipality's columns, filled in with its placements."""
    context = await service_of(request).context(request)
    seen = await own_placements(context)
    return await filled_template(seen.sheet, seen.rows.values(), "placeringar.xlsx")


@get(f"{AT}/importera", opt=DOOR)
async def start(request: Asked) -> Page:
    """Fetch the template, choose a file; undo what one put in lately."""
    service, context, whose = await _asked(request)
    return show_start(service, context, whose, KIND, await own_recent(context))


@post(f"{AT}/importera", opt=DOOR, status_code=200, request_max_body_size=MAX_UPLOAD)
async def work(request: Asked) -> Page:
    """Read a file without storing it; or take, or mark, the one that the page carries."""
    service, context, whose = await _asked(request)
    done = await step_with(request, service, context, whose, KIND, await read_parts(request))
    if isinstance(done, Response):
        return done
    return show_start(service, context, whose, KIND, await own_recent(context), done)


@post(f"{AT}/importera/angra", opt=DOOR, status_code=200)
async def undo(request: Asked) -> Page:
    """Take an import back, within a day."""
    _, context, whose = await _asked(request)
    return await undo_chosen(request, context, whose)


async def _asked(request: Asked) -> tuple[Service, Context, Whose]:
    """Who asks, and of whose placements; NotFound for who hands in none."""
    service = service_of(request)
    context = await service.context(request)
    return service, context, of_municipality(await own_municipality(context))


HANDLERS = (placements, confirm, form, save, template, start, work, undo)
