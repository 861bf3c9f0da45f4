"""The signed-in door: sign in, and the released figures of one's own homes. Nothing individual is here."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath

from hvb_followup.access import Permission
from hvb_followup.actions.operate import accounts
from hvb_followup.actions.report import own_results
from hvb_followup.web.problems import HTML
from hvb_followup.web.security import read_form
from hvb_followup.web.service import SESSION_COOKIE, Asked, Service, net_of_visitor, service_of

Page = Response[bytes]


@get("/logga-in", opt={"door": "public"})
async def sign_in_page(request: Asked) -> Page:
    """Name, password, and a one-time code outside demonstrations."""
    return Response(service_of(request).pages.sign_in(failed=False), media_type=HTML)


@post("/logga-in", opt={"door": "public"}, status_code=200)
async def sign_in(request: Asked) -> Page:
    """Start a fresh session; whatever is wrong, the same answer."""
    service = service_of(request)
    form = await read_form(request)
    await accounts.sign_out(service.database, request.cookies.get(SESSION_COOKIE))
    token = await accounts.sign_in(
        service.gate,
        form.get("name", "")[:80],
        form.get("password", "")[:200],
        form.get("code", "")[:10],
        await service.now(),
        net_of_visitor(request),
    )
    if token is None:
        return Response(service.pages.sign_in(failed=True), media_type=HTML, status_code=422)
    return Response(b"", status_code=303, headers={"location": "/enhet"}, cookies=[_cookie(service, token)])


@post("/logga-ut", opt={"door": "public"}, status_code=200)
async def sign_out(request: Asked) -> Page:
    """End the session."""
    service = service_of(request)
    await accounts.sign_out(service.database, request.cookies.get(SESSION_COOKIE))
    gone = Cookie(key=SESSION_COOKIE, value="", max_age=0, path="/")
    return Response(b"", status_code=303, headers={"location": "/"}, cookies=[gone])


@get("/enhet", opt={"door": "signed-in", "permission": Permission.OWN_RESULTS_READ})
async def own_units(request: Asked) -> Page:
    """The homes one reports for, or whose results one may see."""
    service = service_of(request)
    context = await service.context(request)
    homes = await own_results.own_homes(context)
    return Response(service.pages.own_units(context.person, homes), media_type=HTML)


@get("/enhet/{ou:str}/resultat", opt={"door": "signed-in", "permission": Permission.OWN_RESULTS_READ})
async def results(request: Asked, ou: FromPath[str]) -> Page:
    """The newest released figures of one's own home; few answers as words."""
    service = service_of(request)
    context = await service.context(request)
    own = await own_results.own_results(context, ou)
    return Response(service.pages.own_unit(context.person, own), media_type=HTML)


def _cookie(service: Service, token: str) -> Cookie:
    return Cookie(
        key=SESSION_COOKIE,
        value=token,
        path="/",
        httponly=True,
        samesite="strict",
        secure=not service.settings.demo,
        max_age=int(accounts.SESSION.total_seconds()),
    )
