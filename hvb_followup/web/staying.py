"""A page that lies still: it can be kept open by one key, and is closed where nobody is there (R7 D4, WCAG 2.2.1).

The sitting's own cookie says when it ends, and the server goes by that alone; these two addresses are for the script
that covers the screen in time.
"""

from __future__ import annotations

from litestar import get, post

from hvb_followup.web.answer import GONE, cookie, sitting_of
from hvb_followup.web.page import Page
from hvb_followup.web.screens_of import CODE, SHARED_CODE
from hvb_followup.web.service import Asked, service_of


@post("/svara/kvar", opt={"door": "respondent"}, status_code=200)
async def stay(request: Asked) -> Page:
    """She is still here: the sitting lasts on from now. 410 where it has ended."""
    service = service_of(request)
    sitting = await sitting_of(request, service)
    if sitting is None:
        return Page(status=410, headers=[GONE])
    return Page(status=204, headers=[cookie(service, sitting)])


@get("/svara/stang", opt={"door": "respondent"})
async def close(request: Asked) -> Page:
    """Nobody is here: the sitting ends, and the code is asked for."""
    sitting = await sitting_of(request, service_of(request))
    to = SHARED_CODE if "delad" in request.query_params or (sitting and sitting.shared) else CODE
    return Page(status=303, headers=[(b"location", to.encode()), GONE])


HANDLERS = (stay, close)
