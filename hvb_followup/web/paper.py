"""The municipality's codes on paper: which waves it can issue for, and the PDF in the same answer that issues them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response, get, post

from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.purchase.asked_now import AskedNow, asked_now
from hvb_followup.actions.purchase.printing import Layout, Order, Printed, print_codes
from hvb_followup.errors import Problem, Refused, not_found
from hvb_followup.web.problems import HTML
from hvb_followup.web.security import read_form
from hvb_followup.web.service import Asked, Service, service_of

Page = Response[bytes]
CODES = "/min-kommun/koder"
NAMES = {Layout.LETTERS: "brev.pdf", Layout.CARDS: "kort.pdf"}
NONE_NEW = Problem(
    code="no-codes",
    where="",
    says="Alla har redan fått en kod.",
    mend="Kryssa i rutan om de ska få nya.",
)


@get(CODES, opt={"door": "signed-in", "permission": Permission.CODES_ISSUE})
async def codes_page(request: Asked) -> Page:
    """The open waves in which the municipality has somebody to ask."""
    service = service_of(request)
    context = await service.context(request)
    return _page(service, context, await asked_now(context), {}, ())


@post(CODES, opt={"door": "signed-in", "permission": Permission.CODES_ISSUE}, status_code=200)
async def print_them(request: Asked) -> Page:
    """Issue the codes of one wave to the municipality's own, and give them as letters or cards."""
    service = service_of(request)
    context = await service.context(request)
    form = await read_form(request)
    lines = await asked_now(context)
    chosen = next((one for one in lines if one.wave.id == form.get("matomgang")), None)
    if chosen is None:
        raise not_found()
    layout = Layout.CARDS if form.get("som") == "cards" else Layout.LETTERS
    try:
        made = await _printed(service, context, chosen, layout, form)
    except Refused as refused:
        return _page(service, context, lines, form, refused.problems)
    if not made.count:
        return _page(service, context, lines, form, (NONE_NEW,))
    headers = {"content-disposition": f'attachment; filename="{NAMES[layout]}"'}
    return Response(made.file, media_type="application/pdf", headers=headers)


async def _printed(
    service: Service, context: Context, chosen: AskedNow, layout: Layout, form: Mapping[str, str]
) -> Printed:
    order = Order(
        layout=layout,
        answer_at=service.settings.answer_at,
        helplines=service.deployment.helpline,
        language=form.get("sprak", "sv"),
    )
    wave, again = chosen.wave, form.get("igen") == "ja"
    return await print_codes(
        context, service.keys.secret, wave.unit, wave.half_year, wave.family, order, again=again
    )


def _page(
    service: Service,
    context: Context,
    lines: Sequence[AskedNow],
    chosen: Mapping[str, str],
    problems: Sequence[Problem],
) -> Page:
    told = [
        {"id": one.wave.id, "home": one.home, "title": one.title, "own": one.own, "last_on": one.last_on}
        for one in lines
    ]
    shown: dict[str, Any] = {"lines": told, "problems": problems, "action": CODES}
    shown |= {name: chosen.get(name, "") for name in ("matomgang", "som", "sprak")}
    page = service.pages.signed_in("kommun_koder.html", shown, context.person)
    return Response(page, media_type=HTML, status_code=422 if problems else 200)
