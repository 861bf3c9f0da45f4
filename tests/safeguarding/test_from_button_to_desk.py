"""From the button to the desk: she presses, a named reviewer reads, and her four words say so (R7 H1–H4, G17)."""

from __future__ import annotations

import re
from urllib.parse import quote_plus

import pytest

from hvb_followup.access import Role
from tests.asking import Answered, Phone
from tests.safeguarding.reviewing import ANNA, Reader, Reviewed
from tests.world import LILLBY, NORTH

HELP, STATUS = "/svara/hjalp", "/svara/hjalp/svar"
WROTE = "Jag vill byta hem & <prata>"


def words_in(page: Answered) -> str:
    """The receipt's four words on a page."""
    (block,) = re.findall(r'<p class="words"[^>]*>(.*?)</p>', page.text)
    return " ".join(re.findall(r"<span>([^<]+)</span>", block))


async def how(phone: Phone, words: str) -> str:
    """What the four words are answered with."""
    page = await phone.post(STATUS, f"receipt={quote_plus(words)}")
    assert page.status == 200
    (told,) = re.findall(r'<p role="status"><strong>(.*?)</strong>', page.text)
    return str(told)


async def test_she_asks_a_reviewer_reads_and_takes_it_and_her_words_say_so(reviewed: Reviewed) -> None:
    world = reviewed.world
    phone, reader = Phone(await world.app()), Reader(await reviewed.app())
    name, password = await world.account(Role.SAFEGUARDING_REVIEWER, name=ANNA)
    sent = await phone.post(HELP, f"text={quote_plus(WROTE)}&reach=070&soon=today")
    assert sent.status == 200
    words = words_in(sent)
    assert "Ingen har läst det än" in await how(phone, words)

    assert (await reader.get("/")).header("location") == "/logga-in"
    assert (await reader.sign_in(name, password)).status == 303
    (case,) = await reader.cases()
    assert WROTE not in (await reader.get(f"/arende/{case}")).text
    assert (await reader.post(f"/arende/{case}/oppna", purpose=" ")).status == 400
    assert "Ingen har läst det än" in await how(phone, words)
    opened = await reader.post(f"/arende/{case}/oppna", purpose="jour")
    assert "Jag vill byta hem &amp; &lt;prata&gt;" in opened.text
    assert "inte valt att säga vem" in opened.text
    assert await how(phone, words) == "Någon har läst det du skrev."
    assert (await reader.post(f"/arende/{case}/ta")).status == 303
    assert await how(phone, words) == "Någon har tagit hand om det du skrev."
    assert (await reader.post(f"/arende/{case}/avsluta", ending="talked")).status == 303
    assert "är klar" in await how(phone, words)
    assert await reader.cases() == []
    trail = await world.database.run("SELECT who, did, what FROM audit WHERE did = 'help:read' ORDER BY id")
    assert [(row["who"], row["what"].replace(case, "*")) for row in trail] == [
        (name, "öppnade *: jour"),
        (name, "tog *"),
        (name, "avslutade (talked) *"),
    ]


async def test_the_button_stands_on_every_page_and_needs_neither_code_nor_words(reviewed: Reviewed) -> None:
    """R7 H1: every page of a sitting leads to help, whose lines come before the form; nothing need be written."""
    world = reviewed.world
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    phone = Phone(await world.app())
    await phone.begin(issued.code)
    for _ in range(30):
        page = phone.seen[-1]
        assert '<a class="help" href="/svara/hjalp' in page.text
        assert "Jag vill ha hjälp" in page.text
        if "/fraga/" not in phone.at or 'name="answer"' not in page.text:
            break
        await phone.say("")
    thanks = await phone.post("/svara/klar")
    assert '<a class="help" href="/svara/hjalp' in thanks.text
    stranger = Phone(phone.app)
    helps = await stranger.get(HELP)
    assert helps.text.index("116 111") < helps.text.index("<textarea")
    assert "<title>Frågor</title>" in helps.text
    assert 'name="known"' not in helps.text
    sent = await stranger.post(HELP, "")
    assert (sent.status, "<title>Frågor</title>" in sent.text) == (200, True)
    assert len(words_in(sent).split()) == 4


async def test_who_she_is_is_told_only_where_she_ticks_it(reviewed: Reviewed) -> None:
    world = reviewed.world
    name, password = await world.account(Role.SAFEGUARDING_REVIEWER, name=ANNA)
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    phone, reader = Phone(await world.app()), Reader(await reviewed.app())
    await phone.begin(issued.code)
    await reader.sign_in(name, password)
    seen = {}
    for ticked in ("", "&known=yes"):
        before = set(await reader.cases())
        page = await phone.post(f"{HELP}?n=3", f"text=hej{ticked}")
        assert 'href="/svara/fraga/3"' in page.text
        (case,) = set(await reader.cases()) - before
        seen[ticked] = (await reader.post(f"/arende/{case}/oppna", purpose="jour")).text
    assert issued.placement not in seen[""]
    for told in (issued.placement, NORTH, LILLBY):
        assert told in seen["&known=yes"]


async def test_wrong_words_are_answered_as_those_nobody_has_read(reviewed: Reviewed) -> None:
    phone = Phone(await reviewed.world.app())
    words = " ".join(await reviewed.ask("hjälp"))
    right = await phone.post(STATUS, f"receipt={quote_plus(words)}")
    wrong = await phone.post(STATUS, "receipt=katt+katt+katt+katt")
    assert (right.status, right.headers, right.body) == (wrong.status, wrong.headers, wrong.body)
    for odd in ("", "katt", "a+b+c+d+e"):
        assert (await phone.post(STATUS, f"receipt={odd}")).status == 422


async def test_where_there_is_no_desk_there_is_no_form(world: object) -> None:
    """R7 H4: a button that leads to nobody is not shown; the lines are."""
    phone = Phone(await world.app())  # type: ignore[attr-defined]
    page = await phone.get(HELP)
    assert (page.status, "<textarea" in page.text, "116 111" in page.text) == (200, False, True)
    assert (await phone.post(HELP, "text=hej")).status == 503


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SAFEGUARDING_REVIEWER])
async def test_nobody_else_stands_at_the_desk(reviewed: Reviewed, role: Role) -> None:
    name, password = await reviewed.world.account(role, NORTH)
    await reviewed.ask("hjälp")
    reader = Reader(await reviewed.app())
    await reader.sign_in(name, password)
    (row,) = await reviewed.world.database.run("SELECT id FROM help_case")
    case = bytes(row["id"]).hex()
    assert (await reader.get("/")).status == 404
    for step in ("oppna", "ta", "avsluta"):
        assert (await reader.post(f"/arende/{case}/{step}", purpose="x", ending="talked")).status == 404
    assert await reviewed.world.database.run("SELECT id FROM audit WHERE did = 'help:read'") == []
