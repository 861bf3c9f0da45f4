"""What a municipality follows in the homes where it places: here whether the young were told back, as all may see."""

from __future__ import annotations

from litestar import Response, get

from hvb_followup.access import Permission
from hvb_followup.actions.purchase.placing import own_placing_homes
from hvb_followup.pages.facts import Facts, HomeFacts, feedback_lines
from hvb_followup.store import releases
from hvb_followup.web.problems import HTML
from hvb_followup.web.service import Asked, service_of


@get("/min-kommun/aterkoppling", opt={"door": "signed-in", "permission": Permission.FEEDBACK_FOLLOW})
async def feedback_page(request: Asked) -> Response[bytes]:
    """Whether and when each home told back, from the same plain facts as its open page; never the words."""
    service = service_of(request)
    context = await service.context(request)
    placing = await own_placing_homes(context)
    newest = await releases.newest_facts_id(service.database)
    facts = (await service.shelf.facts(newest) if newest else None) or Facts()
    lines = [
        {"id": unit.id, "name": unit.name, "told": feedback_lines(facts.homes.get(unit.id, HomeFacts()))[:2]}
        for unit in placing
    ]
    page = service.pages.signed_in("kommun_aterkoppling.html", {"lines": lines}, context.person)
    return Response(page, media_type=HTML)
