"""The desk's routes: sign in, the list, one case to open, take and close; and own words to read and give themes."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath

from hvb_followup.access import Permission
from hvb_followup.actions.review import cases, own_words
from hvb_followup.desk import pages
from hvb_followup.desk.room import COOKIE, Asked, Room, room_of
from hvb_followup.errors import not_found
from hvb_followup.store.help_cases import HelpCase
from hvb_followup.web.security import read_fields, read_form

HTML = "text/html"
READER = {"door": "signed-in", "permission": Permission.HELP_READ}
WORDS_READER = {"door": "signed-in", "permission": Permission.WORDS_READ}
WORDS = "/egna-ord"
Page = Response[bytes]


@get("/logga-in", opt={"door": "public"})
async def sign_in_page(request: Asked) -> Page:
    """Name, password, and a one-time code outside demonstrations."""
    return _html(pages.sign_in(css(room_of(request)), failed=False))


@post("/logga-in", opt={"door": "public"}, status_code=200)
async def sign_in(request: Asked) -> Page:
    """Start a fresh session; whatever is wrong, the same answer."""
    room, form = room_of(request), await read_form(request)
    name, password = form.get("name", "")[:80], form.get("password", "")[:200]
    token = await room.sign_in(name, password, form.get("code", "")[:10])
    if token is None:
        return _html(pages.sign_in(css(room), failed=True), 422)
    cookie = Cookie(key=COOKIE, value=token, path="/", httponly=True, samesite="strict")
    return Response(b"", status_code=303, headers={"location": "/"}, cookies=[cookie])


@post("/logga-ut", opt={"door": "public"}, status_code=200)
async def sign_out(request: Asked) -> Page:
    """End the session."""
    room_of(request).sign_out(request)
    gone = Cookie(key=COOKIE, value="", max_age=0, path="/")
    return Response(b"", status_code=303, headers={"location": "/logga-in"}, cookies=[gone])


@get("/", opt=READER)
async def list_cases(request: Asked) -> Page:
    """Every case that is not closed."""
    room = room_of(request)
    found = await cases.list_cases(await room.desk(request))
    return _html(pages.cases(css(room), found, await room.now()))


@get("/arende/{case:str}", opt=READER)
async def show_case(request: Asked, case: FromPath[str]) -> Page:
    """One case before it is opened."""
    room = room_of(request)
    found = await _found(request, room, case)
    return _html(pages.case(css(room), found, await room.now()))


@post("/arende/{case:str}/oppna", opt=READER, status_code=200)
async def open_case(request: Asked, case: FromPath[str]) -> Page:
    """Open it for a purpose; what it says stands in this answer and in no other."""
    room, form = room_of(request), await read_form(request)
    found = await cases.open_case(await room.desk(request), _id(case), form.get("purpose", ""))
    return _html(pages.opened(css(room), found, await room.now()))


@post("/arende/{case:str}/ta", opt=READER, status_code=200)
async def take_case(request: Asked, case: FromPath[str]) -> Page:
    """Say that somebody has it."""
    await cases.take_case(await room_of(request).desk(request), _id(case))
    return Response(b"", status_code=303, headers={"location": f"/arende/{case}"})


@post("/arende/{case:str}/avsluta", opt=READER, status_code=200)
async def close_case(request: Asked, case: FromPath[str]) -> Page:
    """Close it, and say how it ended."""
    form = await read_form(request)
    await cases.close_case(await room_of(request).desk(request), _id(case), form.get("ending", ""))
    return Response(b"", status_code=303, headers={"location": "/"})


@get(WORDS, opt=WORDS_READER)
async def list_words(request: Asked) -> Page:
    """The questions that have been answered in own words, and the themes that enough texts have."""
    room = room_of(request)
    found = await own_words.list_pools(await room.desk(request))
    return _html(pages.words(css(room), found))


@get(WORDS + "/{pool:str}", opt=WORDS_READER)
async def show_words(request: Asked, pool: FromPath[str]) -> Page:
    """One question before its texts are opened."""
    room = room_of(request)
    desk = await room.desk(request)
    return _html(pages.pool(css(room), await own_words.find_pool(desk, pool)))


@post(WORDS + "/{pool:str}/oppna", opt=WORDS_READER, status_code=200)
async def open_words(request: Asked, pool: FromPath[str]) -> Page:
    """Open some of its texts for a purpose; they stand in this answer and in no other."""
    room, form = room_of(request), await read_form(request)
    desk, again = await room.desk(request), form.get("again", "")
    page = int(again) if again.isascii() and again.isdigit() and len(again) < 5 else 0
    read = await own_words.open_pool(desk, pool, form.get("purpose", ""), again=page)
    return _html(pages.read_words(css(room), await own_words.find_pool(desk, pool), read, room.catalogue))


@post(WORDS + "/{pool:str}/teman", opt=WORDS_READER, status_code=200)
async def give_themes(request: Asked, pool: FromPath[str]) -> Page:
    """Keep the themes that were ticked; for the next texts a purpose is asked anew."""
    fields = await read_fields(request, fields=own_words.AT_ONCE * 30)
    given = {value[:40]: list[str]() for name, value in fields if name == "text"}
    for name, value in fields:
        if name in given:
            given[name].append(value[:40])
    await own_words.give_themes(await room_of(request).desk(request), pool, given)
    return Response(b"", status_code=303, headers={"location": f"{WORDS}/{pool}"})


@get("/static/{name:str}", opt={"door": "public"})
async def static(request: Asked, name: FromPath[str]) -> Page:
    """The one stylesheet, under its hashed name."""
    file = room_of(request).files.by_hashed.get(name)
    if file is None:
        raise not_found(name)
    return Response(file.plain, media_type=file.media_type)


def css(room: Room) -> str:
    """The address of the stylesheet."""
    return room.files.href("site.css")


async def _found(request: Asked, room: Room, case: str) -> HelpCase:
    """The case among those that are not closed; NotFound otherwise."""
    wanted = _id(case)
    for one in await cases.list_cases(await room.desk(request)):
        if one.id == wanted:
            return one
    raise not_found(case)


def _id(case: str) -> bytes:
    try:
        return bytes.fromhex(case)
    except ValueError:
        raise not_found(case[:40]) from None


def _html(body: bytes, status: int = 200) -> Page:
    return Response(body, media_type=HTML, status_code=status)


HANDLERS = (
    *(sign_in_page, sign_in, sign_out, list_cases),
    *(show_case, open_case, take_case, close_case, static),
    *(list_words, show_words, open_words, give_themes),
)
